"""The engine finds what trying everything finds, and never promises what is not so."""

from dataclasses import replace

from hypothesis import assume, given, settings

from terminal.loyalty.benefits import Target
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Choices, Claim, RewardName
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters
from tests.loyalty.oracle import best, came_to

EXHAUSTIVE = 10**6
SMALL = counters(lines=4, pieces=2, offers=3)


def ask(counter: Counter, effort: int) -> Evaluation:
    return evaluate(
        counter.basket, counter.standing, counter.programmes, counter.at, counter.choices, effort
    )


def small(counter: Counter) -> bool:
    return sum(line.pieces for line in counter.basket.lines) <= 6


@settings(max_examples=400)
@given(SMALL)
def test_nothing_is_cheaper_than_what_is_proven(counter: Counter) -> None:
    assume(small(counter))

    expected = best(counter)

    for effort in (EXHAUSTIVE, 20):
        found = ask(counter, effort)
        came = came_to(counter, found)
        assert found.bound <= expected.cost <= came.cost
        assert not found.proven or came.cost == expected.cost
        assert not (found.proven and effort == EXHAUSTIVE) or came == expected


@settings(max_examples=150)
@given(SMALL)
def test_with_effort_enough_every_price_of_rewards_on_goods_is_proven(counter: Counter) -> None:
    on_goods = replace(
        counter,
        programmes=tuple(
            replace(one, rewards=tuple(r for r in one.rewards if r.target.scope != "basket"))
            for one in counter.programmes
        ),
    )

    found = ask(on_goods, EXHAUSTIVE)

    assert found.proven
    if small(counter):
        assert came_to(on_goods, found) == best(on_goods)


def test_a_reward_on_goods_gives_way_to_a_claim_that_it_would_spoil() -> None:
    """The one croissant at 20 % off leaves 4.60, and 5 zł for 100 points come off whole only."""
    happy = shop.programme(4, rewards=(shop.pieces_off("bakery", 2000, shop.goods("bakery")),))
    counter = Counter(
        basket=shop.basket(shop.product("CROISSANT", 575, "bakery")),
        standing=shop.anna({"points": 100}),
        programmes=(shop.points(), happy),
        choices=shop.claims("five-off"),
    )

    found = ask(counter, EXHAUSTIVE)

    assert found.total == 75
    assert found.bound <= 75


def test_two_claims_that_may_not_stand_together_do_not_break_the_till() -> None:
    def only(number: int, basis_points: int) -> Programme:
        offer = shop.pieces_off("offer", basis_points, shop.goods(), mode="claimed")
        return shop.programme(number, rewards=(offer,), stacking=Stacking(mode="alone"))

    names = (RewardName(1, "offer"), RewardName(2, "offer"))
    found = ask(
        Counter(
            basket=shop.basket(shop.COFFEE),
            standing=NOBODY,
            programmes=(only(1, 1000), only(2, 3000)),
            choices=Choices(claims=tuple(Claim(name=name) for name in names)),
        ),
        EXHAUSTIVE,
    )

    assert [one.name for one in found.applied] == [names[1]]
    assert shop.away(found, "offer").reason.why is Why.NOT_TOGETHER


def test_the_odd_cent_goes_to_the_same_goods_in_any_order_of_scans() -> None:
    low = shop.product("LOW", 333, vat=500)
    high = shop.product("HIGH", 333, vat=2300)
    ten = shop.reward("ten", target=Target(scope="basket"))

    one, two = (
        ask(
            Counter(
                basket=shop.basket(*order),
                standing=NOBODY,
                programmes=(shop.programme(1, rewards=(ten,)),),
                choices=NO_CHOICES,
            ),
            EXHAUSTIVE,
        )
        for order in ((low, high), (high, low))
    )

    assert one.discount == 67
    assert one.vat == two.vat
