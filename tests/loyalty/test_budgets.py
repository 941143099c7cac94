"""Budgets of offers: what this till holds a right to is given out, and not a cent more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.basket import Product
from terminal.loyalty.benefits import (
    AmountOff,
    Benefit,
    Donation,
    FixedPrice,
    GivenUnits,
    PercentOff,
    Privilege,
    Target,
)
from terminal.loyalty.conditions import Budget, Condition, GoodsFilter, Need
from terminal.loyalty.earning import EarnRule, PerMoney, PerVisit
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.standing import NOBODY
from terminal.loyalty.wallet import BUDGET_UNIT, budget_account
from tests.loyalty import shop
from tests.loyalty.chance import PRODUCTS
from tests.loyalty.members import anna, why, with_budget
from tests.loyalty.refund_till import sold
from tests.loyalty.selling import sell

MONEY = Budget(of="money", amount=100_000)
TIMES = Budget(of="times", amount=1000)
UNITS = Budget(of="units", amount=1000)
BASKET = Target(scope="basket")


def offer(benefit: Benefit, budget: Budget = MONEY, **other: Any) -> Programme:
    reward = shop.reward(**{"benefit": benefit, "budget": budget, **other})
    return shop.programme(1, unit=shop.unit(), rewards=(reward,))


def spent(sold: Evaluation) -> int:
    """What the sale takes from the budget."""
    account = budget_account(1, "reward")
    return sum(one.n for one in sold.spent if one.account == account)


def test_five_off_three_times_is_all_that_a_budget_of_17_pays() -> None:
    sold = sell(
        shop.basket((shop.CAKE, 5)), offer(AmountOff(amount=500)), to=with_budget(NOBODY, 1700)
    )

    assert (sold.discount, spent(sold), sold.proven) == (1500, 1500, True)


def test_a_till_with_no_right_left_says_so() -> None:
    for to in (NOBODY, with_budget(NOBODY, 0), with_budget(NOBODY, 499)):
        sold = sell(shop.basket(shop.CAKE), offer(AmountOff(amount=500)), to=to)
        assert (sold.discount, sold.spent) == (0, ())
        assert why(sold).why is Why.BUDGET_USED_UP


def test_a_tenth_off_the_basket_is_had_whole_or_not_at_all() -> None:
    tenth = offer(PercentOff(basis_points=1000), target=BASKET)

    enough = sell(shop.basket((shop.CAKE, 4)), tenth, to=with_budget(NOBODY, 600))
    assert (enough.discount, spent(enough)) == (600, 600)
    short = sell(shop.basket((shop.CAKE, 4)), tenth, to=with_budget(NOBODY, 599))
    assert (short.discount, why(short).why) == (0, Why.BUDGET_USED_UP)
    assert short.bound <= 5400
    assert not short.proven


def test_pieces_of_different_prices_share_what_is_left() -> None:
    half = offer(PercentOff(basis_points=5000))

    sold = sell(shop.basket(shop.CAKE, shop.TEA, shop.BUN), half, to=with_budget(NOBODY, 800))
    assert 0 < sold.discount <= 800
    assert spent(sold) == sold.discount


def test_another_offer_takes_the_place_of_one_that_is_used_up() -> None:
    second = shop.programme(2, rewards=(shop.reward("small"),))
    half = offer(PercentOff(basis_points=5000), target=BASKET)

    sold = sell(shop.basket(shop.CAKE), half, second, to=with_budget(NOBODY, 100))
    assert (sold.discount, why(sold).why) == (150, Why.BUDGET_USED_UP)


def test_an_offer_for_a_thousand_times() -> None:
    third = shop.reward(
        condition=Condition(needs=(Need(goods=GoodsFilter(), pieces=3),)),
        benefit=PercentOff(basis_points=10_000),
        target=Target(scope="set", pieces=1),
        budget=TIMES,
    )
    free = shop.programme(1, rewards=(third,))

    sold = sell(shop.basket((shop.TEA, 9)), free, to=with_budget(NOBODY, 2))
    assert (sold.discount, spent(sold)) == (1800, 2)


def test_a_claimed_reward_shows_no_worth_that_its_budget_cannot_pay() -> None:
    tenth = offer(PercentOff(basis_points=1000), target=BASKET, mode="claimed")

    for left, worth, reason in ((150, 150, Why.READY), (149, 0, Why.BUDGET_USED_UP)):
        sold = sell(shop.basket(shop.CAKE), tenth, to=with_budget(anna(), left))
        (shown,) = sold.offers
        assert (shown.worth, shown.reason.why) == (worth, reason)
    claimed = sell(
        shop.basket(shop.CAKE), tenth, to=with_budget(anna(), 149), choices=shop.claims("reward")
    )
    assert (claimed.discount, why(claimed).why) == (0, Why.BUDGET_USED_UP)


def test_a_gift_out_of_a_budget_of_units_is_given_whole() -> None:
    gift = offer(GivenUnits(unit="points", n=40), UNITS, target=BASKET)

    sold = sell(shop.basket(shop.TEA), gift, to=with_budget(anna(), 40))
    assert (shop.earned(sold), spent(sold)) == (40, 40)
    short = sell(shop.basket(shop.TEA), gift, to=with_budget(anna(), 39))
    assert (shop.earned(short), why(short).why) == (0, Why.BUDGET_USED_UP)


def test_an_earn_rule_gives_what_its_budget_still_has() -> None:
    rule = EarnRule(id="rule", per=PerMoney(amount=100), budget=UNITS)
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))

    sold = sell(shop.basket(shop.CAKE), points, to=with_budget(anna(), 9, "rule"))
    assert shop.earned(sold) == 9
    assert [(one.account, one.n) for one in sold.spent] == [(budget_account(1, "rule"), 9)]
    none = sell(shop.basket(shop.CAKE), points, to=with_budget(anna(), 0, "rule"))
    assert (shop.earned(none), why(none, "rule").why) == (0, Why.BUDGET_USED_UP)


def test_the_first_thousand_visits_bring_twenty_points() -> None:
    rule = EarnRule(id="rule", per=PerVisit(), units=20, budget=TIMES)
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))

    sold = sell(shop.basket(shop.CAKE), points, to=with_budget(anna(), 1, "rule"))
    assert (shop.earned(sold), sold.spent[0].n) == (20, 1)


def test_without_a_card_a_budget_of_units_is_left_alone() -> None:
    rule = EarnRule(id="rule", per=PerMoney(amount=100), budget=UNITS)
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))

    sold = sell(shop.basket(shop.CAKE), points, to=with_budget(NOBODY, 0, "rule"))
    assert (why(sold, "rule").why, why(sold, "rule").units) == (Why.MEMBERS_ONLY, 15)


def test_donations_come_out_of_a_budget_of_money() -> None:
    gives = offer(Donation(cause="shelter", amount=100), target=BASKET)

    sold = sell(shop.basket(shop.TEA), gives, to=with_budget(NOBODY, 100))
    assert (sold.discount, spent(sold)) == (0, 100)
    assert why(sell(shop.basket(shop.TEA), gives, to=with_budget(NOBODY, 99))).why is (
        Why.BUDGET_USED_UP
    )


def test_a_budget_that_no_figure_can_fill_is_refused() -> None:
    with pytest.raises(ValueError, match="money off and donations"):
        offer(Privilege(words={"en": "Free delivery"}), target=BASKET)
    with pytest.raises(ValueError, match="units or times"):
        EarnRule(id="rule", per=PerVisit(), budget=MONEY)
    with pytest.raises(ValueError, match="gives units"):
        offer(PercentOff(basis_points=1000), UNITS)


@given(
    bought=st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=5),
    benefit=st.sampled_from(
        [PercentOff(basis_points=3333), AmountOff(amount=333), FixedPrice(price=200)]
    ),
    scope=st.sampled_from(["piece", "basket"]),
    left=st.integers(0, 2500),
    rival=st.booleans(),
)
def test_no_budget_is_ever_overdrawn(
    bought: list[Product], benefit: Benefit, scope: str, left: int, rival: bool
) -> None:
    """``sell`` holds every answer against the independent check."""
    limited = offer(benefit, target=Target(scope=scope))  # type: ignore[arg-type]
    others = (shop.programme(2, rewards=(shop.reward("small"),)),) if rival else ()
    without = sell(shop.basket(*bought), *others)
    sold = sell(shop.basket(*bought), limited, *others, to=with_budget(NOBODY, left))

    taken = sum(one.discount for one in sold.applied if one.name.reward == "reward")
    assert taken == spent(sold) <= left
    assert sold.total <= without.total or sold.bound <= without.total


@pytest.mark.parametrize("law", RefundLaw)
@pytest.mark.parametrize(
    ("budget", "each"), [(MONEY, 750), (TIMES, 1)], ids=lambda one: getattr(one, "of", "")
)
def test_a_budget_gets_back_what_the_goods_that_came_back_had_cost_it(
    law: RefundLaw, budget: Budget, each: int
) -> None:
    """Each cake at half price, for ten points: two of three are kept, and theirs stays spent."""
    half = offer(
        PercentOff(basis_points=5000),
        budget,
        cost=10,
        condition=Condition(),
        target=Target(scope="piece"),
    )
    to = with_budget(anna(units={"points": 30}), 5 * each)
    till = sold(shop.basket((shop.CAKE, 3)), half, to=to)

    for _ in range(3):
        refund = till.take_back({1: 1}, law)

        given = {one.account.unit: one.n for one in refund.given}
        assert given == {"points": 10, BUDGET_UNIT: each}


@pytest.mark.parametrize("law", RefundLaw)
def test_a_budget_of_units_gets_them_back_with_the_goods_that_brought_them(law: RefundLaw) -> None:
    rule = EarnRule(id="rule", per=PerMoney(amount=100), budget=UNITS)
    programme = shop.programme(1, unit=shop.unit(), earn=(rule,))
    till = sold(shop.basket((shop.CAKE, 3)), programme, to=with_budget(anna(), 1000, "rule"))

    for _ in range(3):
        assert [one.n for one in till.take_back({1: 1}, law).given] == [15]
