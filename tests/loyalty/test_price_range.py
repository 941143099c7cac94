"""Goods by what a piece costs on the shelf: any from 10.00 to 20.00, both included."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff, PercentOff, Target
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.conditions import Audience, Condition, GoodsFilter, Need
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import NO_CHOICES
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters
from tests.loyalty.proven import nothing_is_cheaper
from tests.loyalty.selling import faults, sell

TEN_TO_TWENTY = GoodsFilter(price_from=1000, price_to=2000)


def half(where: GoodsFilter, number: int = 1, **other: Any) -> Programme:
    return shop.programme(number, rewards=(shop.pieces_off("half", 5000, where, **other),))


@pytest.mark.parametrize(
    ("price", "off"), [(999, 0), (1000, 500), (1500, 750), (2000, 1000), (2001, 0)]
)
def test_both_ends_are_within(price: int, off: int) -> None:
    found = sell(shop.basket(shop.product("THING", price)), half(TEN_TO_TWENTY))

    assert found.discount == off
    assert off or shop.away(found, "half").reason.why is Why.NO_GOODS


def test_it_may_be_open_at_either_end() -> None:
    goods = shop.basket(shop.COFFEE, shop.TEA)

    assert sell(goods, half(GoodsFilter(price_from=1000))).discount == 650
    assert sell(goods, half(GoodsFilter(price_to=1000))).discount == 450


def test_it_holds_beside_all_that_is_said_of_the_goods() -> None:
    drinks = replace(TEN_TO_TWENTY, categories=("drinks",))

    found = sell(shop.basket(shop.COFFEE, shop.TEA, shop.CAKE), half(drinks))

    assert [share.line for share in found.applied[0].shares] == [1]


def test_the_price_that_the_cashier_typed_is_what_counts() -> None:
    """A coat of 25.00 for 18.00 is within, a coffee of 13.00 for 9.00 is not."""
    coat = shop.product("COAT", 2500)
    lines = (Line(key=1, product=coat, price=1800), Line(key=2, product=shop.COFFEE, price=900))

    found = sell(Basket(currency="PLN", lines=lines), half(TEN_TO_TWENTY))

    assert found.discount == 900


def test_of_weighed_goods_it_is_what_was_weighed() -> None:
    """Apples at 4.50 a kilogram: three kilograms are 13.50."""
    assert sell(shop.weighed(shop.APPLES, 3000), half(TEN_TO_TWENTY)).discount == 675
    assert sell(shop.weighed(shop.APPLES, 2000), half(TEN_TO_TWENTY)).discount == 0


def test_a_rule_that_earns_asks_what_was_weighed_too() -> None:
    rule = EarnRule(id="rule", per=PerMoney(amount=100), goods=TEN_TO_TWENTY)
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))

    assert shop.earned(sell(shop.weighed(shop.APPLES, 3000), points, to=shop.anna())) == 13
    assert shop.earned(sell(shop.weighed(shop.APPLES, 2000), points, to=shop.anna())) == 0


def test_what_other_offers_took_off_changes_no_shelf_price() -> None:
    three = shop.programme(
        2,
        rewards=(
            shop.reward(
                "three",
                benefit=AmountOff(amount=300),
                target=Target(scope="basket", goods=TEN_TO_TWENTY),
            ),
        ),
    )

    assert sell(shop.basket(shop.COFFEE), half(shop.goods("drinks")), three).discount == 950


def test_sets_and_conditions_and_points_ask_for_it_too() -> None:
    two = shop.reward(
        "two",
        condition=Condition(needs=(Need(goods=TEN_TO_TWENTY, pieces=2),)),
        benefit=PercentOff(basis_points=10_000),
        target=Target(scope="set", pieces=1),
    )
    rule = EarnRule(
        id="purchase",
        audience=Audience(members=True),
        goods=GoodsFilter(price_from=500),
        per=PerMoney(amount=100),
        multipliers=(Multiplier(percent=200, goods=TEN_TO_TWENTY),),
    )
    points = shop.programme(2, unit=shop.unit(), earn=(rule,))

    found = sell(
        shop.basket((shop.COFFEE, 2), shop.TEA, shop.BUN),
        shop.programme(1, rewards=(two,)),
        points,
        to=shop.anna(),
    )

    assert found.discount == 1300
    assert shop.earned(found) == 26 + 9


def test_a_spend_counts_its_goods_only() -> None:
    dear = Condition(spend=2000, goods=TEN_TO_TWENTY)
    rule = half(shop.goods("drinks"), condition=dear)

    assert sell(shop.basket(shop.COFFEE, (shop.TEA, 9)), rule).discount == 0
    assert sell(shop.basket((shop.COFFEE, 2)), rule).discount == 1300


def test_the_server_finds_goods_at_another_price() -> None:
    found = faults(shop.basket(shop.TEA), (half(GoodsFilter()),), (half(TEN_TO_TWENTY),))

    assert {one.kind for one in found} >= {FindingKind.CONDITION}


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="price to: below price from"):
        GoodsFilter(price_from=2000, price_to=1000)


RANGES = st.builds(
    lambda low, more: GoodsFilter(price_from=low, price_to=None if more is None else low + more),
    st.sampled_from([0, 450, 600, 900]),
    st.sampled_from([None, 0, 299, 600]),
)


@st.composite
def with_ranges(draw: st.DrawFn) -> Counter:
    """Baskets with typed prices, and rules that ask for prices."""
    counter = draw(counters(lines=3, pieces=2, offers=2))
    typed = st.sampled_from([None, None, 450, 900, 1300])
    lines = tuple(replace(one, price=draw(typed)) for one in counter.basket.lines)
    more = tuple(
        draw(
            st.sampled_from(
                [
                    half(draw(RANGES), number),
                    shop.programme(
                        number,
                        rewards=(
                            shop.reward(
                                "set",
                                condition=Condition(needs=(Need(goods=draw(RANGES), pieces=2),)),
                                target=Target(scope="set", pieces=1),
                            ),
                        ),
                    ),
                    shop.programme(
                        number,
                        rewards=(
                            shop.reward(
                                "rest",
                                condition=Condition(spend=900, goods=draw(RANGES)),
                                benefit=AmountOff(amount=300),
                                target=Target(scope="basket", goods=draw(RANGES)),
                            ),
                        ),
                    ),
                ]
            )
        )
        for number in range(7, 9)
    )
    return replace(
        counter,
        basket=replace(counter.basket, lines=lines),
        programmes=(*counter.programmes, *more),
        choices=NO_CHOICES,
    )


@settings(max_examples=150)
@given(with_ranges())
def test_nothing_is_cheaper_than_what_is_proven(counter: Counter) -> None:
    nothing_is_cheaper(counter)
