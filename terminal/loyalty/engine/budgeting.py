"""Budgets of money: what a reward takes off is known only when the best price is.

Where every use takes off alike, its times are bounded before the search. Otherwise the answer is
looked at: a reward over its budget is had fewer times, and the price is worked out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from terminal.loyalty.benefits import AmountOff
from terminal.loyalty.engine.combinations import Candidates
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.solving import Combination
from terminal.loyalty.standing import RewardName

ROUNDS_MOST = 6
"""Then a reward that is still over its budget is left out."""


def within_money(question: Question, candidate: Candidate) -> Candidate:
    """A candidate with its times bounded by what one use takes off at least."""
    left = candidate.money_left
    if left is None:
        return candidate
    least = _least(question, candidate)
    if not least:
        return candidate
    times = left // least
    return replace(
        candidate, times=times if candidate.times is None else min(times, candidate.times)
    )


def best_within_money(
    solve: Callable[[Candidates], Combination], candidates: Candidates
) -> tuple[Combination, Candidates]:
    """The best combination in which no reward takes off more than its budget leaves."""
    best = solve(candidates)
    if all(one.money_left is None for one in candidates):
        return best, candidates
    floor = 0 if _may_let_in(candidates) else best.cost - best.settlement.gap
    for round_ in range(ROUNDS_MOST + len(candidates)):
        over = {
            one.name: one
            for one in candidates
            if one.money_left is not None and _taken(best, one.name) > one.money_left
        }
        if not over:
            break
        fewer = {name: _fewer(best, one, round_) for name, one in over.items()}
        candidates = tuple(fewer.get(one.name, one) for one in candidates)
        best = solve(tuple(one for one in candidates if one.times != 0))
    # Nothing is cheaper than without the budgets.
    best.settlement.gap = max(best.settlement.gap, best.cost - floor)
    return best, candidates


def _may_let_in(candidates: Candidates) -> bool:
    """Whether a claim keeps others out that may be had if its budget does not pay for it."""
    return any(one.claimed and one.money_left is not None for one in candidates) and any(
        one.programme.stacking.mode == "alone" or one.programme.stacking.group for one in candidates
    )


def _taken(best: Combination, name: RewardName) -> int:
    return sum(one.discount for one in best.settlement.applied if one.name == name)


def _fewer(best: Combination, candidate: Candidate, round_: int) -> Candidate:
    """So many times as the budget covers, by what the uses took off on average."""
    if round_ >= ROUNDS_MOST or candidate.money_left is None:
        return replace(candidate, times=0)
    had = next(one for one in best.settlement.applied if one.name == candidate.name)
    return replace(candidate, times=had.times * candidate.money_left // had.discount)


def _least(question: Question, candidate: Candidate) -> int:
    """What one use takes off at least; 0 where that is not known before."""
    if candidate.reward.target.scope != "basket":
        return _smallest(one.discount for one in question.applications(candidate)[0])
    whole = isinstance(candidate.benefit, AmountOff) and candidate.reward.cost
    return candidate.benefit.amount if whole and isinstance(candidate.benefit, AmountOff) else 0


def _smallest(discounts: Iterable[int]) -> int:
    return min(discounts, default=0)
