"""More programmes than can all be tried beside each other: still the best found, and no false proof."""

import pytest

from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import NO_CHOICES, NOBODY
from tests.loyalty import shop
from tests.loyalty.checker import check

BASKET = shop.basket((shop.CAKE, 2), shop.DARK, shop.COFFEE)


def offers(count: int, stacking: Stacking, first: int = 1) -> list[Programme]:
    """Percents from 1 on, the highest last."""
    return [
        shop.programme(
            number,
            rewards=(shop.pieces_off(f"p{number}", 100 * number, shop.goods()),),
            stacking=stacking,
        )
        for number in range(first, first + count)
    ]


@pytest.mark.parametrize("stacking", [Stacking(group="g"), Stacking(mode="alone")])
def test_of_thirty_offers_of_which_one_is_taken_nothing_better_is_promised(
    stacking: Stacking,
) -> None:
    every = [*offers(30, stacking), *offers(2, Stacking(), 31)]

    sold = evaluate(BASKET, NOBODY, every, shop.NOON)

    check(BASKET, NOBODY, every, shop.NOON, NO_CHOICES, sold)
    best = 5199 - 2 * 480 - 288 - 416  # 32 % off, each piece rounded
    assert sold.total == best
    assert sold.bound <= best
    assert {one.reason.why for one in sold.not_applied} <= {Why.NOT_TOGETHER, Why.BETTER_OFFER}


def test_of_three_groups_of_ten_the_best_of_each_is_found() -> None:
    groups = [
        programme
        for place, where in enumerate(("bakery", "sweets", "drinks"))
        for programme in (
            shop.programme(
                place * 10 + n,
                rewards=(shop.pieces_off("off", 300 * n, shop.goods(where)),),
                stacking=Stacking(group=where),
            )
            for n in range(1, 11)
        )
    ]

    sold = evaluate(BASKET, NOBODY, groups, shop.NOON)

    assert sold.discount == 2 * 450 + 270 + 390
    assert sold.bound <= sold.total


def test_fifty_programmes_have_reasons_with_amounts_within_the_effort() -> None:
    """Few trials or many: who was better, and by how much, is the same where one piece is had."""
    every = offers(50, Stacking())

    little, much = (evaluate(BASKET, NOBODY, every, shop.NOON, effort=n) for n in (1, 20_000))

    assert [one.reason.why for one in little.not_applied] == [Why.BETTER_OFFER] * 49
    assert [one.reason for one in little.not_applied] == [one.reason for one in much.not_applied]
