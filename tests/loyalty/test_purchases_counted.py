"""First purchase, third visit this month, high spenders, and those who come back."""

from datetime import date
from typing import Any

import pytest

from terminal.loyalty.conditions import (
    Away,
    Enrolled,
    Occasion,
    Period,
    Purchases,
    Referred,
    Spending,
)
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.history import NO_HISTORY, History
from tests.loyalty import shop
from tests.loyalty.members import anna, past, why
from tests.loyalty.selling import sell

MONTH = Period(kind="month")


def sold(occasion: Occasion, history: History = NO_HISTORY, **traits: Any) -> Evaluation:
    """A cake on 14 March 2026, a tenth off on an occasion."""
    offer = shop.programme(1, rewards=(shop.reward(occasion=occasion),))
    return sell(shop.basket(shop.CAKE), offer, to=anna(history, **traits))


def test_the_first_purchase_and_no_later_one() -> None:
    first = Purchases(number=1)

    assert sold(first).discount == 150
    again = sold(first, past(purchases={"2026-03-14": 1}))
    assert (why(again).why, why(again).times, why(again).pieces) == (Why.OTHER_PURCHASE, 1, 0)


def test_a_purchase_that_was_all_returned_was_none() -> None:
    assert sold(Purchases(number=1), past(purchases={"2026-03-01": 0})).discount == 150


def test_three_visits_this_month() -> None:
    third = Purchases(number=3, period=MONTH)

    twice = past(purchases={"2026-02-28": 5, "2026-03-01": 1, "2026-03-10": 1})
    assert sold(third, twice).discount == 150
    once = sold(third, past(purchases={"2026-02-28": 5, "2026-03-01": 1}))
    assert (why(once).why, why(once).times, why(once).pieces) == (Why.OTHER_PURCHASE, 3, 1)


def test_every_tenth_purchase_over_and_over() -> None:
    tenth = Purchases(number=10, repeat=True)

    for before, ahead in ((9, 0), (19, 0), (10, 9), (12, 7)):
        now = sold(tenth, past(purchases={"2025-01-01": before}))
        assert now.discount == (0 if ahead else 150)
        assert not ahead or why(now).pieces == ahead


@pytest.mark.parametrize(
    ("period", "first"),
    [
        (Period(kind="day"), "2026-03-14"),
        (Period(kind="week"), "2026-03-09"),
        (MONTH, "2026-03-01"),
        (Period(kind="quarter"), "2026-01-01"),
        (Period(kind="year"), "2026-01-01"),
        (Period(kind="days", days=10), "2026-03-05"),
    ],
)
def test_a_period_begins_on_its_first_day(period: Period, first: str) -> None:
    second = Purchases(number=2, period=period)
    before = date.fromordinal(date.fromisoformat(first).toordinal() - 1).isoformat()

    assert sold(second, past(purchases={first: 1})).discount == 150
    assert sold(second, past(purchases={before: 1})).discount == 0


@pytest.mark.parametrize(
    ("period", "until", "again"),
    [
        (Period(kind="week"), "2026-03-15", "2026-03-16"),
        (MONTH, "2026-03-31", "2026-04-01"),
        (Period(kind="quarter"), "2026-03-31", "2026-04-01"),
        (Period(kind="year"), "2026-12-31", "2027-01-01"),
        (Period(kind="days", days=10), None, None),
        (Period(), None, None),
    ],
)
def test_it_is_told_until_when_and_from_when_again(
    period: Period, until: str | None, again: str | None
) -> None:
    third = Purchases(number=3, period=period)

    ahead = why(sold(third, past(purchases={"2026-03-14": 1})))
    gone = why(sold(third, past(purchases={"2026-03-14": 5})))

    assert (ahead.pieces, ahead.day) == (1, until and date.fromisoformat(until))
    assert (gone.pieces, gone.day) == (0, again and date.fromisoformat(again))


def test_who_spent_five_hundred_this_year_is_thanked() -> None:
    high = Spending(amount=50_000, period=Period(kind="year"))

    assert sold(high, past(spent={"2026-01-02": 30_000, "2026-03-14": 20_000})).discount == 150
    short = sold(high, past(spent={"2025-12-31": 90_000, "2026-01-02": 48_760}))
    assert (why(short).why, why(short).amount) == (Why.SPENT_TOO_LITTLE, 1240)
    assert why(short).day == date(2026, 12, 31)


def test_who_comes_back_after_sixty_days() -> None:
    back = Away(days=60)

    assert sold(back, past(purchases={"2025-06-01": 3, "2026-01-13": 1})).discount == 150
    lately = sold(back, past(purchases={"2026-01-14": 1}))
    assert (why(lately).why, why(lately).times) == (Why.NOT_AWAY, 60)
    assert why(sold(back)).why is Why.NOT_AWAY


def test_a_second_purchase_on_the_day_of_coming_back_is_none() -> None:
    assert sold(Away(days=60), past(purchases={"2025-06-01": 3, "2026-03-14": 1})).discount == 0


def test_a_week_of_welcome_after_joining() -> None:
    new = Enrolled(days=7)

    assert sold(new, enrolled=date(2026, 3, 7)).discount == 150
    old = sold(new, enrolled=date(2026, 3, 6))
    assert (why(old).why, why(old).times) == (Why.NOT_NEW, 7)
    assert why(sold(new)).why is Why.NOT_NEW


def test_who_was_brought_by_a_friend() -> None:
    assert sold(Referred(), referred_by="ben").discount == 150
    assert why(sold(Referred())).why is Why.NOT_REFERRED


def test_two_occasions_on_one_piece_bring_one_of_the_offers() -> None:
    brought = shop.programme(1, rewards=(shop.reward("brought", occasion=Referred()),))
    first = shop.programme(2, rewards=(shop.reward("first", occasion=Purchases(number=1)),))
    now = sell(shop.basket(shop.CAKE, shop.TEA), brought, first, to=anna(referred_by="ben"))

    assert now.discount == 240
    assert {one.name.reward for one in now.applied} == {"brought"}
    assert why(now, "first").why is Why.BETTER_OFFER
