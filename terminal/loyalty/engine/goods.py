"""What could come off which pieces: the candidates that the search chooses among.

An *application* is one use of a reward: the classes of pieces that it uses up and what it takes off
each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from itertools import combinations_with_replacement as multisets
from itertools import product
from math import comb, prod

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import (
    AmountOff,
    Benefit,
    FixedPrice,
    MoneyOff,
    PercentOff,
    amount_for,
)
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.engine.classes import PieceClasses
from terminal.loyalty.money import BASIS_POINTS, divide_half_up, percent_of, split
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import RewardName
from terminal.values import dataclass

SETS_MOST = 1_000
"""Sets that are made of one reward; with more, only those of neighbours in price are."""

Uses = tuple[tuple[int, int], ...]
"""(class, pieces) in the order of classes."""


@dataclass(slots=True)
class Candidate:
    """A reward that may be had now. ``times`` bounds how often; None is as often as goods do."""

    programme: Programme
    reward: Reward
    times: int | None
    claimed: bool
    worth: int
    """Minor units that the units of one use are worth; 0 for claimed rewards."""
    benefit: MoneyOff
    """What it brings in this basket, by the step that is reached."""
    step: int = 0
    """Which step that is, from 1."""
    money_left: int | None = None
    """Minor units that its budget leaves; None: it has no budget of money."""
    from_rest: int = 0
    """So much must be left to pay in its turn for the rewardable goods of its condition."""
    name: RewardName = field(init=False)
    """The name of its reward."""

    competes: bool = field(init=False)
    """Whether it competes with others for pieces of goods; the search is about these."""

    def __init__(
        self,
        programme: Programme,
        reward: Reward,
        times: int | None,
        claimed: bool,
        worth: int,
        benefit: MoneyOff,
        *,
        step: int = 0,
        money_left: int | None = None,
        from_rest: int = 0,
    ) -> None:
        # Written down, and so compiled: a shop with 500 programmes makes as many of them.
        self.programme, self.reward, self.times = programme, reward, times
        self.claimed, self.worth, self.benefit = claimed, worth, benefit
        self.step, self.money_left, self.from_rest = step, money_left, from_rest
        self.name = RewardName(programme.programme, reward.id)
        self.competes = reward.target.scope != "basket" and not is_on_top(programme, reward)


def is_on_top(programme: Programme, reward: Reward) -> bool:
    """Whether a reward comes off what others leave of a piece."""
    return programme.stacking.on_top and reward.target.scope == "piece"


@dataclass(frozen=True, slots=True)
class Application:
    """One use of a candidate on certain pieces."""

    name: RewardName
    uses: Uses
    gains: tuple[tuple[int, int, int], ...]
    """(class, pieces, minor units off all of them)."""
    discount: int
    saving: int
    """What the customer saves by it, tax on top included, in the parts that the search counts."""

    @property
    def size(self) -> int:
        """How many pieces it uses up."""
        return sum([pieces for _, pieces in self.uses])


def application_of(
    candidate: Candidate,
    uses: Uses,
    on: Uses,
    classes: PieceClasses,
    weights: Sequence[int],
) -> Application:
    """One use that is known by its pieces and by those that cost less."""
    if len(on) == 1 and on[0][1] == 1:
        index = on[0][0]
        off = off_price(candidate.benefit, classes[index].price, classes[index].kilograms)
        return Application(candidate.name, uses, ((index, 1, off),), off, off * weights[index])
    pieces = [index for index, n in on for _ in range(n)]
    gains = _gains(candidate.benefit, pieces, classes)
    discount = sum(off for _, _, off in gains)
    saving = sum(off * weights[index] for index, _, off in gains)
    return Application(candidate.name, uses, gains, discount, saving)


def benefit_in(reward: Reward, basket: Basket) -> Benefit:
    """What a reward brings in a basket: the benefit of the highest step that is reached.

    An amount for each full sum is what it comes to.
    """
    benefit = reward.benefit
    if isinstance(benefit, AmountOff) and benefit.for_each is not None:
        return counted_out(benefit, bought(reward, basket)[1])
    step = step_in(reward, *bought(reward, basket)) if reward.steps else 0
    return reward.steps[step - 1].benefit if step else benefit


def counted_out(benefit: AmountOff, spend: int) -> AmountOff:
    """An amount for each full sum, as the amount that it comes to."""
    amount = max(1, amount_for(benefit, spend))
    return AmountOff(amount=amount, at_most_basis_points=benefit.at_most_basis_points)


def least_rest_for(reward: Reward, basket: Basket) -> int:
    """What must be left to pay of what rewards may touch, so that a reward can be had.

    The rest of what its condition is about is paid whole in any case.
    """
    condition = reward.condition
    if condition.spend_of != "rest":
        return 0
    fixed = [
        line.amount
        for line in basket.lines
        if not line.product.rewardable and condition.goods.takes(line)
    ]
    return max(0, condition.spend - sum(fixed))


class Bought:
    """A basket that is asked for pieces and shelf prices: of equal filters it counts once."""

    def __init__(self, basket: Basket) -> None:
        self.basket = basket
        self._counted: dict[GoodsFilter, tuple[int, int]] = {}

    def of(self, goods: GoodsFilter) -> tuple[int, int]:
        """How many pieces of such goods there are, and what they cost on the shelf."""
        counted = self._counted.get(goods)
        if counted is None:
            lines = [line for line in self.basket.lines if goods.takes(line)]
            counted = (sum([line.pieces for line in lines]), sum([line.amount for line in lines]))
            self._counted[goods] = counted
        return counted


def bought(reward: Reward, basket: Basket) -> tuple[int, int]:
    """Pieces and shelf prices in a basket of what a reward with steps is about."""
    return Bought(basket).of(reward.target.goods)


def step_in(reward: Reward, pieces: int, spend: int) -> int:
    """The number of the last step that so much reaches, from 1; 0 where it reaches none."""
    reached = [
        number
        for number, one in enumerate(reward.steps, start=1)
        if pieces >= one.pieces and spend >= one.spend
    ]
    return max(reached, default=0)


def reached_by(reward: Reward, classes: PieceClasses) -> frozenset[int]:
    """The indices of the classes that a reward may take something off."""
    if reward.target.scope != "set":
        filters = [reward.target.goods]
    elif reward.target.also:
        filters = [reward.target.also.goods]
    else:
        filters = [need.goods for need in reward.condition.needs]
    if len(filters) == 1:
        return classes.reached_by(filters[0])
    return frozenset(index for goods in filters for index in classes.taken_by(goods))


def applications(
    candidate: Candidate, classes: PieceClasses, *, taxed: bool
) -> tuple[list[Application], bool]:
    """Ways to use a candidate once that take something off, and whether these are all.

    ``taxed``: tax comes on top of the prices, and goes with what is taken off them.
    """
    reward = candidate.reward
    weights = [BASIS_POINTS + one.product.vat if taxed else 1 for one in classes]
    if reward.target.scope == "piece":
        found = []
        for index in classes.taken_by(reward.target.goods):
            off = off_price(candidate.benefit, classes[index].price, classes[index].kilograms)
            if off > 0:
                uses = ((index, 1),)
                found.append(application_of(candidate, uses, uses, classes, weights))
        return found, True
    return _on_sets(candidate, classes, weights)


def _on_sets(
    candidate: Candidate, classes: PieceClasses, weights: list[int]
) -> tuple[list[Application], bool]:
    """Sets over classes; equal sets are told once.

    Where there are too many, only sets of neighbours in price are made: a set whose pieces cost
    nearly the same wastes the least, whether its cheapest or its dearest piece is the reward.
    """
    reward = candidate.reward
    also = reward.target.also
    needs = (*reward.condition.needs, *((also,) if also else ()))
    slots = [(classes.taken_by(need.goods), need.pieces) for need in needs]
    share = 1
    while (share + 1) ** len(slots) <= SETS_MOST:
        share += 1
    if prod(comb(len(found) + pieces - 1, pieces) for found, pieces in slots) <= SETS_MOST:
        share = SETS_MOST  # all of them, however they are spread over the slots
    parts = [_choices_of_slot(found, pieces, share) for found, pieces in slots]
    told: dict[tuple[Uses, Uses], Application] = {}
    for chosen in product(*(part for part, _ in parts)):
        extra = list(chosen[-1]) if also else []
        in_set = sorted(index for part in (chosen[:-1] if also else chosen) for index in part)
        uses = _counted((*in_set, *extra))
        if any(pieces > classes[index].pieces for index, pieces in uses):
            continue
        on = _counted(tuple(extra if also else _picked(reward, in_set)))
        if (uses, on) not in told:
            told[uses, on] = application_of(candidate, uses, on, classes, weights)
    return [one for one in told.values() if one.discount > 0], all(whole for _, whole in parts)


def _choices_of_slot(
    found: Sequence[int], pieces: int, most: int
) -> tuple[list[tuple[int, ...]], bool]:
    """Ways to fill a slot: all of them, or those within the widest window that stays in bounds."""
    if comb(len(found) + pieces - 1, pieces) <= most or not found:
        return list(multisets(found, pieces)), True
    width = 1
    while (len(found) + 1) * comb(width + pieces - 1, pieces - 1) <= most:
        width += 1
    near = [
        (first, *rest)
        for place, first in enumerate(found)
        for rest in multisets(found[place : place + width], pieces - 1)
    ]
    return near[:most], False


def _picked(reward: Reward, in_set: list[int]) -> list[int]:
    """The pieces of a set that the benefit goes to; classes stand dearest first."""
    pieces = reward.target.pieces or len(in_set)
    return in_set[:pieces] if reward.target.pick == "dearest" else in_set[-pieces:]


def _gains(
    benefit: MoneyOff, on: list[int], classes: PieceClasses
) -> tuple[tuple[int, int, int], ...]:
    prices = [classes[index].price for index in on]
    if isinstance(benefit, PercentOff):
        offs = tuple(off_price(benefit, price) for price in prices)
    else:
        # A price or an amount for all pieces together is shared out in proportion.
        offs = split(off_price(benefit, sum(prices)), prices)
    gains: dict[int, tuple[int, int]] = {}
    for index, off in zip(on, offs, strict=True):
        pieces, amount = gains.get(index, (0, 0))
        gains[index] = (pieces + 1, amount + off)
    return tuple((index, pieces, amount) for index, (pieces, amount) in sorted(gains.items()))


def off_price(benefit: MoneyOff, price: int, kilograms: tuple[int, int] | None = None) -> int:
    """What a benefit takes off one price; ``kilograms``: of what costs it, if it was weighed."""
    if kilograms is not None and not isinstance(benefit, PercentOff) and benefit.per == "kilogram":
        return _off_weighed(benefit, price, *kilograms)
    match benefit:
        case PercentOff(basis_points=basis_points):
            return percent_of(price, basis_points)
        case AmountOff(amount=amount):
            return min(price, amount)
        case FixedPrice(price=fixed):
            return max(0, price - fixed)


def _off_weighed(benefit: AmountOff | FixedPrice, price: int, weight: int, by: int) -> int:
    if not by:
        return 0  # nobody knows what it weighs
    if isinstance(benefit, AmountOff):
        return min(price, divide_half_up(benefit.amount * weight, by))
    return max(0, price - divide_half_up(benefit.price * weight, by))


def _counted(indices: tuple[int, ...]) -> Uses:
    counts: dict[int, int] = {}
    for index in sorted(indices):
        counts[index] = counts.get(index, 0) + 1
    return tuple(counts.items())
