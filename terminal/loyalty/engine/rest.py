"""Rewards on what is left of the basket: which of them are worth their units, and a bound.

They come off one after the other. Those that spend units may be left out, and several may want
the same units: all ways are tried, as long as they are few and all are about the same goods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.shares import off_basket
from terminal.loyalty.money import percent_of

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


def best_uses(
    turns: Sequence[Candidate],
    rest: int,
    units: Mapping[str, int],
    kept: Mapping[str, int],
    shelf: int,
) -> list[int]:
    """How often each is best had, in their turns; where the ways are many, what brings most a unit.

    ``kept`` is how many units automatic rewards leave to claims, ``shelf`` what the goods cost
    before rewards.
    """
    ways = 1
    for one in turns:
        if one.reward.cost and not one.claimed:
            ways *= uses_most(one, units) + 1
            if ways > WAYS_MOST:
                ends = _ends(turns, rest, units, kept, shelf, partly=False)
                if ends is None:
                    return _most_for_units(turns, rest, units, kept, shelf)
                return list(min(ends, key=lambda end: (end.cost, -sum(end.left), end.order)).uses)
    best: tuple[tuple[int, int, list[int]], list[int]] | None = None
    for cost, spent, uses in _all_uses(turns, rest, units, kept, shelf):
        rank = (cost, spent, [-n for n in uses])
        if best is None or rank < best[0]:
            best = (rank, uses)
    return best[1] if best else []


def _all_uses(
    turns: Sequence[Candidate],
    rest: int,
    units: Mapping[str, int],
    kept: Mapping[str, int],
    shelf: int,
) -> Iterator[tuple[int, int, list[int]]]:
    """What is paid with the worth of units, the units, and how often each is had."""

    def go(
        place: int, rest: int, left: dict[str, int], worth: int, spent: int, uses: list[int]
    ) -> Iterator[tuple[int, int, list[int]]]:
        if place == len(turns):
            yield rest + worth, spent, uses
            return
        one = turns[place]
        unit = unit_of(one)
        free = left.get(unit, 0) - (0 if one.claimed else kept.get(unit, 0))
        times, off = off_basket(one, rest, free, shelf)
        optional = one.reward.cost and not one.claimed
        for n in range(times, -1, -1) if optional else (times,):
            here = off
            if n != times:
                here = one.benefit.amount * n if isinstance(one.benefit, AmountOff) else 0
            after = dict(left)
            after[unit] = after.get(unit, 0) - n * one.reward.cost
            more = n * one.reward.cost
            yield from go(
                place + 1, rest - here, after, worth + n * one.worth, spent + more, [*uses, n]
            )

    yield from go(0, rest, dict(units), 0, 0, [])


def least_rest(turns: Sequence[Candidate], rest: int, units: Mapping[str, int], shelf: int) -> int:
    """What at least is paid of a rest of at least so much, the worth of units included.

    Amounts may come off in part here, so that a larger rest never costs less.
    """
    ways = 1
    for one in turns:
        ways *= (uses_most(one, units) if one.reward.cost else 0) + 1
    if ways > WAYS_MOST:
        ends = _ends(turns, max(0, rest), units, {}, shelf, partly=True)
        if ends is None:
            return _least_of_many(turns, rest, units, shelf)
        return min(end.cost for end in ends)

    def go(place: int, rest: int, left: dict[str, int], worth: int) -> int:
        if place == len(turns):
            return rest + worth
        one, unit = turns[place], unit_of(turns[place])
        if not one.reward.cost:
            return go(place + 1, rest - _off_at_most(one, rest, 1, shelf), left, worth)
        least = -1
        for n in range(uses_most(one, left) + 1):
            after = dict(left)
            after[unit] = after.get(unit, 0) - n * one.reward.cost
            off = _off_at_most(one, rest, n, shelf)
            cost = go(place + 1, rest - off, after, worth + n * one.worth)
            least = cost if least < 0 else min(least, cost)
        return least

    return go(0, max(0, rest), dict(units), 0)


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

    @property
    def uses(self) -> tuple[int, ...]:
        return tuple(-n for n in self.order)


def _ends(
    turns: Sequence[Candidate],
    rest: int,
    units: Mapping[str, int],
    kept: Mapping[str, int],
    shelf: int,
    *,
    partly: bool,
) -> Iterable[_End] | None:
    """All ways to spend units, of equal units and worth the one that leaves least; None: too many.

    ``partly``: amounts may come off in part, and claims may be left out. Then no larger rest is
    ever better later, so what is thrown away here could not have won.
    """
    names = sorted({unit_of(one) for one in turns if one.reward.cost})
    first = _End(rest, (), tuple(units.get(name, 0) for name in names), 0)
    ends = {(first.left, 0): first}
    for one in turns:
        place = names.index(unit_of(one)) if one.reward.cost else -1
        after: dict[tuple[tuple[int, ...], int], _End] = {}
        for end in ends.values():
            have = end.left[place] if place >= 0 else 0
            free = have - (0 if partly or one.claimed else kept.get(unit_of(one), 0))
            for n, off in _choices(one, end.rest, free, shelf, partly=partly):
                left = list(end.left)
                if place >= 0:
                    left[place] -= n * one.reward.cost
                worth = end.worth + n * one.worth
                found = _End(end.rest - off, (*end.order, -n), tuple(left), worth)
                known = after.get((found.left, worth))
                if known is None or found < known:
                    after[found.left, worth] = found
        if len(after) > ENDS_MOST:
            return None
        ends = after
    return ends.values()


def _choices(
    one: Candidate, rest: int, free: int, shelf: int, *, partly: bool
) -> Iterator[tuple[int, int]]:
    """How often a reward may be had in its turn, and what comes off then."""
    if partly:
        most = uses_most(one, {unit_of(one): free}) if one.reward.cost else 1
        for n in range(most + 1) if one.reward.cost else (1,):
            yield n, _off_at_most(one, rest, n, shelf)
        return
    times, off = off_basket(one, rest, free, shelf)
    yield times, off
    if one.reward.cost and not one.claimed:
        for n in range(times):
            yield n, one.benefit.amount * n if isinstance(one.benefit, AmountOff) else 0


def _most_for_units(
    turns: Sequence[Candidate],
    rest: int,
    units: Mapping[str, int],
    kept: Mapping[str, int],
    shelf: int,
) -> list[int]:
    """Those that take off most for a unit, worth counted, have the units; all others as they can."""
    left = {unit: n - kept.get(unit, 0) for unit, n in units.items()}
    uses = [
        0 if one.reward.cost and not one.claimed else max(1, uses_most(one, units)) for one in turns
    ]
    ranked = sorted(
        ((one.worth - _off_at_most(one, rest, 1, shelf)) * 720_720 // one.reward.cost, place)
        for place, one in enumerate(turns)
        if one.reward.cost and not one.claimed
    )
    for less, place in ranked:
        one = turns[place]
        if less < 0:
            uses[place] = max(0, uses_most(one, left))
            unit = unit_of(one)
            left[unit] = left.get(unit, 0) - uses[place] * one.reward.cost
    return uses


def _least_of_many(
    turns: Sequence[Candidate], rest: int, units: Mapping[str, int], shelf: int
) -> int:
    """A bound: free rewards come off all, and the units buy the dearest uses, each off all.

    What one takes off never makes the others take off more, so no choice of uses costs less.
    """
    after = max(0, rest)
    bought: dict[str, list[tuple[int, int]]] = {}
    for one in turns:
        if one.reward.cost:
            saved = _off_at_most(one, max(0, rest), 1, shelf) - one.worth
            n = uses_most(one, units)
            bought.setdefault(unit_of(one), []).append((saved, n))
        else:
            after -= _off_at_most(one, after, 1, shelf)
    for unit, uses in bought.items():
        costs = [one.reward.cost for one in turns if one.reward.cost and unit_of(one) == unit]
        most = units.get(unit, 0) // min(costs)
        for saved, n in sorted(uses, reverse=True):
            if saved > 0 and most > 0:
                after -= saved * min(n, most)
                most -= min(n, most)
    return max(0, after)


def _off_at_most(candidate: Candidate, rest: int, times: int, shelf: int) -> int:
    if not times:
        return 0
    match candidate.benefit:
        case PercentOff(basis_points=basis_points):
            on = shelf if candidate.programme.stacking.percent_of == "shelf" else rest
            return min(rest, percent_of(on, basis_points))
        case AmountOff(amount=amount):
            return min(rest, amount * times)
        case FixedPrice(price=price):
            return max(0, rest - price)
