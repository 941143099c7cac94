"""However facts of several tills arrive, the accounts come to the same, and nothing leaks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.loyalty.ledger import Entry, EntryKind, fold
from terminal.loyalty.wallet import Account, UnitId
from terminal.server.database import accounts as account_table
from terminal.server.database.connection import Connection, ServerDatabase, open_database
from terminal.server.ledger.rebuilding import DifferenceKind, check, rebuild
from tests.server.paper_till import (
    PaperTill,
    apply_all,
    begin,
    deliver,
    earn,
    keep,
    points,
    spend,
    till,
    wallet,
)

DAYS = (date(2026, 4, 30), date(2026, 5, 31), None)
UNITS = (UnitId("points"), UnitId("stamps:coffee"))
DATED = (EntryKind.EARN, EntryKind.UNEARN)
BARE = (EntryKind.SPEND, EntryKind.UNSPEND, EntryKind.OWE)
accounts = st.builds(Account, st.integers(1, 3).map(wallet), st.sampled_from(UNITS))
entries = st.one_of(
    st.builds(Entry, accounts, st.sampled_from(DATED), st.integers(1, 50), st.sampled_from(DAYS)),
    st.builds(Entry, accounts, st.sampled_from(BARE), st.integers(1, 50), st.none()),
)
logs_of_facts = st.lists(
    st.lists(st.lists(entries, max_size=3), max_size=6), min_size=1, max_size=3
)


def written(logs: list[list[list[Entry]]], first: int = 1) -> list[PaperTill]:
    tills = [till(number) for number in range(first, first + len(logs))]
    for one, facts in zip(tills, logs, strict=True):
        for fact in facts:
            one.record(*fact)
    return tills


@settings(deadline=None, max_examples=60)
@given(logs_of_facts, st.data())
def test_any_interleaving_comes_to_the_plain_fold(
    logs: list[list[list[Entry]]], data: st.DataObject
) -> None:
    tills = written(logs)
    database = open_database("sqlite://")
    try:
        begin(database, *tills)
        while waiting := [one for one in tills if one.sent < len(one.facts)]:
            one = data.draw(st.sampled_from(waiting))
            most = data.draw(st.integers(1, 4))
            deliver(database, one, most)
            assert check(database).differences == ()
        plain = fold(entry for log in logs for fact in log for entry in fact)
        wallets = {account.wallet for account in plain}
        with database.reading() as connection:
            found = account_table.accounts_of(connection, wallets)
        assert {account: sums for account, (sums, _) in found.items()} == plain
    finally:
        database.close()


@settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(logs_of_facts)
def test_batches_come_to_what_single_facts_come_to(
    open_server: Callable[[], ServerDatabase], logs: list[list[list[Entry]]]
) -> None:
    database = open_server()
    with database.reading() as connection:
        begun = connection.exec_driver_sql("SELECT count(*) FROM logs").scalar_one()
    # Each example has tills of its own in the one database.
    tills = written(logs, first=int(begun) + 1)
    begin(database, *tills)
    for one in tills:
        deliver(database, one)
    assert check(database).differences == ()


def test_tills_that_sync_at_once_lose_nothing(open_server: Callable[[], ServerDatabase]) -> None:
    """Two servers on one database; both tills know the same members, met in another order."""
    servers = (open_server(), open_server())
    tills = (till(1), till(2))
    begin(servers[0], *tills)
    for number, one in enumerate(tills):
        for step in range(120):
            whose = step % 12 if number == 0 else 11 - step % 12
            other = (step * 7) % 12
            one.record(earn(points(whose), 3, DAYS[0]), earn(points(other), 2))
            if step % 5 == 4:
                one.record(spend(points(whose), 1))

    def serve(place: int) -> None:
        while tills[place].sent < len(tills[place].facts):
            deliver(servers[place], tills[place], most=3)

    with ThreadPoolExecutor(2) as both:
        list(both.map(serve, (0, 1)))
    assert check(servers[0]).differences == ()
    with servers[0].reading() as connection:
        found = account_table.accounts_of(connection, [wallet(n) for n in range(12)])
    assert sum(sums.earned_in_all for sums, _ in found.values()) == 2 * 120 * 5
    assert sum(sums.used for sums, _ in found.values()) == 2 * 24


def test_one_log_served_by_two_servers_counts_once(
    open_server: Callable[[], ServerDatabase],
) -> None:
    servers = (open_server(), open_server())
    one = till(1)
    begin(servers[0], one)
    for _ in range(300):
        one.record(earn(points(1), 1))
    keep(servers[0], one.unsent(), one.incarnation)
    with ThreadPoolExecutor(4) as all_at_once:
        list(all_at_once.map(lambda n: apply_all(servers[n % 2], one.incarnation), range(8)))
    with servers[0].reading() as connection:
        found = account_table.accounts_of(connection, [wallet(1)])
    assert found[points(1)][0].earned_in_all == 300
    assert check(servers[0]).clean


BY_HAND = (
    "UPDATE accounts SET used = 7 WHERE pool = 0",
    "UPDATE accounts SET pool = 9 WHERE pool = 4",
    "UPDATE holdings SET n = n + 1",
    "UPDATE wallets SET movements = '[]'",
    "DELETE FROM entries WHERE seq = 2",
    "UPDATE facts SET wall_ms = 1 WHERE seq = 3",
)


def test_what_somebody_changed_by_hand_is_found_and_mended(
    server_database: ServerDatabase,
) -> None:
    one = till(1)
    begin(server_database, one)
    for n in range(1, 5):
        one.record(earn(points(n), 10, DAYS[0]))
    one.give_back(points(1), 4)
    deliver(server_database, one)

    def by_hand(connection: Connection) -> None:
        for statement in BY_HAND:
            connection.exec_driver_sql(statement)

    server_database.run(by_hand)
    found = rebuild(server_database)
    assert {one.kind for one in found.differences} == {
        DifferenceKind.SUMS,
        DifferenceKind.POOL,
        DifferenceKind.HOLDINGS,
        DifferenceKind.WALLETS,
        DifferenceKind.ENTRIES,
        DifferenceKind.COLUMNS,
    }
    assert check(server_database).differences == ()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE facts SET hash = 'ab' WHERE seq = 2", DifferenceKind.FACT_CHANGED),
        ("DELETE FROM facts WHERE seq = 2", DifferenceKind.FACT_MISSING),
        ("DELETE FROM facts WHERE seq = 3", DifferenceKind.FACT_MISSING),
    ],
)
def test_facts_that_were_tampered_with_are_told_and_never_mended(
    server_database: ServerDatabase, statement: str, kind: DifferenceKind
) -> None:
    one = till(1)
    begin(server_database, one)
    for _ in range(3):
        one.record(earn(points(1), 10))
    deliver(server_database, one)
    server_database.run(lambda connection: connection.exec_driver_sql(statement))
    found = rebuild(server_database)
    assert kind in {one.kind for one in found.differences}
    assert not found.facts_sound
    assert check(server_database).differences == found.differences
