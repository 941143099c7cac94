"""What more effort finds after the first answer: a better price, or the proof that there is none.

First goods are searched to the end, by branch and cut on all ways to use rewards written down, in
steps so small that a till takes them between two frames. What that cannot tell, because the ways
are too many or rewards on the rest of the basket hang on which goods they leave, the first
answer's own search looks at once more with four times the effort each time; these steps are large.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from terminal.loyalty.engine.allocation import Chosen
from terminal.loyalty.engine.branching import Branching
from terminal.loyalty.engine.budgeting import best_within_money
from terminal.loyalty.engine.combinations import Candidates, Combinations
from terminal.loyalty.engine.demands import Demands, demands_of, over_budget, within_reach
from terminal.loyalty.engine.outcome import Outcome, outcome_of
from terminal.loyalty.engine.settlement import least_cost, settle, within_units
from terminal.loyalty.engine.solving import Combination, Solver
from terminal.loyalty.engine.ways import Ways
from terminal.values import dataclass

LOOKS = 12
"""A bound is looked at once more when it has come nearer by one part in so many."""

ALONE_MOST = 20
"""Programmes that stand alone, of which each is worked out by itself."""

RAISED = 4
"""By how much the effort of the large steps grows from one to the next."""


@dataclass(slots=True)
class _Part:
    """Candidates of which the best combination may be one: a programme alone, or all others."""

    candidates: Candidates
    groups: list[list[int]]
    floor: int
    """Nothing in it costs less."""
    first: Combination | None = None
    """The best one of it that is known."""


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
        self._parts: list[_Part] = []
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
        self.best = solver.combination(self.best.candidates, self.best.settlement)

    def ended(self, solver: Solver) -> Pursuit:
        """The same answer for somebody who asks the same and looks no further."""
        other = Pursuit(solver, self._candidates, self.best, self._first_effort)
        other._floor, other.effort, other.small = self._floor, self.effort, self.small
        other.finished = True
        other.go_on_with(solver)
        return other

    def _all(self) -> Iterator[int]:
        if not self.best.settlement.gap:
            return
        yield from self._in_parts()
        self.small = False
        effort = self._first_effort
        while self.best.settlement.gap:
            effort *= RAISED
            yield effort
            # What was searched with less effort must not stand for a search with more.
            apart = replace(self._solver.question, searches={})
            found = self._found_by(replace(self._solver, question=apart), effort)
            self._floor = max(self._floor, found.cost - found.settlement.gap)
            self._take(found)

    def _found_by(self, solver: Solver, effort: int) -> Combination:
        return best_within_money(
            lambda these: solver.best(these, effort, exact=True), self._candidates
        )[0]

    # --- goods to the end ----------------------------------------------------------------------

    def _in_parts(self) -> Iterator[int]:
        """Programmes that stand alone, each by itself, then all that may stand beside others."""
        combinations = Combinations(self._candidates, self._solver.can_be_had)
        if len(combinations.alone) > ALONE_MOST or self._hangs_on_budgets(combinations):
            return
        # What nobody has looked at yet costs no less than anything.
        self._parts = [_Part(one, [], self._floor) for one in combinations.alone]
        if combinations.beside is not None:
            # Of some groups not every programme may be the one that is taken.
            every = {number for members in combinations.groups for number in members}
            beside = combinations.with_members(tuple(every))
            self._parts.append(_Part(beside, combinations.groups, self._floor))
        for part in self._parts[: len(combinations.alone)]:
            yield self._first_effort
            self._begin(part)
        for part in self._parts:
            if part.floor < self.best.cost:
                yield from self._on_goods(part)

    def _hangs_on_budgets(self, combinations: Combinations) -> bool:
        """Whether a claim keeps programmes out that could be had if its budget did not pay for it."""
        sure = tuple(one for one in self._candidates if not one.claimed or one.money_left is None)
        if len(sure) == len(self._candidates):
            return False
        without = Combinations(sure, self._solver.can_be_had)
        return (
            len(without.alone) > len(combinations.alone)
            or (without.beside is not None and combinations.beside is None)
            or any(members not in combinations.groups for members in without.groups)
        )

    def _begin(self, part: _Part) -> None:
        """The first answer to a part."""
        found, _ = best_within_money(
            lambda these: self._solver.work_out(these, self._first_effort), part.candidates
        )
        part.first = found
        self._raise_floor(part, found.cost - found.settlement.gap)
        self._take(found)

    def _on_goods(self, part: _Part) -> Iterator[int]:
        """Search all that competes for goods in a part to the end."""
        question = self._solver.question
        had = (part.first or self.best).had()
        demands = demands_of(question, part.candidates, had)
        outcome = outcome_of(question, demands, had)
        if outcome is not None:
            yield from self._searched(part, demands, outcome)
        if part.floor < self.best.cost:
            yield from self._searched(part, demands, None)

    def _searched(self, part: _Part, demands: Demands, outcome: Outcome | None) -> Iterator[int]:
        """Branch and cut by the rates of an outcome, or by what goods save."""
        first = part.first or self.best
        had = first.had()
        ways = self._ways_of(demands, outcome)
        yield from ways.write()
        if ways.claimed and demands.sure:
            yield from ways.count_claims()
            if demands.trades(ways.claims_most, had):
                demands, outcome = demands.loosened(), None
                ways = self._ways_of(demands, outcome)
                yield from ways.write()
        if not ways.whole:
            return
        ways.claims = demands.claims_on_goods(had) if ways.claimed else 0
        search = Branching(ways, ways.value_in(first.settlement.chosen))
        known: dict[int, int] | None = None
        bound = None
        for spent in search.steps():
            if search.best is not known:
                known = search.best
                self._try(part, demands, ways.as_chosen(known or {}))
            if self._tells_more(search, bound):
                bound = search.bound
                self._bounded(part, demands, ways, outcome, bound)
            yield spent
        self._bounded(part, demands, ways, outcome, search.bound)
        yield 1  # with the same effort this counts once more

    def _ways_of(self, demands: Demands, outcome: Outcome | None) -> Ways:
        pieces = sum(self._solver.question.counts)
        # Claims have columns of their own, even where nothing limits them: their uses are counted.
        goods = [
            replace(one, times=pieces) if one.claimed and one.times is None else one
            for one in within_units(demands.goods, demands.units)
        ]
        rate = None if outcome is None else outcome.rate
        return Ways(self._solver.question, goods, demands.units, rate)

    def _tells_more(self, search: Branching, bound: int | None) -> bool:
        """Whether the bound has fallen far enough for another look at what it means."""
        if bound is None or search.bound is None:
            return search.bound != bound
        return (bound - search.bound) * LOOKS > bound - search.value

    def _try(self, part: _Part, demands: Demands, chosen: Chosen) -> None:
        """What a choice on goods comes to with all other rewards."""
        used = {application.name.programme for application, _ in chosen}
        before = {one.programme.programme for one in self.best.candidates}
        members = [
            next((number for number in group if number in used), None)
            or next((number for number in group if number in before), group[0])
            for group in part.groups
        ]
        together = tuple(
            one
            for one in part.candidates
            if not (part.groups and one.programme.stacking.group)
            or one.programme.programme in members
        )
        kept = demands.kept(self.best.had(), chosen)
        question = self._solver.question
        settlement = settle(question, together, 1, kept, given=chosen)
        over = over_budget(together, settlement)
        if over:
            less = tuple(one for one in together if one.competes or one.name not in over)
            settlement = settle(question, less, 1, kept, given=chosen)
        self._take(self._solver.combination(together, settlement))

    def _bounded(
        self,
        part: _Part,
        demands: Demands,
        ways: Ways,
        outcome: Outcome | None,
        most: int | None,
    ) -> None:
        """Nothing in a part costs less where goods save so much at most."""
        if most is None:
            return
        if outcome is not None:
            self._raise_floor(part, outcome.least(most))
        else:
            self._bounded_by_saving(part, demands, ways, most)
        self._take(self.best)

    def _bounded_by_saving(self, part: _Part, demands: Demands, ways: Ways, most: int) -> None:
        question = self._solver.question
        settled = within_reach(question, demands, demands.settled(), most)
        least = least_cost(question, settled, most, demands.units)
        if least is not None:
            self._raise_floor(part, least)
        best = part.first if part.first and not _is_of(part, self.best) else self.best
        if _is_of(part, best) and all(len(members) == 1 for members in part.groups):
            chosen = best.settlement.chosen
            opened = max(0, most - ways.value_in(chosen))
            kept = demands.kept(best.had(), chosen)
            as_it_is = settle(question, settled, 1, kept, chosen, opened)
            self._raise_floor(part, as_it_is.cost - as_it_is.gap)

    def _raise_floor(self, part: _Part, floor: int) -> None:
        part.floor = max(part.floor, floor)
        least = min(one.floor for one in self._parts)
        self._floor = max(self._floor, min(least, self.best.cost))

    def _take(self, found: Combination) -> None:
        """The better of two, and how far from the best it could still be."""
        # Who saw a price pays no more for it, not even for units that stay.
        least = found.settlement.to_pay <= self.best.settlement.to_pay
        if (
            found.cost < self.best.cost
            and least
            and self._has_the_claims(found)
            and not over_budget(self._candidates, found.settlement)
        ):
            found.settlement.steps = self.best.settlement.steps
            self.best = found
        self.best.settlement.gap = max(0, self.best.cost - self._floor)

    def _has_the_claims(self, found: Combination) -> bool:
        """Whether no claim is lost; of those on goods that cannot all stand, as many stand."""
        had, now = self.best.had(), found.had()
        goods = {one.name for one in self._candidates if one.claimed and one.competes}
        lost = 0
        for name, one in had.items():
            if one.claimed:
                missing = one.times - (now[name].times if name in now else 0)
                if missing > 0 and name not in goods:
                    return False
                lost += missing if name in goods else 0
        more = sum(one.times for name, one in now.items() if name in goods and name not in had)
        return lost <= more


def _is_of(part: _Part, one: Combination) -> bool:
    """Whether a combination chooses among the candidates of a part."""
    return {each.name for each in one.candidates} <= {each.name for each in part.candidates}
