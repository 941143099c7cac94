"""Which programmes may stand beside each other in one sale: groups, and those that stand alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product

from terminal.loyalty.engine.goods import Candidate

Candidates = tuple[Candidate, ...]


class Combinations:
    """The sets of candidates that stacking lets go together.

    A claimed reward decides for its programme: what may not stand beside it stays away, unless
    the claim takes nothing off here. Of claims that may not stand beside each other the better one
    is taken.
    """

    def __init__(
        self, candidates: Candidates, can_be_had: Callable[[Candidate], bool] = bool
    ) -> None:
        self.every = candidates
        # Where everything may stand beside everything, nothing is to be decided.
        free = all(
            one.programme.stacking.mode != "alone" and not one.programme.stacking.group
            for one in candidates
        )
        claimed = {
            one.programme.programme
            for one in candidates
            if one.claimed and (free or can_be_had(one))
        }
        alone = {
            one.programme.programme for one in candidates if one.programme.stacking.mode == "alone"
        }
        rivals = bool(claimed & alone) and len(claimed) > 1
        self.alone: list[Candidates] = [
            tuple(one for one in candidates if one.programme.programme == number)
            for number in sorted(alone)
            if claimed <= {number} or (rivals and number in claimed)
        ]
        """Each by itself."""
        self.beside: Candidates | None = None
        """Those that may stand beside others, of all groups together."""
        if not claimed & alone or (rivals and claimed - alone):
            self.beside = tuple(one for one in candidates if one.programme.programme not in alone)
        groups: dict[str, list[Candidate]] = {}
        for one in self.beside or ():
            group = one.programme.stacking.group
            if group:
                groups.setdefault(group, []).append(one)
        self.groups: list[list[int]] = [
            _first_of(groups[group], claimed, can_be_had) for group in sorted(groups)
        ]
        """The programmes of each group that may be the one that is taken."""

    @property
    def count(self) -> int:
        """How many there are."""
        n = 0 if self.beside is None else 1
        for members in self.groups:
            n *= len(members)
        return n + len(self.alone)

    def all(self) -> Iterator[Candidates]:
        """Every one, those of several programmes first."""
        if self.beside is not None:
            for chosen in product(*self.groups):
                yield self.with_members(chosen)
        yield from self.alone

    def some(self, most: int) -> list[Candidates]:
        """The first ones, at least one."""
        return list(islice(self.all(), max(1, most)))

    def with_members(self, chosen: Sequence[int]) -> Candidates:
        """The combination with these programmes of the groups."""
        return tuple(
            one
            for one in self.beside or ()
            if not one.programme.stacking.group or one.programme.programme in chosen
        )


def _first_of(
    group: list[Candidate],
    claimed: set[int],
    can_be_had: Callable[[Candidate], bool],
) -> list[int]:
    """The programmes of a group that may be taken: those that are claimed, or else all.

    Of a group that picks by priority, those of the highest one that can be had.
    """
    there = {one.programme.programme for one in group}
    members = sorted(there & claimed or there)
    ranks: dict[int, int] = {}
    for one in group:
        number, stacking = one.programme.programme, one.programme.stacking
        if stacking.pick == "priority" and number in members and can_be_had(one):
            ranks[number] = stacking.priority
    highest = max(ranks.values(), default=0)
    return [number for number in members if ranks.get(number) == highest] or members
