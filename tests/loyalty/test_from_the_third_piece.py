"""From the third piece on something comes off: off every further one, not off each third."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Product
from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice, PercentOff, Target
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import NO_CHOICES
from tests.loyalty import shop
from tests.loyalty.chance import FILTERS, Counter, counters
from tests.loyalty.proven import nothing_is_cheaper
from tests.loyalty.selling import faults, sell

FIFTH = PercentOff(basis_points=2000)
DRINKS = shop.goods("drinks")


def from_piece(
    number: int, piece: int, where: GoodsFilter, benefit: Benefit = FIFTH, **other: Any
) -> Programme:
    stacking = other.pop("stacking", Stacking())
    target = Target(scope="piece", goods=where, from_piece=piece)
    reward = shop.reward("further", benefit=benefit, target=target, **other)
    return shop.programme(number, rewards=(reward,), stacking=stacking)


THIRD = from_piece(1, 3, DRINKS)


@pytest.mark.parametrize(("coffees", "off"), [(3, 260), (4, 520), (5, 780), (9, 1820)])
def test_every_piece_from_the_third_on_is_cheaper(coffees: int, off: int) -> None:
    found = sell(shop.basket((shop.COFFEE, coffees), shop.CAKE), THIRD)

    assert found.discount == off
    assert found.applied[0].reason.pieces == coffees - 2
    assert found.proven


@pytest.mark.parametrize(("bought", "missing"), [((shop.COFFEE, 1), 2), ((shop.COFFEE, 2), 1)])
def test_it_is_told_how_many_pieces_are_missing(bought: tuple[Product, int], missing: int) -> None:
    reason = shop.away(sell(shop.basket(bought), THIRD), "further").reason

    assert reason == Reason(why=Why.PIECES_MISSING, pieces=missing)


def test_without_any_of_its_goods_no_number_is_told() -> None:
    found = sell(shop.basket(shop.CAKE), THIRD)

    assert shop.away(found, "further").reason.why is Why.NO_GOODS


def test_of_goods_at_several_prices_the_dearest_are_cheaper() -> None:
    """13.00, 13.00, 9.00 and 9.00: 20 % of 13.00 comes off twice."""
    assert sell(shop.basket((shop.TEA, 2), (shop.COFFEE, 2)), THIRD).discount == 520


def test_a_limit_in_one_sale_holds_as_well() -> None:
    assert sell(shop.basket((shop.COFFEE, 9)), from_piece(1, 3, DRINKS, limit=4)).discount == 1040


def test_pieces_that_others_reduce_count_among_those_before() -> None:
    """Of four coffees two are free by another offer; they count, and the others are cheaper."""
    free = shop.pieces_off("free", 10_000, DRINKS, limit=2)

    found = sell(shop.basket((shop.COFFEE, 4)), THIRD, shop.programme(2, rewards=(free,)))

    assert found.discount == 2600 + 520


def test_on_top_of_others_it_comes_off_further_pieces_too() -> None:
    top = from_piece(1, 3, DRINKS, stacking=Stacking(on_top=True))
    half = shop.programme(2, rewards=(shop.pieces_off("half", 5000, DRINKS),))

    assert sell(shop.basket((shop.COFFEE, 3)), top, half).discount == 1950 + 130


def test_the_server_finds_one_piece_too_many() -> None:
    found = faults(shop.basket((shop.COFFEE, 4)), (from_piece(1, 2, DRINKS),), (THIRD,))

    assert {one.kind for one in found} == {FindingKind.LIMIT}


def test_it_belongs_to_pieces_by_themselves() -> None:
    with pytest.raises(ValueError, match="from_piece belongs to pieces by themselves"):
        Target(scope="basket", from_piece=3)


@st.composite
def with_further_pieces(draw: st.DrawFn) -> Counter:
    counter = draw(counters(lines=3, pieces=3, offers=2))
    benefits: list[Benefit] = [FIFTH, AmountOff(amount=333), FixedPrice(price=500)]
    more = tuple(
        from_piece(
            number,
            draw(st.integers(2, 4)),
            draw(FILTERS),
            draw(st.sampled_from(benefits)),
            stacking=draw(st.sampled_from([Stacking(), Stacking(), Stacking(on_top=True)])),
            limit=draw(st.sampled_from([None, None, 1])),
        )
        for number in range(7, 7 + draw(st.integers(1, 2)))
    )
    return replace(counter, programmes=(*counter.programmes, *more), choices=NO_CHOICES)


@settings(max_examples=150)
@given(with_further_pieces())
def test_nothing_is_cheaper_than_what_is_proven(counter: Counter) -> None:
    nothing_is_cheaper(counter)
