"""One way to combine rewards, worked out: what comes off each line, and which units are spent.

First the rewards on pieces and sets (the search), then those on the basket, off what is left:
percents before amounts, automatic ones before claimed ones, lower programmes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.allocation import Searches, allocate
from terminal.loyalty.engine.evaluation import Applied, Reason, Share, Why
from terminal.loyalty.engine.goods import (
    Application,
    Candidate,
    PieceClass,
    applications,
    reached_by,
)
from terminal.loyalty.money import BASIS_POINTS, percent_of, split
from terminal.loyalty.programme import AmountOff, FixedPrice, PercentOff, Reward
from terminal.loyalty.standing import RewardName, Standing


@dataclass(slots=True)
class Settlement:
    """What one combination of rewards comes to. ``net`` is by line key."""

    net: dict[int, int]
    applied: list[Applied] = field(default_factory=list)
    free_pieces: dict[int, int] = field(default_factory=dict)
    refused: dict[RewardName, Reason] = field(default_factory=dict)
    """Candidates that found nothing to come off, with the reason."""
    worth: int = 0
    """Minor units that the units of automatic rewards are worth."""
    gap: int = 0
    steps: int = 0

    @property
    def to_pay(self) -> int:
        """What all lines come to."""
        return sum(self.net.values())

    @property
    def units(self) -> int:
        """Units spent, of all kinds together."""
        return sum(one.units for one in self.applied)


@dataclass(frozen=True, slots=True)
class Question:
    """What is the same for every combination tried on one basket, and what it has taught."""

    basket: Basket
    classes: tuple[PieceClass, ...]
    standing: Standing
    searches: Searches = field(default_factory=dict)
    possible: dict[RewardName, tuple[list[Application], bool]] = field(default_factory=dict)
    reached: dict[RewardName, frozenset[int]] = field(default_factory=dict)

    def classes_of(self, candidate: Candidate) -> frozenset[int]:
        """The classes that a candidate may take something off, worked out once."""
        if candidate.name not in self.reached:
            self.reached[candidate.name] = reached_by(candidate.reward, self.classes)
        return self.reached[candidate.name]

    def applications(self, candidate: Candidate) -> tuple[list[Application], bool]:
        """The ways to use a candidate, worked out once, and whether these are all."""
        if candidate.name not in self.possible:
            self.possible[candidate.name] = applications(candidate, self.classes)
        return self.possible[candidate.name]


def settle(question: Question, candidates: Sequence[Candidate], effort: int) -> Settlement:
    """Work one combination of candidates out."""
    settlement = Settlement({line.key: line.amount for line in question.basket.lines})
    left = {
        one.programme.unit.id: question.standing.spendable(one.programme.unit.id)
        for one in candidates
        if one.programme.unit
    }
    on_goods = [one for one in candidates if one.reward.target.scope != "basket"]
    if on_goods:
        _settle_goods(question, on_goods, effort, settlement, left)
    on_basket = [one for one in candidates if one.reward.target.scope == "basket"]
    for candidate in sorted(on_basket, key=_turn):
        _settle_basket(question, candidate, settlement, left)
    settlement.gap += _missed_at_most(question, on_goods, on_basket, settlement)
    return settlement


def _missed_at_most(
    question: Question,
    on_goods: Sequence[Candidate],
    on_basket: Sequence[Candidate],
    settlement: Settlement,
) -> int:
    """What other rewards on goods, or other units spent, might save by way of the basket's rewards.

    Goods are searched first and by themselves. That is best for the whole as well, unless a
    reward on the basket is about some of the goods that they touch and not about others, comes
    off in whole amounts only, or wants units that others want: then nothing is proven.
    """
    if not on_basket:
        return 0
    touched = frozenset[int]().union(*(question.classes_of(one) for one in on_goods))
    applied = {one.name: one for one in settlement.applied}
    most = taken = 0
    certain = True
    for candidate in on_basket:
        reward, got = candidate.reward, applied.get(candidate.name)
        covered = question.classes_of(candidate)
        price = sum(
            question.classes[index].price * question.classes[index].pieces for index in covered
        )
        unit = candidate.programme.unit.id if candidate.programme.unit and reward.cost else ""
        off = _off_basket(candidate, price, question.standing.spendable(unit))[1]
        most += off
        taken += got.discount - candidate.worth * got.times if got else 0
        others = [
            one for one in (*on_goods, *on_basket) if one is not candidate and one.reward.cost
        ]
        wanted = any(one.programme.unit and one.programme.unit.id == unit for one in others)
        optional = bool(reward.cost) and not candidate.claimed and len(on_basket) > 1
        short = bool(reward.cost) and (got is None or got.discount < off)
        if (touched & covered and touched - covered) or wanted or optional or short:
            certain = False
    return 0 if certain else max(0, most - taken)


def _settle_goods(
    question: Question,
    candidates: Sequence[Candidate],
    effort: int,
    settlement: Settlement,
    left: dict[str, int],
) -> None:
    capped = _within_units(candidates, left)
    ways = [question.applications(candidate) for candidate in capped]
    possible = [application for found, _ in ways for application in found]
    found = allocate(question.classes, capped, possible, effort, left, question.searches)
    settlement.gap, settlement.steps = found.gap, found.steps
    if not all(whole for _, whole in ways):
        # Some ways were not looked at, so nothing is known of what they might have saved.
        settlement.gap = max(1, settlement.to_pay)
    remaining = {
        (index, key): pieces
        for index, one in enumerate(question.classes)
        for key, pieces in one.lines
    }
    for candidate in capped:
        chosen = [pair for pair in found.chosen if pair[0].name == candidate.name]
        if chosen:
            _book(question, candidate, chosen, settlement, remaining)
            if candidate.programme.unit and candidate.reward.cost:
                left[candidate.programme.unit.id] -= settlement.applied[-1].units
    settlement.applied.sort(key=lambda one: one.name)


def _within_units(candidates: Sequence[Candidate], left: Mapping[str, int]) -> list[Candidate]:
    """The candidates with their times bounded by the units that there are."""
    capped = []
    for one in candidates:
        if one.reward.cost and one.programme.unit:
            times = left[one.programme.unit.id] // one.reward.cost
            capped.append(replace(one, times=times if one.times is None else min(times, one.times)))
        else:
            capped.append(one)
    return capped


def _book(
    question: Question,
    candidate: Candidate,
    chosen: list[tuple[Application, int]],
    settlement: Settlement,
    remaining: dict[tuple[int, int], int],
) -> None:
    """Write a reward's applications on lines: the earliest line of a class first."""
    amounts: dict[int, int] = {}
    pieces_on: dict[int, int] = {}
    times = sum(n for _, n in chosen)
    for application, n in chosen:
        for index, pieces, amount in application.gains:
            shares = _over_lines(question.classes[index], index, pieces * n, remaining)
            parts = split(amount * n, [count for _, count in shares])
            for (key, count), part in zip(shares, parts, strict=True):
                amounts[key] = amounts.get(key, 0) + part
                pieces_on[key] = pieces_on.get(key, 0) + count
                if amount == question.classes[index].price * pieces:
                    settlement.free_pieces[key] = settlement.free_pieces.get(key, 0) + count
        gained = {index: pieces for index, pieces, _ in application.gains}
        for index, pieces in application.uses:
            _over_lines(
                question.classes[index], index, (pieces - gained.get(index, 0)) * n, remaining
            )
    for key, amount in amounts.items():
        settlement.net[key] -= amount
    settlement.worth += candidate.worth * times
    shares_of = tuple(
        Share(line=key, amount=amounts[key], pieces=pieces_on[key]) for key in sorted(amounts)
    )
    settlement.applied.append(_applied(candidate, times, shares_of))


