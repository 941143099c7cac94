"""The deal of a reward: of which kind it is, and what pieces gain by it in this basket."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.benefits import AmountOff, FixedPrice, MoneyOff, PercentOff
from terminal.loyalty.engine.allocation import SCALE
from terminal.loyalty.engine.classes import PieceClass, PieceClasses
from terminal.loyalty.engine.deals import Deal, Found, OnColumns, OnPieces
from terminal.loyalty.engine.deals_on_sets import OnOneOfSet, OnOneOfTwo, OnSlots, Slot
from terminal.loyalty.engine.goods import Application, Candidate, off_price
from terminal.loyalty.money import BASIS_POINTS, percent_of


class Gains:
    """What a piece of each class gains, by itself, as the search counts it.

    Hundreds of rewards take the same few percents off: what these are is worked out once.
    """

    def __init__(self, classes: Sequence[PieceClass], *, taxed: bool) -> None:
        self._classes = classes
        self._money = [SCALE * (BASIS_POINTS + one.product.vat if taxed else 1) for one in classes]
        """What a minor unit off a class counts: tax on top goes with it."""
        self.prices = [one.price * SCALE for one in classes]
        """What it costs, of which no tax goes along where the whole set has a price."""
        self._percents: dict[int, list[int]] = {}

    def of(self, benefit: MoneyOff, indices: list[int]) -> list[int]:
        """By class, what pieces of these gain by a benefit."""
        if isinstance(benefit, PercentOff):
            basis_points = benefit.basis_points
            if basis_points not in self._percents:
                self._percents[basis_points] = [-1] * len(self._classes)
            gains = self._percents[basis_points]
            for index in indices:
                if gains[index] < 0:
                    price = self._classes[index].price
                    gains[index] = percent_of(price, basis_points) * self._money[index]
            return gains
        gains = [0] * len(self._classes)
        for index in indices:
            one = self._classes[index]
            gains[index] = off_price(benefit, one.price, one.kilograms) * self._money[index]
        return gains


def deal_of(
    number: int,
    candidate: Candidate,
    classes: PieceClasses,
    gains: Gains,
    flat: int,
    written: Sequence[Application] | None,
) -> Deal:
    """The deal of a candidate.

    ``written`` are all its applications, where their kind has to be written down.
    """
    target, benefit = candidate.reward.target, candidate.benefit
    if written is not None:
        columns = [
            Found(one.saving * SCALE, one.uses, tuple([(index, n) for index, n, _ in one.gains]))
            for one in written
        ]
        return OnColumns(number, candidate.name, flat, columns)

    if target.scope == "piece":
        taken = classes.taken_by(target.goods)
        by_class = gains.of(benefit, taken)
        gaining = [index for index in taken if by_class[index]]
        return OnPieces(number, candidate.name, flat, gaining, by_class)
    needs = [(classes.taken_by(one.goods), one.pieces) for one in candidate.reward.condition.needs]
    if target.also is None and 0 < target.pieces < sum(pieces for _, pieces in needs):
        taken, pieces = needs[0]
        by_class = gains.of(benefit, taken)
        in_order = taken[::-1] if target.pick == "dearest" else taken
        kind = OnOneOfTwo if pieces == 2 else OnOneOfSet
        return kind(number, candidate.name, flat, in_order, by_class, pieces)
    # What all pieces of the benefit cost, for a price of the whole set.
    whole = isinstance(benefit, FixedPrice)
    least = benefit.price * SCALE if isinstance(benefit, FixedPrice) else 0
    on = [(classes.taken_by(target.also.goods), target.also.pieces)] if target.also else needs
    slots = [
        Slot(taken, gains.prices if whole else gains.of(benefit, taken), pieces)
        for taken, pieces in on
    ]
    if target.also:
        nothing = [0] * len(gains.prices)
        slots += [Slot(taken, nothing, pieces) for taken, pieces in needs]
    return OnSlots(number, candidate.name, flat, slots, least, target.also is not None)


def is_implicit(candidate: Candidate, *, taxed: bool) -> bool:
    """Whether the best use can be told without writing all uses down."""
    target, benefit = candidate.reward.target, candidate.benefit
    if target.scope == "piece":
        return True
    if isinstance(benefit, AmountOff) or (taxed and not isinstance(benefit, PercentOff)):
        return False
    needs = candidate.reward.condition.needs
    if target.also or not target.pieces or target.pieces == sum(need.pieces for need in needs):
        return True
    return isinstance(benefit, PercentOff) and target.pieces == 1 and len(needs) == 1
