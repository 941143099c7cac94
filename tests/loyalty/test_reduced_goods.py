"""No points on reduced goods: what a reward made cheaper brings nothing, everything else does."""

from dataclasses import replace
from typing import Any

import pytest

from terminal.loyalty.benefits import AmountOff, PercentOff, Target
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.programme import Programme, Reward, Stacking
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.standing import Choices
from terminal.loyalty.units import UnitKind
from tests.loyalty import shop
from tests.loyalty.members import anna, why
from tests.loyalty.refund_till import Till
from tests.loyalty.selling import sell, settled

HAM = shop.product("HAM", 1000)
TEA = shop.product("TEA", 500)


def points(**other: Any) -> Programme:
    rule = EarnRule(**{"id": "rule", "per": PerMoney(amount=100), "reduced": False, **other})
    return shop.programme(1, unit=shop.unit(), earn=(rule,))


def off(number: int, benefit: Any, scope: Any = "piece", **other: Any) -> Programme:
    """So much off the ham, or off the basket."""
    goods = GoodsFilter(skus=("HAM",)) if scope == "piece" else GoodsFilter()
    reward = Reward(
        id="off",
        name={"en": "Off"},
        benefit=benefit,
        target=Target(scope=scope, goods=goods),
        limit=other.pop("limit", None),
    )
    return shop.programme(number, rewards=(reward,), **other)


HALF = off(2, PercentOff(basis_points=5000))
ONE_HALF = off(2, PercentOff(basis_points=5000), limit=1)


def test_reduced_goods_bring_nothing_and_others_do() -> None:
    basket = shop.basket(HAM, (TEA, 2))
    assert shop.earned(sell(basket, points(), HALF, to=anna())) == 10
    assert shop.earned(sell(basket, points(reduced=True), HALF, to=anna())) == 15
    assert shop.earned(sell(basket, points(), to=anna())) == 20


def test_other_pieces_of_their_line_do() -> None:
    basket = shop.basket((HAM, 3))
    assert shop.earned(sell(basket, points(), ONE_HALF, to=anna())) == 20
    assert shop.earned(sell(basket, points(base="gross"), ONE_HALF, to=anna())) == 20
    assert shop.earned(sell(basket, points(per=PerPiece()), ONE_HALF, to=anna())) == 2


def test_what_comes_off_the_basket_makes_no_goods_cheaper() -> None:
    tenth = off(3, PercentOff(basis_points=1000), "basket")
    basket = shop.basket((HAM, 3))
    assert shop.earned(sell(basket, points(), tenth, to=anna())) == 27
    # 30.00 − 5.00, and 2.50 of it: each ham at its full price bears 1.00
    assert shop.earned(sell(basket, points(), ONE_HALF, tenth, to=anna())) == 18


def test_pieces_reduced_twice_are_reduced_once() -> None:
    above = off(3, AmountOff(amount=100), stacking=Stacking(on_top=True), limit=1)
    basket = shop.basket((HAM, 3))
    both = sell(basket, points(), ONE_HALF, above, to=anna())
    assert both.total == 3000 - 500 - 100
    assert shop.earned(both) == 20
    assert shop.earned(sell(basket, points(), above, to=anna())) == 20


def test_the_reason_says_that_they_are_left_out() -> None:
    (one,) = sell(shop.basket((HAM, 3)), points(), ONE_HALF, to=anna()).earned
    assert one.reason == Reason(
        why=Why.EARNED_PER_MONEY, amount=2000, per=100, units=1, without_reduced=True
    )
    nothing = sell(shop.basket(HAM), points(), HALF, to=anna())
    assert why(nothing, "rule") == Reason(why=Why.REDUCED_GOODS)
    visit = sell(shop.basket(HAM), points(per=PerVisit()), HALF, to=anna())
    assert why(visit, "rule") == Reason(why=Why.REDUCED_GOODS)


def test_the_minimum_counts_what_brings_something() -> None:
    short = sell(shop.basket(HAM, TEA), points(minimum=1200), HALF, to=anna())
    assert why(short, "rule") == Reason(why=Why.SPEND_MISSING, amount=700)


def test_of_offers_that_save_as_much_the_one_that_leaves_more_points_is_taken() -> None:
    dear = shop.product("DEAR", 2000)
    half = off(2, AmountOff(amount=300), limit=1).rewards[0]
    offer = shop.programme(2, rewards=(replace(half, target=Target(scope="piece")),))
    for basket in (shop.basket(HAM, dear), shop.basket(dear, HAM)):
        sold = sell(basket, points(), offer, to=anna())
        assert (sold.total, shop.earned(sold)) == (2700, 20)


def test_excluded_goods_bring_nothing_whatever_they_cost() -> None:
    """Alcohol, tobacco, medicines: by category, or by the price list's own flag."""
    vodka = shop.product("V", 4000, "alcohol/vodka")
    sold_apart = replace(shop.product("M", 3000), earning=False)
    rule = points(goods=GoodsFilter(except_categories=("alcohol", "tobacco", "medicines")))
    assert shop.earned(sell(shop.basket(vodka, sold_apart, HAM), rule, to=anna())) == 10


def test_a_gift_card_is_loaded_with_what_it_costs() -> None:
    with pytest.raises(ValueError, match="reduced or not"):
        shop.programme(
            1,
            unit=shop.unit("gift", kind=UnitKind.MONEY, held="bearer"),
            earn=(EarnRule(id="load", per=PerMoney(amount=1), reduced=False),),
        )


@pytest.mark.parametrize("law", RefundLaw)
def test_goods_that_brought_nothing_take_nothing_back(law: RefundLaw) -> None:
    basket = shop.basket(HAM, (TEA, 2))
    programmes = [points(), HALF]
    sold = sell(basket, *programmes, to=anna())
    ham, tea = (line.key for line in basket.lines)
    till = Till(settled(sold, basket, anna(), Choices()), programmes)
    till.take_back({ham: 1}, law)
    assert sum(one.n for past in till.refunds for one in past.taken) == 0
    till.take_back({tea: 1}, law)
    assert sum(one.n for past in till.refunds for one in past.taken) == 5
    till.take_back({tea: 1}, law)
    assert sum(one.n for past in till.refunds for one in past.taken) == 10
