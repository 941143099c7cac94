"""Baskets and programmes at the edge: a defined answer, checked, and never a wrong price."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from random import Random

import pytest

from terminal.bench.engine_workloads import AT, BUSY, STANDING, questions
from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Condition, Need
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.money import LARGEST_AMOUNT
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import NO_CHOICES, NOBODY
from tests.loyalty import shop
from tests.loyalty.checker import check
from tests.loyalty.selling import sell

DRINKS = shop.goods("drinks")


def sold(basket: Basket, programmes: tuple[Programme, ...], effort: int = 400) -> Evaluation:
    found = evaluate(basket, NOBODY, programmes, shop.NOON, effort=effort)
    check(basket, NOBODY, programmes, shop.NOON, NO_CHOICES, found)
    return found


def priced(number: int, price: int) -> Programme:
    """Each drink for a price."""
    return shop.programme(
        number,
        rewards=(
            shop.reward(
                "price", benefit=FixedPrice(price=price), target=Target(scope="piece", goods=DRINKS)
            ),
        ),
    )


def test_ten_thousand_of_one_product_make_as_many_sets_as_there_are() -> None:
    third = shop.programme(1, rewards=(shop.third_free(DRINKS),))

    found = sell(shop.basket((shop.COFFEE, 10_000)), third)

    assert found.discount == 3333 * 1300
    assert shop.applied(found, "third-free").times == 3333


def test_ten_thousand_of_one_product_among_many_offers_stay_a_short_search() -> None:
    many = tuple(
        shop.programme(
            number,
            rewards=(
                shop.reward(
                    "set",
                    condition=Condition(needs=(Need(goods=DRINKS, pieces=2 + number % 5),)),
                    benefit=PercentOff(basis_points=1000 + 100 * number),
                    target=Target(scope="set", pieces=1),
                ),
            ),
        )
        for number in range(1, 41)
    )
    goods = tuple(shop.product(f"D{n}", 500 + n, "drinks") for n in range(30))
    lines = tuple(
        Line(key=key, product=one, pieces=10_000 if key == 1 else 2)
        for key, one in enumerate(goods, start=1)
    )

    found = sold(Basket(currency="PLN", lines=lines), many)

    # Half of all pieces at 50 % off is the best of these offers, a cent a piece aside.
    assert found.discount >= 0.99 * (10_058 // 2) * 250
    assert found.bound <= found.total


@pytest.mark.parametrize("price", [1300, 1301, LARGEST_AMOUNT])
def test_a_fixed_price_above_the_shelf_price_never_makes_anything_dearer(price: int) -> None:
    found = sell(shop.basket(shop.COFFEE), priced(1, price))

    assert found.total == 1300
    assert found.applied == ()
    assert shop.away(found, "price").reason.why is Why.NOTHING_LEFT


def test_a_set_for_more_than_its_goods_cost_is_no_offer() -> None:
    three = shop.programme(
        1,
        rewards=(
            shop.reward(
                "three",
                condition=Condition(needs=(Need(goods=DRINKS, pieces=3),)),
                benefit=FixedPrice(price=4000),
                target=Target(scope="set"),
            ),
        ),
    )

    assert sell(shop.basket((shop.COFFEE, 3)), three).total == 3900


def test_goods_without_a_price_are_neither_discounted_nor_in_the_way() -> None:
    nothing = shop.product("BAG", 0, "drinks")
    third = shop.programme(1, rewards=(shop.third_free(DRINKS),))

    found = sell(shop.basket((nothing, 5), (shop.COFFEE, 2)), third)

    assert found.discount == 0
    assert shop.away(found, "third-free").reason.pieces == 1


def test_the_dearest_goods_there_may_be_are_added_up_exactly() -> None:
    gold = shop.product("GOLD", LARGEST_AMOUNT, "drinks")
    half = shop.programme(1, rewards=(shop.pieces_off("half", 5000, DRINKS),))

    found = sold(shop.basket((gold, 100_000)), (half,))

    assert found.total == 100_000 * LARGEST_AMOUNT // 2
    assert found.proven


def test_of_five_hundred_offers_for_one_product_the_best_is_taken_and_all_are_answered() -> None:
    many = tuple(
        shop.programme(number, rewards=(shop.pieces_off("off", number * 10, DRINKS),))
        for number in range(1, 501)
    )

    found = sold(shop.basket((shop.COFFEE, 3)), many)

    assert [one.name.programme for one in found.applied] == [500]
    assert found.discount == 3 * 650
    assert found.proven
    assert {one.reason.why for one in found.not_applied} == {Why.BETTER_OFFER}
    amounts = {one.programme: one.reason.amount for one in found.not_applied}
    assert amounts[499] == 1
    assert amounts[1] == 650 - 1


def test_an_offer_that_stands_alone_and_in_a_group_stands_alone() -> None:
    both = shop.programme(
        1,
        rewards=(shop.pieces_off("both", 3000, DRINKS),),
        stacking=Stacking(mode="alone", group="g"),
    )
    other = shop.programme(
        2, rewards=(shop.pieces_off("other", 2000, DRINKS),), stacking=Stacking(group="g")
    )

    assert [one.name.reward for one in sell(shop.basket(shop.TEA), both, other).applied] == ["both"]


def test_a_set_gets_the_piece_that_another_offer_gives_up_for_it() -> None:
    """The tea would be cheaper by itself; with it the coffee and the bun make a better set."""
    tea = priced(1, 500)
    menu = shop.programme(
        2,
        rewards=(
            shop.reward(
                "menu",
                condition=Condition(
                    needs=(Need(goods=DRINKS, pieces=2), Need(goods=shop.goods("bakery")))
                ),
                benefit=AmountOff(amount=1500),
                target=Target(scope="set"),
            ),
        ),
    )

    found = sell(shop.basket(shop.TEA, shop.COFFEE, shop.BUN), tea, menu)

    assert [one.name.reward for one in found.applied] == ["menu"]
    assert shop.away(found, "price").reason.amount == 1500 - 800
    assert found.proven


def test_the_order_of_scans_changes_no_price_of_a_wide_basket() -> None:
    asked = next(iter(questions(BUSY, 1)))
    lines = list(asked.basket.lines)
    first = evaluate(asked.basket, STANDING, asked.programmes, AT)
    for seed in range(3):
        Random(seed).shuffle(lines)
        turned = replace(
            asked.basket,
            lines=tuple(replace(one, key=key) for key, one in enumerate(lines, start=1)),
        )
        again = evaluate(turned, STANDING, asked.programmes, AT)
        assert (again.total, again.bound, again.discount) == (
            first.total,
            first.bound,
            first.discount,
        )
        assert [(one.name, one.times, one.discount) for one in again.applied] == [
            (one.name, one.times, one.discount) for one in first.applied
        ]


def test_a_price_does_not_depend_on_what_was_asked_before() -> None:
    """Line by line, as at a counter, and with another shop's baskets in between."""
    asked, *_, other = questions(BUSY, 6)
    alone = evaluate(asked.basket, STANDING, asked.programmes, AT)
    for lines in range(0, len(asked.basket.lines), 8):
        fewer = replace(asked.basket, lines=asked.basket.lines[:lines])
        evaluate(fewer, STANDING, asked.programmes, AT)
        evaluate(other.basket, STANDING, other.programmes, AT)

    assert evaluate(asked.basket, STANDING, asked.programmes, AT) == alone


