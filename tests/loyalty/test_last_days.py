"""The last day that holds: as earned, as extended, as purchases moved it on; and who knows it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.activity import moved_on, moved_on_by
from terminal.loyalty.expiry import Told, warned_days
from terminal.loyalty.history import PURCHASES, Counted, History
from terminal.loyalty.last_days import lots_that_hold
from terminal.loyalty.ledger import Entry, Lot, Sums, fold, spendable_lots
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.statement import AccountStatement, as_it_holds, last_day_of
from terminal.loyalty.units import ExpiresAfter, Expiry, UnitKind
from terminal.loyalty.wallet import UnitId
from tests.loyalty.test_statement import entries

APRIL, MAY, YEAR_END = date(2026, 4, 30), date(2026, 5, 30), date(2026, 12, 31)
MARCH = date(2026, 3, 14)


def programme(revision: int, since: date, expiry: Expiry, number: int = 1) -> Programme:
    return Programme(
        programme=number,
        revision=revision,
        holds_from=datetime(since.year, since.month, since.day, tzinfo=UTC),
        name={"en": "Points"},
        unit=UnitTerms(id="p", kind=UnitKind.POINTS, name={"en": "p"}, expiry=expiry),
    )


def idle(days: int) -> ExpiresAfter:
    return ExpiresAfter(days=days, since="purchase")


# --- lots ----------------------------------------------------------------------------------------


def test_what_is_used_is_of_the_earliest_day_as_earned() -> None:
    sums = Sums(earned=((APRIL, 40), (date(2026, 5, 15), 10)), used=40)

    assert lots_that_hold(sums, ((APRIL, MAY),)) == [Lot(date(2026, 5, 15), 10)]


def test_a_day_is_the_latest_of_what_was_earned_extended_and_bought() -> None:
    sums = Sums(earned=((APRIL, 40), (MAY, 5), (YEAR_END, 60), (None, 7)), used=10)
    extended = ((APRIL, MAY),)

    assert lots_that_hold(sums, extended) == [Lot(MAY, 35), Lot(YEAR_END, 60), Lot(None, 7)]
    assert lots_that_hold(sums, extended, date(2026, 6, 2)) == [
        Lot(date(2026, 6, 2), 35),
        Lot(YEAR_END, 60),
        Lot(None, 7),
    ]
    assert lots_that_hold(sums, extended, MARCH) == lots_that_hold(sums, extended)


@given(st.lists(entries(), max_size=20))
def test_no_unit_is_shown_that_is_not_there_and_none_is_left_out(moved: list[Entry]) -> None:
    for sums in fold(moved).values():
        shown = lots_that_hold(sums, ((APRIL, MAY), (MAY, YEAR_END)), MAY)

        assert sum(lot.n for lot in shown) == sum(lot.n for lot in spendable_lots(sums))
        days = [lot.day or date.max for lot in shown]
        assert days == sorted(set(days))


# --- what purchases give -------------------------------------------------------------------------


def test_each_purchase_counts_by_the_revision_of_its_day() -> None:
    long = programme(1, date(2026, 1, 1), idle(90))
    short = programme(2, date(2026, 4, 1), idle(10))

    assert moved_on_by([long, short], {MARCH}) == (("p", date(2026, 6, 12)),)
    assert moved_on_by([long, short], {MARCH, date(2026, 4, 1)}) == (("p", date(2026, 6, 12)),)
    assert moved_on_by([long, short], {date(2026, 4, 1)}) == (("p", date(2026, 4, 11)),)
    assert moved_on_by([short, long], {date(2026, 3, 31)}) == (("p", date(2026, 6, 29)),)


def test_a_revision_that_never_held_gives_nothing() -> None:
    never = programme(1, date(2026, 5, 1), idle(90))
    holds = programme(2, date(2026, 4, 1), idle(10))

    assert moved_on_by([never, holds], {date(2026, 5, 2)}) == (("p", date(2026, 5, 12)),)


def test_before_the_first_revision_its_terms_count() -> None:
    assert moved_on_by([programme(1, date(2026, 4, 1), idle(10))], {MARCH}) == (
        ("p", date(2026, 3, 24)),
    )


@pytest.mark.parametrize("policy", [ExpiresAfter(days=90), ExpiresAfter(months=1)])
def test_units_that_count_from_their_own_day_are_not_moved(policy: Expiry) -> None:
    assert moved_on_by([programme(1, date(2026, 1, 1), policy)], {MARCH}) == ()


def test_of_two_programmes_with_one_unit_the_longer_time_counts() -> None:
    both = [
        programme(1, date(2026, 1, 1), idle(10)),
        programme(1, date(2026, 1, 1), idle(30), number=2),
    ]

    assert moved_on_by(both, {MARCH}) == (("p", MARCH + timedelta(days=30)),)


def test_a_purchase_that_came_back_gives_nothing() -> None:
    later = MARCH + timedelta(days=5)
    history = History((Counted(PURCHASES, MARCH, 1), Counted(PURCHASES, later, 0)))

    assert moved_on([programme(1, date(2026, 1, 1), idle(10))], history) == (
        ("p", MARCH + timedelta(days=10)),
    )


def test_a_month_of_inactivity_ends_on_the_last_day_of_a_short_one() -> None:
    month = ExpiresAfter(months=1, since="purchase")
    found = moved_on_by([programme(1, date(2024, 1, 1), month)], {date(2028, 1, 31)})

    assert found == (("p", date(2028, 2, 29)),)


# --- who knows it --------------------------------------------------------------------------------


def test_who_was_warned_of_the_day_before_knows_nothing_of_the_one_that_holds() -> None:
    sums = Sums(earned=((APRIL, 40), (YEAR_END, 60)))
    stated = AccountStatement(unit=UnitId("p"), sums=sums, warned=(APRIL, YEAR_END))

    now = as_it_holds(stated, MAY)

    assert (last_day_of(now, APRIL), last_day_of(now, YEAR_END)) == (MAY, YEAR_END)
    assert now.warned == (YEAR_END,)
    assert as_it_holds(stated, None) == stated
    assert as_it_holds(stated, MARCH) == stated


@pytest.mark.parametrize(("on", "known"), [(date(2026, 4, 2), True), (date(2026, 4, 1), False)])
def test_a_later_day_that_was_told_since_undoes_a_warning(on: date, *, known: bool) -> None:
    """A purchase on the first of April told the end of May, and came back."""
    warning = (Told(APRIL, APRIL), on)
    days = (APRIL,) if known else ()

    assert warned_days([warning], (), [(MAY, date(2026, 4, 1))]) == days
    assert warned_days([warning, (Told(APRIL, MAY), date(2026, 4, 1))], ()) == days
    assert warned_days([warning, (Told(MAY, YEAR_END), date(2026, 4, 1))], ()) == (APRIL,)
    assert warned_days([warning], (), [(APRIL, date(2026, 4, 1))]) == (APRIL,)
