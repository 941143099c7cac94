"""What the customer asks for comes before what applies by itself, as far as that pays."""

from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Budget, Condition, GoodsFilter, Need
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.engine.run import Answer, evaluate
from terminal.loyalty.programme import Programme, Stacking, Worth
from terminal.loyalty.standing import NOBODY, Choices, Claim, RewardName
from tests.loyalty import shop
from tests.loyalty.members import with_budget
from tests.loyalty.selling import sell

HAPPY = shop.programme(4, rewards=(shop.pieces_off("happy", 2000, shop.goods("bakery")),))
ROLL = shop.product("ROLL", 100, "bakery")


def with_treat(cost: int, worth: Worth | None = None) -> Programme:
    """5 zł off for 100 points on demand, and a tea that goes down by itself for some points."""
    plain = shop.points(unit=shop.unit(worth=worth))
    treat = shop.pieces_off("treat", 10_000, shop.goods("drinks/tea"), cost=cost)
    return shop.points(unit=plain.unit, rewards=(*plain.rewards, treat))


def test_units_that_a_claim_wants_are_not_spent_on_what_comes_by_itself() -> None:
    anna = shop.anna({"points": 100})
    basket = shop.basket(shop.TEA, shop.COFFEE)

    waiting = sell(basket, with_treat(50), to=anna)
    claimed = sell(basket, with_treat(50), to=anna, choices=shop.claims("five-off"))

    assert [one.name.reward for one in waiting.applied] == ["treat"]
    assert [one.name.reward for one in claimed.applied] == ["five-off"]
    assert claimed.total == 900 + 1300 - 500


def test_units_that_a_claim_leaves_over_may_be_spent_by_themselves() -> None:
    sold = sell(
        shop.basket(shop.TEA, shop.COFFEE),
        with_treat(50),
        to=shop.anna({"points": 170}),
        choices=shop.claims("five-off"),
    )

    assert {one.name.reward for one in sold.applied} == {"five-off", "treat"}
    assert sold.total == 1300 - 500


def test_a_claim_comes_before_an_automatic_reward_on_the_basket_too() -> None:
    plain = shop.points()
    three = shop.reward(
        "three-off", cost=60, benefit=AmountOff(amount=300), target=Target(scope="basket")
    )
    both = shop.points(rewards=(*plain.rewards, three))

    sold = sell(
        shop.basket(shop.COFFEE),
        both,
        to=shop.anna({"points": 100}),
        choices=shop.claims("five-off"),
    )

    assert [(one.name.reward, one.discount) for one in sold.applied] == [("five-off", 500)]


def test_only_as_much_of_an_automatic_reward_gives_way_as_the_claim_needs() -> None:
    """Six rolls at 1.00 less 20 % come to 4.80; with one of them at its price to 5.00."""
    anna = shop.anna({"points": 300})
    rolls = shop.basket((ROLL, 6))

    one = sell(rolls, shop.points(), HAPPY, to=anna, choices=shop.claims("five-off", 1))

    assert one.total == 0
    assert shop.applied(one, "five-off").discount == 500
    assert shop.applied(one, "happy").times == 5


def test_a_claim_that_would_cost_more_than_it_brings_stays_away_and_says_so() -> None:
    half = shop.programme(4, rewards=(shop.pieces_off("half", 7000, GoodsFilter()),))
    anna = shop.anna({"points": 100})
    basket = shop.basket(shop.product("A", 900))

    sold = sell(basket, shop.points(), half, to=anna, choices=shop.claims("five-off"))
    waiting = sell(basket, shop.points(), half, to=anna)

    assert sold.total == waiting.total == 270
    why = shop.away(sold, "five-off").reason
    assert (why.why, why.amount) == (Why.BETTER_OFFER, 130)
    assert why.other == RewardName(4, "half")
    assert waiting.offers[0].reason.why is Why.BETTER_OFFER


def test_what_is_missing_for_a_claim_is_counted_without_the_offers_that_would_give_way() -> None:
    sold = sell(
        shop.basket(shop.BUN),
        shop.points(),
        HAPPY,
        to=shop.anna({"points": 100}),
        choices=shop.claims("five-off"),
    )

    assert sold.total == 360
    why = shop.away(sold, "five-off").reason
    assert (why.why, why.amount) == (Why.SPEND_MISSING, 50)


