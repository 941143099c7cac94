"""What a reward would take for the pieces it uses: its best use at given prices of pieces.

A wide basket has thousands of ways to use its rewards. They are never written down: a *deal*
answers which use of its reward brings most over what the pieces are worth elsewhere, and how
much no use can exceed.
"""

from __future__ import annotations

from typing import Final

from terminal.loyalty.engine.goods import Uses
from terminal.loyalty.standing import RewardName

NOTHING: Final = -(10**60)
"""Less than any use brings."""


class Found:
    """A use: what it brings over the prices of its pieces, those, and those that cost less."""

    __slots__ = ("on", "uses", "value")

    def __init__(self, value: int, uses: Uses, on: Uses) -> None:
        self.value, self.uses, self.on = value, uses, on


class Deal:
    """One reward on goods. Figures are in the parts that the search counts.

    ``number`` tells it from all others of a question, ``flat`` is added to every use.
    """

    __slots__ = ("classes", "flat", "name", "number", "size")

    def __init__(
        self, number: int, name: RewardName, flat: int, size: int, classes: list[int]
    ) -> None:
        self.number, self.name, self.flat, self.size = number, name, flat, size
        self.classes = classes
        """Of whose pieces it may use some, each once."""

    def best(self, prices: list[int], left: list[int], above: int = NOTHING) -> Found | None:
        """A use of pieces that are left and brings more than ``above``; None if there is none."""
        raise NotImplementedError

    def bound(self, prices: list[int], left: list[int], found: Found | None) -> int:
        """What no use brings more of; ``found`` is the best one that was found."""
        del prices, left
        return found.value if found else 0


class OnPieces(Deal):
    """Off each piece by itself."""

    __slots__ = ("gains",)

    def __init__(
        self, number: int, name: RewardName, flat: int, classes: list[int], gains: list[int]
    ) -> None:
        super().__init__(number, name, flat, 1, classes)
        self.gains = gains
        """By class."""

    def best(self, prices: list[int], left: list[int], above: int = NOTHING) -> Found | None:
        most, at = above - self.flat, -1
        gains = self.gains
        for index in self.classes:
            over = gains[index] - prices[index]
            if over > most and left[index]:
                most, at = over, index
        if at < 0:
            return None
        uses = ((at, 1),)
        return Found(most + self.flat, uses, uses)


class OnColumns(Deal):
    """Uses that are written down, for sets of odd kinds."""

    __slots__ = ("columns",)

    def __init__(self, number: int, name: RewardName, flat: int, columns: list[Found]) -> None:
        size = min([sum([n for _, n in one.uses]) for one in columns], default=1)
        classes = {index for one in columns for index, _ in one.uses}
        super().__init__(number, name, flat, size, sorted(classes))
        self.columns = columns

    def best(self, prices: list[int], left: list[int], above: int = NOTHING) -> Found | None:
        most = above - self.flat
        at: Found | None = None
        for column in self.columns:
            gain = column.value
            for index, n in column.uses:
                if left[index] < n:
                    break
                gain -= prices[index] if n == 1 else n * prices[index]
            else:
                if gain > most:
                    most, at = gain, column
        return None if at is None else Found(most + self.flat, at.uses, at.on)
