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
        groups: dict[str, set[int]] = {}
        for one in self.beside or ():
            if one.programme.stacking.group:
                groups.setdefault(one.programme.stacking.group, set()).add(one.programme.programme)
        self.groups: list[list[int]] = [
            self._first_of(sorted(members & claimed or members), can_be_had)
            for _, members in sorted(groups.items())
        ]
        """The programmes of each group that may be the one that is taken."""

    def _first_of(self, members: list[int], can_be_had: Callable[[Candidate], bool]) -> list[int]:
        """Of a group that picks by priority, those of the highest one that can be had."""
        ranks: dict[int, int] = {}
        for one in self.beside or ():
            number, stacking = one.programme.programme, one.programme.stacking
            if number in members and stacking.pick == "priority" and can_be_had(one):
                ranks[number] = stacking.priority
        highest = max(ranks.values(), default=0)
        return [number for number in members if ranks.get(number) == highest] or members

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
