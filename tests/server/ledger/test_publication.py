"""Publishing and what the ledger owes to it, with a server that dies at every commit."""

from __future__ import annotations

import json
from datetime import date

import pytest

from terminal.loyalty.history import had
from terminal.server.database import counts, feeds, people, retellings
from terminal.server.database.connection import Connection, ServerDatabase, open_database
from terminal.server.ledger import publication
from terminal.wire.registry_json import PublishRequest
from tests.server.registry.owners import NOW, STORE, numbered_chance, shop_record

WALLETS = [f"{number:032x}" for number in range(1, 6)]
ONCE = [{"most": 1, "period": {"kind": "ever"}}]


class Dead(BaseException):
    """Nothing of a server that died catches it."""


def offer(revision: int, **more: object) -> PublishRequest:
    reward = {
        "id": "off",
        "name": {"en": "1.00 off"},
        "audience": {"members": True},
        "benefit": {"kind": "amount_off", "amount": 100},
        "target": {"scope": "basket"},
        **more,
    }
    content = {
        "format": 1,
        "programme": 5,
        "revision": revision,
        "holds_from": "2024-01-01T00:00:00+01:00",
        "name": {"en": "Tea"},
        "rewards": [reward],
    }
    files = (("tea.json", json.dumps(content)),)
    return PublishRequest(shop=shop_record() if revision == 1 else None, files=files)


def publish(database: ServerDatabase, request: PublishRequest) -> None:
    reply = publication.publish(database, request, NOW, chance=numbered_chance("publish"))
    assert reply.published, reply


def had_before(database: ServerDatabase) -> None:
    """A store whose members had the reward, each once."""

    def work(connection: Connection) -> None:
        people.give_wallets(connection, [(one, f"{one[::-1]}", STORE) for one in WALLETS])
        feeds.add_interests(connection, [(one, STORE) for one in WALLETS])
        days = {(one, had(5, "off"), date(2026, 3, 1)): 1 for one in WALLETS}
        counts.add_counts(connection, days)

    publish(database, offer(1))
    database.run(work)


def told(database: ServerDatabase) -> list[str]:
    with database.reading() as connection:
        rows = feeds.rows_after(connection, STORE, 0, 1_000)
    return [row.key for row in rows if row.kind == feeds.WALLET]


def owed(database: ServerDatabase) -> bool:
    with database.reading() as connection:
        return bool(retellings.waiting(connection))


def test_who_had_a_reward_is_told_anew_when_it_is_limited(server_database: ServerDatabase) -> None:
    had_before(server_database)
    assert told(server_database) == []

    publish(server_database, offer(2, limits=ONCE))

    assert told(server_database) == WALLETS
    assert not owed(server_database)
    publication.finish(server_database, NOW)
    assert told(server_database) == WALLETS, "a round that has nothing to do tells nobody"


def test_a_revision_that_asks_for_nothing_more_tells_nobody(
    server_database: ServerDatabase,
) -> None:
    had_before(server_database)
    publish(server_database, offer(2, name={"en": "1.00 less"}))
    assert told(server_database) == []


class Doom:
    """Lets a server die at the commit point after so many."""

    def __init__(self) -> None:
        self.left: int | None = None

    def __call__(self, point: str) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            raise Dead(point)


def test_a_server_that_dies_while_it_publishes_tells_all_in_its_next_round(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "WALLETS_AT_ONCE", 2)
    doom = Doom()
    database = open_database(database_url, watch=doom)
    had_before(database)
    for after in range(40):
        # Limited, and not limited any more, and limited again.
        publish(database, offer(2 * after + 2))
        limited = offer(2 * after + 3, limits=ONCE)
        before = len(told(database))
        doom.left = after
        try:
            publish(database, limited)
        except Dead:
            database.close()
            database = open_database(database_url, watch=doom)
            if after:
                publication.finish(database, NOW)
            else:
                publish(database, limited)
        lived, doom.left = doom.left is not None, None
        assert set(told(database)[before:]) == set(WALLETS), after
        assert not owed(database)
        if lived:
            break
    database.close()
    assert after >= 10, "five transactions, and two points of each at which it may die"
