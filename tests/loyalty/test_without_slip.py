"""Goods without a slip: of which purchase they are taken for, and what of it is undone."""

from dataclasses import replace

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundRecord, Returned
from terminal.loyalty.standing import NOBODY
from terminal.loyalty.without_slip import Chosen, Purchase, chosen, pieces_of, without_slip
from tests.loyalty import shop
from tests.loyalty.refund_till import points, sold

APPLES = replace(shop.APPLES, earning=True)


def brought_back(basket: Basket) -> RefundRecord:
    at = shop.moment("2026-03-20T12:00")
    priced = evaluate(basket, NOBODY, (), at)
    return without_slip(f"{1:032x}", at, basket, priced, member="anna", cash_step=1)


def taken_for(goods: Basket, *bought: tuple[Basket, Programme]) -> Chosen | None:
    """Of which of several purchases, the latest first, goods are taken to be."""
    back = brought_back(goods)
    purchases = []
    for basket, programme in bought:
        record = sold(basket, programme, to=shop.anna()).record
        came = pieces_of(record, (), back)
        purchases.append(Purchase(record, (programme,), (), came))
    return chosen(purchases, back, lambda _sale, _refund: 0)[0]


def test_the_purchase_with_most_of_the_goods_before_a_later_one() -> None:
    found = taken_for(
        shop.basket((shop.COFFEE, 2)),
        (shop.basket(shop.COFFEE), points()),
        (shop.basket((shop.COFFEE, 3)), points()),
    )

    assert found is not None
    assert (found.place, found.units) == (1, 26)


def test_of_as_many_goods_the_purchase_that_takes_the_fewest_units_back() -> None:
    fewer = points(earn=())
    coffee = shop.basket(shop.COFFEE)

    assert (found := taken_for(coffee, (coffee, points()), (coffee, fewer))) is not None
    assert (found.place, found.units) == (1, 0)


def test_of_purchases_alike_the_latest() -> None:
    coffee = shop.basket(shop.COFFEE)

    assert (found := taken_for(coffee, (coffee, points()), (coffee, points()))) is not None
    assert (found.place, found.units) == (0, 13)


def test_a_bag_is_of_the_purchase_of_a_bag_that_weighs_as_much() -> None:
    sale = sold(shop.weighed(APPLES, 500), points(), to=shop.anna()).record

    assert pieces_of(sale, (), brought_back(shop.weighed(APPLES, 500))) == (Returned(1, 1),)
    assert pieces_of(sale, (), brought_back(shop.weighed(APPLES, 700))) == ()
    assert pieces_of(sale, (), brought_back(shop.basket(shop.COFFEE))) == ()


def test_what_came_back_before_and_two_lines_of_one_product() -> None:
    till = sold(shop.basket((shop.COFFEE, 2), shop.COFFEE), points(), to=shop.anna())
    back = brought_back(shop.basket((shop.COFFEE, 2)))

    assert pieces_of(till.record, (), back) == (Returned(1, 2),)
    till.take_back({1: 1}, back.law)
    assert pieces_of(till.record, till.refunds, back) == (Returned(1, 1), Returned(2, 1))


def test_rewards_that_were_had_stay_had_and_units_that_were_spent_stay_spent() -> None:
    gift = shop.reward("gift", mode="claimed", cost=10)
    offer = points(rewards=(gift,))
    basket = shop.basket(shop.COFFEE, shop.CAKE)
    till = sold(basket, offer, to=shop.anna({"points": 10}), choices=shop.claims("gift"))
    back = brought_back(basket)
    came = pieces_of(till.record, (), back)
    found, _ = chosen([Purchase(till.record, (offer,), (), came)], back, lambda _sale, _refund: 0)

    assert found is not None
    assert found.step.given == ()
    assert {one.name.partition(":")[0] for one in found.step.counts} == {
        "purchases",
        "spent",
        "brought",
    }
