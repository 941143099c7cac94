"""Many rewards on the rest of a basket that want the same units: none of all ways is better."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.benefits import AmountOff, MoneyOff, PercentOff, Target
from terminal.loyalty.engine import rest
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.programme import Stacking
from tests.loyalty import shop

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


@settings(max_examples=250)
@given(turns(), st.integers(0, SHELF), st.integers(0, 40), st.integers(0, 30))
def test_what_leaves_the_same_counts_as_one_way(
    rewards: list[Candidate], left: int, points: int, stars: int
) -> None:
    units = {"points": points, "stars": stars}
    ways = 1
    for one in rewards:
        ways *= rest.uses_most(one, units) + 1
    expected = rest.least_rest(rewards, left, units, SHELF)
    with pytest.MonkeyPatch.context() as few:
        few.setattr(rest, "WAYS_MOST", 0)
        together = rest.least_rest(rewards, left, units, SHELF)
        chosen = rest.best_uses(rewards, left, units, {}, SHELF)

    if ways <= rest.WAYS_MOST:
        assert together == expected
    came = next(
        cost for cost, _, uses in rest._all_uses(rewards, left, units, {}, SHELF) if uses == chosen
    )
    assert came >= together
