"""Baskets of everyday shops: what a careful shopkeeper would ask for them, worked out by hand."""

import pytest

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Condition, GoodsFilter, Need
from terminal.loyalty.earning import PerMoney
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.units import Rounding
from tests.loyalty import shop
from tests.loyalty.checker import check
from tests.loyalty.everyday import (
    ALONE,
    ANNA,
    BASKET,
    BEER,
    BOOK,
    BUN_WITH_COFFEE,
    BUTTER,
    CIGARETTES,
    DEPOSIT,
    FIVE_FROM_FIFTY,
    GROSS,
    GROUP_A,
    GROUP_B,
    HAM,
    MEMBERS,
    MENU,
    MILK,
    NIGHT,
    PIZZA,
    PLAIN,
    SALAMI,
    SECOND_DEAR_HALF,
    SECOND_HALF,
    SHIRT,
    SOCKS,
    STAMPS,
    TEN_OFF,
    THREE_FOR_TWENTY,
    TUESDAY_FRUIT,
    TWO_ZLOTY,
    VISIT,
    WASHES,
    Told,
    claim,
    earn,
    milk_offer,
    of_set,
    off_basket,
    offer,
    percent,
    scales,
    untaxed,
)

TOLD = {
    "10 % off each: 7.99 is 7.19, not 7.20": Told(
        basket=shop.basket(BUTTER), programmes=(milk_offer(),), total=719
    ),
    "10 % off each of three rounds each: 3 × 35 off 3.49": Told(
        basket=shop.basket((MILK, 3)), programmes=(milk_offer(),), total=3 * (349 - 35)
    ),
    "10 % off the basket rounds once: 10.47 less 1.05": Told(
        basket=shop.basket((MILK, 3)), programmes=(TEN_OFF,), total=1047 - 105
    ),
    "15 % off a brand but not its socks": Told(
        basket=shop.basket(SHIRT, SOCKS, BOOK),
        programmes=(percent(1500, GoodsFilter(brands=("Lniany",), except_skus=("SOCKS",))),),
        total=7999 - 1200 + 1290 + 3990,
    ),
    "soap for 1.50 less, four pieces at most": Told(
        basket=shop.basket((SOCKS, 6)),
        programmes=(offer(AmountOff(amount=150), Target(scope="piece"), limit=4),),
        total=6 * 1290 - 4 * 150,
    ),
    "5.00 off a thing of 3.49 makes it free and no cheaper": Told(
        basket=shop.basket(MILK, BOOK),
        programmes=(
            offer(AmountOff(amount=500), Target(scope="piece", goods=shop.goods("dairy"))),
        ),
        total=3990,
    ),
    "spend 50, save 5: 49.99 is a grosz short": Told(
        basket=shop.basket(shop.product("A", 4999)),
        programmes=(FIVE_FROM_FIFTY,),
        total=4999,
        why={"offer": ("spend_missing", 1)},
    ),
    "spend 50, save 5: shelf prices count, so the 10 % do not spoil it": Told(
        basket=shop.basket(shop.product("A", 5000)),
        programmes=(TEN_OFF, FIVE_FROM_FIFTY),
        total=5000 - 500 - 500,
    ),
    "cigarettes are never cheaper": Told(
        basket=shop.basket(CIGARETTES, shop.TEA),
        programmes=(TEN_OFF, off_basket(AmountOff(amount=5000))),
        total=1999,
    ),
    "a spend condition on drinks does not count bread": Told(
        basket=shop.basket((BEER, 4), shop.CAKE),
        programmes=(
            offer(
                AmountOff(amount=300),
                BASKET,
                condition=Condition(spend=2000, goods=shop.goods("drinks")),
            ),
        ),
        total=4 * 459 + 1500,
        why={"offer": ("spend_missing", 2000 - 1836)},
    ),
    "a deposit bottle stays 0.50 and earns nothing": Told(
        basket=shop.basket((BEER, 2), (DEPOSIT, 2)),
        programmes=(percent(5000), PLAIN),
        to=ANNA,
        total=2 * (459 - 230) + 100,
        earned=4,
    ),
    "members' price for members": Told(
        basket=shop.basket((BUTTER, 2)),
        programmes=(offer(FixedPrice(price=649), Target(scope="piece"), audience=MEMBERS),),
        to=ANNA,
        total=1298,
    ),
    "members' price without a card": Told(
        basket=shop.basket(BUTTER),
        programmes=(offer(FixedPrice(price=649), Target(scope="piece"), audience=MEMBERS),),
        total=799,
        why={"offer": ("members_only",)},
    ),
    "second pizza half price: the cheaper one": Told(
        basket=shop.basket(SALAMI, PIZZA), programmes=(SECOND_HALF,), total=1899 + 1499 - 750
    ),
    "second pizza half price, three bought: one pair, the dear ones": Told(
        basket=shop.basket((SALAMI, 2), PIZZA),
        programmes=(SECOND_HALF,),
        total=1899 + 1899 - 950 + 1499,
    ),
    "the dearer of two pizzas half price": Told(
        basket=shop.basket(SALAMI, PIZZA), programmes=(SECOND_DEAR_HALF,), total=1499 + 1899 - 950
    ),
    "the dearest of each two, four bought: both dear ones": Told(
        basket=shop.basket((SALAMI, 2), (PIZZA, 2)),
        programmes=(SECOND_DEAR_HALF,),
        total=2 * 1499 + 2 * (1899 - 950),
    ),
    "one pizza: one more is missing": Told(
        basket=shop.basket(PIZZA),
        programmes=(SECOND_HALF,),
        total=1499,
        why={"offer": ("pieces_missing", 1)},
    ),
    "three for 20.00 takes the dear ones": Told(
        basket=shop.basket((shop.CAKE, 3), shop.BUN),
        programmes=(THREE_FOR_TWENTY,),
        total=2000 + 450,
    ),
    "three for 20.00 is no worse than three cheap ones": Told(
        basket=shop.basket((shop.BUN, 3)),
        programmes=(THREE_FOR_TWENTY,),
        total=1350,
        why={"offer": ("nothing_left",)},
    ),
    "coffee and cake for 19.90": Told(
        basket=shop.basket(shop.COFFEE, shop.CAKE, shop.CAKE),
        programmes=(MENU,),
        total=1990 + 1500,
    ),
    "two menus need two coffees": Told(
        basket=shop.basket((shop.COFFEE, 2), (shop.CAKE, 3)),
        programmes=(MENU,),
        total=2 * 1990 + 1500,
    ),
    "a bun for nothing with a coffee, one for each coffee": Told(
        basket=shop.basket((shop.COFFEE, 2), (shop.BUN, 3)),
        programmes=(BUN_WITH_COFFEE,),
        total=2600 + 450,
    ),
    "a bun without a coffee costs what it costs": Told(
        basket=shop.basket(shop.BUN),
        programmes=(BUN_WITH_COFFEE,),
        total=450,
        why={"offer": ("pieces_missing", 1)},
    ),
    "happy hour begins at 20:00": Told(
        basket=shop.basket(shop.BUN),
        programmes=(NIGHT,),
        at="2026-03-14T19:59",
        total=450,
        why={"offer": ("from_time",)},
    ),
    "happy hour at 20:00": Told(
        basket=shop.basket(shop.BUN), programmes=(NIGHT,), at="2026-03-14T20:00", total=315
    ),
    "happy hour is over at 22:00": Told(
        basket=shop.basket(shop.BUN),
        programmes=(NIGHT,),
        at="2026-03-14T22:00",
        total=450,
        why={"offer": ("until_time",)},
    ),
    "a menu or 20 % off the cake: the better one": Told(
        basket=shop.basket(shop.COFFEE, shop.CAKE),
        programmes=(MENU, percent(2000, shop.goods("bakery"), 2)),
        total=1990,
    ),
    "with two cakes the menu takes one and the happy hour the other": Told(
        basket=shop.basket(shop.COFFEE, (shop.CAKE, 2)),
        programmes=(MENU, percent(2000, shop.goods("bakery"), 2)),
        total=1990 + 1200,
    ),
    "of a group the better for this basket: 5.00 beats 10 % of a book": Told(
        basket=shop.basket(BOOK), programmes=(GROUP_A, GROUP_B), total=3490
    ),
    "of a group the better for this basket: two books": Told(
        basket=shop.basket((BOOK, 2)), programmes=(GROUP_A, GROUP_B), total=7980 - 798
    ),
    "20 % alone against 10 % and 5.00 together, small": Told(
        basket=shop.basket(shop.CAKE),
        programmes=(ALONE, off_basket(PercentOff(basis_points=1000)), GROUP_B),
        total=1500 - 150 - 500,
    ),
    "20 % alone against 10 % and 5.00 together, large": Told(
        basket=shop.basket(SHIRT),
        programmes=(ALONE, off_basket(PercentOff(basis_points=1000)), GROUP_B),
        total=7999 - 1600,
    ),
    "percents before amounts: 10 % of 20.00, then 5.00": Told(
        basket=shop.basket(shop.product("A", 2000)),
        programmes=(TEN_OFF, off_basket(AmountOff(amount=500))),
        total=1300,
    ),
    "the whole basket for 50.00": Told(
        basket=shop.basket(SHIRT, SOCKS),
        programmes=(off_basket(FixedPrice(price=5000)),),
        total=5000,
    ),
    "ham by weight, 10 % off: 312 g at 59.99 are 18.72": Told(
        basket=scales((HAM, 312)), programmes=(percent(1000),), total=1872 - 187
    ),
    "two pieces of ham are two pieces: the cheaper one half": Told(
        basket=scales((HAM, 312), (HAM, 200)),
        programmes=(
            of_set(
                PercentOff(basis_points=5000),
                Need(goods=shop.goods("deli"), pieces=2),
                target=Target(scope="set", pieces=1),
            ),
        ),
        total=1872 + 1200 - 600,
    ),
    "a gram of apples is half a grosz and still no less than nothing": Told(
        basket=scales((shop.APPLES, 1)), programmes=(percent(5000),), total=0
    ),
    "a bag for nothing beside a set takes no place in it": Told(
        basket=shop.basket(shop.DARK, shop.DARK, shop.product("GIFT", 0, "sweets/chocolate")),
        programmes=(shop.programme(1, rewards=(shop.third_free(shop.goods("sweets")),)),),
        total=2 * 899,
        why={"third-free": ("pieces_missing", 1)},
    ),
    "nine stamps: the dearest coffee is the free one": Told(
        basket=shop.basket(shop.COFFEE, shop.product("LATTE", 1600, "drinks/coffee")),
        programmes=(STAMPS,),
        to=shop.anna({"stamps": 9}),
        choices=claim(),
        total=1300,
        spent=9,
        earned=1,
    ),
    "27 stamps, two coffees, both free if the customer likes": Told(
        basket=shop.basket((shop.COFFEE, 2)),
        programmes=(STAMPS,),
        to=shop.anna({"stamps": 27}),
        choices=claim(),
        total=0,
        spent=18,
    ),
    "27 stamps and only one of them used": Told(
        basket=shop.basket((shop.COFFEE, 2)),
        programmes=(STAMPS,),
        to=shop.anna({"stamps": 27}),
        choices=claim(1),
        total=1300,
        spent=9,
        earned=1,
    ),
    "eight stamps: one is missing": Told(
        basket=shop.basket(shop.COFFEE),
        programmes=(STAMPS,),
        to=shop.anna({"stamps": 8}),
        choices=claim(),
        total=1300,
        earned=1,
        why={"offer": ("units_missing", 1)},
    ),
    "stamps do not pay for tea": Told(
        basket=shop.basket(shop.TEA),
        programmes=(STAMPS,),
        to=shop.anna({"stamps": 9}),
        choices=claim(),
        total=900,
        why={"offer": ("no_goods",)},
    ),
    "the sixth wash by itself, the seventh is paid and stamped": Told(
        basket=shop.basket((shop.WASH, 2)),
        programmes=(WASHES,),
        to=shop.anna({"washes": 5}),
        total=2500,
        spent=5,
        earned=1,
    ),
    "ten stamps free two washes of three": Told(
        basket=shop.basket((shop.WASH, 3)),
        programmes=(WASHES,),
        to=shop.anna({"washes": 11}),
        total=2500,
        spent=10,
        earned=1,
    ),
    "all the points: 512 pay 25.00 of 26.00": Told(
        basket=shop.basket((shop.COFFEE, 2)),
        programmes=(shop.points(),),
        to=shop.anna({"points": 512}),
        choices=shop.claims("five-off"),
        total=100,
        spent=500,
        earned=1,
    ),
    "a part of the points": Told(
        basket=shop.basket((shop.COFFEE, 2)),
        programmes=(shop.points(),),
        to=shop.anna({"points": 512}),
        choices=shop.claims("five-off", 3),
        total=1100,
        spent=300,
        earned=11,
    ),
    "points do not pay for cigarettes": Told(
        basket=shop.basket(CIGARETTES),
        programmes=(shop.points(),),
        to=shop.anna({"points": 512}),
        choices=shop.claims("five-off"),
        total=1999,
        why={"five-off": ("no_goods",)},
    ),
    "20.00, happy hour, all the points: the happy hour stays": Told(
        basket=shop.basket(shop.product("A", 1800), shop.product("ROLL", 200, "bakery")),
        programmes=(shop.points(), percent(2000, shop.goods("bakery"), 4)),
        to=shop.anna({"points": 512}),
        choices=shop.claims("five-off"),
        total=460,
        spent=300,
        earned=4,
    ),
    "1 point a zloty on what is paid": Told(
        basket=shop.basket(BOOK), programmes=(PLAIN, TEN_OFF), to=ANNA, total=3591, earned=35
    ),
    "points on shelf prices where the shop says so": Told(
        basket=shop.basket(BOOK), programmes=(GROSS, TEN_OFF), to=ANNA, total=3591, earned=39
    ),
    "a point each 2.00 from 10.00 on": Told(
        basket=shop.basket(BUTTER, BEER), programmes=(TWO_ZLOTY,), to=ANNA, total=1258, earned=6
    ),
    "9.99 is below the 10.00 from which points are given": Told(
        basket=shop.basket(shop.product("A", 999)),
        programmes=(TWO_ZLOTY,),
        to=ANNA,
        total=999,
        why={"earn": ("spend_missing", 1)},
    ),
    "triple on fruit on a Tuesday, the rest single": Told(
        basket=Basket(
            currency="PLN",
            lines=(
                Line(key=1, product=shop.APPLES, grams=2000),
                Line(key=2, product=shop.TEA),
            ),
        ),
        programmes=(TUESDAY_FRUIT,),
        to=ANNA,
        at="2026-03-17T10:00",
        total=1800,
        earned=27 + 9,
    ),
    "gold on a Saturday: all double": Told(
        basket=shop.basket(shop.TEA, BUTTER),
        programmes=(TUESDAY_FRUIT,),
        to=shop.anna(tier="gold"),
        total=1699,
        earned=33,  # 33.98
    ),
    "five points for the visit, whatever is bought": Told(
        basket=shop.basket(MILK, MILK, BOOK), programmes=(VISIT,), to=ANNA, total=4688, earned=5
    ),
    "cigarettes alone are no visit": Told(
        basket=shop.basket(CIGARETTES), programmes=(VISIT,), to=ANNA, total=1999
    ),
    "half a point up where the shop rounds to the nearest": Told(
        basket=shop.basket(shop.product("A", 250)),
        programmes=(earn(PerMoney(amount=100), unit={"rounding": Rounding.NEAREST}),),
        to=ANNA,
        total=250,
        earned=3,
    ),
    "without tax: 10 % off 10.00 at 23 % and 10.00 at 5 %": Told(
        basket=untaxed(shop.product("A", 1000), shop.product("B", 1000, vat=500)),
        programmes=(TEN_OFF,),
        total=900 + 207 + 900 + 45,
    ),
    "without tax: of two pieces at one price the one with more tax is free": Told(
        basket=untaxed(
            shop.product("A", 1000, "x", vat=500), shop.product("B", 1000, "x", vat=2300)
        ),
        programmes=(percent(10_000, shop.goods("x"), limit=1),),
        total=1050,
    ),
    "without tax: 9.90 at 23 % rather than 10.00 at 5 %": Told(
        basket=untaxed(
            shop.product("A", 1000, "x", vat=500), shop.product("B", 990, "x", vat=2300)
        ),
        programmes=(percent(10_000, shop.goods("x"), limit=1),),
        total=1050,
    ),
    "everything free: nothing to pay, nothing earned": Told(
        basket=shop.basket(shop.TEA, MILK), programmes=(percent(10_000), PLAIN), to=ANNA, total=0
    ),
    "two offers as good as each other: the lower number is told": Told(
        basket=shop.basket(shop.TEA),
        programmes=(percent(1000, number=2), percent(1000, number=5)),
        total=810,
    ),
}


@pytest.mark.parametrize("story", TOLD)
def test_a_basket_comes_to_what_the_shopkeeper_worked_out(story: str) -> None:
    told = TOLD[story]
    # The helpers number most programmes 1: no two of a story may share a number.
    assert len({one.programme for one in told.programmes}) == len(told.programmes)
    at = shop.moment(told.at)

    sold = evaluate(told.basket, told.to, told.programmes, at, told.choices)

    check(told.basket, told.to, told.programmes, at, told.choices, sold)
    assert (sold.total, shop.earned(sold)) == (told.total, told.earned)
    assert sum(one.n for one in sold.spent) == told.spent
    for rule, (why, *figures) in told.why.items():
        reason = shop.away(sold, rule).reason
        assert reason.why == why
        assert not figures or figures[0] in {reason.amount, reason.units, reason.pieces}
