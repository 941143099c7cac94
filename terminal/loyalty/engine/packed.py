"""Rewards on goods in a wide basket: from candidates to a packing, and its answer back.

``packed`` answers what ``allocate`` answers where the ways to use rewards are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import comb

from terminal.loyalty.engine.allocation import SCALE, Allocation, Chosen
from terminal.loyalty.engine.deals import Deal, OnPieces
from terminal.loyalty.engine.deals_on_sets import OnSlots
from terminal.loyalty.engine.effort import DEFAULT_EFFORT
from terminal.loyalty.engine.goods import Candidate, application_of
from terminal.loyalty.engine.limits import capacities_of, draws
from terminal.loyalty.engine.prices import ONE, Prices
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.wide import Choice, Draws, Packing, Taken

WAYS_MOST = 80
"""With more ways to use all rewards on goods a basket is wide."""

TRIED = 3
"""So many programmes of groups are tried in place of others, where prices do not tell."""

FEW = ONE >> 5
"""A programme of a group that is taken less than that is not tried."""

ROUNDS_FEW = 4
"""So many rounds for better prices have a first answer; with no more, fewer answers are tried."""

MENDED = 2
"""So many of the best answers are mended."""

EIGHTHS = 8
SHARES = (6, 8, 0, 4, 7, 5)
"""Eighths of the prices over the base ones at which answers are looked for."""

SHARES_FEW = 3
"""So many of them are for a first answer."""

DEALS_PER_CLASS = 1
"""So many deals for each kind of goods, the most promising ones, go into an answer."""


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
    ways = question.contested.ways
    if candidate.name not in ways:
        target, classes = candidate.reward.target, question.classes
        if target.scope == "piece":
            n = len(classes.taken_by(target.goods))
        else:
            n = 1
            also = (target.also,) if target.also else ()
            for need in (*candidate.reward.condition.needs, *also):
                n *= comb(len(classes.taken_by(need.goods)) + need.pieces - 1, need.pieces)
        ways[candidate.name] = n
    return ways[candidate.name]


def packed(
    question: Question,
    candidates: Sequence[Candidate],
    effort: int,
    units: Mapping[str, int],
    spare: Mapping[str, int],
) -> Allocation:
    """The best allocation that the effort finds, and how far from the best it could be."""
    known = question.relaxed
    if isinstance(known, Relaxed) and known.holds(candidates, units, spare):
        return known.packed(candidates)
    key = (
        effort,
        tuple((one.name, one.times, one.claimed, one.worth) for one in candidates),
        tuple(sorted(units.items())),
        tuple(sorted(spare.items())),
    )
    known_before = question.contested.packings
    if key not in known_before:
        packing, whole = packing_of(question, candidates, units, spare)
        best, bound = _solved(packing, effort)
        chosen = _chosen(question, candidates, packing, best)
        gap = max(0, bound - packing.total(best)) // SCALE if whole else -1
        known_before[key] = Allocation(chosen, gap, packing.steps)
    return known_before[key]


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
    counts = question.contested_counts
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
            alone = candidate.times is None and isinstance(deal, OnPieces)
            choices[number] = Choice(group, candidate.programme.programme, own, alone)
        drawn_by[number] = tuple(drawn)
        most[number] = often
        deals.append(deal)
    return Packing(counts, deals, limits, drawn_by, most, choices), whole


def _room(deal: Deal, counts: Sequence[int]) -> int:
    """How often a deal could be had for its pieces."""
    room = sum([counts[index] for index in deal.classes]) // deal.size
    if isinstance(deal, OnSlots) and len(deal.slots) > 1:
        for slot in deal.slots:
            room = min(room, sum([counts[index] for index in slot.classes]) // slot.pieces)
    return room


class Relaxed:
    """All programmes of all groups together, at the prices that pieces have between them.

    It says what no choice of programmes exceeds, which of each group to take, and where pieces
    serve best: so a first answer needs no second look at the prices.
    """

    def __init__(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        units: Mapping[str, int],
        beside: Mapping[int, int],
        effort: int,
    ) -> None:
        self._question = question
        self._candidates = {one.name: one for one in candidates}
        self._units = dict(units)
        self._packing, self.whole = packing_of(question, candidates, units, {}, grouped=True)
        self._prices = Prices(self._packing, beside)
        self._rounds = _rounds(self._packing, effort)
        self._prices.improve(self._rounds)
        self._beside = beside
        self._grouped = frozenset(one.programme for one in self._packing.choices.values())
        self._promising = self._prices.promising(len(self._packing.counts) * DEALS_PER_CLASS)
        self._tries: dict[frozenset[int], tuple[Packing, list[Taken]]] = {}
        self._packed: dict[frozenset[int], Allocation] = {}
        self._ranked: dict[object, list[list[int]]] = {}

    @property
    def saving(self) -> int:
        """Most that comes off goods, in the parts that the search counts."""
        return -(-self._prices.bound // SCALE)

    def ranked(self, groups: Sequence[Sequence[int]]) -> list[list[int]]:
        """The programmes of each group, those to take first in front."""
        key = tuple([tuple(members) for members in groups])
        if key not in self._ranked:
            self._ranked[key] = self._rank(groups)
        return [list(members) for members in self._ranked[key]]

    def _rank(self, groups: Sequence[Sequence[int]]) -> list[list[int]]:
        shares = self._prices.shares()
        promises = self._promises()
        found = [
            sorted(members, key=lambda one: (-shares.get(one, 0), -promises.get(one, 0), one))
            for members in groups
        ]
        chosen = [members[0] for members in found]
        best = None
        rivals = sorted(
            (-shares.get(one, 0), place, one)
            for place, members in enumerate(found)
            for one in members[1:]
            if shares.get(one, 0) > FEW
        )
        for _, place, one in rivals[:TRIED]:
            if best is None:
                best = self._brought(chosen)
            other = [*chosen[:place], one, *chosen[place + 1 :]]
            brought = self._brought(other)
            if brought > best:
                chosen, best = other, brought
        for place, members in enumerate(found):
            members.sort(key=lambda one: one != chosen[place])
        return found

    def _brought(self, chosen: Sequence[int]) -> int:
        """What these programmes of the groups bring with all others, about."""
        packing, taken = self._first_try(chosen)
        return packing.total(taken) + sum(self._beside.get(one, 0) for one in chosen)

    def _first_try(self, programmes: Iterable[int]) -> tuple[Packing, list[Taken]]:
        """The packing with some programmes of the groups, and a first answer."""
        key = self._grouped & frozenset(programmes)
        if key not in self._tries:
            packing = self._packing.only(key, self._promising)
            taken = packing.solve(_between(packing, self._prices, SHARES[0]))
            self._tries[key] = (packing, taken)
        return self._tries[key]

    def _promises(self) -> dict[int, int]:
        """By programme of a group, what it would bring more than others at these prices."""
        packing = self._packing
        promises = dict(self._beside)
        for deal in packing.active:
            choice = packing.choices.get(deal.number)
            if choice is not None:
                found = deal.best(self._prices.pieces, packing.counts)
                more = max(0, found.value) * packing.most[deal.number] if found else 0
                promises[choice.programme] = promises.get(choice.programme, 0) + more
        return promises

    def holds(
        self, candidates: Sequence[Candidate], units: Mapping[str, int], spare: Mapping[str, int]
    ) -> bool:
        """Whether it knows about these candidates, and its bound holds for them.

        Nobody but programmes of groups may be missing among them.
        """
        if not self.whole or spare or self._units != units:
            return False
        programmes = {one.programme.programme for one in candidates}
        wanted = [
            one
            for one in self._candidates.values()
            if not one.programme.stacking.group or one.programme.programme in programmes
        ]
        return len(wanted) == len(candidates) and all(
            self._candidates.get(one.name) == one for one in candidates
        )

    def packed(self, candidates: Sequence[Candidate]) -> Allocation:
        """A good allocation of some candidates at the prices of all."""
        key = self._grouped & frozenset([one.programme.programme for one in candidates])
        if key not in self._packed:
            packing, first = self._first_try(key)
            best = _rounded(packing, self._prices, self._rounds, first)
            chosen = _chosen(self._question, candidates, packing, best)
            gap = max(0, self._prices.bound - packing.total(best)) // SCALE
            steps = packing.steps + self._prices.steps
            self._packed[key] = Allocation(chosen, gap, steps)
        return self._packed[key]


def _rounds(packing: Packing, effort: int) -> int:
    """How often deals are asked for better columns: fewer times where there are very many."""
    asked = effort // max(1, len(packing.active))
    return max(2, min(asked, ROUNDS_FEW * effort // DEFAULT_EFFORT))


def _solved(packing: Packing, effort: int) -> tuple[list[Taken], int]:
    prices = Prices(packing)
    rounds = _rounds(packing, effort)
    prices.improve(rounds)
    best = _rounded(packing, prices, rounds, packing.solve(_between(packing, prices, SHARES[0])))
    if rounds > ROUNDS_FEW:
        best = packing.mended_by_pairs(best, effort)
    packing.steps += prices.steps
    return best, prices.bound


def _rounded(packing: Packing, prices: Prices, rounds: int, first: list[Taken]) -> list[Taken]:
    """The best answer of those that some prices of pieces lead to; ``first`` is one of them."""
    few = rounds <= ROUNDS_FEW
    found = [first]
    found.append(packing.solve(_between(packing, prices, SHARES[0]), _whole(packing, prices)))
    for share in SHARES[1:SHARES_FEW] if few else SHARES[1:]:
        found.append(packing.solve(_between(packing, prices, share)))
    found.sort(key=packing.total, reverse=True)
    mended = [packing.mended(one) for one in found[: 1 if few else MENDED]]
    return max(mended, key=packing.total)


def _whole(packing: Packing, prices: Prices) -> list[Taken]:
    """The uses that are taken as a whole at the best known prices."""
    before, base = prices.packing.base, packing.base
    there = {one.number for one in packing.active}
    return [
        Taken(
            one.deal,
            one.uses,
            one.on,
            times,
            one.value + sum(n * (before[index] - base[index]) for index, n in one.uses),
        )
        for one, times in prices.whole()
        if one.deal.number in there
    ]


def _between(packing: Packing, prices: Prices, share: int) -> list[int]:
    """Prices of pieces so many eighths of the way from the base ones to the best known."""
    return [
        least + (most - least) * share // EIGHTHS if most > least else least
        for least, most in zip(packing.base, prices.pieces, strict=True)
    ]


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
