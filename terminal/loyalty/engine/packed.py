"""Rewards on goods in a wide basket: from candidates to a packing, and its answer back.

``packed`` answers what ``allocate`` answers where the ways to use rewards are few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb

from terminal.loyalty.engine.allocation import SCALE, Allocation, Chosen
from terminal.loyalty.engine.deals import Deal, OnPieces, OnSlots
from terminal.loyalty.engine.goods import Candidate, application_of, of_filter
from terminal.loyalty.engine.limits import capacities_of, draws
from terminal.loyalty.engine.prices import Prices
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.wide import Choice, Draws, Packing, Taken
from terminal.values import dataclass

WAYS_MOST = 150
"""With more ways to use all rewards on goods a basket is wide."""

STEPS_PER_DEAL = 10
"""Effort for each deal that better prices take."""

MEMBERS_TRIED = 3
"""Programmes of each group that are tried beside all others."""

ROUNDS_FEW = 8
"""With so few rounds for better prices, fewer answers are looked for at them."""

MENDED = 2
"""So many of the best answers are mended."""

DISCOUNTED = (8, 7, 6, 5, 4)
"""Eighths of the prices over the base ones at which answers are looked for."""


def is_wide(question: Question, candidates: Sequence[Candidate]) -> bool:
    """Whether there are too many ways to write all of them down."""
    ways = 0
    for one in candidates:
        ways += ways_of(question, one)
        if ways > WAYS_MOST:
            return True
    return False


def ways_of(question: Question, candidate: Candidate) -> int:
    """How many ways there are to use a reward on goods, at most."""
    if candidate.name not in question.ways:
        target, classes = candidate.reward.target, question.classes
        if target.scope == "piece":
            n = len(of_filter(classes, target.goods))
        else:
            n = 1
            also = (target.also,) if target.also else ()
            for need in (*candidate.reward.condition.needs, *also):
                n *= comb(len(of_filter(classes, need.goods)) + need.pieces - 1, need.pieces)
        question.ways[candidate.name] = n
    return question.ways[candidate.name]


def packed(
    question: Question,
    candidates: Sequence[Candidate],
    effort: int,
    units: Mapping[str, int],
    spare: Mapping[str, int],
) -> Allocation:
    """The best allocation that the effort finds, and how far from the best it could be."""
    key = (
        effort,
        tuple((one.name, one.times, one.claimed, one.worth) for one in candidates),
        tuple(sorted(units.items())),
        tuple(sorted(spare.items())),
    )
    if key not in question.searches:
        packing, whole = packing_of(question, candidates, units, spare)
        best, bound = _solved(packing, effort)
        chosen = _chosen(question, candidates, packing, best)
        gap = max(0, bound - packing.total(best)) // SCALE if whole else -1
        question.searches[key] = Allocation(chosen, gap, packing.steps)
    return question.searches[key]


def packing_of(
    question: Question,
    candidates: Sequence[Candidate],
    units: Mapping[str, int],
    spare: Mapping[str, int],
    *,
    grouped: bool = False,
) -> tuple[Packing, bool]:
    """The packing problem of some candidates, and whether it knows all ways to use them.

    ``grouped``: of the programmes of a group only one may be taken.
    """
    counts = question.counts
    choices: dict[int, Choice] = {}
    deals: list[Deal] = []
    drawn_by: dict[int, Draws] = {}
    most: dict[int, int] = {}
    whole = True
    capacities = capacities_of(candidates, units, spare)
    limits = list(capacities.values())
    places = {name: place for place, name in enumerate(capacities)}
    for candidate in candidates:
        deal, all_of_it = question.deal(candidate)
        whole = whole and all_of_it
        if not deal.classes:
            continue
        number = deal.number
        drawn = [(places[name], n) for name, n in draws(candidate, spare).items()]
        often = min([_room(deal, counts), *(limits[place] // n for place, n in drawn)])
        if candidate.times is not None:
            limits[drawn[0][0]] = often
        group = candidate.programme.stacking.group if grouped else ""
        own = drawn[0][0] if candidate.times is not None else len(limits)
        if candidate.times is None and (group or not isinstance(deal, OnPieces)):
            drawn.insert(0, (own, 1))
            limits.append(often)
        if group:
            choices[number] = Choice(group, candidate.programme.programme, own)
        drawn_by[number] = tuple(drawn)
        most[number] = often
        deals.append(deal)
    return Packing(counts, deals, limits, drawn_by, most, choices), whole


def _room(deal: Deal, counts: Sequence[int]) -> int:
    """How often a deal could be had for its pieces."""
    room = sum(counts[index] for index in deal.classes) // deal.size
    if isinstance(deal, OnSlots):
        for gains, pieces in deal.slots:
            room = min(room, sum(counts[index] for index, _ in gains) // pieces)
    return room


@dataclass(frozen=True, slots=True)
class Union:
    """All programmes of all groups together: what each promises, and what no choice exceeds."""

    saving: int
    """Most that comes off goods, in the parts that the search counts."""
    promises: Mapping[int, int]
    """By programme of a group, what its rewards on goods would bring more than others."""


def union(
    question: Question, candidates: Sequence[Candidate], units: Mapping[str, int], effort: int
) -> Union | None:
    """What is known of all groups before one programme of each is chosen; None: not all ways."""
    packing, whole = packing_of(question, candidates, units, {}, grouped=True)
    if not whole:
        return None
    prices = Prices(packing)
    prices.improve(_rounds(packing, effort))
    members: dict[int, list[Deal]] = {}
    for deal in packing.active:
        if deal.number in packing.choices:
            members.setdefault(packing.choices[deal.number].programme, []).append(deal)
    promises = {
        programme: packing.promise(deals, packing.base) for programme, deals in members.items()
    }
    _try_members(packing, members, promises)
    promises = {programme: promise // SCALE for programme, promise in promises.items()}
    return Union(-(-prices.bound // SCALE), promises)


def _try_members(
    packing: Packing, members: Mapping[int, list[Deal]], promises: dict[int, int]
) -> None:
    """Of each group the most promising ones are tried beside all others; then that counts."""
    groups: dict[str, set[int]] = {}
    for choice in packing.choices.values():
        groups.setdefault(choice.group, set()).add(choice.programme)
    ranked = {
        group: sorted(found, key=lambda number: (-promises[number], number))
        for group, found in sorted(groups.items())
    }
    chosen = {group: found[0] for group, found in ranked.items()}
    free = [one for one in packing.active if one.number not in packing.choices]
    for group, found in ranked.items():
        if len(found) < 2:
            continue
        beside = [
            deal for other, number in chosen.items() if other != group for deal in members[number]
        ]
        for number in found[:MEMBERS_TRIED]:
            deals = [*free, *beside, *members[number]]
            promises[number] = packing.promise(deals, packing.base)
        for number in found[MEMBERS_TRIED:]:
            promises[number] = min(promises[number], 0)
        chosen[group] = max(found[:MEMBERS_TRIED], key=lambda number: (promises[number], -number))


def _rounds(packing: Packing, effort: int) -> int:
    """How often deals are asked for better columns; once without effort enough."""
    each = max(1, len(packing.active) * STEPS_PER_DEAL)
    return 1 if each > effort else 8 * (effort // each)


def _solved(packing: Packing, effort: int) -> tuple[list[Taken], int]:
    found = [packing.solve()]
    prices = Prices(packing)
    rounds = _rounds(packing, effort)
    prices.improve(rounds)
    if rounds > 1:
        for share in DISCOUNTED[:: 1 if rounds > ROUNDS_FEW else 2]:
            between = [
                least + (most - least) * share // DISCOUNTED[0]
                for least, most in zip(packing.base, prices.pieces, strict=True)
            ]
            found.append(packing.solve(between))
        found.sort(key=packing.total, reverse=True)
    mended = [packing.mended(one) for one in found[: MENDED if rounds > ROUNDS_FEW else 1]]
    best = max(mended, key=packing.total)
    if rounds > ROUNDS_FEW:
        best = packing.mended_by_pairs(best, effort)
    packing.steps += prices.steps
    return best, prices.bound


def _chosen(
    question: Question, candidates: Sequence[Candidate], packing: Packing, best: list[Taken]
) -> Chosen:
    named = {one.name: one for one in candidates}
    left = list(packing.counts)
    chosen = []
    for one in best:
        for index, n in one.uses:
            left[index] -= n * one.times
        candidate = named[one.deal.name]
        made = application_of(candidate, one.uses, one.on, question.classes, question.weights)
        chosen.append((made, one.times))
    for index, keeper in enumerate(packing.keepers):
        if keeper is not None and left[index]:
            candidate = named[keeper.name]
            uses = ((index, 1),)
            made = application_of(candidate, uses, uses, question.classes, question.weights)
            chosen.append((made, left[index]))
    return tuple(chosen)
