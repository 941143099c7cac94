"""Which uses of rewards explain what came off the goods? A search that may give up, never err."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import Enum, auto

from terminal.loyalty.engine.classes import PieceClasses
from terminal.loyalty.engine.goods import Application
from terminal.values import dataclass

STEPS_MOST = 5_000
"""Then the question stays open."""

TIMES_MOST = 300
"""Uses of rewards in one sale that are looked into."""


class Explained(Enum):
    """Whether uses were found."""

    YES = auto()
    NO = auto()
    """There are none: all were looked at."""
    OPEN = auto()
    """There may be some among those that were not looked at."""


@dataclass(frozen=True, slots=True)
class Puzzle:
    """One applied reward: by class the pieces that gained and how much, and all ways to use it."""

    gains: Mapping[int, tuple[int, int]]
    times: int
    ways: tuple[Application, ...]
    whole: bool
    """Whether these are all ways that there are."""

    def single_pieces(self) -> int | None:
        """What should have come off, if every use is one piece by itself."""
        each = {way.gains[0][0]: way.discount for way in self.ways if way.size == 1}
        if len(each) < len(self.ways) or not self.gains.keys() <= each.keys():
            return None
        return sum(each[index] * n for index, (n, _) in self.gains.items())


def explain(puzzles: Sequence[Puzzle], classes: PieceClasses | None) -> Explained:
    """Look for uses of all rewards together; without ``classes`` pieces never run out."""
    if sum(one.times for one in puzzles) > TIMES_MOST:
        return Explained.OPEN
    free = None if classes is None else [one.pieces for one in classes]
    search = _Search(puzzles, free)
    try:
        found = search.reward(0)
    except _TooMany:
        return Explained.OPEN
    if found:
        return Explained.YES
    return Explained.NO if all(one.whole for one in puzzles) else Explained.OPEN


class _TooMany(Exception):
    pass


@dataclass(slots=True)
class _Search:
    """Depth first; what failed once is not tried again."""

    puzzles: Sequence[Puzzle]
    free: list[int] | None
    steps: int = 0
    failed: set[tuple[object, ...]] = field(default_factory=set)

    def reward(self, number: int) -> bool:
        if number == len(self.puzzles):
            return True
        puzzle = self.puzzles[number]
        gains = {index: list(pair) for index, pair in puzzle.gains.items()}
        return self._use(number, gains, puzzle.times, -1, 0)

    def _use(
        self, number: int, gains: dict[int, list[int]], times: int, last: int, least: int
    ) -> bool:
        """Use the reward ``times`` times more; ``least`` keeps equal choices in one order."""
        first = next((index for index in sorted(gains) if gains[index][0]), None)
        if first is None or not times:
            done = first is None and not times
            return done and not any(pair[1] for pair in gains.values()) and self.reward(number + 1)
        start = least if first == last else 0
        state = (
            number,
            times,
            first,
            start,
            tuple(sorted((index, *pair) for index, pair in gains.items())),
            None if self.free is None else tuple(self.free),
        )
        if state in self.failed:
            return False
        ways = self.puzzles[number].ways
        for place in range(start, len(ways)):
            way = ways[place]
            if all(index != first for index, _, _ in way.gains):
                continue
            self.steps += 1
            if self.steps > STEPS_MOST:
                raise _TooMany
            if not self._fits(way, gains):
                continue
            self._move(way, gains, -1)
            if self._use(number, gains, times - 1, first, place):
                return True
            self._move(way, gains, 1)
        self.failed.add(state)
        return False

    def _fits(self, way: Application, gains: dict[int, list[int]]) -> bool:
        for index, pieces, amount in way.gains:
            left = gains.get(index)
            if left is None or left[0] < pieces or left[1] < amount:
                return False
        return self.free is None or all(self.free[index] >= n for index, n in way.uses)

    def _move(self, way: Application, gains: dict[int, list[int]], sign: int) -> None:
        for index, pieces, amount in way.gains:
            gains[index][0] += sign * pieces
            gains[index][1] += sign * amount
        if self.free is not None:
            for index, n in way.uses:
                self.free[index] += sign * n
