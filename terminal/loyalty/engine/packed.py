"""Rewards on goods in a wide basket: from candidates to a packing, and its answer back.

``packed`` answers what ``allocate`` answers where the ways to use rewards are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from terminal.loyalty.engine.allocation import SCALE, Allocation, Chosen
from terminal.loyalty.engine.deals import Found
from terminal.loyalty.engine.effort import DEFAULT_EFFORT
from terminal.loyalty.engine.goods import Candidate, application_of
from terminal.loyalty.engine.packing import packing_of, unforced, ways_of
from terminal.loyalty.engine.prices import ONE, Prices
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.wide import Packing, Taken
from terminal.loyalty.standing import RewardName

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
        packing, whole = packing_of(question, candidates, units, spare, money=True)
        plain = unforced(question, candidates, packing)
        best, bound = _solved(packing, plain, effort)
        chosen = _chosen(question, candidates, packing, best)
        gap = -1
        if whole:
            total = packing.total(best)
            if plain is not packing:
                total, bound = _without_force(question, candidates, packing, chosen, bound)
            gap = max(0, bound - total) // SCALE
        known_before[key] = Allocation(chosen, gap, packing.steps)
    return known_before[key]


def _without_force(
    question: Question,
    candidates: Sequence[Candidate],
    packing: Packing,
    chosen: Chosen,
    bound: int,
) -> tuple[int, int]:
    """What a choice brings with claims at what they take off, and what none exceeds.

    ``bound`` holds for that whatever claims are had; where more of them might be, any of these
    counts more than all goods.
    """
    named = {one.name: one for one in candidates}
    total = 0
    had: dict[RewardName, int] = {}
    for application, n in chosen:
        one = named[application.name]
        had[one.name] = had.get(one.name, 0) + n
        worth = (application.saving - one.worth * question.scale) * SCALE - one.reward.cost
        total += n * worth
    most: dict[RewardName, int] = {}
    for deal in packing.deals:
        most[deal.name] = max(most.get(deal.name, 0), packing.most[deal.number])
    for one in candidates:
        wanted = most.get(one.name, 0) if one.times is None else one.times
        if one.claimed and had.get(one.name, 0) < min(wanted, most.get(one.name, 0)):
            return total, max(bound, total) + question.forced * SCALE
    return total, bound


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
        self._packing, self.whole = packing_of(
            question, candidates, units, {}, grouped=True, money=True
        )
        self._plain = unforced(question, candidates, self._packing)
        self._prices = Prices(self._plain, beside)
        self._rounds = _rounds(self._packing, effort)
        self._prices.improve(self._rounds)
        self._beside = beside
        self._grouped = frozenset(one.programme for one in self._packing.choices.values())
        self._forced = _forced(self._packing, self._plain)
        promising = self._prices.promising(len(self._packing.counts) * DEALS_PER_CLASS)
        self._promising = promising | self._forced
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
        if len(wanted) != len(candidates):
            return False
        for one in candidates:
            known = self._candidates.get(one.name)
            if known is not one and known != one:
                return False
        return True

    def packed(self, candidates: Sequence[Candidate]) -> Allocation:
        """A good allocation of some candidates at the prices of all."""
        key = self._grouped & frozenset([one.programme.programme for one in candidates])
        if key not in self._packed:
            packing, first = self._first_try(key)
            best = _rounded(packing, self._prices, self._rounds, first, self._forced)
            chosen = _chosen(self._question, candidates, packing, best)
            total, bound = packing.total(best), self._prices.bound
            if self._plain is not self._packing:
                total, bound = _without_force(self._question, candidates, packing, chosen, bound)
            gap = max(0, bound - total) // SCALE
            steps = packing.steps + self._prices.steps
            self._packed[key] = Allocation(chosen, gap, steps)
        return self._packed[key]


def _rounds(packing: Packing, effort: int) -> int:
    """How often deals are asked for better columns: fewer times where there are very many."""
    asked = effort // max(1, len(packing.active))
    return max(2, min(asked, ROUNDS_FEW * effort // DEFAULT_EFFORT))


def _solved(packing: Packing, plain: Packing, effort: int) -> tuple[list[Taken], int]:
    prices = Prices(plain)
    rounds = _rounds(packing, effort)
    prices.improve(rounds)
    first = packing.solve(_between(packing, prices, SHARES[0]))
    best = _rounded(packing, prices, rounds, first, _forced(packing, plain))
    if rounds > ROUNDS_FEW:
        best = packing.mended_by_pairs(best, effort)
    packing.steps += prices.steps
    return best, prices.bound


def _rounded(
    packing: Packing, prices: Prices, rounds: int, first: list[Taken], forced: frozenset[int]
) -> list[Taken]:
    """The best answer of those that some prices of pieces lead to; ``first`` is one of them.

    ``forced`` are the deals of claims.
    """
    few = rounds <= ROUNDS_FEW
    whole = _whole(packing, prices)
    claims = _claims(packing, prices, forced) if forced else []
    found = [first]
    if claims:
        found = [packing.solve(_between(packing, prices, SHARES[0]), claims)]
        taken = {one.deal.number for one in claims}
        whole = [*claims, *[one for one in whole if one.deal.number not in taken]]
    found.append(packing.solve(_between(packing, prices, SHARES[0]), whole))
    for share in SHARES[1:SHARES_FEW] if few else SHARES[1:]:
        found.append(packing.solve(_between(packing, prices, share)))
    found.sort(key=packing.total, reverse=True)
    mended = [packing.mended(one) for one in found[: 1 if few else MENDED]]
    return max(mended, key=packing.total)


def _forced(packing: Packing, plain: Packing) -> frozenset[int]:
    """The numbers of the deals that claims force."""
    if packing is plain:
        return frozenset()
    flat = {one.number: one.flat for one in plain.deals}
    return frozenset([one.number for one in packing.deals if one.flat > flat[one.number]])


def _claims(packing: Packing, prices: Prices, forced: frozenset[int]) -> list[Taken]:
    """Uses of claims that cost others least, in pieces and limits, at the best known prices."""
    claims = [one for one in packing.active if one.number in forced]
    left, limits = list(packing.counts), list(packing.limits)
    taken: list[Taken] = []
    while True:
        best: Found | None = None
        most, at = 0, -1
        for place, deal in enumerate(claims):
            drawn = packing.draws[deal.number]
            if any(limits[limit] < n for limit, n in drawn):
                continue
            found = deal.best(prices.pieces, left)
            if found is None:
                continue
            value = found.value - sum([n * prices.limits[limit] for limit, n in drawn])
            if best is None or value > most:
                best, most, at = found, value, place
        if best is None:
            return taken
        value = best.value
        for index, n in best.uses:
            left[index] -= n
            value += n * (prices.pieces[index] - packing.base[index])
        for limit, n in packing.draws[claims[at].number]:
            limits[limit] -= n
        taken.append(Taken(claims[at], best.uses, best.on, 1, value))


def _whole(packing: Packing, prices: Prices) -> list[Taken]:
    """The uses that are taken as a whole at the best known prices."""
    before, base = prices.packing.base, packing.base
    there = {one.number: one for one in packing.active}
    found: list[Taken] = []
    for one, times in prices.whole():
        deal = there.get(one.deal.number)
        if deal is not None:
            value = one.value + deal.flat - one.deal.flat
            for index, n in one.uses:
                value += n * (before[index] - base[index])
            found.append(Taken(deal, one.uses, one.on, times, value))
    return found


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
