"""Off which lines a reward comes, to the last cent, and the words' figures for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from terminal.loyalty.basket import Line
from terminal.loyalty.benefits import (
    AmountOff,
    FixedPrice,
    MoneyOff,
    PercentOff,
    percent_off,
    rest_for,
    room_for,
)
from terminal.loyalty.engine.evaluation import Applied, Reason, Share, Why
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.money import BASIS_POINTS, split
from terminal.loyalty.programme import Reward
from terminal.loyalty.wanted import CONDITION, wanted


def split_over_classes(
    discount: int, on: Sequence[list[int]], net: dict[int, int]
) -> dict[int, int]:
    """A discount by line key, in proportion to what is left to pay.

    Classes come first, then the lines of each: so the odd cent goes to the same goods, and the
    same VAT rate, in whatever order they were scanned.
    """
    parts: dict[int, int] = {}
    weights: list[int] = []
    for keys in on:
        weight = 0
        for key in keys:
            weight += net[key]
        weights.append(weight)
    for place, part in enumerate(split(discount, weights)):
        keys = on[place]
        if len(keys) == 1:
            parts[keys[0]] = part
        else:
            shares = split(part, [net[key] for key in keys])
            for number, key in enumerate(keys):
                parts[key] = shares[number]
    return parts


def off_basket(
    candidate: Candidate, base: int, units: int, shelf: int, counted: int | None = None
) -> tuple[int, int]:
    """How often a reward comes off the rest of the basket, and how much that is.

    ``base`` is what is left of its goods, ``shelf`` what they cost before rewards, ``counted`` what
    is left of the goods of its condition, where these are others.

    An amount that units pay for comes off whole or not at all: units would be lost otherwise.
    """
    reward = candidate.reward
    most = units // reward.cost if reward.cost else 1
    if candidate.times is not None:
        most = min(most, candidate.times)
    if most < 1 or base <= 0:
        return 0, 0
    if candidate.from_rest > (base if counted is None else counted):
        return 0, 0
    match candidate.benefit:
        case PercentOff() as percent:
            on = shelf if candidate.programme.stacking.percent_of == "shelf" else base
            return 1, min(base, percent_off(percent, on))
        case FixedPrice(price=price):
            return 1, max(0, base - price)
        case AmountOff(amount=amount) as off if reward.cost:
            times = min(most, room_for(off, base) // amount)
            return times, times * amount
        case AmountOff(amount=amount) as off:
            return 1, min(room_for(off, base), amount)


def refusal(candidate: Candidate, base: int, units: int, counted: int) -> Reason:
    """Why a reward on the basket finds nothing; see ``off_basket``."""
    reward, benefit = candidate.reward, candidate.benefit
    if reward.cost and units < reward.cost:
        return Reason(why=Why.UNITS_MISSING, units=reward.cost - units)
    if candidate.from_rest > counted:
        of = wanted(reward.condition.goods, candidate.name.programme, reward.id, CONDITION)
        return Reason(why=Why.SPEND_MISSING, amount=candidate.from_rest - counted, wanted=of)
    if isinstance(benefit, AmountOff) and reward.cost and base > 0:
        return Reason(why=Why.SPEND_MISSING, amount=rest_for(benefit, benefit.amount) - base)
    return Reason(why=Why.NOTHING_LEFT)


def applied_as(
    candidate: Candidate, times: int, shares: tuple[Share, ...], lines: Iterable[Line] = ()
) -> Applied:
    """What is told of a reward; ``lines`` are those of the basket, where it may be on pieces."""
    reward, unit = candidate.reward, candidate.programme.unit
    discount = sum([share.amount for share in shares])
    return Applied(
        name=candidate.name,
        revision=candidate.programme.revision,
        times=times,
        discount=discount,
        shares=shares,
        units=reward.cost * times,
        unit=unit.id if unit and reward.cost else "",
        claimed=candidate.claimed,
        reason=_why_applied(
            candidate, times, discount, shares, _bags(candidate.benefit, shares, lines)
        ),
    )


def _each(reward: Reward) -> int:
    """What comes off for each full sum; 0 where it is no such amount."""
    benefit = reward.benefit
    if not isinstance(benefit, AmountOff) or benefit.for_each is None:
        return 0
    return benefit.amount


def _bags(benefit: MoneyOff, shares: Iterable[Share], lines: Iterable[Line]) -> int:
    """How many pieces were weighed, of those that cost less by the kilogram."""
    if isinstance(benefit, PercentOff) or benefit.per == "piece":
        return 0
    weighed = {line.key for line in lines if line.kilograms is not None}
    return sum([share.pieces for share in shares if share.line in weighed])


def _why_applied(
    candidate: Candidate, times: int, discount: int, shares: tuple[Share, ...], bags: int
) -> Reason:
    reward = candidate.reward
    pieces = sum([share.pieces for share in shares])
    units = reward.cost * times
    match candidate.benefit:
        case PercentOff(basis_points=basis_points) if pieces and basis_points == BASIS_POINTS:
            return Reason(why=Why.FREE, pieces=pieces, amount=discount, units=units, times=times)
        case PercentOff(basis_points=basis_points, at_most=at_most):
            return Reason(
                why=Why.PERCENT_OFF,
                basis_points=basis_points,
                pieces=pieces,
                amount=discount,
                per=discount if discount == at_most else 0,
                units=units,
            )
        case FixedPrice(price=price):
            return Reason(
                why=Why.FIXED_PRICE,
                amount=price,
                pieces=pieces - bags,
                times=times,
                units=units,
                kilogram=bags > 0,
            )
        case AmountOff() if reward.cost:
            return Reason(why=Why.UNITS_FOR_MONEY, amount=discount, units=units, times=times)
        case AmountOff() if (each := _each(reward)) and discount % each == 0:
            return Reason(why=Why.AMOUNT_OFF, amount=each, times=discount // each)
        case AmountOff(amount=amount) if not bags and amount * times == discount:
            return Reason(why=Why.AMOUNT_OFF, amount=amount, pieces=pieces, times=times)
        case AmountOff():
            # Some goods cost less than what would come off: told is what did.
            return Reason(why=Why.AMOUNT_OFF, amount=discount, pieces=pieces, times=1)