def _over_lines(
    one: PieceClass, index: int, pieces: int, remaining: dict[tuple[int, int], int]
) -> list[tuple[int, int]]:
    taken: list[tuple[int, int]] = []
    for key, _ in one.lines:
        count = min(pieces, remaining[index, key])
        if count:
            remaining[index, key] -= count
            pieces -= count
            taken.append((key, count))
    return taken


def _turn(candidate: Candidate) -> tuple[bool, bool, int, str]:
    percent = isinstance(candidate.reward.benefit, PercentOff)
    return (candidate.claimed, not percent, candidate.programme.programme, candidate.reward.id)


def _settle_basket(
    question: Question, candidate: Candidate, settlement: Settlement, left: dict[str, int]
) -> None:
    reward = candidate.reward
    indices = sorted(question.classes_of(candidate))
    on = [[key for key, _ in question.classes[index].lines] for index in indices]
    base = sum(settlement.net[key] for keys in on for key in keys)
    unit = candidate.programme.unit.id if candidate.programme.unit else ""
    times, discount = _off_basket(candidate, base, left.get(unit, 0))
    if discount <= 0:
        settlement.refused[candidate.name] = _refusal(reward, base, left.get(unit, 0))
        return
    if candidate.worth and discount <= candidate.worth * times and not candidate.claimed:
        settlement.refused[candidate.name] = Reason(why=Why.NOT_WORTH_IT, amount=discount)
        return
    parts = _split_over_classes(discount, on, settlement.net)
    for key, part in parts.items():
        settlement.net[key] -= part
    if reward.cost:
        left[unit] -= reward.cost * times
    settlement.worth += candidate.worth * times
    shares = tuple(Share(line=key, amount=part) for key, part in sorted(parts.items()) if part)
    settlement.applied.append(_applied(candidate, times, shares))


