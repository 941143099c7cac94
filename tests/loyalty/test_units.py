"""Units: until when they can be used, how parts are rounded, when pending ones vest."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.units import (
    ExpiresAfter,
    ExpiresOn,
    Expiry,
    NeverExpires,
    Rounding,
    last_day,
    round_units,
    vests_on,
)


@pytest.mark.parametrize(
    ("policy", "earned_on", "last"),
    [
        (NeverExpires(), date(2026, 3, 14), None),
        (ExpiresOn(last_day=date(2026, 12, 31)), date(2026, 3, 14), date(2026, 12, 31)),
        (ExpiresAfter(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (ExpiresAfter(months=1), date(2028, 1, 31), date(2028, 2, 29)),
        (ExpiresAfter(months=12), date(2028, 2, 29), date(2029, 2, 28)),
        (ExpiresAfter(months=48), date(2028, 2, 29), date(2032, 2, 29)),
        (ExpiresAfter(months=1), date(2026, 12, 15), date(2027, 1, 15)),
        (ExpiresAfter(months=11), date(2026, 1, 1), date(2026, 12, 1)),
        (ExpiresAfter(months=12, round_to="month"), date(2026, 3, 14), date(2027, 3, 31)),
        (ExpiresAfter(months=1, round_to="month"), date(2026, 1, 31), date(2026, 2, 28)),
        (ExpiresAfter(months=24, round_to="year"), date(2026, 3, 14), date(2028, 12, 31)),
        (ExpiresAfter(months=1, round_to="year"), date(2026, 12, 1), date(2027, 12, 31)),
        (ExpiresAfter(days=90), date(2026, 3, 14), date(2026, 6, 12)),
        (ExpiresAfter(days=1), date(2028, 2, 28), date(2028, 2, 29)),
        (ExpiresAfter(days=90, round_to="month"), date(2026, 3, 14), date(2026, 6, 30)),
        (ExpiresAfter(days=30, round_to="year"), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_units_have_a_last_day(policy: Expiry, earned_on: date, last: date | None) -> None:
    assert last_day(policy, earned_on) == last


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(1, 1200))
def test_rounding_the_last_day_never_takes_days_away(earned_on: date, months: int) -> None:
    plain = last_day(ExpiresAfter(months=months), earned_on)
    month = last_day(ExpiresAfter(months=months, round_to="month"), earned_on)
    year = last_day(ExpiresAfter(months=months, round_to="year"), earned_on)

    assert plain is not None
    assert month is not None
    assert year is not None
    assert earned_on < plain <= month <= year
    assert (plain.year, plain.month) == (month.year, month.month)


@pytest.mark.parametrize("months", [0, -1, 1201])
def test_a_number_of_months_that_makes_no_sense_is_refused(months: int) -> None:
    with pytest.raises(ValueError, match="months: from 1 to 1200"):
        ExpiresAfter(months=months)


@pytest.mark.parametrize("days", [0, -1, 3661])
def test_a_number_of_days_that_makes_no_sense_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="days: from 1 to 3660"):
        ExpiresAfter(days=days)


def test_how_long_is_said_once() -> None:
    for months, days in ((None, None), (3, 90)):
        with pytest.raises(ValueError, match="in months or in days"):
            ExpiresAfter(months=months, days=days)


@pytest.mark.parametrize(
    ("numerator", "rounding", "units"),
    [
        (199, Rounding.DOWN, 1),
        (150, Rounding.NEAREST, 2),
        (149, Rounding.NEAREST, 1),
        (101, Rounding.UP, 2),
        (100, Rounding.UP, 1),
        (0, Rounding.UP, 0),
    ],
)
def test_a_part_of_a_unit_is_rounded_as_its_policy_says(
    numerator: int, rounding: Rounding, units: int
) -> None:
    assert round_units(numerator, 100, rounding) == units


def test_pending_units_vest_when_the_return_window_closes() -> None:
    assert vests_on(0, date(2026, 3, 14)) is None
    assert vests_on(14, date(2026, 3, 14)) == date(2026, 3, 28)
