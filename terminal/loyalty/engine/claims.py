"""Claims come first: automatic rewards leave them their units, and give way where it pays.

"5.00 off for 100 points" comes off whole. Where other rewards bring the rest of the basket just
below 5.00, some of them are left out, if the customer then pays less than without the claim. So
they are where a reward asks for more to be left to pay than they leave, and where what they took
off for units is nothing that the customer would have paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from terminal.loyalty.benefits import AmountOff, FixedPrice
from terminal.loyalty.engine.effort import TRIAL_EFFORT
from terminal.loyalty.engine.evaluation import Applied, Reason, Why
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.settlement import Settlement, settle
from terminal.loyalty.standing import RewardName

GIVING_WAY_MOST = 8
"""Automatic rewards that are tried without, those that take off most first."""


def settle_claims_first(
    question: Question, candidates: Sequence[Candidate], effort: int
) -> Settlement:
    """Work one combination of candidates out: every claim that can stand, no units for nothing."""
    first = _with_units_kept(question, candidates, effort)
    best = first
    short = [one for one in candidates if _is_short(question, one, first)]
    if short:
        for less in _with_less(question, candidates, short, first):
            if all(_times(less, one) >= _times(best, one) for one in short):
                best = min(best, less, key=_rank)
        alone = settle(question, [one for one in candidates if one.claimed], TRIAL_EFFORT)
        for one in short:
            if one.name in best.refused:
                best.refused[one.name] = _why_refused(one, best, alone)
    elif first.gap and any(one.from_rest and one.name in first.refused for one in candidates):
        kept = [one for one in candidates if one.claimed]
        asking = [one for one in candidates if one.from_rest and one.name in first.refused]
        for less in _with_less(question, candidates, asking, first):
            if all(_times(less, one) >= _times(first, one) for one in kept):
                best = min(best, less, key=_rank)
    best = _with_units_spared(question, candidates, best)
    if best is not first:
        best.gap = max(0, best.cost - max(0, first.cost - first.gap))
        best.steps += first.steps
    return best


def _with_units_spared(
    question: Question, candidates: Sequence[Candidate], best: Settlement
) -> Settlement:
    """The same price for fewer units, where rewards after others come to it without them.

    A coffee that stamps made free leaves nothing to a voucher that would have paid for it.
    """
    spending = [one for one in best.applied if one.units and not one.claimed]
    if not spending or not any(_evens_out(one, best) for one in candidates):
        return best
    claims = [one for one in candidates if one.claimed]
    by_name = {one.name: one for one in candidates}
    for one in spending:
        # Without it at all, or else each time once less.
        for times in (0, *range(one.times - 1, max(0, one.times - GIVING_WAY_MOST), -1)):
            changed = {one.name: replace(by_name[one.name], times=times)}
            less = _settle_changed(question, list(by_name.values()), changed)
            kept = all(_times(less, claim) >= _times(best, claim) for claim in claims)
            better = kept and _rank(less) < _rank(best)
            if better:
                best = less
                by_name.update(changed)
            if better != bool(times):
                break
    return best


def _evens_out(candidate: Candidate, settlement: Settlement) -> bool:
    """Whether what a reward leaves may be the same, whatever came off before it."""
    if candidate.competes:
        return False
    if isinstance(candidate.benefit, FixedPrice):
        return True
    refused = settlement.refused.get(candidate.name)
    if refused is not None:
        # Which reward has units that are short was weighed when the goods were searched.
        return refused.why is not Why.UNITS_MISSING
    mine = [one for one in settlement.applied if one.name == candidate.name]
    return any(not settlement.net[share.line] for one in mine for share in one.shares)


def _rank(settlement: Settlement) -> tuple[int, int]:
    return (settlement.cost, settlement.units)


def _times(settlement: Settlement, candidate: Candidate) -> int:
    return next((one.times for one in settlement.applied if one.name == candidate.name), 0)


def _with_units_kept(
    question: Question, candidates: Sequence[Candidate], effort: int
) -> Settlement:
    """What comes of it when automatic rewards leave the units alone that claims use.

    Claims on goods go before them in the search as it is.
    """
    claimed = {
        one.programme.unit.id: one
        for one in candidates
        if one.claimed and one.reward.cost and one.programme.unit and not one.competes
    }
    contested = {
        one.programme.unit.id
        for one in candidates
        if not one.claimed and one.reward.cost and one.programme.unit
    } & set(claimed)
    if not contested:
        return settle(question, candidates, effort)
    every = {unit: question.standing.spendable(unit) for unit in sorted(contested)}
    first = settle(question, candidates, effort, every)
    used = {
        unit: sum(one.units for one in first.applied if one.claimed and one.unit == unit)
        for unit in every
    }
    second = settle(question, candidates, effort, used)
    wanted = [one for one in candidates if one.claimed]
    kept = all(
        _times(second, one) >= min(question.wanted(one), _times(first, one)) for one in wanted
    )
    best = min(first, second, key=_rank) if kept else first
    # Units shared in yet another way might have served better: only the second was open to that.
    floor = min(first.cost - first.gap, second.cost - second.gap)
    best.gap = max(0, best.cost - floor)
    best.steps = first.steps + second.steps
    return best


def _is_short(question: Question, candidate: Candidate, settlement: Settlement) -> bool:
    """Whether a claim of a whole amount found too little left to come off."""
    reward = candidate.reward
    if not (candidate.claimed and reward.cost and reward.target.scope == "basket"):
        return False
    unit = candidate.programme.unit.id if candidate.programme.unit else ""
    wanted = min(question.wanted(candidate), question.standing.spendable(unit) // reward.cost)
    return isinstance(candidate.benefit, AmountOff) and _times(settlement, candidate) < wanted


def _with_less(
    question: Question,
    candidates: Sequence[Candidate],
    short: Sequence[Candidate],
    first: Settlement,
) -> Iterator[Settlement]:
    """The same with less of the automatic rewards: each in turn, then all but what still fits."""
    by_name = {one.name: one for one in candidates}
    giving_way = sorted(
        (one for one in first.applied if not one.claimed), key=lambda one: -one.discount
    )[:GIVING_WAY_MOST]
    for one in giving_way:
        for times in sorted({0, one.times - 1, _enough(one, short, first)}):
            changed = {one.name: replace(by_name[one.name], times=times)}
            yield _settle_changed(question, candidates, changed)
    out = {
        one.name: replace(by_name[one.name], times=0) for one in first.applied if not one.claimed
    }
    best = _settle_changed(question, candidates, out)
    yield best
    for one in giving_way:
        fewer = {name: less for name, less in out.items() if name != one.name}
        more = _settle_changed(question, candidates, fewer)
        if all(_times(more, claim) >= _times(best, claim) for claim in short):
            out, best = fewer, more
            yield best


def _enough(one: Applied, short: Sequence[Candidate], first: Settlement) -> int:
    """How often a reward may stay so that about enough is left for the claims."""
    missing = sum(
        first.refused[claim.name].amount if claim.name in first.refused else 0 for claim in short
    )
    return max(0, one.times - -(-missing * one.times // one.discount))


def _settle_changed(
    question: Question, candidates: Sequence[Candidate], changed: Mapping[RewardName, Candidate]
) -> Settlement:
    kept = [changed.get(one.name, one) for one in candidates]
    return settle(question, [one for one in kept if one.times != 0 or one.claimed], TRIAL_EFFORT)


def _why_refused(candidate: Candidate, best: Settlement, alone: Settlement) -> Reason:
    """What is missing even without automatic rewards, or which of them was better."""
    if candidate.name in alone.refused:
        return alone.refused[candidate.name]
    others = [one for one in best.applied if not one.claimed]
    winner = max(others, key=lambda one: one.discount, default=None)
    return Reason(
        why=Why.BETTER_OFFER,
        amount=max(0, alone.cost - best.cost),
        other=winner.name if winner else None,
    )
