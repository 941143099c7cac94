"""Stories of the calendar, told on both databases: units vest, end, stay, or wait for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations

import pytest

from terminal.loyalty import ledger
from terminal.loyalty.bodies import LotWarned
from terminal.loyalty.expiry import ExpiryTerms
from terminal.loyalty.facts import Fact, FactKind, decode
from terminal.loyalty.ledger import Entry, EntryKind, Lot, Sums, lots
from terminal.loyalty.wallet import Account
from terminal.server.calendar.days import Report, run_day
from terminal.server.calendar.reading import unwarned
from terminal.server.database import accounts as account_table
from terminal.server.database import entries as entry_table
from terminal.server.database import facts as fact_table
from terminal.server.database import feeds, grants, logs, recalls
from terminal.server.database import lots as lot_table
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.grants import GrantRow
from terminal.server.ledger.statements import statements_of
from terminal.server.registry.local_days import LocalDays
from tests.server.paper_till import (
    MAIN_STREET,
    NOW_MS,
    STATION,
    PaperTill,
    begin,
    deliver,
    earn,
    points,
    spend,
    till,
)

ANNA = points(1)
MARCH = date(2026, 3, 14)
APRIL = date(2026, 4, 30)
FIRST_OF_MAY = date(2026, 5, 1)
MAY = date(2026, 5, 30)
YEAR_END = date(2026, 12, 31)
NOTHING_DONE = Report()


def run(database: ServerDatabase, today: date, **terms: int) -> Report:
    """Run a day, and see that running it again does nothing."""
    settings = ExpiryTerms(**terms)
    report = run_day(database, now_ms=NOW_MS, days=LocalDays(today), terms=settings)
    assert run_day(database, now_ms=NOW_MS, days=LocalDays(today), terms=settings) == NOTHING_DONE
    return report


def on(day: date, one: PaperTill, *entries: Entry, **other: object) -> Fact:
    one.day = day
    return one.record(*entries, **other)  # type: ignore[arg-type]


def unspend(account: Account, n: int) -> Entry:
    return Entry(account, EntryKind.UNSPEND, n)


def warn(one: PaperTill, today: date, last_day: date, day: date = APRIL, n: int = 40) -> None:
    body = LotWarned(
        wallet=ANNA.wallet, unit=ANNA.unit, day=day, last_day=last_day, n=n, how="slip"
    )
    on(today, one, kind=FactKind.LOT_WARNED, body=body)


def sums(database: ServerDatabase, account: Account = ANNA) -> Sums:
    return account_and_pool(database, account)[0]


def pool(database: ServerDatabase, account: Account = ANNA) -> int:
    return account_and_pool(database, account)[1]


def account_and_pool(database: ServerDatabase, account: Account) -> tuple[Sums, int]:
    """Sums and pool; all rights together are what the sums say, always."""
    with database.reading() as connection:
        known, in_pool = account_table.accounts_of(connection, [account.wallet])[account]
        held = account_table.holdings_of(connection, [account.wallet])
        sent = grants.sent_of(connection, [account.wallet])
    out = sum(one.n for one in held if one.account == account) + sum(one.n for one in sent)
    assert in_pool + out == known.rights_in_all
    return known, in_pool


def give(database: ServerDatabase, one: PaperTill, n: int, number: int = 1) -> None:
    """The bank gives a right, and the till receives it."""

    def work(connection: Connection) -> None:
        account_table.lock_wallets(connection, [ANNA.wallet], one.store)
        row = GrantRow(one.incarnation, 1, number, *ANNA, n, grants.SENT, NOW_MS)
        grants.add_grants(connection, [row])
        grants.change_pools(connection, {ANNA: -n})

    database.run(work)
    one.receive(ANNA, n, number=number)


def asked(database: ServerDatabase, one: PaperTill) -> int:
    with database.reading() as connection:
        return sum(row.n for row in recalls.recalls_of(connection, one.incarnation))


def minted(database: ServerDatabase) -> list[Fact]:
    with database.reading() as connection:
        own = [
            log.incarnation
            for store in (MAIN_STREET, STATION)
            for log in logs.of_store(connection, store)
            if log.role == "server"
        ]
        rows = [
            row
            for incarnation in own
            for row in fact_table.between(connection, incarnation, after=0, up_to=999, most=999)
        ]
    return [decode(row.stored) for row in rows]


def last_days(database: ServerDatabase, one: PaperTill) -> tuple[tuple[date, date], ...]:
    with database.reading() as connection:
        (found,) = statements_of(connection, [ANNA.wallet], one.incarnation, NOW_MS)
    return found.accounts[0].extended


@pytest.fixture
def one(server_database: ServerDatabase) -> PaperTill:
    """A till where Anna earned 100 points, of which 40 end in April; the pool has their rights."""
    first = till(1)
    begin(server_database, first, till(2))
    on(date(2026, 1, 10), first, earn(ANNA, 40, APRIL), earn(ANNA, 60, YEAR_END))
    first.give_back(ANNA, 100)
    deliver(server_database, first)
    return first


# --- the end of April ----------------------------------------------------------------------------


def test_points_warned_of_in_march_expire_on_the_first_of_may(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    warn(one, MARCH, APRIL)
    deliver(server_database, one)

    assert run(server_database, APRIL) == NOTHING_DONE
    assert run(server_database, FIRST_OF_MAY) == Report(expired=1)

    assert lots(sums(server_database)) == (Lot(YEAR_END, 60),)
    assert pool(server_database) == 60
    (fact,) = minted(server_database)
    assert (fact.kind, fact.business_day) == ("LotExpired", FIRST_OF_MAY)
    assert fact.entries == (Entry(ANNA, EntryKind.EXPIRE, 40, APRIL),)


def test_points_that_nobody_was_warned_of_stay_until_the_thirtieth_of_may(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    assert run(server_database, FIRST_OF_MAY) == Report(extended=1)

    assert sums(server_database).balance == 100
    assert last_days(server_database, one) == ((APRIL, MAY),)
    assert run(server_database, MAY) == NOTHING_DONE
    assert run(server_database, MAY + timedelta(days=1)) == Report(extended=1)
    assert last_days(server_database, one) == ((APRIL, date(2026, 6, 29)),)


def test_extended_points_are_warned_of_with_their_new_day_and_then_expire(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    run(server_database, FIRST_OF_MAY)
    warn(one, date(2026, 5, 5), MAY)
    deliver(server_database, one)

    assert run(server_database, MAY + timedelta(days=1)) == Report(expired=1)
    assert lots(sums(server_database)) == (Lot(YEAR_END, 60),)


def test_a_warning_that_came_too_late_does_not_count(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    warn(one, date(2026, 4, 20), APRIL)
    deliver(server_database, one)

    assert run(server_database, FIRST_OF_MAY) == Report(extended=1)


def test_a_warning_given_in_time_counts_however_late_its_till_had_a_line(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    """It was told on 14 March; the server hears of it in May, and the lot has its extra month."""
    warn(one, MARCH, APRIL)
    run(server_database, FIRST_OF_MAY)
    deliver(server_database, one)

    assert run(server_database, MAY) == NOTHING_DONE
    assert run(server_database, MAY + timedelta(days=1)) == Report(extended=1)


def test_after_the_owners_bound_a_person_decides(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    assert run(server_database, FIRST_OF_MAY, months_most=1).extended == 1
    assert run(server_database, date(2026, 5, 31), months_most=1) == Report(listed=1)

    with server_database.reading() as connection:
        (row,) = lot_table.decisions(connection)
    assert (row.wallet, row.day, row.n) == (ANNA.wallet, "2026-04-30", 40)
    assert sums(server_database).balance == 100


def test_a_listed_lot_that_is_spent_leaves_the_list(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    run(server_database, FIRST_OF_MAY, months_most=1)
    run(server_database, date(2026, 5, 31), months_most=1)
    give(server_database, one, 50)
    on(date(2026, 6, 1), one, spend(ANNA, 10))
    deliver(server_database, one)
    assert run(server_database, date(2026, 6, 2), months_most=1) == NOTHING_DONE
    with server_database.reading() as connection:
        assert [row.n for row in lot_table.decisions(connection)] == [30]
    on(date(2026, 6, 1), one, spend(ANNA, 40))
    deliver(server_database, one)

    assert run(server_database, date(2026, 6, 2), months_most=1) == NOTHING_DONE

    with server_database.reading() as connection:
        assert lot_table.decisions(connection) == []


def test_rights_that_are_out_are_asked_back_before_anything_expires(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    warn(one, MARCH, APRIL)
    give(server_database, one, 80)
    deliver(server_database, one)
    before = server_database.bell.heard(MAIN_STREET)

    assert run(server_database, FIRST_OF_MAY) == Report(recalled=80)

    assert asked(server_database, one) == 80
    assert server_database.bell.wait(MAIN_STREET, 60, since=before)
    assert sums(server_database).balance == 100
    one.give_back(ANNA, 80)
    deliver(server_database, one)
    assert run(server_database, FIRST_OF_MAY) == Report(expired=1)
    assert (sums(server_database).balance, pool(server_database)) == (60, 60)


def test_what_was_spent_with_rights_that_were_out_does_not_expire(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    warn(one, MARCH, APRIL)
    give(server_database, one, 80)
    deliver(server_database, one)
    run(server_database, FIRST_OF_MAY)
    on(date(2026, 4, 28), one, spend(ANNA, 30))
    one.give_back(ANNA, 50)
    deliver(server_database, one)

    assert run(server_database, FIRST_OF_MAY) == Report(expired=1)

    assert lots(sums(server_database)) == (Lot(YEAR_END, 60),)
    assert sums(server_database).expired == ((APRIL, 10),)


def test_a_grant_on_its_way_is_out(server_database: ServerDatabase, one: PaperTill) -> None:
    warn(one, MARCH, APRIL)
    deliver(server_database, one)
    give(server_database, one, 100)

    assert run(server_database, FIRST_OF_MAY) == NOTHING_DONE


def test_points_given_back_too_late_to_be_warned_of_stay(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    """All were spent in March, and 70 came back on 20 April: ten of them of April."""
    warn(one, date(2026, 3, 1), APRIL)
    give(server_database, one, 100)
    on(MARCH, one, spend(ANNA, 100))
    on(date(2026, 4, 20), one, unspend(ANNA, 70), kind=FactKind.UNITS_ADJUSTED)
    one.give_back(ANNA, 70)
    deliver(server_database, one)

    assert run(server_database, FIRST_OF_MAY) == Report(extended=1)

    assert last_days(server_database, one) == ((APRIL, MAY),)
    assert sums(server_database).balance == 70


def test_nothing_ends_while_the_server_does_not_know_what_is_out(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    warn(one, MARCH, APRIL)
    deliver(server_database, one)

    def quarantine(n: int) -> Callable[[Connection], None]:
        return lambda connection: logs.change(connection, one.incarnation, quarantined=n)

    server_database.run(quarantine(1))
    assert run(server_database, FIRST_OF_MAY) == NOTHING_DONE
    server_database.run(quarantine(0))
    assert run(server_database, FIRST_OF_MAY) == Report(expired=1)


def test_what_ended_is_told_to_the_stores_that_are_interested(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    warn(one, MARCH, APRIL)
    deliver(server_database, one)
    with server_database.reading() as connection:
        before, _ = feeds.marks(connection, MAIN_STREET)

    run(server_database, FIRST_OF_MAY)

    with server_database.reading() as connection:
        told = feeds.rows_after(connection, MAIN_STREET, before, 100)
    assert [(row.kind, row.key) for row in told] == [("wallet", ANNA.wallet)]


def test_lots_that_nobody_was_warned_of_are_listed(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    def waiting(today: date) -> list[tuple[Account, date, int]]:
        with server_database.reading() as connection:
            found, beyond = unwarned(connection, today, lot_table.FIRST, 100)
        assert beyond is None
        return [(account, lot.last_day, lot.n) for account, lot in found]

    assert waiting(date(2026, 1, 20)) == []
    assert waiting(MARCH) == [(ANNA, APRIL, 40)]
    warn(one, MARCH, APRIL)
    deliver(server_database, one)
    assert waiting(MARCH) == []


# --- two tills, one card, no line ------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_two_tills_spend_one_card_without_a_line_and_a_sale_is_given_back(
    server_database: ServerDatabase, order: tuple[int, ...]
) -> None:
    """100 points of which 40 end in April; 60 are spent at A and 30 at B, both without a line.

    B's sale is given back at A. Whatever reaches the server first, and however often the calendar
    runs in between: April's points were spent, so nothing expires and 40 of the later ones stay.
    """
    a, b = till(1), till(2, STATION)
    begin(server_database, a, b)
    on(date(2026, 1, 10), a, earn(ANNA, 40, APRIL), earn(ANNA, 60, YEAR_END))
    a.give_back(ANNA, 100)
    warn(a, MARCH, APRIL)
    deliver(server_database, a)
    give(server_database, a, 60)
    give(server_database, b, 40)
    on(date(2026, 4, 25), a, spend(ANNA, 60))
    on(date(2026, 4, 26), b, spend(ANNA, 30))
    on(date(2026, 4, 27), a, unspend(ANNA, 30), kind=FactKind.UNITS_ADJUSTED)

    for step in order:
        run(server_database, FIRST_OF_MAY)
        if step == 0:
            deliver(server_database, a, 2)  # the grant and the sale
        elif step == 1:
            deliver(server_database, b)
        else:
            deliver(server_database, a)
    run(server_database, FIRST_OF_MAY)

    for one in (a, b):
        back = asked(server_database, one)
        if back:
            one.give_back(ANNA, back)
            deliver(server_database, one)
    run(server_database, FIRST_OF_MAY)
    left = sums(server_database)
    assert left.used == 60
    assert lots(left) == (Lot(YEAR_END, 40),)
    assert left.expired == ()
    assert [fact for fact in minted(server_database) if fact.kind == "LotExpired"] == []


# --- vesting -------------------------------------------------------------------------------------


def pending_sale(one: PaperTill, n: int = 10, *, bought: date = date(2026, 4, 1)) -> Fact:
    vests = bought + timedelta(days=14)
    body = (
        f'{{"earned":[{{"account":["{ANNA.wallet}","points"],"n":{n},"vests":"{vests}"}}]}}'
    ).encode()
    return on(bought, one, Entry(ANNA, EntryKind.EARN_PENDING, n, YEAR_END), body=body)


def pending_rows(database: ServerDatabase) -> list[int]:
    with database.reading() as connection:
        return [row.n for row in entry_table.all_pending(connection)]


def adjust(one: PaperTill, today: date, entries: tuple[Entry, ...]) -> None:
    on(today, one, *entries, kind=FactKind.UNITS_ADJUSTED)


@pytest.fixture
def fresh(server_database: ServerDatabase) -> PaperTill:
    first = till(1)
    begin(server_database, first, till(2))
    return first


def test_pending_points_vest_into_the_pool_on_their_day(
    server_database: ServerDatabase, fresh: PaperTill
) -> None:
    sale = pending_sale(fresh)
    deliver(server_database, fresh)

    assert run(server_database, date(2026, 4, 14)) == NOTHING_DONE
    assert run(server_database, date(2026, 4, 15)) == Report(vested=1)

    assert (sums(server_database).pending, pool(server_database)) == (0, 10)
    assert pending_rows(server_database) == []
    (fact,) = minted(server_database)
    assert fact.kind == "UnitsVested"
    assert str(sale.seq) in fact.body.decode()


def test_what_vests_repays_a_debt_first(server_database: ServerDatabase, fresh: PaperTill) -> None:
    pending_sale(fresh)
    adjust(fresh, date(2026, 4, 2), (earn(ANNA, 6, YEAR_END), spend(ANNA, 6)))
    adjust(fresh, date(2026, 4, 3), ledger.taking_back(ANNA, 6, YEAR_END, rights_here=0))
    deliver(server_database, fresh)
    assert sums(server_database).debt == 6

    run(server_database, date(2026, 4, 15))

    assert (sums(server_database).debt, pool(server_database)) == (0, 4)


def test_what_was_taken_back_before_never_vests(
    server_database: ServerDatabase, fresh: PaperTill
) -> None:
    pending_sale(fresh)
    adjust(fresh, date(2026, 4, 5), ledger.taking_back_pending(ANNA, 4, YEAR_END))
    pending_sale(fresh, bought=date(2026, 4, 10))
    deliver(server_database, fresh)

    run(server_database, date(2026, 4, 15))
    run(server_database, date(2026, 4, 30))

    assert sums(server_database) == Sums(earned=((YEAR_END, 16),))
    assert pool(server_database) == 16
    assert pending_rows(server_database) == []


def test_of_a_sale_that_was_taken_back_whole_nothing_vests(
    server_database: ServerDatabase, fresh: PaperTill
) -> None:
    pending_sale(fresh)
    adjust(fresh, date(2026, 4, 5), ledger.taking_back_pending(ANNA, 10, YEAR_END))
    deliver(server_database, fresh)

    assert run(server_database, date(2026, 4, 15)) == Report(vested=1)

    assert sums(server_database) == Sums()
    assert pending_rows(server_database) == []


@pytest.mark.parametrize("vested_first", [True, False])
@pytest.mark.parametrize("spent", [0, 7])
def test_taken_back_as_pending_and_vested_come_to_nothing_in_either_order(
    server_database: ServerDatabase, fresh: PaperTill, vested_first: bool, spent: int
) -> None:
    """The till without a line takes units back as pending; the server lets them vest meanwhile."""
    pending_sale(fresh)
    deliver(server_database, fresh)
    adjust(fresh, date(2026, 4, 14), ledger.taking_back_pending(ANNA, 10, YEAR_END))
    other = till(2)
    if vested_first:
        run(server_database, date(2026, 4, 15))
        if spent:
            give(server_database, other, spent)
            on(date(2026, 4, 15), other, spend(ANNA, spent))
            deliver(server_database, other)
        deliver(server_database, fresh)
        assert sums(server_database).pending == -10
        assert run(server_database, date(2026, 4, 15)) == Report(corrected=1)
    else:
        spent = 0
        deliver(server_database, fresh)
        run(server_database, date(2026, 4, 15))

    left = sums(server_database)
    assert left == Sums(used=spent, debt=spent)
    assert pool(server_database) == 0


def test_taken_back_as_vested_before_it_vests_comes_to_nothing_too(
    server_database: ServerDatabase, fresh: PaperTill
) -> None:
    """The till's clock is ahead: it believes that the units vested, and has no right to them."""
    pending_sale(fresh)
    adjust(fresh, date(2026, 4, 14), ledger.taking_back(ANNA, 10, YEAR_END, rights_here=0))
    deliver(server_database, fresh)

    run(server_database, date(2026, 4, 15))

    assert sums(server_database) == Sums()
    assert pool(server_database) == 0


