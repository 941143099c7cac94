"""A spend that counts what other offers left to pay: in its turn, and never at the customer's cost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice, PercentOff, Privilege, Target
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.conditions import Condition, GoodsFilter
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import NO_CHOICES
from tests.loyalty import shop
from tests.loyalty.chance import FILTERS, Counter, counters
from tests.loyalty.proven import nothing_is_cheaper
from tests.loyalty.selling import faults, sell

FIVE = AmountOff(amount=500)
LAMP = shop.product("LAMP", 5200, "home")
CANDLE = shop.product("CANDLE", 600, "candles")


def from_rest(
    number: int, spend: int, benefit: Benefit = FIVE, goods: GoodsFilter | None = None
) -> Programme:
    """So much must be left to pay in its turn."""
    condition = Condition(spend=spend, spend_of="rest", goods=goods or GoodsFilter())
    reward = shop.reward(
        "rest", condition=condition, benefit=benefit, target=Target(scope="basket")
    )
    return shop.programme(number, rewards=(reward,))


def off(number: int, amount: int, where: GoodsFilter) -> Programme:
    """So much off one piece of some goods."""
    target = Target(scope="piece", goods=where)
    return shop.programme(
        number, rewards=(shop.reward("off", benefit=AmountOff(amount=amount), target=target),)
    )


def why(found: Evaluation) -> tuple[Why, int]:
    reason = shop.away(found, "rest").reason
    return reason.why, reason.amount


def test_from_fifty_left_to_pay_five_come_off() -> None:
    found = sell(shop.basket(LAMP), from_rest(9, 5000))

    assert found.total == 4700
    assert found.proven


def test_what_other_offers_took_off_does_not_count() -> None:
    """52.00 on the shelf, 44.00 after 8.00 off: 6.00 are missing, and nothing is better."""
    found = sell(shop.basket(LAMP), off(1, 800, shop.goods("home")), from_rest(9, 5000))

    assert found.total == 4400
    assert why(found) == (Why.SPEND_MISSING, 600)
    assert found.proven


def test_an_offer_stays_away_where_the_customer_then_pays_less() -> None:
    """2.50 off would leave 49.50, and cost the customer 5.00."""
    found = sell(shop.basket(LAMP), off(1, 250, shop.goods("home")), from_rest(9, 5000))

    assert found.total == 4700
    assert shop.away(found, "off").reason.why is Why.BETTER_OFFER
    assert shop.away(found, "off").reason.amount == 250


def test_goods_that_nothing_may_come_off_count_as_they_are_paid() -> None:
    found = sell(shop.basket(shop.TOBACCO, (shop.CAKE, 2)), from_rest(9, 4900))

    assert found.total == 4999 - 500


def test_only_what_is_left_of_its_goods_counts() -> None:
    basket = shop.basket(LAMP, (CANDLE, 2))
    rule = from_rest(9, 1200, goods=shop.goods("candles"))

    assert sell(basket, rule).total == 6400 - 500
    less = sell(basket, rule, off(1, 600, shop.goods("candles")))
    assert why(less) == (Why.SPEND_MISSING, 1200)
    assert less.total == 5200


def test_percents_off_the_basket_come_before_it() -> None:
    tenth = shop.programme(
        1,
        rewards=(
            shop.reward(
                "tenth", benefit=PercentOff(basis_points=2000), target=Target(scope="basket")
            ),
        ),
    )

    assert why(sell(shop.basket(LAMP), tenth, from_rest(9, 5000))) == (Why.SPEND_MISSING, 840)
    assert sell(shop.basket(LAMP), tenth, from_rest(9, 4160)).total == 4160 - 500


def test_what_takes_nothing_off_asks_for_what_is_paid_in_the_end() -> None:
    bag = from_rest(9, 5000, Privilege(words={"en": "A bag"}))

    assert [one.name.programme for one in sell(shop.basket(LAMP), bag).applied] == [9]
    less = sell(shop.basket(LAMP), bag, off(1, 250, shop.goods("home")))
    assert less.total == 4950
    assert why(less) == (Why.SPEND_MISSING, 50)


@pytest.mark.parametrize("benefit", [FIVE, Privilege(words={"en": "A bag"})])
def test_the_server_finds_what_was_given_for_too_little(benefit: Benefit) -> None:
    home, strict = off(1, 250, shop.goods("home")), from_rest(9, 5000, benefit)
    reward = strict.rewards[0]
    loose = replace(strict, rewards=(replace(reward, condition=Condition(spend=5000)),))

    found = faults(shop.basket(LAMP), (home, loose), (home, strict))

    assert {one.kind for one in found} & {FindingKind.CONDITION, FindingKind.BENEFIT}


def test_a_rest_belongs_to_rewards_on_the_basket_that_stand_beside_others() -> None:
    rest = Condition(spend=100, spend_of="rest")
    with pytest.raises(ValueError, match="belongs to a reward on the basket"):
        shop.reward("piece", condition=rest)
    with pytest.raises(ValueError, match="belongs to a spend"):
        shop.reward("none", condition=Condition(spend_of="rest"), target=Target(scope="basket"))
    bag = from_rest(1, 100, Privilege(words={"en": "A bag"}))
    with pytest.raises(ValueError, match="beside all others only"):
        replace(bag, stacking=Stacking(group="g"))


@st.composite
def counted_on_the_rest(draw: st.DrawFn) -> Counter:
    """Automatic offers without costs by chance, and one or two that ask for a rest."""
    counter = draw(counters(lines=3, pieces=2, offers=3))
    found = [
        replace(
            one,
            rewards=tuple(replace(reward, mode="automatic", cost=0) for reward in one.rewards),
        )
        for one in counter.programmes
    ]
    benefits: list[Benefit] = [
        AmountOff(amount=300),
        AmountOff(amount=700),
        PercentOff(basis_points=1500),
        FixedPrice(price=1000),
    ]
    for number in range(7, 7 + draw(st.integers(1, 2))):
        where = draw(FILTERS)
        condition = Condition(
            spend=draw(st.sampled_from([450, 1000, 1500, 2400, 3000])),
            spend_of="rest",
            goods=draw(st.sampled_from([where, draw(FILTERS)])),
        )
        reward = shop.reward(
            "rest",
            condition=condition,
            benefit=draw(st.sampled_from(benefits)),
            target=Target(scope="basket", goods=where),
        )
        found.append(shop.programme(number, rewards=(reward,)))
    return replace(counter, programmes=tuple(found), choices=NO_CHOICES)


@settings(max_examples=300)
@given(counted_on_the_rest())
def test_nothing_is_cheaper_than_what_is_proven(counter: Counter) -> None:
    nothing_is_cheaper(counter, efforts=(3000, 20))
