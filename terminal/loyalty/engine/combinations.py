"""Which programmes may stand beside each other in one sale: groups, and those that stand alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from terminal.loyalty.engine.goods import Candidate

Candidates = tuple[Candidate, ...]


class Combinations:
    """The sets of candidates that stacking lets go together.

    A claimed reward decides for its programme: what may not stand beside it stays away. Of claims
    that may not stand beside each other the better one is taken.
    """

    def __init__(self, candidates: Candidates) -> None:
        self.every = candidates
        claimed = {one.programme.programme for one in candidates if one.claimed}
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
            sorted(members & claimed or members) for _, members in sorted(groups.items())
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
