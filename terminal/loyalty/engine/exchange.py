"""By how much another offer was better, in a wide basket: what must make way, and what that costs.

One more search for every reward that stayed away would take longer than the answer. Here the
reward is used once, on the pieces whose uses bring least, and what was taken there is given up.
The figure is never too small for that use; another choice of everything could come closer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from terminal.loyalty.engine.allocation import SCALE, Chosen
from terminal.loyalty.engine.deals import OnPieces
from terminal.loyalty.engine.goods import Application, Candidate, Uses, application_of
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.rest import unit_of
from terminal.loyalty.standing import RewardName


class Exchanged(NamedTuple):
    """One use of a reward that stayed away, on the pieces whose uses bring least.

    ``loss`` is what it would lose in all, below 0 a gain, ``saving`` what it takes off, both in
    the parts that the search counts.
    """

    loss: int
    saving: int
    uses: Uses
    on: Uses


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
        self._named = {
            one.name: replace(one, claimed=False) if one.claimed else one for one in candidates
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
        self._on: list[list[int]] = [[] for _ in question.classes]
        """By class, the uses that take pieces of it, by number."""
        for number, (_, one, _) in enumerate(self._uses):
            for index, _ in one.uses:
                self._on[index].append(number)
        self._prices = [
            (least if self._free[index] else self._dearer(index)) * SCALE
            for index, least in enumerate(self._base)
        ]

    def _kept(self, standing: Iterable[Candidate]) -> tuple[list[int], set[RewardName]]:
        """What a piece brings by itself beside what was chosen, as often as there are pieces."""
        base, keepers = [0] * len(self._question.classes), set()
        for one in standing:
            if one.reward.target.scope == "piece" and one.competes:
                if one.times is not None or one.reward.cost or one.claimed:
                    continue
                keepers.add(one.name)
                deal, _ = self._question.deal(one)
                assert isinstance(deal, OnPieces)
                for index in deal.classes:
                    base[index] = max(base[index], deal.gains[index] // SCALE)
        return base, keepers

    def _dearer(self, index: int) -> int:
        on = self._on[index]
        return self._uses[on[0]][0] if on else 0

    def of(self, name: RewardName) -> Exchanged | None:
        """What using a reward once would lose; None: no use."""
        candidate = self._named.get(name)
        if candidate is None:
            return None
        question = self._question
        deal, _ = question.deal(candidate)
        found = deal.best(self._prices, question.counts)
        if found is None:
            return None
        value, uses, on = found.value, found.uses, found.on
        for index, n in uses:
            value += n * self._prices[index]
        units = candidate.worth * question.scale * SCALE + candidate.reward.cost
        saving = (value + units) // SCALE
        return Exchanged(self._loss_by(uses) - saving, saving, uses, on)

    def times_beside(self, waiting: Candidate, claims: Chosen) -> int:
        """How often a claim could be had beside other claims, one use after the other."""
        question = self._question
        left = list(question.counts)
        most, cost = waiting.times, waiting.reward.cost
        units = question.standing.spendable(unit_of(waiting))
        for use, times in claims:
            if use.name != waiting.name:
                for index, n in use.uses:
                    left[index] -= n * times
                other = self._named.get(use.name)
                if other is not None and unit_of(other) == unit_of(waiting):
                    units -= other.reward.cost * times
        if cost:
            most = units // cost if most is None else min(most, units // cost)
        deal, _ = question.deal(waiting)
        prices = [0] * len(left)
        had = 0
        while most is None or had < most:
            found = deal.best(prices, left, 0)
            if found is None:
                break
            times = min([left[index] // n for index, n in found.uses])
            times = times if most is None else min(times, most - had)
            for index, n in found.uses:
                left[index] -= n * times
            had += times
        return had

    def discount(self, name: RewardName, use: Exchanged) -> int:
        """What such a use takes off."""
        question = self._question
        return application_of(
            self._named[name], use.uses, use.on, question.classes, question.weights
        ).discount

    def _loss_by(self, wanted: Uses) -> int:
        """What is lost when others make way, those that bring least a piece first."""
        base, uses = self._base, self._uses
        freed: dict[int, int] = {}
        gone: dict[int, int] = {}
        loss = 0
        for index, pieces in wanted:
            free = self._free[index] + freed.get(index, 0)
            for number in self._on[index] if free < pieces else ():
                _, one, times = uses[number]
                while free < pieces and gone.get(number, 0) < times:
                    gone[number] = gone.get(number, 0) + 1
                    loss += one.saving
                    for other, n in one.uses:
                        freed[other] = freed.get(other, 0) + n
                        loss -= n * base[other]
                    free = self._free[index] + freed[index]
            loss += pieces * base[index]
            freed[index] = freed.get(index, 0) - pieces
        return loss
