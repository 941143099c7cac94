"""Birthdays: day and month only, around the turn of the year, and those of leap days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.conditions import Birthday
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.eligibility import not_on
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.programme import Programme
from tests.loyalty import shop
from tests.loyalty.checker_people import is_occasion
from tests.loyalty.members import why
from tests.loyalty.selling import sell


def cake(before: int = 0, after: int = 0) -> Programme:
    """A fifth off for those who keep their birthday."""
    occasion = Birthday(days_before=before, days_after=after)
    return shop.programme(1, rewards=(shop.reward(occasion=occasion),))


def had(birthday: tuple[int, int] | None, day: str, offer: Programme) -> bool:
    who = shop.anna(birthday=birthday)
    return bool(sell(shop.basket(shop.CAKE), offer, to=who, at=f"{day}T10:00").applied)


def test_on_the_day_itself_and_on_no_other() -> None:
    assert had((3, 14), "2026-03-14", cake())
    assert not had((3, 14), "2026-03-13", cake())
    assert not had((3, 14), "2026-03-15", cake())


def test_a_week_before_and_three_days_after() -> None:
    days = ["2026-03-06", "2026-03-07", "2026-03-17", "2026-03-18"]
    assert [had((3, 14), day, cake(7, 3)) for day in days] == [False, True, True, False]


def test_the_week_of_a_birthday_goes_over_the_turn_of_the_year() -> None:
    assert had((1, 2), "2025-12-30", cake(7))
    assert had((12, 30), "2026-01-02", cake(0, 7))
    assert not had((12, 30), "2026-01-07", cake(0, 7))


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("2026-02-27", False),
        ("2026-02-28", True),
        ("2026-03-01", False),
        ("2028-02-28", False),
        ("2028-02-29", True),
    ],
)
def test_who_was_born_on_a_leap_day_has_the_28th_in_other_years(day: str, kept: bool) -> None:
    assert had((2, 29), day, cake()) is kept


def test_the_till_says_from_which_day_on() -> None:
    offer = cake(before=7)
    sold = sell(shop.basket(shop.CAKE), offer, to=shop.anna(birthday=(3, 10)))

    assert (why(sold).why, why(sold).day) == (Why.NOT_BIRTHDAY, date(2027, 3, 3))
    unknown = sell(shop.basket(shop.CAKE), offer, to=shop.anna())
    assert (why(unknown).why, why(unknown).day) == (Why.NOT_BIRTHDAY, None)


def test_without_a_card_nobody_has_a_birthday() -> None:
    assert why(sell(shop.basket(shop.CAKE), cake())).why is Why.MEMBERS_ONLY


def test_a_day_that_is_no_day_is_no_birthday() -> None:
    assert not had((2, 31), "2026-02-28", cake(31, 31))


def test_points_are_doubled_on_a_birthday() -> None:
    double = Multiplier(percent=200, occasion=Birthday())
    rule = EarnRule(id="rule", per=PerMoney(amount=100), multipliers=(double,))
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))

    keeping = sell(shop.basket(shop.CAKE), points, to=shop.anna(birthday=(3, 14)))
    assert shop.earned(keeping) == 30
    assert shop.earned(sell(shop.basket(shop.CAKE), points, to=shop.anna())) == 15


@given(
    day=st.dates(date(2023, 1, 1), date(2030, 12, 31)),
    birthday=st.dates(date(2024, 1, 1), date(2024, 12, 31)),
    before=st.integers(0, 31),
    after=st.integers(0, 31),
)
def test_any_birthday_in_any_year_is_told_as_the_calendar_has_it(
    day: date, birthday: date, before: int, after: int
) -> None:
    at = shop.moment(f"{day}T10:00")
    who = shop.anna(birthday=(birthday.month, birthday.day))
    occasion = Birthday(days_before=before, days_after=after)
    reason = not_on(occasion, Customer(who, at))

    assert (reason is None) == is_occasion(occasion, who, at)
    if reason:
        assert reason.day is not None
        assert reason.day > day
        then = shop.moment(f"{reason.day}T10:00")
        assert not_on(occasion, Customer(who, then)) is None
