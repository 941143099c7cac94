"""Money off goods by weight: for a kilogram, as a grocer means it, or for the bag as it lies there."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice, PercentOff, Step, Target
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.conditions import Condition, GoodsFilter, Need
from terminal.loyalty.engine.evaluation import Evaluation, Reason, Why, of_share
from terminal.loyalty.engine.memory import Memory
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import NO_CHOICES, NOBODY
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters
from tests.loyalty.proven import nothing_is_cheaper
from tests.loyalty.selling import faults, sell

THREE = FixedPrice(price=300, per="kilogram")
ONE_OFF = AmountOff(amount=100, per="kilogram")


def off(
    benefit: Benefit = THREE,
    number: int = 1,
    where: GoodsFilter | None = None,
    stacking: Stacking | None = None,
    **other: Any,
) -> Programme:
    target = Target(scope="piece", goods=where or GoodsFilter())
    reward = shop.reward("price", benefit=benefit, target=target, **other)
    return shop.programme(number, rewards=(reward,), stacking=stacking or Stacking())


def bags(*grams: int) -> Basket:
    """Apples at 4.50 a kilogram."""
    return basket(*(Line(key=1, product=shop.APPLES, grams=one) for one in grams))


def basket(*lines: Line) -> Basket:
    numbered = (replace(one, key=key) for key, one in enumerate(lines, start=1))
    return Basket(currency="PLN", lines=tuple(numbered))


@pytest.mark.parametrize(
    ("grams", "costs"), [(1500, 450), (1000, 300), (1245, 374), (5, 2), (1, 0), (10_000, 3000)]
)
def test_a_price_is_that_of_a_kilogram_rounded_half_up_once(grams: int, costs: int) -> None:
    assert sell(bags(grams), off()).total == costs


@pytest.mark.parametrize(("grams", "less"), [(1500, 150), (1245, 125), (4, 0), (250, 25)])
def test_an_amount_comes_off_each_kilogram(grams: int, less: int) -> None:
    assert sell(bags(grams), off(ONE_OFF)).discount == less


def test_who_says_nothing_means_the_bag() -> None:
    """What is published already keeps its meaning."""
    assert sell(bags(1500), off(FixedPrice(price=300))).total == 300
    assert sell(bags(1500), off(AmountOff(amount=100))).discount == 100


def test_each_bag_is_weighed_by_itself() -> None:
    found = sell(bags(1500, 500, 1245), off())

    assert [one.net for one in found.lines] == [450, 150, 374]


def test_bags_that_cost_the_same_may_differ_in_weight() -> None:
    """At 1.00 a kilogram both cost 1.50; at 0.99 one of them costs 1.48 and one 1.49."""
    dust = shop.product("DUST", 100, by_weight=True)
    two = (Line(key=1, product=dust, grams=1504), Line(key=2, product=dust, grams=1495))

    found = sell(basket(*two), off(FixedPrice(price=99, per="kilogram")))

    assert [(one.gross, one.net) for one in found.lines] == [(150, 149), (150, 148)]


def test_goods_by_the_piece_cost_it_a_piece() -> None:
    both = basket(Line(key=1, product=shop.APPLES, grams=1500), Line(key=2, product=shop.BUN))

    assert [one.net for one in sell(both, off()).lines] == [450, 300]
    assert [one.net for one in sell(both, off(ONE_OFF)).lines] == [525, 350]


def test_nothing_becomes_dearer_and_nothing_falls_below_nothing() -> None:
    assert sell(bags(1500), off(FixedPrice(price=500, per="kilogram"))).discount == 0
    assert sell(bags(1500), off(AmountOff(amount=900, per="kilogram"))).total == 0


def test_a_typed_price_of_a_kilogram_is_what_it_comes_off() -> None:
    cheap = basket(Line(key=1, product=shop.APPLES, grams=1500, price=250))

    assert sell(cheap, off()).total == 375
    assert sell(cheap, off(ONE_OFF)).total == 225


def test_a_label_that_says_a_price_says_the_weight_by_the_shelf_price() -> None:
    """6.75 at 4.50 a kilogram are a kilogram and a half."""
    label = basket(Line(key=1, product=shop.APPLES, price=675))

    assert sell(label, off()).total == 450
    assert sell(label, off(ONE_OFF)).total == 525


def test_without_a_price_on_the_shelf_nobody_knows_what_a_label_weighs() -> None:
    anything = shop.product("PICKLES", 0, by_weight=True)
    label = basket(Line(key=1, product=anything, price=675))

    found = sell(label, off(), off(ONE_OFF, 2))

    assert found.total == 675
    assert shop.away(found, "price").reason.why is Why.NOTHING_LEFT


def test_a_typed_price_of_goods_that_are_counted_says_nothing_of_kilograms() -> None:
    bun = basket(Line(key=1, product=shop.BUN, price=300))

    assert sell(bun, off(ONE_OFF)).discount == 100


def test_on_top_of_another_offer_it_comes_off_what_is_left() -> None:
    half = shop.programme(2, rewards=(shop.pieces_off("half", 5000, GoodsFilter()),))
    top = Stacking(on_top=True)

    # 2 kg: 9.00, half of it 4.50; 1.00 off each kilogram leaves 2.50.
    assert sell(bags(2000), half, off(ONE_OFF, stacking=top)).total == 250
    # 4.50 is less than 6.00, so a price of 3.00 a kilogram takes nothing off.
    assert sell(bags(2000), half, off(stacking=top)).total == 450
    assert (
        sell(bags(2000), half, off(FixedPrice(price=200, per="kilogram"), stacking=top)).total
        == 400
    )


def test_a_step_has_its_own() -> None:
    rule = off(
        PercentOff(basis_points=100),
        steps=(Step(spend=1000, benefit=THREE),),
    )

    below, reached = sell(bags(1000), rule), sell(bags(3000), rule)

    assert (below.total, reached.total) == (445, 900)
    ahead = below.within_reach[0].brings
    assert ahead == Reason(why=Why.FIXED_PRICE, amount=300, kilogram=True)


def _reason(found: Evaluation) -> Reason:
    return found.applied[0].reason


def test_the_reason_tells_the_price_of_a_kilogram() -> None:
    found = sell(bags(1500, 500), off())

    told = Reason(why=Why.FIXED_PRICE, amount=300, times=2, kilogram=True)
    assert _reason(found) == told
    assert of_share(told, found.applied[0].shares[0]) == told


def test_the_reason_of_an_amount_tells_what_came_off() -> None:
    told = Reason(why=Why.AMOUNT_OFF, amount=200, pieces=2, times=1)

    assert _reason(sell(bags(1500, 500), off(ONE_OFF))) == told


def test_a_bag_of_another_weight_is_looked_at_again() -> None:
    """It costs the same on the shelf, at 1.00 a kilogram."""
    dust = shop.product("DUST", 100, by_weight=True)
    rules = (off(FixedPrice(price=99, per="kilogram")), off(ONE_OFF, 2, shop.goods("drinks")))
    memory, at = Memory(), shop.moment()

    def asked(grams: int) -> int:
        here = basket(Line(key=1, product=dust, grams=grams))
        return evaluate(here, NOBODY, rules, at, NO_CHOICES, 1000, memory).total

    assert [asked(1504), asked(1495), asked(1504)] == [149, 148, 149]


@pytest.mark.parametrize("line", [{"grams": 1500}, {"price": 675}])
def test_the_server_finds_another_weight_than_the_rules_say(line: dict[str, Any]) -> None:
    here = basket(Line(key=1, product=shop.APPLES, **line))

    found = faults(here, (off(FixedPrice(price=300)),), (off(),))

    assert [(one.kind, one.cost) for one in found] == [(FindingKind.BENEFIT, 150)]


def test_it_belongs_to_pieces_by_themselves() -> None:
    with pytest.raises(ValueError, match="per kilogram belongs to money off pieces"):
        shop.reward("rest", benefit=ONE_OFF, target=Target(scope="basket"))
    with pytest.raises(ValueError, match="per kilogram belongs to money off pieces"):
        shop.reward(
            "set",
            benefit=THREE,
            condition=Condition(needs=(Need(pieces=2),)),
            target=Target(scope="set"),
        )


WEIGHED = (
    shop.APPLES,
    shop.product("PEARS", 333, "fruit", vat=500, by_weight=True),
    shop.product("CHEESE", 3999, "dairy", by_weight=True),
)


@st.composite
def with_bags(draw: st.DrawFn) -> Counter:
    """Baskets with bags that were weighed or labelled, and rules that ask what they weigh."""
    counter = draw(counters(lines=2, pieces=2, offers=2))
    weights = st.builds(lambda n: {"grams": n}, st.integers(1, 2500))
    labels = st.builds(lambda n: {"price": n}, st.integers(1, 2500))
    more = [
        Line(key=key, product=draw(st.sampled_from(WEIGHED)), **draw(weights | weights | labels))
        for key in range(7, 7 + draw(st.integers(1, 3)))
    ]
    amounts = st.sampled_from([1, 99, 250, 333, 2999])
    benefits = st.builds(AmountOff, amount=amounts, per=st.just("kilogram")) | st.builds(
        FixedPrice, price=amounts, per=st.just("kilogram")
    )
    filters = st.sampled_from([GoodsFilter(), shop.goods("fruit"), GoodsFilter(price_from=300)])
    rules = tuple(
        off(
            draw(benefits),
            number,
            draw(filters),
            stacking=draw(st.sampled_from([Stacking(), Stacking(), Stacking(on_top=True)])),
            limit=draw(st.sampled_from([None, None, 1])),
        )
        for number in range(7, 7 + draw(st.integers(1, 2)))
    )
    return replace(
        counter,
        basket=replace(counter.basket, lines=(*counter.basket.lines, *more)),
        programmes=(*counter.programmes, *rules),
        choices=NO_CHOICES,
    )


@settings(max_examples=150)
@given(with_bags())
def test_nothing_is_cheaper_than_what_is_proven(counter: Counter) -> None:
    nothing_is_cheaper(counter)
