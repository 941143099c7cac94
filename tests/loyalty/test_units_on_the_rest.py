"""Many rewards on the rest of a basket that want the same units: none of all ways is better."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.benefits import AmountOff, FixedPrice, MoneyOff, PercentOff, Target
from terminal.loyalty.engine import rest
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.money import percent_of
from terminal.loyalty.programme import Programme, Stacking
from tests.loyalty import shop
from tests.loyalty.selling import sell

SHELF = 9_990
UNITS = ("points", "stars")
BENEFITS: st.SearchStrategy[MoneyOff] = st.one_of(
    st.sampled_from((300, 333, 1_000)).map(lambda n: PercentOff(basis_points=n)),
    st.sampled_from((50, 450, 500)).map(lambda n: AmountOff(amount=n)),
)


@st.composite
def turns(draw: st.DrawFn) -> list[Candidate]:
    """Rewards on the basket in their turns: percents first."""
    made = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        benefit = draw(BENEFITS)
        cost = draw(st.sampled_from((0, 10, 10, 20)))
        reward = shop.reward("off", cost=cost, benefit=benefit, target=Target(scope="basket"))
        programme = shop.programme(
            number,
            unit=shop.unit(draw(st.sampled_from(UNITS))),
            rewards=(reward,),
            stacking=draw(st.sampled_from((Stacking(), Stacking(), Stacking(percent_of="shelf")))),
        )
        worth = draw(st.sampled_from((0, 40, 90))) if cost else 0
        times = draw(st.sampled_from((None, 1, 2)))
        made.append(Candidate(programme, reward, times, False, worth, benefit))
    return sorted(made, key=lambda one: not isinstance(one.benefit, PercentOff))


def off(one: Candidate, left: int, times: int, *, partly: bool) -> int:
    """What comes off; ``partly``: an amount also where less of it is left."""
    if isinstance(one.benefit, PercentOff):
        on = SHELF if one.programme.stacking.percent_of == "shelf" else left
        return min(left, percent_of(on, one.benefit.basis_points)) if times else 0
    assert isinstance(one.benefit, AmountOff)
    if one.reward.cost and not partly and one.benefit.amount * times > left:
        return -1
    return min(left, one.benefit.amount * times)


def all_ways(
    rewards: list[Candidate], left: int, units: dict[str, int], *, partly: bool
) -> Iterator[tuple[int, list[int]]]:
    """(what is paid with the worth of units, how often each is had) of every way there is."""
    if not rewards:
        yield left, []
        return
    one, unit = rewards[0], rest.unit_of(rewards[0])
    for times in range(rest.uses_most(one, units) + 1) if one.reward.cost else (1,):
        less = off(one, left, times, partly=partly)
        if less >= 0:
            after = {**units, unit: units.get(unit, 0) - times * one.reward.cost}
            for paid, uses in all_ways(rewards[1:], left - less, after, partly=partly):
                yield paid + times * one.worth, [times, *uses]


@settings(max_examples=250)
@given(turns(), st.integers(0, SHELF), st.integers(0, 40), st.integers(0, 30))
def test_of_all_ways_to_spend_units_the_best_is_found_and_none_costs_less_than_the_bound(
    rewards: list[Candidate], left: int, points: int, stars: int
) -> None:
    units = {"points": points, "stars": stars}
    asked = rest.Turns(rewards, units, {}, SHELF)
    costs = {tuple(uses): paid for paid, uses in all_ways(rewards, left, units, partly=False)}
    least = asked.least_rest(left)

    assert least == min(paid for paid, _ in all_ways(rewards, left, units, partly=True))
    if len(costs) <= rest.WAYS_MOST:
        assert costs[of_those_that_cost(rewards, asked.best_uses(left))] == min(costs.values())
    with pytest.MonkeyPatch.context() as few:
        few.setattr(rest, "WAYS_MOST", 0)
        chosen = of_those_that_cost(rewards, asked.best_uses(left))
    assert least <= costs[chosen]
    with pytest.MonkeyPatch.context() as few:
        few.setattr(rest, "ENDS_MOST", 0)
        assert asked.least_rest(left) <= least


def of_those_that_cost(rewards: list[Candidate], uses: list[int]) -> tuple[int, ...]:
    """How often each is had; what costs nothing is had once, whether anything is left or not."""
    return tuple(n if one.reward.cost else 1 for one, n in zip(rewards, uses, strict=True))


TENTH_FREE = shop.programme(
    1,
    unit=shop.unit("stamps"),
    rewards=(shop.reward("tenth", cost=9, benefit=PercentOff(basis_points=10_000)),),
)


def voucher(benefit: MoneyOff) -> Programme:
    return shop.programme(
        2, rewards=(shop.reward("voucher", benefit=benefit, target=Target(scope="basket")),)
    )


@pytest.mark.parametrize("benefit", [AmountOff(amount=1500), FixedPrice(price=0)])
def test_no_stamps_are_spent_on_a_coffee_that_a_voucher_pays_for(benefit: MoneyOff) -> None:
    found = sell(
        shop.basket(shop.COFFEE), TENTH_FREE, voucher(benefit), to=shop.anna({"stamps": 9})
    )

    assert found.total == 0
    assert found.proven
    assert [one.name.reward for one in found.applied] == ["voucher"]
    assert found.spent == ()
    reason = shop.away(found, "tenth").reason
    assert (reason.why, reason.amount, reason.other) == (
        Why.BETTER_OFFER,
        0,
        found.applied[0].name,
    )


def test_only_as_many_coffees_cost_stamps_as_the_voucher_leaves_to_pay() -> None:
    three = shop.basket((shop.COFFEE, 3))
    found = sell(three, TENTH_FREE, voucher(AmountOff(amount=1500)), to=shop.anna({"stamps": 40}))

    assert found.total == 0
    assert [(one.name.reward, one.times) for one in found.applied] == [("tenth", 2), ("voucher", 1)]
