"""What is worked out about the goods that rewards compete for, and about nothing else.

It is told by these goods and the rewards on them alone: a scan of other goods, somebody's card and
a step back find it again as it was.
"""

from __future__ import annotations

from typing import Any

from terminal.loyalty.engine.allocation import Searches
from terminal.loyalty.engine.classes import PieceClass, PieceClasses
from terminal.loyalty.engine.dealing import Gains
from terminal.loyalty.engine.deals import Deal
from terminal.loyalty.engine.goods import Application, Candidate
from terminal.loyalty.standing import RewardName


class Contested:
    """The classes that rewards on goods are about, these rewards, and what is known of both.

    All of it is kept by everything else that it depends on, so that nobody who asks can tell
    whether somebody asked before.
    """

    __slots__ = (
        "_candidates",
        "_classes",
        "_tax_inside",
        "deals",
        "gains",
        "numbers",
        "packings",
        "possible",
        "relaxed",
        "searches",
        "ways",
    )

    def __init__(self, classes: PieceClasses, *, tax_inside: bool) -> None:
        self._classes: list[PieceClass] = [classes[at] for at in range(classes.contested)]
        self._tax_inside = tax_inside
        self._candidates: list[Candidate] = []
        self.gains = Gains(self._classes, taxed=not tax_inside)
        self.numbers: dict[RewardName, int] = {}
        """By reward, the number of its deal; told by ``compete``."""
        self.possible: dict[RewardName, tuple[list[Application], bool]] = {}
        self.ways: dict[RewardName, int] = {}
        """How many ways there are to use a reward on goods."""
        self.deals: dict[Any, tuple[Deal, bool]] = {}
        self.searches: Searches = {}
        """Of few ways, those that were searched to the end."""
        self.packings: Searches = {}
        """Of many ways."""
        self.relaxed: dict[Any, Any] = {}
        """What is known of all groups together (``packed.Relaxed``)."""

    def compete(self, candidates: list[Candidate]) -> None:
        """The rewards that it is about, in their order."""
        self._candidates = candidates
        for one in candidates:
            self.numbers[one.name] = len(self.numbers)

    def is_like(self, other: Contested) -> bool:
        """Whether all that is known of one is good for the other."""
        mine, others = self._classes, other._classes
        if self._tax_inside != other._tax_inside or len(mine) != len(others):
            return False
        if len(self._candidates) != len(other._candidates):
            return False
        for place, one in enumerate(mine):
            twin = others[place]
            if one.price != twin.price or one.pieces != twin.pieces:
                return False
            if one.kilograms != twin.kilograms:
                return False
            if one.product is not twin.product and one.product != twin.product:
                return False
        for place, candidate in enumerate(self._candidates):
            same = other._candidates[place]
            if candidate is not same and candidate != same:
                return False
        return True
