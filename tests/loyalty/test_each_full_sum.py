"""So much off for each full sum: 5.00 for each full 50.00, at most so much in all."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.benefits import AmountOff, Step, Target
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import NO_CHOICES
from tests.loyalty import shop
from tests.loyalty.chance import FILTERS, Counter, counters
from tests.loyalty.proven import nothing_is_cheaper
from tests.loyalty.selling import faults, sell

LAMP = shop.product("LAMP", 4000, "home")


def for_each(
    number: int, amount: int, each: int, at_most: int | None = None, **other: Any
) -> Programme:
    """So much off the basket for each full sum of some goods."""
    where = other.pop("goods", GoodsFilter())
    benefit = AmountOff(amount=amount, for_each=each, at_most=at_most)
    target = Target(scope="basket", goods=where)
    reward = shop.reward("each", benefit=benefit, target=target, **other)
    return shop.programme(number, rewards=(reward,))


FIVE = for_each(1, 500, 5000)


@pytest.mark.parametrize(
    ("lamps", "off"), [(1, 0), (2, 500), (3, 1000), (4, 1500), (5, 2000), (25, 10_000)]
)
def test_five_come_off_for_each_full_fifty(lamps: int, off: int) -> None:
    found = sell(shop.basket((LAMP, lamps)), FIVE)

    assert found.discount == off
    assert found.proven


def test_it_is_told_how_often_it_came_off_and_what_is_missing_to_the_next() -> None:
    found = sell(shop.basket((LAMP, 3)), FIVE)

    assert found.applied[0].reason == Reason(why=Why.AMOUNT_OFF, amount=500, times=2)
    (ahead,) = found.within_reach
    assert ahead.missing == Reason(why=Why.SPEND_MISSING, amount=3000)
    assert ahead.brings == Reason(why=Why.AMOUNT_OFF, amount=1500)


def test_below_the_first_full_sum_it_is_told_what_is_missing() -> None:
    reason = shop.away(sell(shop.basket(LAMP), FIVE), "each").reason

    assert reason == Reason(why=Why.SPEND_MISSING, amount=1000)


def test_it_ends_at_its_most_and_promises_no_more() -> None:
    most = for_each(1, 500, 5000, 1200)

    assert sell(shop.basket((LAMP, 3)), most).discount == 1000
    found = sell(shop.basket((LAMP, 4)), most)
    assert found.discount == 1200
    assert found.applied[0].reason == Reason(why=Why.AMOUNT_OFF, amount=1200, times=1)
    assert found.within_reach == ()


def test_shelf_prices_of_its_goods_count_whatever_else_comes_off() -> None:
    home = for_each(1, 500, 5000, goods=shop.goods("home"))
    tenth = shop.programme(2, rewards=(shop.pieces_off("tenth", 1000, shop.goods("home")),))

    found = sell(shop.basket((LAMP, 3), (shop.COFFEE, 9)), home, tenth)

    assert found.discount == 1200 + 1000


def test_the_server_finds_one_full_sum_too_many() -> None:
    found = faults(shop.basket((LAMP, 3)), (for_each(1, 500, 4000),), (FIVE,))

    assert {one.kind for one in found} == {FindingKind.BENEFIT}


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": Target(scope="piece")},
        {"cost": 1},
        {"steps": (Step(pieces=2, benefit=AmountOff(amount=1)),)},
    ],
)
def test_it_belongs_to_the_basket_without_cost_and_steps(wrong: dict[str, Any]) -> None:
    plain = {"benefit": AmountOff(amount=5, for_each=50), "target": Target(scope="basket")}
    with pytest.raises(ValueError, match="for_each belongs to an amount off the basket"):
        shop.reward("each", **{**plain, **wrong})


def test_its_most_is_no_less_than_the_amount_and_nothing_without_full_sums() -> None:
    with pytest.raises(ValueError, match="at_most bounds an amount for each full sum"):
        AmountOff(amount=5, for_each=50, at_most=4)
    with pytest.raises(ValueError, match="at_most bounds an amount for each full sum"):
        AmountOff(amount=5, at_most=10)


@st.composite
def with_full_sums(draw: st.DrawFn) -> Counter:
    counter = draw(counters(lines=3, pieces=2, offers=3))
    more = tuple(
        for_each(
            number,
            draw(st.sampled_from([100, 333])),
            draw(st.sampled_from([450, 900, 2500])),
            draw(st.sampled_from([None, None, 500])),
            goods=draw(FILTERS),
        )
        for number in range(7, 7 + draw(st.integers(1, 2)))
    )
    return replace(counter, programmes=(*counter.programmes, *more), choices=NO_CHOICES)


@settings(max_examples=150)
@given(with_full_sums())
def test_nothing_is_cheaper_than_what_is_proven(counter: Counter) -> None:
    nothing_is_cheaper(counter)
