"""By how much another offer was better, in a wide basket: what must make way, and what that costs.

One more search for every reward that stayed away would take longer than the answer. Here the
reward is used once, on the pieces whose uses bring least, and what was taken there is given up.
The figure is never too small for that use; another choice of everything could come closer.
"""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.engine.allocation import SCALE, Chosen
from terminal.loyalty.engine.goods import Application, Candidate, application_of
from terminal.loyalty.engine.packed import packing_of
from terminal.loyalty.engine.question import Question
from terminal.loyalty.standing import RewardName


class Exchange:
    """An answer on goods, and what a piece of each class costs that another use wants."""

    def __init__(self, question: Question, candidates: Sequence[Candidate], chosen: Chosen) -> None:
        self._question, self._candidates = question, candidates
        self._packing, _ = packing_of(question, candidates, _UNBOUND, {})
        self._deals = {candidates[one.number].name: one for one in self._packing.active}
        self._by_name = {one.name: one for one in candidates}
        self._base = [least // SCALE for least in self._packing.base]
        self._free = list(question.counts)
        self._uses: list[tuple[int, Application, int]] = []
        """What each chosen use brings a piece, the use, and how often."""
        for one, times in chosen:
            if one.size > 1 or one.name in self._deals:
                for index, n in one.uses:
                    self._free[index] -= n * times
                self._uses.append((one.saving // one.size, one, times))
        self._uses.sort(key=lambda use: (use[0], use[1].name))
        self._prices = [
            least // SCALE if self._free[index] else self._dearer(index)
            for index, least in enumerate(self._packing.base)
        ]

    def _dearer(self, index: int) -> int:
        return next((each for each, one, _ in self._uses if index in dict(one.uses)), 0)

    def of(self, name: RewardName) -> tuple[int, Application] | None:
        """What using a reward once would lose in all, below 0 a gain, and the use; None: no use."""
        candidate = self._by_name.get(name)
        if candidate is None:
            return None
        packing, classes = self._packing, self._question.classes
        weights = self._question.weights
        deal = self._deals.get(name)
        if deal is None:
            # Of rewards on single pieces the best ones are kept by piece.
            ways, _ = self._question.applications(candidate)
            losses = [
                (self._prices[one.uses[0][0]] - one.saving, at) for at, one in enumerate(ways)
            ]
            if not losses:
                return None
            use = ways[min(losses)[1]]
        else:
            found = deal.best([price * SCALE for price in self._prices], packing.counts)
            if found is None:
                return None
            use = application_of(candidate, found[1], found[2], classes, weights)
        return self._loss_by(use) - use.saving, use

    def _loss_by(self, wanted: Application) -> int:
        """What is lost when others make way, those that bring least a piece first."""
        base = self._base
        free = dict(enumerate(self._free))
        gone: dict[int, int] = {}
        loss = 0
        for index, pieces in wanted.uses:
            if free[index] >= pieces:
                loss += pieces * base[index]
                free[index] -= pieces
                continue
            for number, (_, one, times) in enumerate(self._uses):
                if not any(other == index for other, _ in one.uses):
                    continue
                while free[index] < pieces and gone.get(number, 0) < times:
                    gone[number] = gone.get(number, 0) + 1
                    loss += one.saving
                    for other, n in one.uses:
                        free[other] += n
                        loss -= n * base[other]
            loss += pieces * base[index]
            free[index] -= pieces
        return loss


class _Unbound(dict[str, int]):
    """Units without end: what is asked is what a use would bring, not whether it can be paid."""

    def get(self, _unit: str, _other: object = None) -> int:
        return 10**9


_UNBOUND = _Unbound()
