"""The deal of a reward: of which kind it is, and what pieces gain by it in this basket."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.benefits import AmountOff, FixedPrice, MoneyOff, PercentOff
from terminal.loyalty.engine.classes import PieceClasses
from terminal.loyalty.engine.deals import Deal, Found, OnColumns, OnPieces
from terminal.loyalty.engine.deals_on_sets import OnOneOfSet, OnOneOfTwo, OnSlots, Slot
from terminal.loyalty.engine.goods import Application, Candidate, off_price


def deal_of(
    number: int,
    candidate: Candidate,
    classes: PieceClasses,
    weights: Sequence[int],
    flat: int,
    written: Sequence[Application] | None,
    unit: int,
) -> Deal:
    """The deal of a candidate; ``unit`` is what a minor unit of money counts.

    ``written`` are all its applications, where their kind has to be written down.
    """
    target, benefit = candidate.reward.target, candidate.benefit
    if written is not None:
        columns = [
            Found(one.saving * unit, one.uses, tuple([(index, n) for index, n, _ in one.gains]))
            for one in written
        ]
        return OnColumns(number, candidate.name, flat, columns)

    if target.scope == "piece":
        gains = _gains(benefit, classes.taken_by(target.goods), classes, weights, unit)
        return OnPieces(number, candidate.name, flat, [pair for pair in gains if pair[1]])
    needs = [(classes.taken_by(one.goods), one.pieces) for one in candidate.reward.condition.needs]
    if target.also is None and 0 < target.pieces < sum(pieces for _, pieces in needs):
        gains = _gains(benefit, needs[0][0], classes, weights, unit)
        if target.pick == "dearest":
            gains.reverse()
        kind = OnOneOfTwo if needs[0][1] == 2 else OnOneOfSet
        return kind(number, candidate.name, flat, gains, needs[0][1])
    # What all pieces of the benefit cost, for a price of the whole set.
    whole = isinstance(benefit, FixedPrice)
    least = benefit.price * unit if isinstance(benefit, FixedPrice) else 0
    on = [(classes.taken_by(target.also.goods), target.also.pieces)] if target.also else needs
    slots = [
        Slot(
            [(index, classes[index].price * unit) for index in indices]
            if whole
            else _gains(benefit, indices, classes, weights, unit),
            pieces,
        )
        for indices, pieces in on
    ]
    if target.also:
        slots += [Slot([(index, 0) for index in indices], pieces) for indices, pieces in needs]
    return OnSlots(number, candidate.name, flat, slots, least, target.also is not None)


def _gains(
    benefit: MoneyOff, indices: list[int], classes: PieceClasses, weights: Sequence[int], unit: int
) -> list[tuple[int, int]]:
    """What pieces of some classes gain, each by itself."""
    found: list[tuple[int, int]] = []
    for index in indices:
        off = off_price(benefit, classes[index].price, classes[index].kilograms)
        found.append((index, off * weights[index] * unit))
    return found


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
