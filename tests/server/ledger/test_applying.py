"""Facts of several tills come to one account, whatever becomes of single ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.exc import OperationalError

from terminal.loyalty.bodies import (
    CardMet,
    LotExtended,
    LotWarned,
    MemberEnrolled,
    RightsWrittenOff,
)
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, Sums
from terminal.loyalty.statement import PlacedRight, Statement
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import entries as entry_table
from terminal.server.database import feeds, grants, people
from terminal.server.database.alarms import read_alarms
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.grants import GrantRow
from terminal.server.ledger.applying import apply_parked
from terminal.server.ledger.minting import mint
from terminal.server.ledger.rebuilding import check
from terminal.server.ledger.statements import statements_of
from tests.server.paper_till import (
    MAIN_STREET,
    NOW_MS,
    STATION,
    TODAY,
    PaperTill,
    apply_all,
    begin,
    deliver,
    earn,
    keep,
    points,
    reasons,
    spend,
    till,
    wallet,
)

ANNA = points(1)
APRIL = date(2026, 4, 30)
MAY = date(2026, 5, 31)


def sums(database: ServerDatabase, account: Account = ANNA) -> Sums:
    with database.reading() as connection:
        rows = account_table.accounts_of(connection, [account.wallet])
    return rows[account][0] if account in rows else NOTHING


def rights(database: ServerDatabase, account: Account = ANNA) -> dict[str, int]:
    """Where the rights are; the pool is ''. They come to what the sums say, always."""
    with database.reading() as connection:
        known, pool = account_table.accounts_of(connection, [account.wallet])[account]
        held = account_table.holdings_of(connection, [account.wallet])
        sent = grants.sent_of(connection, [account.wallet])
    found = {one.incarnation: one.n for one in held if one.account == account}
    on_the_way = sum(one.n for one in sent if one.account == account)
    assert pool + sum(found.values()) + on_the_way == known.rights_in_all
    return {"": pool, **found}


def statement(database: ServerDatabase, one: PaperTill, whose: Account = ANNA) -> Statement:
    with database.reading() as connection:
        (found,) = statements_of(connection, [whose.wallet], one.incarnation, NOW_MS)
    return found


def give(
    database: ServerDatabase, one: PaperTill, account: Account, n: int, number: int = 1
) -> None:
    """The bank sends a right to a till."""

    def work(connection: Connection) -> None:
        account_table.lock_wallets(connection, [account.wallet], one.store)
        row = GrantRow(one.incarnation, 1, number, *account, n, grants.SENT, NOW_MS)
        grants.add_grants(connection, [row])
        grants.change_pools(connection, {account: -n})

    database.run(work)


def test_what_two_tills_earned_adds_up(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 12, APRIL))
    two.record(earn(ANNA, 8, MAY))
    deliver(server_database, one)
    applied = deliver(server_database, two)
    assert applied.wallets == {ANNA.wallet}
    assert sums(server_database) == Sums(earned=((APRIL, 12), (MAY, 8)))
    assert rights(server_database) == {"": 0, one.incarnation: 12, two.incarnation: 8}
    assert statement(server_database, one).elsewhere == (
        PlacedRight(unit=UnitId("points"), place="Till 2", n=8),
    )
    assert statement(server_database, one).version == 2


def test_a_batch_sent_twice_counts_once(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 12))
    deliver(server_database, one)
    one.sent = 0
    applied = deliver(server_database, one)
    assert applied.wallets == frozenset()
    assert sums(server_database) == Sums(earned=((None, 12),))


def test_a_right_goes_down_and_comes_back(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 100))
    one.give_back(ANNA, 60)
    deliver(server_database, one)
    assert rights(server_database) == {"": 60, one.incarnation: 40}
    give(server_database, two, ANNA, 50)
    assert rights(server_database) == {"": 10, one.incarnation: 40}
    assert {right.place: right.n for right in statement(server_database, one).elsewhere} == {
        "": 10,
        "Till 2": 50,
    }
    assert {right.place: right.n for right in statement(server_database, two).elsewhere} == {
        "": 10,
        "Till 1": 40,
    }
    two.receive(ANNA, 50)
    two.record(spend(ANNA, 30))
    deliver(server_database, two)
    assert rights(server_database) == {"": 10, one.incarnation: 40, two.incarnation: 20}
    assert not reasons(server_database)


def test_one_grant_is_received_once(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 10))
    one.give_back(ANNA, 10)
    deliver(server_database, one)
    give(server_database, one, ANNA, 4)
    one.receive(ANNA, 4)
    one.receive(ANNA, 4)
    deliver(server_database, one)
    one.receive(ANNA, 4)
    one.record(earn(ANNA, 1))
    deliver(server_database, one)
    assert reasons(server_database) == [
        (one.incarnation, 4, "grant_twice"),
        (one.incarnation, 5, "grant_twice"),
    ]
    assert rights(server_database) == {"": 6, one.incarnation: 5}


def test_a_grant_that_the_server_forgot_leaves_the_pool(server_database: ServerDatabase) -> None:
    """The server was restored: it gave the right and does not know."""
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 10))
    one.give_back(ANNA, 10)
    deliver(server_database, one)
    two.receive(ANNA, 7, number=3)
    deliver(server_database, two)
    assert rights(server_database) == {"": 3, two.incarnation: 7}
    two.receive(ANNA, 7, number=3)
    deliver(server_database, two)
    assert reasons(server_database) == [(two.incarnation, 2, "grant_twice")]


def test_what_nobody_had_a_right_to_is_told(server_database: ServerDatabase) -> None:
    """Goods have left the shop: it is booked, with an alarm, and never refused."""
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(spend(ANNA, 5))
    deliver(server_database, one)
    two.receive(ANNA, 3)
    deliver(server_database, two)
    with server_database.reading() as connection:
        alarms = {alarm.place: alarm.kind for alarm in read_alarms(connection)}
    assert alarms == {
        f"{one.incarnation} {ANNA.wallet}/points": "exposure",
        f"pool {ANNA.wallet}/points": "exposure",
    }
    assert rights(server_database) == {"": -3, one.incarnation: -5, two.incarnation: 3}


def test_a_fact_that_cannot_be_read_holds_up_nobody(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 1))
    one.write(b'{"v": 9}\nfrom the year 2040')
    one.record(earn(ANNA, 2))
    one.record(Entry(Account(WalletId("anna"), UnitId("points")), EntryKind.EARN, 3))
    one.record(Entry(Account(wallet(1), UnitId("po\nints")), EntryKind.EARN, 3))
    one.record(kind=FactKind.MEMBER_ENROLLED, body=b"[]")
    one.record(earn(ANNA, 4))
    applied = deliver(server_database, one)
    assert [(parked.seq, parked.reason.partition(":")[0]) for parked in applied.parked] == [
        (2, "unreadable"),
        (4, "wallet_form"),
        (5, "unit_form"),
        (6, "body"),
    ]
    assert applied.log.applied == 7
    assert sums(server_database) == Sums(earned=((None, 7),))
    with server_database.reading() as connection:
        assert len([one for one in read_alarms(connection) if one.kind == "parked"]) == 4


def test_a_fact_over_which_the_database_fails_holds_up_nobody(
    server_database: ServerDatabase,
) -> None:
    """No account can hold more than the database counts: 9.2 million facts of the largest."""
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 5))
    deliver(server_database, one)

    def nearly_full(connection: Connection) -> None:
        full = Sums(used=2**63 - 10)
        account_table.write_accounts(connection, [(points(2), full, 0)])

    server_database.run(nearly_full)
    one.record(earn(ANNA, 1))
    one.record(spend(points(2), 100))
    one.record(earn(ANNA, 2))
    applied = deliver(server_database, one)
    assert reasons(server_database) == [(one.incarnation, 3, "failed")]
    assert applied.log.applied == 4
    assert sums(server_database) == Sums(earned=((None, 8),))
    assert rights(server_database) == {"": 0, one.incarnation: 8}


@pytest.mark.parametrize("room", [0, 2, 8])
def test_a_full_disk_is_no_fault_of_a_fact(
    open_server: Callable[..., ServerDatabase], room: int
) -> None:
    """``room``: for so many pages more. Nothing is parked, and nothing half done."""
    database = open_server()
    if database.is_postgresql:
        pytest.skip("SQLite says how full its disk is")
    one = till(1)
    begin(database, one)
    for number in range(150):
        one.record(earn(points(number), 5))
    keep(database, one.unsent(), one.incarnation)

    def room_for(pages: int) -> None:
        with database.reading() as connection:
            (there,) = connection.exec_driver_sql("PRAGMA page_count").one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {there + pages}").close()

    room_for(room)
    with pytest.raises((OperationalError, sqlite3.OperationalError), match="full"):
        apply_all(database, one.incarnation)
    assert reasons(database) == []
    assert sums(database, points(0)) == NOTHING
    room_for(10_000)
    assert not apply_all(database, one.incarnation).parked
    assert {sums(database, points(n)) for n in range(150)} == {Sums(earned=((None, 5),))}
    assert check(database).clean


def test_a_parked_fact_is_tried_again(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    fact = one.record(earn(ANNA, 5))
    keep(server_database, one.unsent(), one.incarnation)

    def park_it(connection: Connection) -> None:
        """As an older server did, which could not read it."""
        connection.exec_driver_sql("UPDATE facts SET kind = '', wall_ms = 0, business_day = ''")
        connection.exec_driver_sql("UPDATE logs SET applied = 1 WHERE stored = 1")
        connection.exec_driver_sql(
            f"INSERT INTO parked VALUES ('{one.incarnation}', 1, 'unreadable', 0)"
        )

    server_database.run(park_it)
    applied = server_database.run(
        lambda connection: apply_parked(connection, one.incarnation, NOW_MS)
    )
    assert applied.wallets == {ANNA.wallet}
    assert reasons(server_database) == []
    assert sums(server_database) == Sums(earned=((None, 5),))
    with server_database.reading() as connection:
        row = connection.exec_driver_sql("SELECT kind, wall_ms, business_day FROM facts").one()
    assert tuple(row) == ("SaleRecorded", fact.wall_ms, TODAY.isoformat())


def test_an_unknown_kind_counts_by_its_entries(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 5), kind="LotteryWon", body=b"\x00\xff not even text")
    deliver(server_database, one)
    assert sums(server_database) == Sums(earned=((None, 5),))
    assert not reasons(server_database)


def test_a_till_cannot_write_off_what_others_hold(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 5))
    deliver(server_database, one)
    stolen = RightsWrittenOff(incarnation=one.incarnation, reason="lost", rights=((*ANNA, 5),))
    two.record(kind=FactKind.RIGHTS_WRITTEN_OFF, body=stolen)
    deliver(server_database, two)
    assert rights(server_database) == {"": 0, one.incarnation: 5}


def test_a_manager_writes_off_a_lost_till(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 5))
    one.record(spend(ANNA, 2))
    deliver(server_database, one, most=1)
    written_off = RightsWrittenOff(
        incarnation=one.incarnation, reason="stolen", rights=((*ANNA, 5),)
    )
    server_database.run(
        lambda connection: mint(
            connection,
            store=MAIN_STREET,
            kind=FactKind.RIGHTS_WRITTEN_OFF,
            entries=(),
            body=written_off,
            now_ms=NOW_MS,
            business_day=TODAY,
        )
    )
    assert rights(server_database) == {"": 5}
    deliver(server_database, one)  # it turns up after all: the loss is real
    assert rights(server_database) == {"": 5, one.incarnation: -2}
    with server_database.reading() as connection:
        assert [alarm.kind for alarm in read_alarms(connection)] == ["exposure"]


def test_units_that_vest_later_wait_for_their_day(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    body = (
        f'{{"earned":[{{"account":["{ANNA.wallet}","points"],"n":7,"vests":"2026-05-04"}},'
        f'{{"account":["{ANNA.wallet}","points"],"n":3,"vests":null}}]}}'
    )
    one.record(Entry(ANNA, EntryKind.EARN_PENDING, 9, MAY), earn(ANNA, 3, MAY), body=body.encode())
    deliver(server_database, one)
    with server_database.reading() as connection:
        rows = entry_table.all_pending(connection)
    assert [(row.vests, row.n) for row in rows] == [("2026-05-04", 7), ("9999-12-31", 2)]
    assert rights(server_database) == {"": 0, one.incarnation: 3}


def test_who_joins_is_linked_to_the_wallet(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    member, met = "aa" * 16, "bb" * 16
    one.record(
        kind=FactKind.MEMBER_ENROLLED,
        body=MemberEnrolled(member=member, wallet=wallet(1), card="cc" * 16),
    )
    one.record(earn(ANNA, 5))
    one.record(kind=FactKind.CARD_MET, body=CardMet(member=met, wallet=wallet(2), card="dd" * 16))
    deliver(server_database, one)
    with server_database.reading() as connection:
        assert people.members_of(connection, [wallet(1), wallet(2)]) == {
            wallet(1): member,
            wallet(2): met,
        }
    assert statement(server_database, one).version == 1
    assert statement(server_database, one, points(2)).accounts == ()


def test_warnings_and_extensions_are_told(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.day = date(2026, 4, 10)
    one.record(earn(ANNA, 40, APRIL))
    warned = LotWarned(
        wallet=ANNA.wallet, unit=ANNA.unit, day=APRIL, last_day=APRIL, n=40, how="slip"
    )
    one.record(kind=FactKind.LOT_WARNED, body=warned)
    deliver(server_database, one)
    (told,) = statement(server_database, one).accounts
    assert told.warned == (APRIL,)
    extended = LotExtended(
        wallet=ANNA.wallet, unit=ANNA.unit, day=APRIL, until=MAY, reason="given_back_late"
    )
    server_database.run(
        lambda connection: mint(
            connection,
            store=MAIN_STREET,
            kind=FactKind.LOT_EXTENDED,
            entries=(),
            body=extended,
            now_ms=NOW_MS,
            business_day=TODAY,
        )
    )
    (told,) = statement(server_database, one).accounts
    assert told.extended == ((APRIL, MAY),)
    assert told.warned == ()
    assert statement(server_database, one).version == 2


def test_a_wallet_is_told_to_the_stores_that_know_it(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2, STATION)
    begin(server_database, one, two)
    one.record(earn(ANNA, 5))
    deliver(server_database, one)
    two.record(earn(points(2), 5))
    deliver(server_database, two)
    two.record(earn(ANNA, 5))
    two.record(earn(ANNA, 6))
    deliver(server_database, two)
    with server_database.reading() as connection:
        main = {row.key for row in feeds.rows_after(connection, MAIN_STREET, 1, 10)}
        station = {row.key for row in feeds.rows_after(connection, STATION, 1, 10)}
    assert main == {wallet(1)}
    assert station == {wallet(1)}


def test_the_next_day_is_kept_for_the_calendar(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 5, APRIL), earn(ANNA, 5, MAY), earn(ANNA, 5))

    def next_day() -> str:
        with server_database.reading() as connection:
            (row,) = account_table.all_account_rows(connection)
        return row[8]

    deliver(server_database, one)
    assert next_day() == "2026-04-30"
    one.record(spend(ANNA, 7))
    deliver(server_database, one)
    assert next_day() == "2026-05-31"
    one.record(spend(ANNA, 3))
    deliver(server_database, one)
    assert next_day() == ""


def test_the_last_ten_movements_tell_where_the_points_went(
    server_database: ServerDatabase,
) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    for n in range(1, 9):
        one.record(earn(ANNA, n, MAY))
    two.wall_ms += 500
    for n in range(1, 9):
        two.record(spend(ANNA, n))
    one.give_back(ANNA, 1)
    deliver(server_database, two)
    deliver(server_database, one)
    told = statement(server_database, two).movements
    assert [(one.place, one.entry, one.n) for one in told] == [
        (place, entry, n)
        for n in (8, 7, 6, 5, 4)
        for place, entry in (("Till 2", "spend"), ("Till 1", "earn"))
    ]
    assert told[1].day == MAY
    assert told[0].fact == "SaleRecorded"


def test_a_till_that_was_closed_counts_too(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 5))
    keep(server_database, one.unsent(), one.incarnation)
    server_database.run(
        lambda connection: connection.exec_driver_sql("UPDATE logs SET standing = 'closed'")
    )
    assert apply_all(server_database, one.incarnation).wallets == {ANNA.wallet}


@pytest.mark.parametrize("at_hand", [False, True])
def test_a_long_log_is_applied_whole(server_database: ServerDatabase, at_hand: bool) -> None:
    one = till(1)
    begin(server_database, one)
    for _ in range(1203):
        one.record(earn(ANNA, 1))
    if at_hand:
        deliver(server_database, one)
    else:
        keep(server_database, one.unsent(), one.incarnation)
        apply_all(server_database, one.incarnation)
    assert sums(server_database).earned_in_all == 1203
