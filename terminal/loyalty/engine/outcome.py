"""What it comes to in the end that goods are less to pay, where a percent is off the rest as well.

A reward on goods that costs units saves less than it says if a tenth comes off afterwards anyway.
So goods are searched with every minor unit off counted at its *rate*, and what is paid at least is
told for every amount that the units on goods may be worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd

from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.engine.allocation import NONE
from terminal.loyalty.engine.demands import Demands
from terminal.loyalty.engine.evaluation import Applied
from terminal.loyalty.engine.proof import is_plain
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.rest import Turns
from terminal.loyalty.engine.settlement import in_turns
from terminal.loyalty.money import BASIS_POINTS
from terminal.loyalty.standing import RewardName

AMOUNTS_MOST = 200
"""Amounts of worth that are looked at; where there are more, rates tell no more than savings."""


class Outcome:
    """What is paid in the end.

    ``rate`` is told in basis points: so much of a minor unit that goods cost is paid in the end.
    """

    def __init__(
        self, turns: Turns, rate: int, shelf: int, beside: int, worths: Sequence[int]
    ) -> None:
        self._turns, self.rate, self._shelf, self._beside = turns, rate, shelf, beside
        self._worths = worths

    def least(self, most: int) -> int:
        """What is paid at least, in minor units, the worth of units included.

        ``most`` is what comes off goods at most by the rate, less what their units are worth, in
        basis points of a minor unit.
        """
        least: int | None = None
        for worth in self._worths:
            off = min(self._shelf, (most + worth * BASIS_POINTS) // self.rate)
            cost = worth + self._turns.least_rest(self._shelf - off)
            least = cost if least is None else min(least, cost)
            if off == self._shelf:
                break  # more units take off no more
        return self._beside + (least or 0)


def outcome_of(
    question: Question, demands: Demands, had: Mapping[RewardName, Applied]
) -> Outcome | None:
    """The outcome of candidates where it says more than what goods save; None: no more."""
    candidates = demands.settled()
    on_goods = [one for one in candidates if one.competes]
    rewards = in_turns(one for one in candidates if one.reward.target.scope == "basket")
    worths = [one.worth for one in on_goods if one.worth]
    if (
        not worths
        or not rewards
        or len(on_goods) + len(rewards) < len(candidates)
        or any(one.money_left is not None for one in rewards)
        or not is_plain(question, on_goods, rewards)
    ):
        return None
    rate = BASIS_POINTS
    for one in rewards:
        if (
            isinstance(one.benefit, PercentOff)
            and one.programme.stacking.percent_of != "shelf"
            and one.name in had
            and had[one.name].discount != one.benefit.at_most
        ):
            rate = rate * (BASIS_POINTS - one.benefit.basis_points) // BASIS_POINTS
    step = gcd(*worths)
    amounts = range(0, demands.most_worth + 1, step)
    if not rate or len(amounts) > AMOUNTS_MOST:
        return None
    shelf = question.shelf(question.classes_of(rewards[0]))
    turns = Turns(rewards, demands.units, NONE, shelf)
    return Outcome(turns, rate, shelf, question.basket.amount - shelf, amounts)
