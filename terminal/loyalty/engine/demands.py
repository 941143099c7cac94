"""What the deeper search must keep besides pieces and limits: claims, and budgets of money.

Claims on the rest of the basket that are had as often as could ever be are *sure*: their units
are put aside, and from then on they are like rewards that cost nothing. Claims on goods are had
as often as before, or more. Where neither is certain, claims count as if they might be left out;
a bound holds all the same, only less tightly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from terminal.loyalty.benefits import AmountOff
from terminal.loyalty.engine.allocation import Chosen
from terminal.loyalty.engine.combinations import Candidates
from terminal.loyalty.engine.evaluation import Applied
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.rest import unit_of, uses_most
from terminal.loyalty.engine.settlement import Settlement
from terminal.loyalty.engine.shares import off_basket
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import LARGEST_COUNT
from terminal.values import dataclass

Had = Mapping[RewardName, Applied]


@dataclass(slots=True)
class Demands:
    """What some candidates ask of the search, seen from the best answer so far."""

    candidates: Candidates
    every_unit: Mapping[str, int]
    """How many of each unit may be spent."""
    units: dict[str, int]
    """What of them is left to goods, and to what is not sure."""
    sure: dict[RewardName, int] = field(default_factory=dict)
    """Claims on the rest, how often each is had in whatever answer."""
    claims_stand: bool = True
    """Whether all claims on the rest are sure."""

    @property
    def goods(self) -> list[Candidate]:
        """Those that compete for goods."""
        return [one for one in self.candidates if one.competes]

    def settled(self) -> Candidates:
        """The candidates as they count for a bound: what is sure costs nothing any more."""
        return tuple(
            _without_cost(one, self.sure[one.name]) if one.name in self.sure else one
            for one in self.candidates
        )

    @property
    def most_worth(self) -> int:
        """Minor units that all units are worth at most which goods could cost."""
        most: dict[str, int] = {}
        for one in self.goods:
            if one.worth:
                unit = unit_of(one)
                worth = one.worth * self.units.get(unit, 0) // one.reward.cost
                most[unit] = max(most.get(unit, 0), worth)
        return sum(most.values())

    def claims_on_goods(self, had: Had) -> int:
        """How many uses of claims on goods every answer has at least."""
        if not self.claims_stand:
            return 0  # others on the rest might stand in for them
        return sum(had[one.name].times for one in self.goods if one.claimed and one.name in had)

    def trades(self, most: int, had: Had) -> bool:
        """Whether more claims on goods might take the place of some that are sure.

        ``most`` is what the goods of claims, and what is left of units, allow at most.
        """
        if not any(one.reward.cost for one in self.candidates if one.name in self.sure):
            return False
        claims = [one for one in self.goods if one.claimed]
        sure = {unit_of(one) for one in self.candidates if one.name in self.sure}
        if any(one.reward.cost and unit_of(one) in sure for one in claims):
            # Units that were put aside could have been theirs.
            most = sum(uses_for_units(one, self.every_unit) for one in claims)
        return self.claims_on_goods(had) < most

    def loosened(self) -> Demands:
        """The same where no claim is sure."""
        every = self.every_unit
        return Demands(self.candidates, every, dict(every), {}, self.claims_stand)

    def kept(self, had: Had, chosen: Chosen) -> dict[str, int]:
        """Units that automatic rewards leave to claims: to those on goods, and those that are on."""
        kept: dict[str, int] = {}
        goods = {one.name: one for one in self.goods if one.claimed and one.reward.cost}
        for one in had.values():
            if one.claimed and one.unit and one.name not in goods:
                kept[one.unit] = kept.get(one.unit, 0) + one.units
        for use, n in chosen:
            claim = goods.get(use.name)
            if claim is not None:
                unit = unit_of(claim)
                kept[unit] = kept.get(unit, 0) + n * claim.reward.cost
        return kept


def uses_for_units(candidate: Candidate, units: Mapping[str, int]) -> int:
    """How often a claim on goods could be had if there were goods enough."""
    most = LARGEST_COUNT if candidate.times is None else candidate.times
    if candidate.reward.cost:
        most = min(most, units.get(unit_of(candidate), 0) // candidate.reward.cost)
    return most


def demands_of(question: Question, candidates: Candidates, had: Had) -> Demands:
    """What candidates ask for that may stand beside each other; ``had`` are those that are on."""
    units = question.units_of(candidates)
    found = Demands(candidates, units, dict(units))
    for one in candidates:
        if one.claimed and not one.competes:
            most = uses_most(one, units)
            times = had[one.name].times if one.name in had else 0
            if one.reward.target.scope == "basket" and times >= most:
                found.sure[one.name] = times
                if one.reward.cost:
                    found.units[unit_of(one)] -= times * one.reward.cost
            else:
                found.claims_stand = False
    # Where one is not, units could be shared in another way.
    return found if found.claims_stand else found.loosened()


def _without_cost(candidate: Candidate, times: int) -> Candidate:
    """A claim of which it is known how often it is had, as a reward that costs nothing."""
    benefit = candidate.benefit
    if isinstance(benefit, AmountOff) and candidate.reward.cost:
        benefit = replace(benefit, amount=max(1, benefit.amount * times))
    reward = replace(candidate.reward, cost=0)
    return replace(candidate, reward=reward, benefit=benefit, times=1 if times else 0)


# --- budgets of money ----------------------------------------------------------------------------


def over_budget(candidates: Iterable[Candidate], settlement: Settlement) -> set[RewardName]:
    """Rewards that take off more than their budgets leave."""
    left = {one.name: one.money_left for one in candidates if one.money_left is not None}
    if not left:
        return set()
    return {
        one.name for one in settlement.applied if one.discount > left.get(one.name, one.discount)
    }


def within_reach(
    question: Question, demands: Demands, candidates: Candidates, saving: int
) -> Candidates:
    """Without rewards on the rest whose budget pays for none, as goods save so much at most.

    ``saving`` is in the search's parts. What is left of the goods is never less than without all
    that could come off them, and a reward takes off no less of more.
    """
    if all(one.money_left is None for one in candidates):
        return candidates
    units = demands.units
    # They take off what is saved, and what their units are worth.
    saving += demands.most_worth * question.scale
    kept = []
    for one in candidates:
        if one.money_left is None or one.reward.target.scope != "basket":
            kept.append(one)
            continue
        shelf = question.shelf(question.classes_of(one))
        rest = shelf - -(-saving // question.scale)
        for other in candidates:
            if other is not one and not other.competes:
                if other.reward.target.scope != "basket":
                    rest = 0  # rewards on top: whatever is left is not known
                    break
                all_of_it = question.shelf(question.classes_of(other))
                here = units.get(unit_of(other), 0)
                rest -= off_basket(other, all_of_it, here, all_of_it, other.from_rest)[1]
        if off_basket(one, rest, units.get(unit_of(one), 0), shelf)[1] <= one.money_left:
            kept.append(one)
    return tuple(kept)
