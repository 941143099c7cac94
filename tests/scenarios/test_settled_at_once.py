"""Two processes of one server settle one refund in the same moment: one of them does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from terminal.server.database import logs
from terminal.server.database.connection import (
    BEFORE_COMMIT,
    Connection,
    ServerDatabase,
    open_database,
)
from terminal.server.database.logs import Log, LogRole
from terminal.server.ledger import rebuilding, settling
from terminal.server.ledger.minting import own_log, tell_changed
from terminal.server.ledger.settling import Looked, settle_sale
from terminal.till.database.facts import unix_ms
from terminal.till.line_port import Question
from tests.postgres import Postgres
from tests.scenarios.refund_counter import Counter
from tests.scenarios.two_tills import Store, everybody_agrees

PATIENCE_S = 60
SISTER = "f" * 32
CARD = "2900000000017"
_WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


class Held:
    """Does something before the next commit of a database, once."""

    def __init__(self) -> None:
        self.before_commit: Callable[[], object] | None = None

    def __call__(self, point: str) -> None:
        if point == BEFORE_COMMIT and self.before_commit is not None:
            work, self.before_commit = self.before_commit, None
            work()


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    fresh = postgres.fresh()
    yield fresh
    postgres.give_back(fresh)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def one(url: str, held: Held) -> Iterator[ServerDatabase]:
    opened = open_database(url, watch=held)
    yield opened
    opened.close()


@pytest.fixture
def other(url: str) -> Iterator[ServerDatabase]:
    opened = open_database(url)
    yield opened
    opened.close()


def wait_until_another_waits(database: ServerDatabase) -> None:
    ends = monotonic() + PATIENCE_S
    while monotonic() < ends:
        with database.glancing() as connection:
            if connection.exec_driver_sql(_WAITING).scalar_one():
                return
        sleep(0.01)
    raise AssertionError("nobody waits for this transaction")


def is_restored(database: ServerDatabase, incarnation: str, *, unheard: bool) -> None:
    """The server waits for a till to say what it forgot, or waits no more."""
    database.run(lambda connection: logs.change(connection, incarnation, quarantined=int(unheard)))


def test_who_comes_second_finds_nothing_left_to_do(
    one: ServerDatabase, other: ServerDatabase, held: Held, tmp_path: Path
) -> None:
    store = Store(one, tmp_path)
    counter = Counter(store)
    silent = store.open_till().journal.identity().incarnation
    sale = counter.sell(counter.first, earn=40)
    counter.hear(counter.first, counter.second)
    is_restored(one, silent, unheard=True)
    counter.take_back(counter.second, sale, 1, here=False)
    counter.hear(counter.second)
    assert counter.settled() == 0
    is_restored(one, silent, unheard=False)

    now_ms = unix_ms(store.clock.now())
    with ThreadPoolExecutor(1) as beside:
        answers: list[Future[Looked]] = []

        def settle_beside() -> None:
            answers.append(beside.submit(settle_sale, other, sale.id, now_ms))
            wait_until_another_waits(one)

        held.before_commit = settle_beside
        settled = settle_sale(one, sale.id, now_ms)
        (second,) = (answer.result(PATIENCE_S) for answer in answers)

    assert (settled.done, second.done) == (1, 0)
    assert counter.settled() == 1
    assert rebuilding.check(other).differences == ()
    counter.hear()
    assert counter.points(counter.first) == counter.points(counter.second) == (20, 0)
    everybody_agrees(store)
    store.close()


def test_refunds_at_two_stores_are_settled_in_the_order_in_which_all_others_lock(
    one: ServerDatabase,
    other: ServerDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever mints at the second store holds that store's log, and then tells both stores."""
    store = Store(one, tmp_path)
    counter = Counter(store)
    away = store.open_till(SISTER)
    silent = store.open_till().journal.identity().incarnation
    sale = counter.sell(counter.first, earn=40)
    counter.hear(counter.first, counter.second)
    store.sync(away, question=Question(card=CARD))
    is_restored(one, silent, unheard=True)
    counter.take_back(counter.second, sale, 1, here=False)
    counter.take_back(away, sale, 2, here=False)
    counter.hear(counter.second, away)
    assert counter.settled() == 0
    is_restored(one, silent, unheard=False)

    now_ms = unix_ms(store.clock.now())
    wallets = [account.wallet for account in (earned.account for earned in sale.earned)]
    tries: list[str] = []
    settle = settling._settle

    def settle_watched(*given: Any) -> int:
        tries.append("settling")
        return settle(*given)

    monkeypatch.setattr(settling, "_settle", settle_watched)
    with ThreadPoolExecutor(1) as beside:
        answers: list[Future[Looked]] = []

        def mint_at_the_sister(connection: Connection) -> None:
            tries.append("minting")
            incarnation, timeline = own_log(connection, SISTER)
            log = Log(incarnation=incarnation, store=SISTER, role=LogRole.SERVER, timeline=timeline)
            logs.add(connection, log)
            logs.lock(connection, incarnation)
            if not answers:
                answers.append(beside.submit(settle_sale, one, sale.id, now_ms))
            wait_until_another_waits(one)
            tell_changed(connection, wallets)

        other.run(mint_at_the_sister)
        (settled,) = (answer.result(PATIENCE_S) for answer in answers)

    assert sorted(tries) == ["minting", "settling"], "one of the two was ended and began anew"
    assert settled.done == counter.settled() == 2
    counter.hear()
    everybody_agrees(store)
    store.close()
