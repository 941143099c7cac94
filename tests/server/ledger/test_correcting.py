"""What came late is put right by the server's own facts."""

from __future__ import annotations

from datetime import date

from terminal.loyalty.bodies import LotExpired
from terminal.loyalty.expiry import brought_back
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import Entry, EntryKind, Lot, lots
from terminal.server.database import accounts as account_table
from terminal.server.database import facts as fact_table
from terminal.server.database import logs
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.ledger.correcting import correct_waiting
from terminal.server.ledger.minting import mint, own_log
from terminal.server.ledger.rebuilding import check
from terminal.server.registry.local_days import LocalDays
from tests.server.paper_till import (
    MAIN_STREET,
    NOW_MS,
    begin,
    deliver,
    earn,
    points,
    spend,
    till,
)

ANNA = points(1)
APRIL = date(2026, 4, 30)
MAY = date(2026, 5, 31)


def kinds_of_server(database: ServerDatabase) -> list[str]:
    with database.reading() as connection:
        incarnation, _ = own_log(connection, MAIN_STREET)
        rows = fact_table.between(connection, incarnation, after=0, up_to=100, most=100)
    return [row.kind for row in rows]


def expire(database: ServerDatabase, n: int, day: date) -> None:
    database.run(
        lambda connection: mint(
            connection,
            store=MAIN_STREET,
            kind=FactKind.LOT_EXPIRED,
            entries=(Entry(ANNA, EntryKind.EXPIRE, n, day),),
            body=LotExpired(wallet=ANNA.wallet, unit=ANNA.unit, up_to=day),
            now_ms=NOW_MS,
            business_day=date(2026, 5, 1),
        )
    )


def test_a_debt_that_two_tills_repaid_is_owed_again(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(Entry(ANNA, EntryKind.OWE, 5))
    deliver(server_database, one)
    for each in (one, two):
        each.record(earn(ANNA, 8), Entry(ANNA, EntryKind.REPAY, 5))
        deliver(server_database, each)
    assert kinds_of_server(server_database) == ["DebtCorrected"]
    with server_database.reading() as connection:
        sums, pool = account_table.accounts_of(connection, [ANNA.wallet])[ANNA]
    assert (sums.debt, pool) == (0, 5)
    assert check(server_database).differences == ()


def test_a_debt_waits_while_logs_are_missing(server_database: ServerDatabase) -> None:
    """The server was restored: the fact that owes is still at a till that has not spoken."""
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(Entry(ANNA, EntryKind.OWE, 5))
    two.record(earn(ANNA, 8), Entry(ANNA, EntryKind.REPAY, 5))

    def missing(connection: Connection) -> None:
        logs.change(connection, one.incarnation, quarantined=1)

    def background(connection: Connection) -> int:
        return correct_waiting(connection, now_ms=NOW_MS, days=LocalDays(MAY))

    server_database.run(missing)
    deliver(server_database, two)
    assert server_database.run(background) == 0
    deliver(server_database, one)
    server_database.run(lambda connection: logs.change(connection, one.incarnation, quarantined=0))
    assert server_database.run(background) == 0
    assert kinds_of_server(server_database) == []
    two.record(Entry(ANNA, EntryKind.REPAY, 2))
    server_database.run(missing)
    deliver(server_database, two)
    server_database.run(lambda connection: logs.change(connection, one.incarnation, quarantined=0))
    assert server_database.run(background) == 1
    assert kinds_of_server(server_database) == ["DebtCorrected"]
    assert check(server_database).differences == ()


def test_no_debt_is_repaid_of_a_pool_that_others_may_have(server_database: ServerDatabase) -> None:
    """The server was restored: what one till gave back, it may have given to the other since."""
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 8))
    two.record(Entry(ANNA, EntryKind.OWE, 5))
    deliver(server_database, one)
    deliver(server_database, two)

    def of_anna() -> tuple[int, int]:
        with server_database.reading() as connection:
            sums, pool = account_table.accounts_of(connection, [ANNA.wallet])[ANNA]
        return sums.debt, pool

    server_database.run(lambda connection: logs.change(connection, two.incarnation, quarantined=1))
    one.give_back(ANNA, 6)
    deliver(server_database, one)
    assert of_anna() == (5, 6)
    assert kinds_of_server(server_database) == []
    server_database.run(lambda connection: logs.change(connection, two.incarnation, quarantined=0))
    one.give_back(ANNA, 1)
    deliver(server_database, one)
    assert of_anna() == (0, 2)
    assert kinds_of_server(server_database) == ["DebtCorrected"]
    assert check(server_database).differences == ()