def _split_over_classes(
    discount: int, on: Sequence[Sequence[int]], net: Mapping[int, int]
) -> dict[int, int]:
    """A discount by line key, in proportion to what is left to pay.

    Classes come first, then the lines of each: so the odd cent goes to the same goods, and the
    same VAT rate, in whatever order they were scanned.
    """
    parts: dict[int, int] = {}
    weights = [sum(net[key] for key in keys) for keys in on]
    for keys, part in zip(on, split(discount, weights), strict=True):
        shares = split(part, [net[key] for key in keys])
        parts.update(zip(keys, shares, strict=True))
    return parts


def _off_basket(candidate: Candidate, base: int, units: int) -> tuple[int, int]:
    """How often a reward comes off the rest of the basket, and how much that is.

    An amount that units pay for comes off whole or not at all: units would be lost otherwise.
    """
    reward = candidate.reward
    most = units // reward.cost if reward.cost else 1
    if candidate.times is not None:
        most = min(most, candidate.times)
    if most < 1 or base <= 0:
        return 0, 0
    match reward.benefit:
        case PercentOff(basis_points=basis_points):
            return 1, percent_of(base, basis_points)
        case FixedPrice(price=price):
            return 1, max(0, base - price)
        case AmountOff(amount=amount) if reward.cost:
            times = min(most, base // amount)
            return times, times * amount
        case AmountOff(amount=amount):
            return 1, min(base, amount)


def _refusal(reward: Reward, base: int, units: int) -> Reason:
    if reward.cost and units < reward.cost:
        return Reason(why=Why.UNITS_MISSING, units=reward.cost - units)
    if isinstance(reward.benefit, AmountOff) and reward.cost and base > 0:
        return Reason(why=Why.SPEND_MISSING, amount=reward.benefit.amount - base)
    return Reason(why=Why.NOTHING_LEFT)


def _applied(candidate: Candidate, times: int, shares: tuple[Share, ...]) -> Applied:
    reward, unit = candidate.reward, candidate.programme.unit
    discount = sum(share.amount for share in shares)
    return Applied(
        name=candidate.name,
        revision=candidate.programme.revision,
        times=times,
        discount=discount,
        shares=shares,
        units=reward.cost * times,
        unit=unit.id if unit and reward.cost else "",
        claimed=candidate.claimed,
        reason=_why_applied(reward, times, discount, shares),
    )


def _why_applied(reward: Reward, times: int, discount: int, shares: tuple[Share, ...]) -> Reason:
    pieces = sum(share.pieces for share in shares)
    units = reward.cost * times
    match reward.benefit:
        case PercentOff(basis_points=basis_points) if pieces and basis_points == BASIS_POINTS:
            return Reason(why=Why.FREE, pieces=pieces, amount=discount, units=units, times=times)
        case PercentOff(basis_points=basis_points):
            return Reason(
                why=Why.PERCENT_OFF,
                basis_points=basis_points,
                pieces=pieces,
                amount=discount,
                units=units,
            )
        case FixedPrice(price=price):
            return Reason(
                why=Why.FIXED_PRICE, amount=price, pieces=pieces, times=times, units=units
            )
        case AmountOff() if reward.cost:
            return Reason(why=Why.UNITS_FOR_MONEY, amount=discount, units=units, times=times)
        case AmountOff(amount=amount):
            return Reason(why=Why.AMOUNT_OFF, amount=amount, pieces=pieces, times=times)
