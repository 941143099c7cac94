"""Rewards on what is left of the basket: which of them are worth their units, and a bound.

They come off one after the other. Those that spend units may be left out, and several may want
the same units: all ways are tried, as long as they are few and all are about the same goods.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from terminal.loyalty.benefits import (
    AmountOff,
    FixedPrice,
    PercentOff,
    percent_off,
    rest_for,
    room_for,
)
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.shares import off_basket

WAYS_MOST = 256
"""With more ways to spend units they are not all tried: those that leave the same are one way."""

ENDS_MOST = 500
"""With more ways that leave something else the rewards are asked one after the other."""


def unit_of(candidate: Candidate) -> str:
    """The unit that a reward spends; empty if none."""
    unit = candidate.programme.unit
    return unit.id if unit and candidate.reward.cost else ""


def uses_most(candidate: Candidate, units: Mapping[str, int]) -> int:
    """How often a reward on the basket can be had for its units."""
    most = 1
    if candidate.reward.cost:
        most = units.get(unit_of(candidate), 0) // candidate.reward.cost
        if not isinstance(candidate.benefit, AmountOff):
            most = min(1, most)
    return most if candidate.times is None else min(most, candidate.times)


class _End(NamedTuple):
    """What is left of a rest after some rewards, of units, and what those that went are worth."""

    rest: int
    order: tuple[int, ...]
    """How often each is had, more first, negated: what comes first among equals."""
    left: tuple[int, ...]
    worth: int

    @property
    def cost(self) -> int:
        return self.rest + self.worth


class Turns:
    """Rewards on the rest of the basket, all about the same goods, in their turns.

    ``units`` is what there is of each unit, and ``kept`` how many of them automatic rewards leave
    to claims; ``shelf`` is what the goods cost before rewards.
    """

    def __init__(
        self,
        rewards: Sequence[Candidate],
        units: Mapping[str, int],
        kept: Mapping[str, int],
        shelf: int,
    ) -> None:
        self._rewards, self._units, self._kept, self._shelf = rewards, units, kept, shelf
        self._names = sorted({unit_of(one) for one in rewards if one.reward.cost})

    def best_uses(self, rest: int) -> list[int]:
        """How often each is best had; where the ways are many, what brings most a unit."""
        ways = 1
        for one in self._rewards:
            if _is_optional(one):
                ways *= uses_most(one, self._units) + 1
        ends = self._ends(rest, every=ways <= WAYS_MOST)
        if ends is None:
            return self._most_for_units(rest)
        best = min(ends, key=lambda end: (end.cost, -sum(end.left), end.order))
        return [-n for n in best.order]

    def least_rest(self, rest: int) -> int:
        """What at least is paid of a rest of at least so much, the worth of units included.

        More may be left than that, up to the shelf price, and claims may be left out, so that a
        larger rest never costs less.
        """
        ends = self._ends(max(0, rest), partly=True)
        return self._least_of_many(max(0, rest)) if ends is None else min(end.cost for end in ends)

    def _ends(
        self, rest: int, *, partly: bool = False, every: bool = False
    ) -> Collection[_End] | None:
        """All ways to spend units, of equal units and worth the one that leaves least.

        None: they are too many. ``partly``: as for the bound; then no larger rest is ever better
        later, so what is thrown away here could not have won. ``every``: nothing is thrown away.
        """
        left = tuple([self._units.get(name, 0) for name in self._names])
        ends: Collection[_End] = [_End(rest, (), left, 0)]
        for one in self._rewards:
            place = self._names.index(unit_of(one)) if one.reward.cost else -1
            after: dict[object, _End] = {}
            for end in ends:
                free = end.left[place] if place >= 0 else 0
                for n, off in self._choices(one, end.rest, free, partly=partly):
                    left = end.left
                    if n and place >= 0:
                        spent = left[place] - n * one.reward.cost
                        left = (*left[:place], spent, *left[place + 1 :])
                    worth = end.worth + n * one.worth
                    found = _End(end.rest - off, (*end.order, -n), left, worth)
                    key = found if every else (left, worth)
                    known = after.get(key)
                    if known is None or found < known:
                        after[key] = found
            if len(after) > ENDS_MOST:
                return None
            ends = after.values()
        return ends

    def _choices(
        self, one: Candidate, rest: int, free: int, *, partly: bool
    ) -> Iterator[tuple[int, int]]:
        """How often a reward may be had in its turn, and what comes off then."""
        if partly:
            most = uses_most(one, {unit_of(one): free}) if one.reward.cost else 1
            for n in range(most + 1) if one.reward.cost else (1,):
                needed = self._needed(one, n)
                if needed <= self._shelf:
                    yield n, rest - max(rest, needed) + self._off(one, max(rest, needed), n)
            if one.from_rest and not one.reward.cost:
                yield 0, 0
            return
        if not one.claimed:
            free -= self._kept.get(unit_of(one), 0)
        times, off = off_basket(one, rest, free, self._shelf)
        yield times, off
        for n in range(times) if _is_optional(one) else ():
            yield n, one.benefit.amount * n if isinstance(one.benefit, AmountOff) else 0

    def _most_for_units(self, rest: int) -> list[int]:
        """Those that take off most for a unit, worth counted, have the units; others as they can."""
        left = {unit: n - self._kept.get(unit, 0) for unit, n in self._units.items()}
        uses = [
            0 if _is_optional(one) else max(1, uses_most(one, self._units)) for one in self._rewards
        ]
        ranked = sorted(
            ((one.worth - self._off_at_most(one, rest, 1)) * 720_720 // one.reward.cost, place)
            for place, one in enumerate(self._rewards)
            if _is_optional(one)
        )
        for less, place in ranked:
            one = self._rewards[place]
            if less < 0:
                uses[place] = max(0, uses_most(one, left))
                unit = unit_of(one)
                left[unit] = left.get(unit, 0) - uses[place] * one.reward.cost
        return uses

    def _least_of_many(self, rest: int) -> int:
        """A bound: free rewards come off all, and the units buy the dearest uses, each off all.

        What one takes off never makes the others take off more, so no choice of uses costs less.
        """
        after = rest
        bought: dict[str, list[tuple[int, int, int]]] = {}
        for one in self._rewards:
            if one.reward.cost:
                saved = self._off(one, max(rest, one.from_rest), 1) - one.worth
                uses = (saved, uses_most(one, self._units), one.reward.cost)
                bought.setdefault(unit_of(one), []).append(uses)
            else:
                after -= max(0, self._off_at_most(one, after, 1))
        for unit, uses_of in bought.items():
            most = self._units.get(unit, 0) // min(cost for _, _, cost in uses_of)
            for saved, n, _ in sorted(uses_of, reverse=True):
                if saved > 0 and most > 0:
                    after -= saved * min(n, most)
                    most -= min(n, most)
        return max(0, after)

    def _needed(self, one: Candidate, times: int) -> int:
        """What must be left in its turn for so many uses; what is paid in units comes off whole."""
        benefit = one.benefit
        if not times:
            return 0
        if not one.reward.cost or not isinstance(benefit, AmountOff):
            return one.from_rest
        return max(one.from_rest, rest_for(benefit, benefit.amount * times))

    def _off_at_most(self, one: Candidate, rest: int, times: int) -> int:
        if not times:
            return 0
        if one.from_rest > rest:
            # So much must be left before; what else it is paid for, it has to make up for.
            return rest - one.from_rest + self._off(one, one.from_rest, times)
        return self._off(one, rest, times)

    def _off(self, one: Candidate, rest: int, times: int) -> int:
        if not times:
            return 0
        match one.benefit:
            case PercentOff() as percent:
                on = self._shelf if one.programme.stacking.percent_of == "shelf" else rest
                return min(rest, percent_off(percent, on))
            case AmountOff(amount=amount) as off:
                return min(room_for(off, rest), amount * times)
            case FixedPrice(price=price):
                return max(0, rest - price)


def _is_optional(candidate: Candidate) -> bool:
    """Whether a reward may be left out though it could be had: its units may serve better."""
    return bool(candidate.reward.cost) and not candidate.claimed
