"""The best of all combinations that stacking allows, each worked out by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

from terminal.loyalty.engine.accruals import Earning
from terminal.loyalty.engine.allocation import SCALE
from terminal.loyalty.engine.claims import settle_claims_first
from terminal.loyalty.engine.combinations import Candidates, Combinations
from terminal.loyalty.engine.earned_by_rule import Paid
from terminal.loyalty.engine.evaluation import Applied, Earned, NotApplied
from terminal.loyalty.engine.goods import Candidate, off_price
from terminal.loyalty.engine.packed import Relaxed, is_wide
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.rest import unit_of
from terminal.loyalty.engine.settlement import Settlement, least_cost, settle, within_units
from terminal.loyalty.engine.shares import off_basket
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import RewardName
from terminal.values import dataclass

COMBINATIONS_LEAST = 12
"""Combinations that are all worked out with the least effort; more effort allows more."""

TRIED_LEAST = 4
"""Where there are more, so many are tried with the least effort, the most promising first."""

STEPS_EACH = 100
"""Effort that allows one combination more."""

EQUALS_MOST = 4
VARIANTS_TRIED = 32
"""Equally good combinations, and equally good choices of goods in each, that are compared."""

STEPS_WIDE = 1_000
"""Effort that allows one combination more in a wide basket."""


def _on_goods(candidates: Candidates) -> Candidates:
    return tuple(one for one in candidates if one.competes)


@dataclass(frozen=True, slots=True)
class Combination:
    """Candidates that may go together, worked out."""

    candidates: Candidates
    settlement: Settlement
    earned: tuple[Earned, ...]
    no_accrual: tuple[NotApplied, ...]

    @property
    def cost(self) -> int:
        """What is paid, and what the units of automatic rewards are worth."""
        return self.settlement.cost

    @property
    def rank(self) -> tuple[int, int, int, tuple[RewardName, ...]]:
        """The objective: the least is the best."""
        names = tuple(sorted(one.name for one in self.settlement.applied))
        earned = sum(one.n for one in self.earned)
        return (self.cost, self.settlement.units, -earned, names)

    def had(self) -> Mapping[RewardName, Applied]:
        """The rewards that it brings."""
        return {one.name: one for one in self.settlement.applied}


def paid_for(settlement: Settlement) -> Paid:
    """What accruals ask of a settlement."""
    return Paid(settlement.net, settlement.free_pieces, settlement.reduced, settlement.to_pay)


@dataclass(frozen=True, slots=True)
class Solver:
    """One question, and everything that an answer depends on besides the candidates."""

    question: Question
    programmes: tuple[Programme, ...]
    earning: Earning

    def best(self, candidates: Candidates, effort: int, *, exact: bool = False) -> Combination:
        """The best combination that stacking allows; if ``exact``, with equal ones told apart."""
        combinations = Combinations(candidates, self.can_be_had)
        most = COMBINATIONS_LEAST + effort // STEPS_EACH
        wide = combinations.count > 1 and is_wide(self.question, _on_goods(candidates))
        if wide and combinations.beside is not None:
            worked_out, floor = self._tried_wide(combinations, combinations.beside, effort)
        elif combinations.count <= most:
            worked_out = [
                self.work_out(one, max(1, effort // combinations.count))
                for one in combinations.all()
            ]
            floor = min(one.cost - one.settlement.gap for one in worked_out)
        else:
            most = TRIED_LEAST + effort // STEPS_EACH
            worked_out = list(self._tried(combinations, most, effort))
            floor = min(one.cost - one.settlement.gap for one in worked_out)
            # Without the rules of stacking nothing is dearer than with them.
            untold = len(combinations.alone) > most // 2
            wider = candidates if untold or combinations.beside is None else combinations.beside
            free = settle(self.question, wider, max(1, effort // most))
            floor = min(floor, free.cost - free.gap)
        best = min(worked_out, key=lambda one: one.rank)
        if exact:
            # Of equal ones, any may have a twin that earns more.
            equal = [one for one in worked_out if one.rank[:2] == best.rank[:2]]
            twins = [twin for one in equal[:EQUALS_MOST] for twin in self._twins(one, effort)]
            best = min([best, *twins], key=lambda one: one.rank)
        # What was not searched to the end elsewhere might have come out below the best.
        best.settlement.gap = max(0, best.cost - max(0, floor))
        best.settlement.steps = sum(one.settlement.steps for one in worked_out)
        return best

    def can_be_had(self, candidate: Candidate) -> bool:
        """Whether a reward takes anything off, if it is had alone."""
        question = self.question
        units = {unit_of(candidate): question.standing.spendable(unit_of(candidate))}
        if candidate.times == 0 or units[unit_of(candidate)] < candidate.reward.cost:
            return False
        classes = question.classes_of(candidate)
        if candidate.reward.target.scope == "set":
            # One use is enough; where the places of a set want the same goods, all are written.
            deal, _ = question.deal(candidate)
            found = deal.best([0] * len(question.counts), question.counts)
            return found is not None or bool(question.applications(candidate)[0])
        if candidate.reward.target.scope == "piece":
            reached = [question.classes[index] for index in classes]
            return any(
                off_price(candidate.benefit, one.price, one.kilograms) > 0 for one in reached
            )
        shelf = question.shelf(classes)
        units_here = units[unit_of(candidate)]
        return off_basket(candidate, shelf, units_here, shelf, candidate.from_rest)[1] > 0

    def _tried_wide(
        self, combinations: Combinations, beside: Candidates, effort: int
    ) -> tuple[list[Combination], int]:
        """The most promising ones of a wide basket, and what none of all comes below."""
        units = self.question.units_of(beside)
        goods = within_units(_on_goods(beside), units)
        known = self._relaxed(goods, units, self._beside_goods(beside, units), effort)
        solver = replace(self, question=replace(self.question, relaxed=known))
        if effort >= STEPS_WIDE:
            solver = self
        most = 1 + effort // STEPS_WIDE
        alone = [self.work_out(one, effort) for one in combinations.alone[:most]]
        groups = known.ranked(combinations.groups)
        tried = [*alone, *solver._by_turns(combinations, groups, most, effort)]
        floor = None
        if known.whole and len(combinations.alone) <= most:
            floor = least_cost(self.question, beside, known.saving, units)
        if floor is None:
            free = settle(self.question, combinations.every, 1)
            floor = free.cost - free.gap
        return tried, min(floor, *(one.cost - one.settlement.gap for one in alone), tried[-1].cost)

    def _relaxed(
        self, goods: list[Candidate], units: dict[str, int], beside: dict[int, int], effort: int
    ) -> Relaxed:
        """All programmes of all groups together, with so much effort."""
        key = (
            min(effort, STEPS_WIDE),
            tuple([(one.name, one.times, one.claimed, one.worth) for one in goods]),
            tuple(sorted(units.items())),
            tuple(sorted(beside.items())),
        )
        relaxed = self.question.contested.relaxed
        if key not in relaxed:
            relaxed[key] = Relaxed(self.question, goods, units, beside, min(effort, STEPS_WIDE))
        known: Relaxed = relaxed[key]
        return known

    def _beside_goods(self, beside: Candidates, units: Mapping[str, int]) -> dict[int, int]:
        """By programme of a group, what rewards on the basket would take off besides, about."""
        found: dict[int, int] = {}
        for one in beside:
            if not one.competes and one.programme.stacking.group:
                shelf = self.question.shelf(self.question.classes_of(one))
                off = off_basket(one, shelf * 3 // 4, units.get(unit_of(one), 0), shelf)[1]
                number = one.programme.programme
                found[number] = found.get(number, 0) + off * self.question.scale * SCALE
        return found

    def work_out(self, candidates: Candidates, effort: int) -> Combination:
        """One combination, with what it earns."""
        return self.combination(candidates, settle_claims_first(self.question, candidates, effort))

    def combination(self, candidates: Candidates, settlement: Settlement) -> Combination:
        """Some candidates, worked out, with what they earn."""
        found = self.earning.of(paid_for(settlement))
        return Combination(candidates, settlement, found.earned, found.nothing)

    def _by_promise(self, combinations: Combinations, members: list[int]) -> list[int]:
        """The programmes of a group, those first that would save most by themselves."""
        # What is searched with so little effort must not stand for a search with more.
        apart = replace(self.question, searches={})
        costs = {
            member: settle(
                apart,
                [one for one in combinations.beside or () if one.programme.programme == member],
                1,
            ).cost
            for member in members
        }
        return sorted(members, key=lambda member: (costs[member], member))

    def _twins(self, one: Combination, effort: int) -> Iterator[Combination]:
        """The same with goods chosen otherwise for the same saving and the same units."""
        settled = one.settlement
        if not settled.ties:
            return
        equals = [search.equals(max(1, effort // 4)) for search in settled.ties]
        for groups in islice(product(*equals), VARIANTS_TRIED):
            given = settled.fixed + tuple(pair for chosen in groups for pair in chosen)
            if len(given) == len(settled.chosen) and all(one in settled.chosen for one in given):
                continue
            other = settle(self.question, settled.candidates, 1, settled.kept, given)
            yield self.combination(one.candidates, other)

    def _tried(self, combinations: Combinations, most: int, effort: int) -> Iterator[Combination]:
        """So many at most: group by group the best one beside the best ones so far."""
        each = max(1, effort // most)
        for alone in combinations.alone[: most // 2]:
            yield self.work_out(alone, each)
            most -= 1
        if combinations.beside is None:
            return
        groups = [self._by_promise(combinations, members) for members in combinations.groups]
        yield from self._by_turns(combinations, groups, most, each)

    def _by_turns(
        self, combinations: Combinations, groups: list[list[int]], most: int, each: int
    ) -> Iterator[Combination]:
        """The first of every group, then the others of each beside the best ones so far."""
        chosen = [members[0] for members in groups]
        best = self.work_out(combinations.with_members(chosen), each)
        yield best
        # The second of every group comes before the third of any.
        for rank in range(1, max((len(members) for members in groups), default=0)):
            for place, members in enumerate(groups):
                if rank >= len(members):
                    continue
                most -= 1
                if most < 1:
                    return
                member = members[rank]
                other = [*chosen[:place], member, *chosen[place + 1 :]]
                tried = self.work_out(combinations.with_members(other), each)
                yield tried
                if tried.rank < best.rank:
                    best, chosen = tried, other