def test_a_wide_basket_is_allowed_in_every_part_and_its_bound_holds() -> None:
    for asked in questions(BUSY, 3):
        bounds = []
        for effort in (1, 400, 4_000):
            found = evaluate(asked.basket, STANDING, asked.programmes, AT, effort=effort)
            check(asked.basket, STANDING, asked.programmes, AT, NO_CHOICES, found)
            bounds.append((found.bound, found.total))
        assert max(bound for bound, _ in bounds) <= min(total for _, total in bounds)


def test_in_a_wide_basket_no_reason_names_more_money_than_there_is() -> None:
    """With a claim that waits and a claim that stands, both free of units and without a limit."""
    asked = next(iter(questions(BUSY, 1)))
    free = [
        shop.programme(
            number,
            rewards=(
                shop.pieces_off("free", 10_000, shop.goods(f"aisle-{number % 6}"), mode="claimed"),
            ),
        )
        for number in (901, 902)
    ]
    every = (*asked.programmes, *free)
    claimed = shop.claims("free", of=901)

    had = set()
    for choices in (NO_CHOICES, claimed):
        found = evaluate(asked.basket, STANDING, every, AT, choices)
        had |= {one.name.programme for one in found.applied}
        check(asked.basket, STANDING, every, AT, choices, found)
        gross = asked.basket.amount
        assert all(0 <= one.reason.amount <= gross for one in found.not_applied)
        assert all(0 <= one.worth <= gross for one in found.offers)
    assert 901 in had


ASK = """
import json
from terminal.bench.engine_workloads import AT, BUSY, STANDING, questions
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.plain import to_plain
asked = next(iter(questions(BUSY, 1)))
found = evaluate(asked.basket, STANDING, asked.programmes, AT, effort=2_000)
print(json.dumps(to_plain(found)))
"""


def test_every_process_gives_the_same_answer_whatever_its_hashes() -> None:
    answers = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", ASK],
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                check=True,
            ).stdout
        )
        for seed in ("1", "2", "12345")
    ]

    assert answers[0] == answers[1] == answers[2]
