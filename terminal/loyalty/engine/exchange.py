"""By how much another offer was better, in a wide basket: what must make way, and what that costs.

One more search for every reward that stayed away would take longer than the answer. Here the
reward is used once, on the pieces whose uses bring least, and what was taken there is given up.
The figure is never too small for that use; another choice of everything could come closer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from terminal.loyalty.engine.allocation import SCALE, Chosen
from terminal.loyalty.engine.goods import (
    Application,
    Candidate,
    application_of,
    competes,
    off_price,
)
from terminal.loyalty.engine.packed import packing_of
from terminal.loyalty.engine.question import Question
from terminal.loyalty.standing import RewardName


class Exchange:
    """An answer on goods, and what a piece of each class costs that another use wants."""

    def __init__(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        standing: Iterable[Candidate],
        chosen: Chosen,
    ) -> None:
        self._question = question
        # A claim goes before others in the search; here it is held against them by its money.
        self._candidates = [replace(one, claimed=False) for one in candidates]
        self._deals = {
            self._candidates[one.number].name: one
            for one in packing_of(question, self._candidates, _UNBOUND, {})[0].deals
        }
        self._base, keepers = self._kept(standing)
        self._free = list(question.counts)
        self._uses: list[tuple[int, Application, int]] = []
        """What each chosen use brings a piece, the use, and how often."""
        for one, times in chosen:
            if one.size > 1 or one.name not in keepers:
                for index, n in one.uses:
                    self._free[index] -= n * times
                self._uses.append((one.saving // one.size, one, times))
        self._uses.sort(key=lambda use: (use[0], use[1].name))
        self._prices = [
            least if self._free[index] else self._dearer(index)
            for index, least in enumerate(self._base)
        ]

    def _kept(self, standing: Iterable[Candidate]) -> tuple[list[int], set[RewardName]]:
        """What a piece brings by itself beside what was chosen, as often as there are pieces."""
        weights, classes = self._question.weights, self._question.classes
        base, keepers = [0] * len(classes), set()
        for one in standing:
            if one.reward.target.scope == "piece" and competes(one):
                if one.times is not None or one.reward.cost or one.claimed:
                    continue
                keepers.add(one.name)
                for index in self._question.classes_of(one):
                    off = off_price(one.benefit, classes[index].price) * weights[index]
                    base[index] = max(base[index], off)
        return base, keepers

    def _dearer(self, index: int) -> int:
        return next((each for each, one, _ in self._uses if index in dict(one.uses)), 0)

    def of(self, name: RewardName) -> tuple[int, Application] | None:
        """What using a reward once would lose in all, below 0 a gain, and the use; None: no use."""
        deal = self._deals.get(name)
        if deal is None:
            return None
        question = self._question
        found = deal.best([price * SCALE for price in self._prices], question.counts)
        if found is None:
            return None
        candidate = self._candidates[deal.number]
        use = application_of(candidate, found[1], found[2], question.classes, question.weights)
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
