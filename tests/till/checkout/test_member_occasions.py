"""Occasions and limits at the till: what one sale used up, the next one knows."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

from terminal.loyalty.benefits import PercentOff, Target
from terminal.loyalty.conditions import Birthday, GoodsFilter, Limit, Period, Purchases
from terminal.loyalty.earning import EarnRule, PerPiece
from terminal.loyalty.engine.evaluation import Evaluation, Reason, Why
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import UnitKind
from terminal.wire.programme_json import write_programme
from tests.till.checkout.counter import ANNA, BORYS, BREAD, Counter

DAY = Limit(most=1, period=Period(kind="day"))


def put(counter: Counter, **other: Any) -> None:
    """Half price on bread, as the shop likes it."""
    reward = Reward(
        **{
            "id": "half",
            "name": {"en": "Half price"},
            "benefit": PercentOff(basis_points=5000),
            "target": Target(scope="piece", goods=GoodsFilter(skus=(BREAD.sku,))),
            **other,
        }
    )
    offer(counter, rewards=(reward,))


def offer(counter: Counter, **other: Any) -> None:
    programme = Programme(
        programme=900,
        revision=1,
        holds_from=datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        name={"en": "Ours"},
        **other,
    )
    counter.programmes.put([write_programme(programme)])


def buy(counter: Counter, *goods: Any) -> Evaluation:
    evaluation = counter.scan(*goods).evaluation
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CARD, counter.checkout.view().total)
    counter.checkout.begin_next()
    return evaluation


def ours(evaluation: Evaluation) -> int:
    return sum(one.times for one in evaluation.applied if one.name.programme == 900)


def why(evaluation: Evaluation) -> Reason:
    return next(one.reason for one in evaluation.not_applied if one.programme == 900)


def test_once_a_day_is_once_a_day(counter: Counter) -> None:
    put(counter, limits=(DAY,))
    assert ours(buy(counter, ANNA, BREAD, BREAD)) == 1
    again = buy(counter, ANNA, BREAD)
    assert ours(again) == 0
    assert why(again).why is Why.USED_UP
    today = counter.clock.local.date()
    assert why(again).day == today + timedelta(days=1)
    assert ours(buy(counter, BORYS, BREAD)) == 1, "somebody else has their own"
    counter.wait(days=1)
    assert ours(buy(counter, ANNA, BREAD)) == 1


def test_an_operator_limit_holds_over_all_customers(counter: Counter) -> None:
    put(counter, limits=(Limit(most=2, per="operator", period=Period(kind="day")),))
    assert ours(buy(counter, ANNA, BREAD)) == 1
    assert ours(buy(counter, BREAD, BREAD)) == 1
    assert why(buy(counter, BORYS, BREAD)).why is Why.OPERATOR_LIMIT


def test_the_third_visit_this_month(counter: Counter) -> None:
    put(counter, occasion=Purchases(number=3, period=Period(kind="month")))
    first = buy(counter, ANNA, BREAD)
    assert (why(first).why, why(first).pieces) == (Why.OTHER_PURCHASE, 2)
    assert ours(buy(counter, ANNA, BREAD)) == 0
    assert ours(buy(counter, ANNA, BREAD)) == 1
    assert ours(buy(counter, ANNA, BREAD)) == 0


def test_a_birthday_that_the_shop_knows(counter: Counter) -> None:
    put(counter, occasion=Birthday(days_before=7))
    assert why(buy(counter, ANNA, BREAD)).day is None, "she told nobody"
    year = counter.clock.local.year
    counter.wait(days=(date(year, 6, 9) - counter.clock.local.date()).days)
    assert ours(buy(counter, BORYS, BREAD)) == 1
    counter.wait(days=30)
    over = buy(counter, BORYS, BREAD)
    assert ours(over) == 0
    assert (why(over).why, why(over).day) == (Why.NOT_BIRTHDAY, date(year + 1, 6, 8))


def test_every_second_bread_over_two_visits(counter: Counter) -> None:
    rule = EarnRule(
        id="second", goods=GoodsFilter(skus=(BREAD.sku,)), per=PerPiece(pieces=2), carry=True
    )
    unit = UnitTerms(id="loaves", kind=UnitKind.STAMPS, name={"en": "loaves"})
    offer(counter, unit=unit, earn=(rule,))
    buy(counter, ANNA, BREAD)
    assert counter.balance(ANNA, "loaves") == 0
    buy(counter, ANNA, BREAD)
    assert counter.balance(ANNA, "loaves") == 1
    buy(counter, ANNA, BREAD, BREAD)
    assert counter.balance(ANNA, "loaves") == 2
