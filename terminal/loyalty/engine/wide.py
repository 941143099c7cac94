"""The search in wide baskets, where the ways to use rewards are too many to be written down.

Every piece has a price: what it brings if it is left to the best reward on single pieces. Deals
are taken greedily by what they bring over the prices of their pieces, then each is given up once
to see whether its pieces serve better elsewhere. ``prices`` finds better prices, with a bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heapreplace

from terminal.loyalty.engine.deals import Deal, Found, OnPieces
from terminal.loyalty.engine.goods import Uses

Draws = tuple[tuple[int, int], ...]
"""What one use takes from limits: (limit, how much)."""


class Choice:
    """That a deal is one of a group of which one programme is taken, and its own limit.

    ``only_group``: the limit is there for the group only.
    """

    __slots__ = ("group", "limit", "only_group", "programme")

    def __init__(self, group: str, programme: int, limit: int, only_group: bool) -> None:
        self.group, self.programme = group, programme
        self.limit, self.only_group = limit, only_group


NO_CHOICE: Mapping[int, Choice] = {}

Known = dict[tuple[int, ...], dict[int, Found | None]]
"""By prices of pieces and the number of a deal, its best use of all pieces."""


class Taken:
    """A use that was chosen, how often, and what it brings over the base prices."""

    __slots__ = ("deal", "on", "times", "uses", "value")

    def __init__(self, deal: Deal, uses: Uses, on: Uses, times: int, value: int) -> None:
        self.deal, self.uses, self.on = deal, uses, on
        self.times, self.value = times, value


def _brought(taken: Iterable[Taken]) -> int:
    """What chosen uses bring over the base prices."""
    value = 0
    for one in taken:
        value += one.value if one.times == 1 else one.times * one.value
    return value


def _less(one: Taken) -> Taken:
    """The same once less."""
    return Taken(one.deal, one.uses, one.on, one.times - 1, one.value)


class Packing:
    """All that competes for the pieces of a basket.

    ``counts`` are pieces by class, ``limits`` what deals share beside them. By the number of a
    deal, ``draws`` is what it takes of limits, ``most`` how often it can be had, ``choices``
    those of which not all can be had. ``base`` is what a piece brings by itself at least, and
    ``keepers`` the deals that bring it; ``active`` are the other deals.
    """

    def __init__(
        self,
        counts: Sequence[int],
        deals: Sequence[Deal],
        limits: Sequence[int],
        draws: dict[int, Draws],
        most: dict[int, int],
        choices: Mapping[int, Choice] = NO_CHOICE,
        known: Known | None = None,
    ) -> None:
        self.counts, self.limits, self.draws = list(counts), list(limits), draws
        self.most, self.choices, self.deals = most, choices, deals
        self.base = [0] * len(counts)
        self.keepers: list[OnPieces | None] = [None] * len(counts)
        self.active: list[Deal] = []
        for deal in deals:
            if isinstance(deal, OnPieces) and not draws[deal.number]:
                for index in deal.classes:
                    gain = deal.gains[index] + deal.flat
                    if gain > self.base[index]:
                        self.base[index] = gain
                        self.keepers[index] = deal
            else:
                self.active.append(deal)
        self._touching: list[list[Deal]] = []
        """By class, the deals that may use its pieces; told by ``_near``."""
        self._first: dict[int, Found | None] = {}
        self._known: Known = {} if known is None else known
        """What deals find while all pieces are there, by the prices; the counts are the same."""
        self._at_base = self._found_at(self.base)
        self.steps = 0

    def only(self, programmes: Collection[int], promising: Collection[int]) -> Packing:
        """The same with some programmes of the groups, which may all be had together.

        Of the deals that are not on single pieces only those of ``promising`` numbers are there.
        """
        choices, draws = self.choices, dict(self.draws)
        deals = []
        for one in self.deals:
            choice = choices.get(one.number)
            if choice is None:
                if not draws[one.number] or one.number in promising:
                    deals.append(one)
            elif choice.programme in programmes:
                deals.append(one)
                if choice.only_group:
                    draws[one.number] = draws[one.number][1:]
        return Packing(self.counts, deals, self.limits, draws, self.most, known=self._known)

    def first(self, deal: Deal) -> Found | None:
        """The best use of a deal at the base prices, while all pieces are there."""
        number = deal.number
        if number not in self._first:
            self._first[number] = self._found(deal, self.base, self._at_base)
            self.steps += 1
        return self._first[number]

    def _found_at(self, prices: list[int]) -> dict[int, Found | None]:
        """By the number of a deal, its best use at some prices while all pieces are there."""
        return self._known.setdefault(tuple(prices), {})

    def _found(self, deal: Deal, prices: list[int], known: dict[int, Found | None]) -> Found | None:
        if deal.number not in known:
            known[deal.number] = deal.best(prices, self.counts, 0)
        return known[deal.number]

    def total(self, taken: Iterable[Taken]) -> int:
        """What chosen uses bring, with what the other pieces bring by themselves."""
        alone = sum(n * least for n, least in zip(self.counts, self.base, strict=True))
        return alone + _brought(taken)

    def solve(
        self,
        prices: list[int] | None = None,
        first: Iterable[Taken] = (),
    ) -> list[Taken]:
        """A good choice: what is given, then greedily at some prices of pieces, then at the base.

        ``first`` are uses that are taken if they can be, and how often.
        """
        left, limits = list(self.counts), list(self.limits)
        taken = self._given(first, left, limits)
        if prices is not None:
            for one in self._greedy(self.active, prices, left, limits):
                for index, n in one.uses:
                    over = prices[index] - self.base[index]
                    if over:
                        one.value += over if n == 1 else n * over
                taken.append(one)
        return taken + self._greedy(self.active, self.base, left, limits)

    def _given(
        self,
        first: Iterable[Taken],
        left: list[int],
        limits: list[int],
    ) -> list[Taken]:
        taken = []
        for one in first:
            draws = self.draws[one.deal.number]
            often = one.times
            for index, n in one.uses:
                often = min(often, left[index] // n)
            for limit, n in draws:
                often = min(often, limits[limit] // n)
            if often > 0:
                self._move(one.uses, one.deal.number, -often, left, limits)
                taken.append(Taken(one.deal, one.uses, one.on, often, one.value))
        return taken

    def mended(self, taken: Sequence[Taken]) -> list[Taken]:
        """The same, each use given up once, the poorest first, if others make more of its pieces."""
        left, limits = list(self.counts), list(self.limits)
        for one in taken:
            self._move(one.uses, one.deal.number, -one.times, left, limits)
        return self._mend(list(taken), left, limits)

    def _greedy(
        self, deals: Iterable[Deal], prices: list[int], left: list[int], limits: list[int]
    ) -> list[Taken]:
        """What brings most over the prices comes first; ``left`` and ``limits`` are used up."""
        offers = self._offered(deals, prices, left, limits)
        heap = [(-found.value, number) for number, (found, _) in offers.items()]
        heapify(heap)
        taken: list[Taken] = []
        while heap:
            _, number = heap[0]
            found, deal = offers[number]
            times = _times(found.uses, left)
            if times:
                draws = self.draws[number]
                for limit, n in draws:
                    if limits[limit] < times * n:
                        times = limits[limit] // n
                if not times:
                    heappop(heap)
                    continue
                for index, n in found.uses:
                    left[index] -= n * times
                for limit, n in draws:
                    limits[limit] -= n * times
                taken.append(Taken(deal, found.uses, found.on, times, found.value))
                if draws and limits[draws[0][0]] < draws[0][1]:
                    heappop(heap)
                    continue
            other = self._best(deal, prices, left)
            if other is not None:
                offers[number] = (other, deal)
                heapreplace(heap, (-other.value, number))
            else:
                heappop(heap)
        return taken

    def _best(self, deal: Deal, prices: list[int], left: list[int]) -> Found | None:
        """The best use of what is left that pays; nobody is asked where too little is left."""
        self.steps += 1
        missing = deal.size
        for index in deal.classes:
            missing -= left[index]
            if missing <= 0:
                return deal.best(prices, left, 0)
        return None

    def _offered(
        self, deals: Iterable[Deal], prices: list[int], left: list[int], limits: list[int]
    ) -> dict[int, tuple[Found, Deal]]:
        """The best uses of deals over the prices, by the numbers of the deals."""
        offers: dict[int, tuple[Found, Deal]] = {}
        at_base = prices is self.base
        known = {} if at_base else self._found_at(prices)
        for deal in deals:
            draws = self.draws[deal.number]
            if draws and limits[draws[0][0]] < draws[0][1]:
                continue
            found = self.first(deal) if at_base else self._found(deal, prices, known)
            if found is not None and not _times(found.uses, left):
                found = self._best(deal, prices, left)
            elif not at_base:
                self.steps += 1
            if found is not None:
                offers[deal.number] = (found, deal)
        return offers

    def mended_by_pairs(self, taken: Sequence[Taken], steps: int) -> list[Taken]:
        """The same with two uses at a time given up, as long as there are steps and it helps."""
        taken = list(taken)
        left, limits = list(self.counts), list(self.limits)
        for one in taken:
            self._move(one.uses, one.deal.number, -one.times, left, limits)
        last = self.steps + steps
        better = True
        while better and self.steps < last:
            better = False
            for first in range(len(taken)):
                near = self._near(taken[first])
                for second in range(first):
                    if self.steps >= last or not taken[first].times:
                        break
                    if not taken[second].times or near.keys().isdisjoint(self._near(taken[second])):
                        continue
                    better = self._without(taken, (first, second), left, limits) or better
            taken = [one for one in taken if one.times]
        return taken

    def _mend(self, taken: list[Taken], left: list[int], limits: list[int]) -> list[Taken]:
        order = sorted(
            range(len(taken)), key=lambda at: (taken[at].value // taken[at].deal.size, at)
        )
        for number in order:
            self._without(taken, (number,), left, limits)
        return [one for one in taken if one.times]

    def _near(self, one: Taken) -> dict[int, Deal]:
        """The deals that could use its pieces."""
        if not self._touching:
            self._touching = [[] for _ in self.counts]
            for deal in self.active:
                for index in deal.classes:
                    self._touching[index].append(deal)
        near: dict[int, Deal] = {}
        for index, _ in one.uses:
            for deal in self._touching[index]:
                near[deal.number] = deal
        return near

    def _without(
        self, taken: list[Taken], given_up: Sequence[int], left: list[int], limits: list[int]
    ) -> bool:
        """Give some uses up once, if others make more of their pieces; they may come back last."""
        free, room = list(left), list(limits)
        value = 0
        near: dict[int, Deal] = {}
        for number in given_up:
            one = taken[number]
            self._move(one.uses, one.deal.number, 1, free, room)
            value += one.value
            near.update(self._near(one))
        gone = {taken[number].deal.number: taken[number].deal for number in given_up}
        others = [near[key] for key in sorted(near) if key not in gone]
        found = self._greedy(others, self.base, free, room)
        found += self._greedy([gone[key] for key in sorted(gone)], self.base, free, room)
        if _brought(found) <= value:
            return False
        left[:], limits[:] = free, room
        for number in given_up:
            taken[number] = _less(taken[number])
        taken += found
        return True

    def _move(
        self, uses: Uses, number: int, times: int, left: list[int], limits: list[int]
    ) -> None:
        for index, n in uses:
            left[index] += n * times
        for limit, n in self.draws[number]:
            limits[limit] += n * times


def _times(uses: Uses, left: list[int]) -> int:
    """How often there are pieces for a use."""
    times = -1
    for index, n in uses:
        there = left[index] if n == 1 else left[index] // n
        if times < 0 or there < times:
            times = there
    return times
