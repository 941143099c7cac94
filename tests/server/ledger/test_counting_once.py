"""What two copies of one disk both recorded counts once, whatever it moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from terminal.loyalty.bodies import UnitsAdjusted
from terminal.loyalty.facts import Fact, FactKind
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, Sums
from terminal.server.database import accounts as account_table
from terminal.server.database import alarms, findings
from terminal.server.database.connection import ServerDatabase
from terminal.server.ledger.counting_once import COUNTED_TWICE
from terminal.server.ledger.rebuilding import check
from tests.server.paper_till import PaperTill, begin, deliver, earn, points, spend, till

ANNA = points(1)
MAY = date(2026, 5, 31)
SALE = b'{"applied":[{"name":"\\"id\\":\\"x\\""}],"id":"%032x","lines":[]}'


def standing(database: ServerDatabase) -> tuple[Sums, int]:
    with database.reading() as connection:
        return account_table.accounts_of(connection, [ANNA.wallet]).get(ANNA, (NOTHING, 0))


def told_twice(database: ServerDatabase, one: PaperTill) -> list[int]:
    with database.reading() as connection:
        found = findings.of_log(connection, one.incarnation)
        raised = [each for each in alarms.read_alarms(connection) if each.kind == COUNTED_TWICE]
    assert len(raised) == len(found)
    return [row.seq for row in found if row.kind == COUNTED_TWICE]


def both(database: ServerDatabase, *entries: Entry, number: int = 1) -> tuple[PaperTill, PaperTill]:
    """One sale, recorded again by two copies."""
    one, two = till(1), till(2)
    begin(database, one, two)
    for each in (one, two):
        each.record(*entries, body=SALE % number)
        deliver(database, each)
    return one, two


def test_a_sale_that_two_copies_recorded_again_counts_once(server_database: ServerDatabase) -> None:
    _, two = both(server_database, earn(ANNA, 40, MAY))
    sums, pool = standing(server_database)
    # Both copies may spend the 40, so what of it the pool lacks is owed.
    assert (sums.earned, sums.debt, pool) == (((MAY, 40),), 40, 0)
    assert told_twice(server_database, two) == [1]
    assert check(server_database).differences == ()
    two.give_back(ANNA, 40)
    deliver(server_database, two)
    # What came back repays what was owed for it: the right to the 40 is at the first copy alone.
    sums, pool = standing(server_database)
    assert (sums.balance, sums.debt, pool) == (40, 0, 0)
    assert check(server_database).differences == ()


def test_of_a_day_of_sales_those_that_were_told_before_count_once(
    server_database: ServerDatabase,
) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    for copy, numbers in ((one, range(1, 31)), (two, range(11, 41))):
        for number in numbers:
            copy.record(earn(ANNA, 1, MAY), body=SALE % number)
        deliver(server_database, copy)
    sums, pool = standing(server_database)
    assert (sums.earned, sums.debt, pool) == (((MAY, 40),), 20, 0)
    assert told_twice(server_database, two) == list(range(1, 21))
    assert check(server_database).differences == ()


def test_what_the_pool_has_is_not_owed(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 100, MAY), body=SALE % 7)
    one.give_back(ANNA, 100)
    for each in (one, two):
        each.record(earn(ANNA, 40, MAY), body=SALE % 8)
        deliver(server_database, each)
    sums, pool = standing(server_database)
    assert (sums.earned, sums.debt, pool) == (((MAY, 140),), 0, 60)
    assert check(server_database).differences == ()


@pytest.mark.parametrize(
    "entries",
    [
        (spend(ANNA, 5),),
        (earn(ANNA, 9, MAY), Entry(ANNA, EntryKind.REPAY, 5)),
        (Entry(ANNA, EntryKind.EARN_PENDING, 8, MAY),),
        (Entry(ANNA, EntryKind.UNSPEND, 3),),
        (Entry(ANNA, EntryKind.UNEARN, 3, MAY), Entry(ANNA, EntryKind.OWE, 3)),
        (),
    ],
    ids=lambda entries: "+".join(one.kind.value for one in entries) or "nobody's",
)
def test_whatever_it_moved_the_sums_are_those_of_one(
    server_database: ServerDatabase, entries: tuple[Entry, ...]
) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 50, MAY), spend(ANNA, 10), Entry(ANNA, EntryKind.OWE, 5), body=SALE % 2)
    one.record(*entries, body=SALE % 3)
    deliver(server_database, one)
    once, _ = standing(server_database)
    two.record(*entries, body=SALE % 3)
    deliver(server_database, two)
    sums, _ = standing(server_database)
    assert replace(sums, debt=once.debt) == once
    assert sums.debt >= once.debt
    assert told_twice(server_database, two) == [1]
    assert check(server_database).differences == ()
    with server_database.reading() as connection:
        rows = account_table.repaid_twice(connection)
    assert not rows


def test_an_adjustment_has_no_id_and_counts_once_too(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    body = UnitsAdjusted(reason="goodwill", member="0a" * 16)

    def goodwill(each: PaperTill) -> Fact:
        return each.record(earn(ANNA, 5, MAY), kind=FactKind.UNITS_ADJUSTED, body=body)

    goodwill(one)
    goodwill(two)
    goodwill(two)  # a second later: another decision
    deliver(server_database, one)
    deliver(server_database, two)
    assert standing(server_database)[0].earned == ((MAY, 10),)
    assert told_twice(server_database, two) == [1]


def test_sales_of_two_ids_are_two_sales(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    for number, each in enumerate((one, two)):
        each.record(earn(ANNA, 5, MAY), body=SALE % number)
        deliver(server_database, each)
    assert standing(server_database)[0].earned == ((MAY, 10),)
    assert told_twice(server_database, two) == []