def test_a_return_that_arrives_before_its_sale_comes_to_nothing(
    server_database: ServerDatabase, fresh: PaperTill
) -> None:
    other = till(2)
    adjust(other, date(2026, 4, 5), ledger.taking_back_pending(ANNA, 10, YEAR_END))
    deliver(server_database, other)
    run(server_database, date(2026, 4, 6))
    pending_sale(fresh)
    deliver(server_database, fresh)
    run(server_database, date(2026, 4, 15))

    assert sums(server_database) == Sums()
    assert pool(server_database) == 0


# --- many ----------------------------------------------------------------------------------------


def test_many_accounts_of_several_stores_end_in_bounded_batches(
    server_database: ServerDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terminal.server.calendar.days.BATCH", 3)
    monkeypatch.setattr("terminal.server.calendar.days.KEYS_READ", 4)
    tills = [till(1), till(2, STATION)]
    begin(server_database, *tills)
    for number in range(2, 16):
        one = tills[number % 2]
        account = points(number)
        on(date(2026, 1, 10), one, earn(account, number, APRIL))
        one.give_back(account, number)
        if number % 3:
            body = LotWarned(
                wallet=account.wallet,
                unit=account.unit,
                day=APRIL,
                last_day=APRIL,
                n=number,
                how="slip",
            )
            on(MARCH, one, kind=FactKind.LOT_WARNED, body=body)
    for one in tills:
        deliver(server_database, one)

    assert run(server_database, FIRST_OF_MAY) == Report(expired=9, extended=5)

    for number in range(2, 16):
        left = sums(server_database, points(number)).balance
        assert left == (0 if number % 3 else number)
    assert {fact.incarnation for fact in minted(server_database)} == {
        log.incarnation
        for store in (MAIN_STREET, STATION)
        for log in _logs(server_database, store)
        if log.role == "server"
    }


def _logs(database: ServerDatabase, store: str) -> tuple[logs.Log, ...]:
    with database.reading() as connection:
        return logs.of_store(connection, store)
