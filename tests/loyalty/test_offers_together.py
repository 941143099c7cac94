"""Offers beside each other, for some customers, on odd goods: who wins, who says why not."""

from datetime import date

import pytest

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, GoodsFilter, Window
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.money import LARGEST_AMOUNT
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import (
    NOBODY,
    Choices,
    Claim,
    RewardName,
)
from tests.loyalty import shop
from tests.loyalty.selling import sell

MEMBERS = Audience(members=True)
CHOCOLATE = shop.goods("sweets/chocolate")


HAPPY = shop.programme(
    4,
    rewards=(
        shop.pieces_off(
            "happy-hour",
            2000,
            shop.goods("bakery"),
            window=Window(from_time="15:00", to_time="17:00"),
        ),
    ),
)


def members_price(price: int) -> Programme:
    return shop.programme(
        6,
        rewards=(
            shop.reward(
                "members-price",
                audience=MEMBERS,
                benefit=FixedPrice(price=price),
                target=Target(scope="piece", goods=GoodsFilter(skus=("CAKE",))),
            ),
        ),
    )


def test_of_members_price_and_happy_hour_the_better_one_holds_and_the_other_says_by_how_much() -> (
    None
):
    sold = sell(shop.basket(shop.CAKE), HAPPY, members_price(1350), to=shop.anna())

    assert sold.total == 1200
    why = shop.away(sold, "members-price").reason
    assert (why.why, why.amount) == (Why.BETTER_OFFER, 150)
    assert why.other == RewardName(4, "happy-hour")

    dearer = sell(shop.basket(shop.CAKE), HAPPY, members_price(999), to=shop.anna())
    assert dearer.total == 999
    assert shop.away(dearer, "happy-hour").reason.amount == 201


def test_without_a_card_there_is_no_members_price() -> None:
    sold = sell(shop.basket(shop.CAKE), members_price(999))

    assert sold.total == 1500
    assert shop.away(sold, "members-price").reason.why is Why.MEMBERS_ONLY


def test_a_members_price_above_the_shelf_price_changes_nothing() -> None:
    sold = sell(shop.basket(shop.CAKE), members_price(1600), to=shop.anna())

    assert sold.total == 1500
    assert shop.away(sold, "members-price").reason.why is Why.NOTHING_LEFT


@pytest.mark.parametrize(("tier", "total"), [("gold", 1350), ("", 1500)])
def test_an_offer_for_gold_is_for_gold(tier: str, total: int) -> None:
    offer = shop.pieces_off("gold", 1000, GoodsFilter(), audience=Audience(tiers=("gold",)))

    sold = sell(
        shop.basket(shop.CAKE), shop.programme(1, rewards=(offer,)), to=shop.anna(tier=tier)
    )

    assert sold.total == total
    if not tier:
        assert shop.away(sold, "gold").reason.why is Why.NOT_FOR_THIS_MEMBER


def test_spend_30_and_save_5_says_that_12_40_is_missing() -> None:
    offer = shop.programme(
        1,
        rewards=(
            shop.reward(
                "save",
                condition=Condition(spend=3000),
                benefit=AmountOff(amount=500),
                target=Target(scope="basket"),
            ),
        ),
    )

    why = shop.away(sell(shop.basket(shop.product("A", 1760)), offer), "save").reason
    assert (why.why, why.amount) == (Why.SPEND_MISSING, 1240)
    assert sell(shop.basket((shop.CAKE, 2)), offer).total == 2500


def basket_off(benefit: Benefit, **other: object) -> Programme:
    target = Target(scope="basket")
    return shop.programme(
        9, rewards=(shop.reward("basket", benefit=benefit, target=target),), **other
    )


def test_an_offer_that_stands_alone_gives_way_to_a_better_combination() -> None:
    alone = basket_off(AmountOff(amount=200), stacking=Stacking(mode="alone"))

    sold = sell(shop.basket(shop.CAKE), HAPPY, alone)

    assert sold.total == 1200
    why = shop.away(sold, "basket").reason
    assert (why.why, why.amount, why.other) == (
        Why.NOT_TOGETHER,
        100,
        RewardName(4, "happy-hour"),
    )


def test_an_offer_that_stands_alone_is_taken_when_it_is_the_better_one() -> None:
    alone = basket_off(AmountOff(amount=400), stacking=Stacking(mode="alone"))

    sold = sell(shop.basket(shop.CAKE), HAPPY, alone)

    assert sold.total == 1100
    assert shop.away(sold, "happy-hour").reason.why is Why.NOT_TOGETHER


def test_claiming_what_stands_alone_sends_the_automatic_offers_away() -> None:
    alone = shop.programme(
        1,
        rewards=(shop.pieces_off("ticket", 500, GoodsFilter(), mode="claimed"),),
        stacking=Stacking(mode="alone"),
    )

    sold = sell(shop.basket(shop.CAKE), HAPPY, alone, choices=shop.claims("ticket"))

    assert sold.total == 1425
    assert shop.away(sold, "happy-hour").reason.why is Why.NOT_TOGETHER


def test_of_a_group_only_the_best_one_is_taken() -> None:
    two = [
        shop.programme(
            number,
            rewards=(shop.pieces_off(f"offer-{number}", points, where),),
            stacking=Stacking(group="spring"),
        )
        for number, points, where in ((1, 1000, shop.goods("bakery")), (2, 1000, CHOCOLATE))
    ]

    sold = sell(shop.basket(shop.CAKE, shop.DARK), *two)

    assert sold.discount == 150
    why = shop.away(sold, "offer-2").reason
    assert (why.why, why.amount) == (Why.NOT_TOGETHER, 60)


