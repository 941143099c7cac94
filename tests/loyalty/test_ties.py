"""Among equal prices: fewest units spent, then most units earned, then the lowest programme."""

from dataclasses import replace

from hypothesis import assume, given, settings

from terminal.loyalty.benefits import FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Condition, Need
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.standing import NOBODY
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters
from tests.loyalty.oracle import best_rank, came_to

EXHAUSTIVE = 10**6
FREE = PercentOff(basis_points=10_000)


def test_of_two_equal_pieces_the_one_that_earns_less_is_free() -> None:
    """Coffee at 9.00 earns double: the tea at 9.00 is the free one, in any order of scans."""
    coffee = shop.product("A-COFFEE", 900, "drinks/coffee")
    earn = EarnRule(
        id="earn",
        per=PerMoney(amount=100),
        multipliers=(Multiplier(percent=200, goods=shop.goods("drinks/coffee")),),
    )
    points = shop.programme(1, unit=shop.unit(), earn=(earn,))
    second = shop.programme(
        2,
        rewards=(
            shop.reward(
                "second",
                condition=Condition(needs=(Need(goods=shop.goods("drinks"), pieces=2),)),
                benefit=FREE,
                target=Target(scope="set", pieces=1),
            ),
            shop.pieces_off("one", 10_000, shop.goods("drinks"), limit=1),
        ),
    )

    for bought in ((coffee, shop.TEA), (shop.TEA, coffee)):
        sold = evaluate(shop.basket(*bought), shop.anna(), (points, second), shop.NOON)
        assert sold.total == 900
        assert shop.earned(sold) == 18


def test_the_offer_that_spends_no_units_is_taken_where_both_bring_the_same() -> None:
    paid = shop.programme(
        1, unit=shop.unit(), rewards=(shop.pieces_off("paid", 1000, shop.goods(), cost=3),)
    )
    free = shop.programme(2, rewards=(shop.pieces_off("free", 1000, shop.goods()),))

    sold = evaluate(shop.basket((shop.TEA, 2)), shop.anna({"points": 9}), (paid, free), shop.NOON)

    assert [one.name.reward for one in sold.applied] == ["free"]
    assert sold.spent == ()


def test_of_offers_that_are_alike_the_lowest_programme_is_named() -> None:
    three = [
        shop.programme(number, rewards=(shop.pieces_off("ten", 1000, shop.goods()),))
        for number in (9, 2, 5)
    ]
    at_810 = shop.programme(
        1,
        rewards=(
            shop.reward("price", benefit=FixedPrice(price=810), target=Target(scope="piece")),
        ),
    )

    sold = evaluate(shop.basket(shop.TEA), NOBODY, three, shop.NOON)
    also = evaluate(shop.basket(shop.TEA), NOBODY, [*three, at_810], shop.NOON)

    assert [one.name.programme for one in sold.applied] == [2]
    assert [one.name.programme for one in also.applied] == [1]


@settings(max_examples=250)
@given(counters(lines=3, pieces=2, offers=3, with_tax=None))
def test_among_equal_prices_the_whole_objective_holds(counter: Counter) -> None:
    assume(sum(line.pieces for line in counter.basket.lines) <= 5)
    goods_only = replace(
        counter,
        programmes=tuple(
            replace(one, rewards=tuple(r for r in one.rewards if r.target.scope != "basket"))
            for one in counter.programmes
        ),
    )

    found = evaluate(
        goods_only.basket,
        goods_only.standing,
        goods_only.programmes,
        goods_only.at,
        goods_only.choices,
        EXHAUSTIVE,
    )

    expected = best_rank(goods_only)
    came = came_to(goods_only, found)
    assert found.bound <= expected.cost <= came.cost
    if found.proven:
        assert came.cost == expected.cost
        units = sum(one.units for one in found.applied)
        names = tuple(sorted(one.name for one in found.applied))
        assert (units, shop.earned(found), names) == (
            expected.units,
            expected.earned,
            expected.names,
        )
