"""So often per member, per operator, in a day, a week or ever: at the till, not found out later."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.benefits import GivenUnits, PercentOff, Target
from terminal.loyalty.conditions import GoodsFilter, Limit, Period
from terminal.loyalty.counting import asked
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.allowances import again_on, within_limits
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.history import (
    NO_HISTORY,
    Counted,
    History,
    first_day,
    had,
    last_day,
    next_first_day,
)
from terminal.loyalty.programme import Programme
from tests.loyalty import shop
from tests.loyalty.checker_people import counted
from tests.loyalty.members import anna, past, why
from tests.loyalty.selling import sell

DAY, MONTH = Period(kind="day"), Period(kind="month")


def half_price(*limits: Limit) -> Programme:
    reward = shop.pieces_off("reward", 5000, GoodsFilter(), limits=limits)
    return shop.programme(1, rewards=(reward,))


def test_two_at_half_price_a_day_and_the_third_at_its_own() -> None:
    offer = half_price(Limit(most=2, period=DAY))

    assert sell(shop.basket((shop.TEA, 3)), offer, to=anna()).discount == 900
    once = past(had={"2026-03-14": 1, "2026-03-13": 2})
    assert sell(shop.basket((shop.TEA, 3)), offer, to=anna(once)).discount == 450


def test_the_dearest_pieces_are_taken_when_only_some_may_be() -> None:
    offer = half_price(Limit(most=1))

    sold = sell(shop.basket(shop.TEA, shop.CAKE, shop.BUN), offer, to=anna())
    assert sold.discount == 750


def test_what_is_used_up_today_may_be_had_tomorrow() -> None:
    gone = past(had={"2026-03-14": 2})
    reason = why(sell(shop.basket(shop.TEA), half_price(Limit(most=2, period=DAY)), to=anna(gone)))

    assert (reason.why, reason.times, reason.day) == (Why.USED_UP, 2, date(2026, 3, 15))


@pytest.mark.parametrize(
    ("period", "again"),
    [
        (Period(kind="week"), date(2026, 3, 16)),
        (MONTH, date(2026, 4, 1)),
        (Period(kind="quarter"), date(2026, 4, 1)),
        (Period(kind="year"), date(2027, 1, 1)),
        (Period(kind="days", days=10), date(2026, 3, 19)),
        (Period(), None),
    ],
)
def test_the_day_on_which_it_may_be_had_again(period: Period, again: date | None) -> None:
    gone = past(had={"2026-03-09": 1, "2026-03-12": 1})
    offer = half_price(Limit(most=2, period=period))
    reason = why(sell(shop.basket(shop.TEA), offer, to=anna(gone)))

    assert (reason.why, reason.day) == (Why.USED_UP, again)


@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter", "year"])
def test_each_period_of_the_calendar_ends_where_the_next_one_begins(kind: Any) -> None:
    period = Period(kind=kind)
    for ahead in range(4 * 366):
        today = date(2026, 1, 1) + timedelta(days=ahead)
        last = last_day(period, today)
        assert last is not None
        assert first_day(period, last) == first_day(period, today)
        assert next_first_day(period, today) == last + timedelta(days=1)
        assert first_day(period, last + timedelta(days=1)) == last + timedelta(days=1)


@pytest.mark.parametrize("period", [Period(), Period(kind="days", days=10)])
def test_no_other_period_has_a_next_one(period: Period) -> None:
    assert next_first_day(period, date(2026, 3, 14)) is None
    assert last_day(period, date(2026, 3, 14)) is None


def test_counts_are_kept_for_a_till_on_which_it_is_still_yesterday() -> None:
    offer = half_price(Limit(most=2, period=MONTH))

    known = asked([offer], date(2026, 4, 1)).of_members

    assert known[had(1, "reward")] == date(2026, 3, 1)
    assert asked([offer], date(2026, 4, 2)).of_members[had(1, "reward")] == date(2026, 4, 1)


def test_of_several_limits_the_narrowest_holds() -> None:
    offer = half_price(Limit(most=5, period=MONTH), Limit(most=2, period=DAY))
    before = past(had={"2026-03-02": 4})

    assert sell(shop.basket((shop.TEA, 3)), offer, to=anna(before)).discount == 450


def test_what_may_be_had_so_often_by_a_member_needs_their_card() -> None:
    assert why(sell(shop.basket(shop.TEA), half_price(Limit(most=1)))).why is Why.MEMBERS_ONLY


def test_an_operator_gives_the_friends_price_three_times_a_day() -> None:
    offer = half_price(Limit(most=3, per="operator", period=DAY))
    till = replace(anna(), operator_history=past(had={"2026-03-14": 2}))

    assert sell(shop.basket((shop.TEA, 2)), offer, to=till).discount == 450
    full = replace(anna(), operator_history=past(had={"2026-03-14": 3}))
    reason = why(sell(shop.basket(shop.TEA), offer, to=full))
    assert (reason.why, reason.day) == (Why.OPERATOR_LIMIT, date(2026, 3, 15))


def test_an_operator_limit_needs_no_card() -> None:
    offer = half_price(Limit(most=1, per="operator", period=DAY))

    assert sell(shop.basket((shop.TEA, 2)), offer).discount == 450


def test_at_most_a_hundred_points_a_day() -> None:
    rule = EarnRule(id="rule", per=PerMoney(amount=100), limits=(Limit(most=100, period=DAY),))
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))
    basket = shop.basket((shop.CAKE, 5))

    assert shop.earned(sell(basket, points, to=anna(past(brought={"2026-03-14": 60})))) == 40
    full = sell(basket, points, to=anna(past(brought={"2026-03-14": 100})))
    assert (shop.earned(full), why(full, "rule").why) == (0, Why.USED_UP)
    assert why(full, "rule").day == date(2026, 3, 15)


def test_a_claimed_reward_is_had_no_more_often_than_is_left() -> None:
    reward = shop.reward(
        mode="claimed",
        cost=10,
        benefit=PercentOff(basis_points=10_000),
        target=Target(scope="piece"),
        limits=(Limit(most=2, period=MONTH),),
    )
    coffee = shop.programme(1, unit=shop.unit("stamps"), rewards=(reward,))
    who = anna(past(had={"2026-03-02": 1}), {"stamps": 100})

    sold = sell(shop.basket((shop.COFFEE, 3)), coffee, to=who, choices=shop.claims("reward"))
    assert (sold.discount, sold.spent[0].n) == (1300, 10)
    (offer,) = sold.offers
    assert offer.times_most == 1


def test_a_gift_once_a_year() -> None:
    gift = shop.reward(
        benefit=GivenUnits(unit="points", n=50),
        target=Target(scope="basket"),
        limits=(Limit(most=1, period=Period(kind="year")),),
    )
    yearly = shop.programme(1, unit=shop.unit(), rewards=(gift,))

    assert shop.earned(sell(shop.basket(shop.TEA), yearly, to=anna())) == 50
    again = sell(shop.basket(shop.TEA), yearly, to=anna(past(had={"2026-01-05": 1})))
    assert (shop.earned(again), why(again).day) == (0, date(2027, 1, 1))


HISTORIES = st.dictionaries(
    st.dates(date(2025, 12, 1), date(2026, 3, 14)), st.integers(-1, 3), max_size=8
).map(lambda days: NO_HISTORY.plus(Counted("had:1/reward", day, n) for day, n in days.items()))
PERIODS = st.sampled_from(
    [
        Period(),
        DAY,
        MONTH,
        Period(kind="week"),
        Period(kind="quarter"),
        Period(kind="year"),
        Period(kind="days", days=1),
        Period(kind="days", days=30),
    ]
)


@given(history=HISTORIES, period=PERIODS, most=st.integers(1, 4))
def test_nothing_is_had_more_often_than_its_limit_allows(
    history: History, period: Period, most: int
) -> None:
    limit = Limit(most=most, period=period)
    sold = sell(shop.basket((shop.TEA, 6)), half_price(limit), to=anna(history))

    before = counted(history, "had:1/reward", period, date(2026, 3, 14))
    times = sum(one.times for one in sold.applied)
    assert times == max(0, min(6, most - before))


@given(history=HISTORIES, period=PERIODS, most=st.integers(1, 3))
def test_on_the_day_that_is_told_it_may_be_had_and_on_none_before(
    history: History, period: Period, most: int
) -> None:
    limit, name = Limit(most=most, period=period), "had:1/reward"
    history = History(tuple(one for one in history.counted if one.n > 0))
    customer = Customer(anna(history), shop.NOON)
    if within_limits((limit,), name, customer).away is None:
        return
    again = again_on(limit, name, customer)
    if again is None:
        assert period.kind == "ever"
        return
    for ahead in range(1, (again - date(2026, 3, 14)).days + 1):
        day = date.fromordinal(date(2026, 3, 14).toordinal() + ahead)
        then = Customer(anna(history), shop.moment(f"{day}T10:00"))
        assert (within_limits((limit,), name, then).away is None) == (day == again)