def test_nothing_comes_off_tobacco() -> None:
    every = shop.programme(1, rewards=(shop.pieces_off("all", 1000, GoodsFilter()),))

    sold = sell(
        shop.basket(shop.TOBACCO, shop.TEA), every, basket_off(PercentOff(basis_points=1000))
    )

    assert [price.discount for price in sold.lines] == [0, 90 + 81]


def test_apples_by_weight_are_one_piece() -> None:
    off = shop.programme(1, rewards=(shop.pieces_off("fruit", 1000, shop.goods("fruit")),))

    sold = sell(shop.weighed(shop.APPLES, 1245), off)

    assert (sold.gross, sold.discount) == (560, 56)


def test_a_price_that_the_cashier_entered_is_the_price() -> None:
    basket = Basket(currency="PLN", lines=(Line(key=7, product=shop.CAKE, price=1000, pieces=2),))

    assert sell(basket, HAPPY).total == 1600


def test_goods_for_nothing_cost_nothing_and_take_part_in_nothing() -> None:
    every = shop.programme(1, rewards=(shop.pieces_off("all", 1000, GoodsFilter()),))

    sold = sell(shop.basket(shop.product("BAG", 0)), every)

    assert (sold.total, sold.applied) == (0, ())
    assert shop.away(sold, "all").reason.why is Why.NO_GOODS


def test_a_basket_that_is_free_is_free_and_never_below_zero() -> None:
    sold = sell(shop.basket(shop.BUN), basket_off(AmountOff(amount=10_000)))

    assert (sold.total, sold.discount) == (0, 450)


def test_an_empty_basket_costs_nothing_and_every_offer_says_so() -> None:
    sold = sell(Basket(currency="PLN"), HAPPY, shop.points(), to=shop.anna({"points": 500}))

    assert (sold.total, sold.gross, sold.lines, sold.vat) == (0, 0, (), ())
    assert sold.proven
    assert all(one.reason.why is Why.NO_GOODS for one in sold.not_applied)


def test_without_programmes_the_price_is_on_the_shelf() -> None:
    assert sell(shop.basket(shop.CAKE, shop.TEA)).total == 2400


def test_huge_prices_add_up_to_the_last_grosz() -> None:
    dear = shop.product("SHIP", LARGEST_AMOUNT, vat=2300)

    sold = sell(shop.basket((dear, 99)), basket_off(PercentOff(basis_points=1)))

    assert sold.total == 99 * LARGEST_AMOUNT - 99 * LARGEST_AMOUNT // 10_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"pieces": 0},
        {"pieces": -1},
        {"price": -1},
        {"grams": 0},
        {"grams": 5, "pieces": 2},
        {"price": LARGEST_AMOUNT + 1},
    ],
)
def test_what_is_negative_or_absurd_is_refused_before_it_is_priced(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"line|price|weighed"):
        Line(key=1, product=shop.CAKE, **wrong)


@pytest.mark.parametrize("wrong", [{"price": -1}, {"vat": -1}, {"vat": 10_001}, {"sku": ""}])
def test_a_product_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"price|VAT|sku"):
        shop.product(**{"sku": "A", "price": 1, **wrong})  # type: ignore[arg-type]


def test_two_lines_with_one_key_are_refused() -> None:
    line = Line(key=1, product=shop.CAKE)
    with pytest.raises(ValueError, match="same key"):
        Basket(currency="PLN", lines=(line, line))


def test_the_revision_of_the_day_of_sale_counts() -> None:
    old = shop.programme(4, rewards=HAPPY.rewards)
    new = shop.programme(4, revision=2, holds_from=old.holds_from.replace(year=2030))

    sold = evaluate(shop.basket(shop.CAKE), NOBODY, (old, new), shop.moment("2026-03-14T15:30"))

    assert sold.total == 1200
    assert shop.applied(sold, "happy-hour").revision == 1


def test_vat_is_told_by_rate_after_rewards() -> None:
    sold = sell(shop.basket(shop.COFFEE, shop.BUN, shop.CAKE), HAPPY)

    assert [(one.rate, one.gross, one.discount, one.taxable, one.tax) for one in sold.vat] == [
        (500, 450, 90, 343, 17),
        (800, 1500, 300, 1111, 89),
        (2300, 1300, 0, 1057, 243),
    ]


def test_prices_without_tax_get_it_on_top() -> None:
    basket = Basket(
        currency="PLN",
        lines=(Line(key=1, product=shop.COFFEE), Line(key=2, product=shop.CAKE)),
        prices_include_tax=False,
    )

    sold = sell(basket, HAPPY)

    assert sold.total == 1300 + 299 + 1200 + 96
    assert sold.discount == 300


def test_claims_of_what_is_not_there_are_left_alone() -> None:
    claims = Choices(claims=(Claim(name=RewardName(77, "gone")),))

    assert sell(shop.basket(shop.CAKE), choices=claims).total == 1500


def test_a_window_to_the_last_day_is_over_the_day_after() -> None:
    ended = Window(last_day=date(2026, 3, 13))
    offer = shop.programme(1, rewards=(shop.pieces_off("old", 1000, GoodsFilter(), window=ended),))

    why = shop.away(sell(shop.basket(shop.CAKE), offer), "old").reason

    assert (why.why, why.day) == (Why.ENDED, date(2026, 3, 13))
