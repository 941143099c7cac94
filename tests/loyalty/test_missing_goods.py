"""Of what so many pieces are missing: the goods that a programme names, or the one product."""

from typing import Any

import pytest

from terminal.loyalty.benefits import AmountOff, PercentOff, Step, Target
from terminal.loyalty.conditions import Condition, GoodsFilter, Need
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.evaluation import Evaluation, Reason, Why
from terminal.loyalty.naming import names_of
from terminal.loyalty.plain import from_plain, to_lean
from terminal.loyalty.programme import Programme
from terminal.loyalty.wanted import Wanted, product_name
from terminal.wire.programme_json import read_programme, write_programme
from tests.loyalty import shop
from tests.loyalty.selling import sell

COFFEE = {"en": "coffee", "pl": "kawa"}
CAKE = {"en": "cake", "pl": "ciasto"}
OFF = PercentOff(basis_points=1000)
COFFEES = GoodsFilter(skus=(shop.COFFEE.sku, "other"), name=COFFEE)
CAKES = GoodsFilter(skus=(shop.CAKE.sku, "other"), name=CAKE)


def rule(**terms: Any) -> Programme:
    terms = {"benefit": OFF, "target": Target(scope="set"), **terms}
    return shop.programme(1, rewards=(shop.reward("it", **terms),))


def needs(*wanted: tuple[GoodsFilter, int]) -> Condition:
    return Condition(needs=tuple(Need(goods=goods, pieces=n) for goods, n in wanted))


def told(programme: Programme, reason: Reason) -> list[tuple[int, str]]:
    """Pieces and what they are called in Polish."""
    names, _ = names_of((programme,))
    return [(one.pieces, names[one.goods]["pl"]) for one in reason.wanted]


def why(programme: Programme, *bought: Any) -> Reason:
    return shop.away(sell(shop.basket(*bought), programme), "it").reason


def test_a_set_tells_of_what_its_places_stay_empty() -> None:
    lunch = rule(condition=needs((COFFEES, 3), (CAKES, 2)))

    reason = why(lunch, shop.COFFEE)

    assert (reason.why, reason.pieces) == (Why.PIECES_MISSING, 4)
    assert told(lunch, reason) == [(2, "kawa"), (2, "ciasto")]


def test_further_pieces_of_a_set_are_told_as_well() -> None:
    target = Target(scope="set", also=Need(goods=CAKES, pieces=2))
    with_cake = rule(condition=needs((COFFEES, 1)), target=target)

    assert told(with_cake, why(with_cake, shop.COFFEE)) == [(2, "ciasto")]


def test_where_one_of_the_goods_has_no_name_the_pieces_alone_are_told() -> None:
    lunch = rule(condition=needs((COFFEES, 2), (shop.goods("bakery"), 1)))

    reason = why(lunch, shop.COFFEE)

    assert (reason.pieces, reason.wanted) == (2, ())


def test_nothing_of_a_set_in_the_basket_is_told_by_its_names() -> None:
    lunch = rule(condition=needs((COFFEES, 2), (CAKES, 1)))

    reason = why(lunch, shop.TEA)

    assert reason.why is Why.NO_GOODS
    assert told(lunch, reason) == [(2, "kawa"), (1, "ciasto")]


@pytest.mark.parametrize(
    ("condition", "missing"),
    [
        (Condition(pieces=5, goods=COFFEES), (Why.PIECES_MISSING, 3, 0, [(3, "kawa")])),
        (Condition(spend=5000, goods=COFFEES), (Why.SPEND_MISSING, 0, 2400, [(0, "kawa")])),
        (Condition(spend=5000), (Why.SPEND_MISSING, 0, 2400, [])),
    ],
)
def test_a_condition_tells_its_goods(condition: Condition, missing: tuple[Any, ...]) -> None:
    more = rule(condition=condition, target=Target(scope="basket"))

    reason = why(more, (shop.COFFEE, 2))

    assert (reason.why, reason.pieces, reason.amount, told(more, reason)) == missing


def test_from_the_third_piece_on_tells_of_which_goods() -> None:
    third = rule(target=Target(scope="piece", goods=COFFEES, from_piece=3))

    assert told(third, why(third, shop.COFFEE)) == [(2, "kawa")]


def ahead(programme: Programme, *bought: Any) -> Reason:
    found: Evaluation = sell(shop.basket(*bought), programme)
    return found.within_reach[0].missing


def test_the_next_step_tells_its_goods() -> None:
    steps = (Step(pieces=4, benefit=PercentOff(basis_points=2000)),)
    dearer = rule(target=Target(scope="piece", goods=COFFEES), steps=steps)

    assert told(dearer, ahead(dearer, shop.COFFEE)) == [(3, "kawa")]


def test_the_next_full_sum_tells_its_goods() -> None:
    each = rule(
        benefit=AmountOff(amount=500, for_each=2000), target=Target(scope="basket", goods=COFFEES)
    )

    assert told(each, ahead(each, (shop.COFFEE, 2))) == [(0, "kawa")]


def earns(**terms: Any) -> Programme:
    rule = EarnRule(id="it", goods=COFFEES, **terms)
    return shop.programme(1, unit=shop.unit(), earn=(rule,))


@pytest.mark.parametrize(
    ("per", "missing"),
    [
        ({"per": PerPiece(pieces=3)}, (Why.TOO_LITTLE, [(1, "kawa")])),
        ({"per": PerMoney(amount=10_000)}, (Why.TOO_LITTLE, [(0, "kawa")])),
        ({"per": PerVisit(), "minimum": 5000}, (Why.SPEND_MISSING, [(0, "kawa")])),
    ],
)
def test_what_earns_too_little_tells_of_which_goods(
    per: dict[str, Any], missing: tuple[Any, ...]
) -> None:
    stamps = earns(**per)
    reason = shop.away(sell(shop.basket((shop.COFFEE, 2)), stamps, to=shop.anna()), "it").reason

    assert (reason.why, told(stamps, reason)) == missing


def test_what_earns_on_other_goods_tells_on_which() -> None:
    stamps = earns(per=PerPiece())
    reason = shop.away(sell(shop.basket(shop.TEA), stamps, to=shop.anna()), "it").reason

    assert (reason.why, told(stamps, reason)) == (Why.NO_GOODS, [(0, "kawa")])


def test_one_product_without_a_name_of_its_own_is_told_by_its_number() -> None:
    pair = rule(condition=needs((GoodsFilter(skus=(shop.COFFEE.sku,)), 2)))

    assert why(pair, shop.COFFEE).wanted == (Wanted(pieces=1, goods=product_name(shop.COFFEE.sku)),)


def test_a_fact_keeps_it_and_older_facts_have_none() -> None:
    pair = rule(condition=needs((COFFEES, 2)))
    reason = why(pair, shop.COFFEE)

    assert from_plain(Reason, to_lean(reason)) == reason
    assert "wanted" not in to_lean(Reason(why=Why.PIECES_MISSING, pieces=1))


def test_a_name_makes_no_other_goods_and_is_written_with_them() -> None:
    plain = GoodsFilter(skus=COFFEES.skus)
    assert plain == COFFEES

    pair, without = (rule(condition=needs((goods, 2))) for goods in (COFFEES, plain))
    again = read_programme(write_programme(pair))

    assert again.rewards[0].condition.needs[0].goods.name == COFFEE
    assert "kawa" not in write_programme(without)
    assert '"name": {}' not in write_programme(without)
