"""What more effort finds after the first answer: a better price, or the proof that there is none.

First goods are searched to the end, by branch and cut on all ways to use rewards written down, in
steps so small that a till takes them between two frames. What that cannot tell, because the ways
are too many or claims are on goods, the first answer's own search looks at once more with four
times the effort each time; these steps are large.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace

from terminal.loyalty.engine.allocation import Chosen
from terminal.loyalty.engine.branching import Branching
from terminal.loyalty.engine.combinations import Candidates, Combinations
from terminal.loyalty.engine.goods import competes
from terminal.loyalty.engine.settlement import Settlement, least_cost, settle, within_units
from terminal.loyalty.engine.solving import Combination, Solver, paid_for
from terminal.loyalty.engine.ways import Ways

ALONE_MOST = 20
"""Programmes that stand alone, of which each is worked out by itself."""

RAISED = 4
"""By how much the effort of the large steps grows from one to the next."""


class Pursuit:
    """The best combination of candidates so far, and the least that any could cost.

    Equal candidates and equal effort give the equal answer, in however many steps it is taken.
    """

    def __init__(
        self, solver: Solver, candidates: Candidates, best: Combination, first_effort: int
    ) -> None:
        self._solver, self._candidates = solver, candidates
        self.best = best
        self._first_effort = first_effort
        self._floor = best.cost - best.settlement.gap
        self._combinations = Combinations(candidates, solver.can_be_had)
        self.effort = 0
        """What was spent so far."""
        self.small = True
        """Whether the next step is a small one."""
        self.finished = not best.settlement.gap
        self._steps = self._all()

    def go(self, effort: int, *, small: bool = False) -> None:
        """Search on until so much was spent in all, or nothing is left to be found.

        ``small``: not into the large steps.
        """
        while not self.finished and self.effort < effort and (self.small or not small):
            spent = next(self._steps, None)
            if spent is None or not self.best.settlement.gap:
                self.finished = True
            self.effort += spent or 0

    def go_on_with(self, solver: Solver) -> None:
        """Go on for somebody who asks the same a moment later: what is earned may be other."""
        self._solver = solver
        self.best = self._combination(self.best.candidates, self.best.settlement)

    def ended(self, solver: Solver) -> Pursuit:
        """The same answer for somebody who asks the same and looks no further."""
        other = copy(self)
        other.finished = True
        other.go_on_with(solver)
        return other

    def _all(self) -> Iterator[int]:
        if not self.best.settlement.gap:
            return
        yield from self._on_goods()
        self.small = False
        effort = self._first_effort
        while self.best.settlement.gap:
            effort *= RAISED
            yield effort
            # What was searched with less effort must not stand for a search with more.
            apart = replace(self._solver.question, searches={})
            found = replace(self._solver, question=apart).best(self._candidates, effort, exact=True)
            self._floor = max(self._floor, found.cost - found.settlement.gap)
            self._take(found)

    # --- goods to the end ----------------------------------------------------------------------

    def _on_goods(self) -> Iterator[int]:
        """Search all that competes for goods; what stays away stands alone."""
        combinations, best = self._combinations, self.best
        beside = combinations.beside
        if (
            beside is None
            or best.settlement.kept
            or len(combinations.alone) > ALONE_MOST
            or any(one.claimed and competes(one) for one in self._candidates)
        ):
            return
        alone: list[int] = []
        for one in combinations.alone:
            yield self._first_effort
            found = self._solver.work_out(one, self._first_effort)
            alone.append(found.cost - found.settlement.gap)
            self._take(found)
        standing = self._solver.question.standing
        units = {
            one.programme.unit.id: standing.spendable(one.programme.unit.id)
            for one in beside
            if one.programme.unit
        }
        goods = within_units([one for one in beside if competes(one)], units)
        ways = Ways(self._solver.question, goods, units)
        yield from ways.write()
        if not ways.whole:
            return
        search = Branching(ways, self._value(beside, self.best))
        known: dict[int, int] | None = None
        bound = None
        for spent in search.steps():
            if search.best is not known:
                known = search.best
                self._try(beside, ways.as_chosen(known or {}))
            if search.bound != bound:
                bound = search.bound
                self._raise_floor(beside, search.bound, alone)
            yield spent
        self._raise_floor(beside, search.bound, alone)
        yield 1  # with the same effort this counts once more

    def _value(self, beside: Candidates, one: Combination) -> int:
        """What a combination saves on goods, in the search's parts; nothing where it stands alone."""
        worth = {each.name: each.worth * self._solver.question.scale for each in beside}
        chosen = one.settlement.chosen
        if any(application.name not in worth for application, _ in chosen):
            return 0
        return sum((use.saving - worth[use.name]) * n for use, n in chosen)

    def _try(self, beside: Candidates, chosen: Chosen) -> None:
        """What a choice on goods comes to with all other rewards."""
        combinations = self._combinations
        used = {application.name.programme for application, _ in chosen}
        before = {one.programme.programme for one in self.best.candidates}
        members = [
            next((number for number in group if number in used), None)
            or next((number for number in group if number in before), group[0])
            for group in combinations.groups
        ]
        together = combinations.with_members(members) if members else beside
        settlement = settle(self._solver.question, together, 1, given=chosen)
        self._take(self._combination(together, settlement))

    def _combination(self, candidates: Candidates, settlement: Settlement) -> Combination:
        found = self._solver.earning.of(paid_for(settlement))
        return Combination(candidates, settlement, found.earned, found.nothing)

    def _raise_floor(self, beside: Candidates, most: int | None, alone: list[int]) -> None:
        """Nothing costs less where goods save so much at most."""
        if most is None:
            return
        question, best = self._solver.question, self.best
        units = {
            one.programme.unit.id: question.standing.spendable(one.programme.unit.id)
            for one in beside
            if one.programme.unit
        }
        floors = []
        least = least_cost(question, beside, most, units)
        if least is not None:
            floors.append(least)
        if self._combinations.count == 1 + len(alone) and best.candidates == beside:
            opened = max(0, most - self._value(beside, best))
            kept = best.settlement.kept
            chosen = best.settlement.chosen
            as_it_is = settle(question, beside, 1, kept, chosen, opened)
            floors.append(as_it_is.cost - as_it_is.gap)
        if floors:
            self._floor = max(self._floor, min(max(floors), *alone, self.best.cost))
        self._take(best)

    def _take(self, found: Combination) -> None:
        """The better of two, and how far from the best it could still be."""
        # Who saw a price pays no more for it, not even for units that stay.
        least = found.settlement.to_pay <= self.best.settlement.to_pay
        if found.cost < self.best.cost and least and _has_the_claims_of(self.best, found):
            found.settlement.steps = self.best.settlement.steps
            self.best = found
        self.best.settlement.gap = max(0, self.best.cost - self._floor)


def _has_the_claims_of(best: Combination, found: Combination) -> bool:
    had = found.had()
    return all(
        name in had and had[name].times >= one.times
        for name, one in best.had().items()
        if one.claimed
    )