def test_a_claim_may_be_short_because_of_an_offer_on_the_basket() -> None:
    ten = shop.programme(
        4,
        rewards=(
            shop.reward(
                "ten", benefit=PercentOff(basis_points=1000), target=Target(scope="basket")
            ),
        ),
    )

    sold = sell(
        shop.basket(shop.product("A", 550)),
        shop.points(),
        ten,
        to=shop.anna({"points": 100}),
        choices=shop.claims("five-off"),
    )

    assert sold.total == 50


def test_of_all_the_points_only_the_first_use_pushes_an_offer_aside() -> None:
    """11.00 less 20 % on one roll is 10.80; less two claims 0.80; nobody is asked for more."""
    basket = shop.basket(shop.product("A", 1000), ROLL)

    sold = sell(
        basket,
        shop.points(),
        HAPPY,
        to=shop.anna({"points": 512}),
        choices=shop.claims("five-off"),
    )

    assert sold.total == 80
    assert shop.applied(sold, "happy").discount == 20


def test_a_claim_that_brings_nothing_keeps_nobody_out() -> None:
    """A roll for 5.00 at most is no use on one for 1.00; half off all, alone, is."""
    fixed = shop.reward("fixed", mode="claimed", benefit=FixedPrice(price=500))
    half = shop.programme(
        5,
        rewards=(shop.pieces_off("half", 5000, GoodsFilter()),),
        stacking=Stacking(mode="alone"),
    )

    sold = sell(
        shop.basket(ROLL),
        shop.programme(4, rewards=(fixed,)),
        half,
        choices=shop.claims("fixed", of=4),
    )

    assert sold.total == 50


def test_as_many_uses_of_claims_are_found_as_goods_have_room_for() -> None:
    """Of what costs over 5.00 each piece is claimed; 1.00 off for 5 points goes to the mint."""
    unit = shop.unit("points", worth=Worth(units=5, amount=100))
    fixed = shop.reward("fixed", mode="claimed", benefit=FixedPrice(price=500))
    off = shop.reward("off", mode="claimed", cost=5, benefit=AmountOff(amount=100))
    programmes = (
        shop.programme(3, rewards=(fixed,)),
        shop.programme(4, unit=unit, rewards=(off,)),
    )
    claims = Choices(claims=(Claim(name=RewardName(3, "fixed")), Claim(name=RewardName(4, "off"))))
    basket = shop.basket(shop.MINI, (shop.MILK, 2), shop.COFFEE)

    answer = Answer(basket, shop.anna({"points": 8}), programmes, shop.NOON, claims, effort=1)
    answer.go(10_000, small=True)

    found = answer.evaluation()
    assert {one.name.reward: one.times for one in found.applied} == {"fixed": 3, "off": 1}
    assert found.total == 50 + 2 * 599 + 1300 - 998 - 50
    assert found.proven


def test_a_claim_that_its_budget_cannot_pay_proves_nothing_about_what_it_would_keep_out() -> None:
    big = shop.reward(
        "big",
        mode="claimed",
        benefit=AmountOff(amount=333),
        target=Target(scope="basket"),
        budget=Budget(of="money", amount=100_000),
    )
    pairs = shop.reward(
        "pairs",
        condition=Condition(needs=(Need(goods=GoodsFilter(), pieces=2),)),
        benefit=FixedPrice(price=500),
        target=Target(scope="set", pieces=1, pick="dearest"),
    )
    programmes = (
        shop.programme(1, rewards=(pairs,), stacking=Stacking(mode="alone")),
        shop.programme(3, rewards=(big,)),
    )
    to = with_budget(NOBODY, 150, "big", 3)
    basket = shop.basket(shop.MILK, shop.DARK, (shop.BUN, 2))

    for effort in (1, 100_000):
        found = evaluate(basket, to, programmes, shop.NOON, shop.claims("big", of=3), effort)
        assert found.bound <= 1900