def test_what_was_spent_in_time_did_not_expire(server_database: ServerDatabase) -> None:
    """Two tills, 100 points of which 40 end in April, and a sale that arrives in May."""
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.day = two.day = date(2026, 4, 20)
    one.record(earn(ANNA, 40, APRIL), earn(ANNA, 60, MAY))
    one.give_back(ANNA, 100)
    deliver(server_database, one)
    expire(server_database, 40, APRIL)
    # A right that nobody knew of: the server was restored after it gave it.
    two.receive(ANNA, 30)
    two.record(spend(ANNA, 30))
    deliver(server_database, two)
    assert kinds_of_server(server_database) == ["LotExpired", "LotExpired"]
    with server_database.reading() as connection:
        sums, pool = account_table.accounts_of(connection, [ANNA.wallet])[ANNA]
    assert lots(sums) == (Lot(MAY, 60),)
    assert pool == 60
    two.day = date(2026, 5, 2)
    two.record(earn(ANNA, 1, MAY), spend(ANNA, 1))
    deliver(server_database, two)
    assert len(kinds_of_server(server_database)) == 2
    assert check(server_database).differences == ()


def test_an_extended_lot_ends_on_its_later_day() -> None:
    entries = [
        (earn(ANNA, 40, APRIL), date(2026, 4, 1)),
        (Entry(ANNA, EntryKind.EXPIRE, 40, APRIL), date(2026, 6, 1)),
        (spend(ANNA, 25), date(2026, 5, 20)),
    ]
    assert brought_back(entries, {}) == {}
    assert brought_back(entries, {APRIL: MAY}) == {
        APRIL: (Entry(ANNA, EntryKind.UNEXPIRE, 25, APRIL),)
    }


def test_goods_of_an_older_lot_come_back_after_the_end_of_a_later_one() -> None:
    """40 were used of the April lot. It was never earned, so they were used of the May lot."""
    entries = [
        (earn(ANNA, 40, APRIL), date(2026, 4, 1)),
        (spend(ANNA, 40), date(2026, 4, 2)),
        (earn(ANNA, 60, MAY), date(2026, 4, 3)),
        (Entry(ANNA, EntryKind.EXPIRE, 60, MAY), date(2026, 6, 1)),
        (Entry(ANNA, EntryKind.UNEARN, 40, APRIL), date(2026, 6, 2)),
        (Entry(ANNA, EntryKind.OWE, 40), date(2026, 6, 2)),
    ]
    assert brought_back(entries, {}) == {MAY: (Entry(ANNA, EntryKind.UNEXPIRE, 40, MAY),)}


def test_both_servers_mint_into_one_log(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 40, APRIL))
    one.give_back(ANNA, 40)
    deliver(server_database, one)
    expire(server_database, 10, APRIL)
    expire(server_database, 20, APRIL)
    assert kinds_of_server(server_database) == ["LotExpired"] * 2
    with server_database.reading() as connection:
        incarnation, timeline = own_log(connection, MAIN_STREET)
        log = logs.find(connection, incarnation)
    assert log is not None
    assert (log.role, log.stored, log.applied, log.timeline) == ("server", 2, 2, timeline)
    assert check(server_database).differences == ()
