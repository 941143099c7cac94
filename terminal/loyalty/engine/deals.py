"""What a reward would take for the pieces it uses: its best use at given prices of pieces.

A wide basket has thousands of ways to use its rewards. They are never written down: a *deal*
answers which use of its reward brings most over what the pieces are worth elsewhere, and how
much no use can exceed.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff
from terminal.loyalty.engine.classes import PieceClasses
from terminal.loyalty.engine.goods import Application, Candidate, Uses, off_price
from terminal.loyalty.money import percent_of
from terminal.loyalty.standing import RewardName

NOTHING = -(10**60)
"""Less than any use brings."""

Found = tuple[int, Uses, Uses]
"""What a use brings over the prices of its pieces, those pieces, and those that cost less."""


class Deal:
    """One reward on goods. Figures are in the parts that the search counts.

    ``number`` tells it from all others of a question, ``flat`` is added to every use.
    """

    __slots__ = ("classes", "flat", "name", "number", "size")

    def __init__(self, number: int, name: RewardName, flat: int, size: int) -> None:
        self.number, self.name, self.flat, self.size = number, name, flat, size
        self.classes: frozenset[int] = frozenset()

    def best(
        self, prices: Sequence[int], left: Sequence[int], above: int = NOTHING
    ) -> Found | None:
        """A use of pieces that are left and brings more than ``above``; None if there is none."""
        raise NotImplementedError

    def bound(self, prices: Sequence[int], left: Sequence[int], found: Found | None) -> int:
        """What no use brings more of; ``found`` is the best one that was found."""
        del prices, left
        return found[0] if found else 0


class OnPieces(Deal):
    """Off each piece by itself."""

    __slots__ = ("gains",)

    def __init__(
        self, number: int, name: RewardName, flat: int, gains: list[tuple[int, int]]
    ) -> None:
        super().__init__(number, name, flat, 1)
        self.gains = gains
        self.classes = frozenset(index for index, _ in gains)

    def best(
        self, prices: Sequence[int], left: Sequence[int], above: int = NOTHING
    ) -> Found | None:
        most, at = above - self.flat, -1
        for index, gain in self.gains:
            if gain - prices[index] > most and left[index]:
                most, at = gain - prices[index], index
        if at < 0:
            return None
        uses = ((at, 1),)
        return most + self.flat, uses, uses


class OnColumns(Deal):
    """Uses that are written down, for sets of odd kinds."""

    __slots__ = ("columns",)

    def __init__(self, number: int, name: RewardName, flat: int, columns: list[Found]) -> None:
        size = min((sum(n for _, n in uses) for _, uses, _ in columns), default=1)
        super().__init__(number, name, flat, size)
        self.columns = columns
        self.classes = frozenset(index for _, uses, _ in columns for index, _ in uses)

    def best(
        self, prices: Sequence[int], left: Sequence[int], above: int = NOTHING
    ) -> Found | None:
        most, at = above - self.flat, None
        for column in self.columns:
            gain = column[0]
            for index, n in column[1]:
                if left[index] < n:
                    break
                gain -= n * prices[index]
            else:
                if gain > most:
                    most, at = gain, column
        return None if at is None else (most + self.flat, at[1], at[2])


class OnSlots(Deal):
    """A set of which each place is filled by itself: a price for all, a percent off all or more.

    ``slots`` is (classes with what a piece gains there, pieces); ``flat`` holds what is paid for
    the whole set, and ``least`` is what the gains must exceed for anything to come off.
    """

    __slots__ = ("also", "apart", "least", "slots")

    def __init__(
        self,
        number: int,
        name: RewardName,
        flat: int,
        slots: list[tuple[list[tuple[int, int]], int]],
        least: int,
        also: bool,
    ) -> None:
        super().__init__(number, name, flat - least, sum(pieces for _, pieces in slots))
        self.slots, self.least, self.also = slots, least, also
        sets = [{index for index, _ in gains} for gains, _ in slots]
        self.classes = frozenset[int]().union(*sets)
        self.apart = sum(map(len, sets)) == len(self.classes)

    def best(
        self, prices: Sequence[int], left: Sequence[int], above: int = NOTHING
    ) -> Found | None:
        used: dict[int, int] = {}
        value, gained = self.flat, 0
        benefit = None
        for gains, pieces in self.slots:
            if self.also and used and benefit is None:
                benefit = dict(used)
            if pieces == 1:
                most, at, gain_there = NOTHING, -1, 0
                for index, gain in gains:
                    if gain - prices[index] > most and left[index] > used.get(index, 0):
                        most, at, gain_there = gain - prices[index], index, gain
                if at < 0:
                    return None
                used[at] = used.get(at, 0) + 1
                value += most
                gained += gain_there
                continue
            missing = pieces
            for loss, index, gain in sorted(
                [(prices[index] - gain, index, gain) for index, gain in gains if left[index]]
            ):
                n = left[index] - used.get(index, 0) if used else left[index]
                if n > 0:
                    n = min(n, missing)
                    used[index] = used.get(index, 0) + n
                    value -= n * loss
                    gained += n * gain
                    missing -= n
                    if not missing:
                        break
            if missing:
                return None
        if gained <= self.least or value <= above:
            return None
        uses = tuple(sorted(used.items())) if len(used) > 1 else tuple(used.items())
        return value, uses, uses if benefit is None else tuple(sorted(benefit.items()))

    def bound(self, prices: Sequence[int], left: Sequence[int], found: Found | None) -> int:
        if self.apart:
            # Every place was filled with its best, or cannot be filled.
            return found[0] if found else 0
        value = self.flat
        for gains, pieces in self.slots:
            most = [gain - prices[index] for index, gain in gains if left[index]]
            if not most:
                return 0
            value += pieces * max(most)
        return value


class OnOneOfSet(Deal):
    """Of so many pieces the cheapest or the dearest one costs less.

    ``gains`` stand with the pieces first that can be paid beside any later one: dearest first for
    the cheapest, cheapest first for the dearest.
    """

    __slots__ = ("gains",)

    def __init__(
        self, number: int, name: RewardName, flat: int, gains: list[tuple[int, int]], pieces: int
    ) -> None:
        super().__init__(number, name, flat, pieces)
        self.gains = gains
        self.classes = frozenset(index for index, _ in gains)

    def best(
        self, prices: Sequence[int], left: Sequence[int], above: int = NOTHING
    ) -> Found | None:
        others = self.size - 1
        paid: list[tuple[int, int]] = []
        total = worst = 0
        full = not others
        value, chosen, at = above - self.flat, paid, -1
        for index, gain in self.gains:
            count = left[index]
            if not count:
                continue
            price = prices[index]
            if full and price >= worst:
                if gain and gain - price - total > value:
                    value, chosen, at = gain - price - total, paid, index
                continue
            if gain and count > 1:
                # Pieces like it may be among those that are paid.
                beside = _cheapest(paid, (price, index), count - 1, others)
                here = gain - price - sum([one for one, _ in beside])
                if here > value and len(beside) == others:
                    value, chosen, at = here, beside, index
            elif gain and full and gain - price - total > value:
                value, chosen, at = gain - price - total, paid, index
            paid = _cheapest(paid, (price, index), count, others)
            if len(paid) == others:
                full, worst, total = True, paid[-1][0], sum([one for one, _ in paid])
        if at < 0:
            return None
        used = {at: 1}
        for _, index in chosen:
            used[index] = used.get(index, 0) + 1
        return value + self.flat, tuple(sorted(used.items())), ((at, 1),)


def _cheapest(
    paid: list[tuple[int, int]], one: tuple[int, int], count: int, most: int
) -> list[tuple[int, int]]:
    """The cheapest pieces of those that are there and so many more of a kind."""
    paid = paid[:]
    place = bisect(paid, one)
    paid[place:place] = [one] * min(count, most)
    del paid[most:]
    return paid


class OnOneOfTwo(OnOneOfSet):
    """Of two pieces the cheaper or the dearer one costs less."""

    __slots__ = ()

    def best(
        self, prices: Sequence[int], left: Sequence[int], above: int = NOTHING
    ) -> Found | None:
        value, at, beside = above - self.flat, -1, -1
        least, paid = 0, -1
        for index, gain in self.gains:
            count = left[index]
            if not count:
                continue
            price = prices[index]
            if count > 1 and (paid < 0 or price < least):
                if gain and gain - 2 * price > value:
                    value, at, beside = gain - 2 * price, index, index
            elif gain and paid >= 0 and gain - price - least > value:
                value, at, beside = gain - price - least, index, paid
            if paid < 0 or price < least:
                least, paid = price, index
        if at < 0:
            return None
        uses = ((at, 2),) if at == beside else ((at, 1), (beside, 1))
        return value + self.flat, tuple(sorted(uses)), ((at, 1),)


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
            (one.saving * unit, one.uses, tuple((index, n) for index, n, _ in one.gains))
            for one in written
        ]
        return OnColumns(number, candidate.name, flat, columns)

    def gains_of(indices: Sequence[int]) -> list[tuple[int, int]]:
        if isinstance(benefit, PercentOff):
            points = benefit.basis_points
            return [
                (index, percent_of(classes[index].price, points) * weights[index] * unit)
                for index in indices
            ]
        return [
            (index, off_price(benefit, classes[index].price) * weights[index] * unit)
            for index in indices
        ]

    if target.scope == "piece":
        gains = gains_of(classes.taken_by(target.goods))
        return OnPieces(number, candidate.name, flat, [pair for pair in gains if pair[1]])
    needs = [(classes.taken_by(one.goods), one.pieces) for one in candidate.reward.condition.needs]
    if target.also is None and 0 < target.pieces < sum(pieces for _, pieces in needs):
        gains = gains_of(needs[0][0])
        if target.pick == "dearest":
            gains.reverse()
        kind = OnOneOfTwo if needs[0][1] == 2 else OnOneOfSet
        return kind(number, candidate.name, flat, gains, needs[0][1])
    # What all pieces of the benefit cost, for a price of the whole set.
    whole = isinstance(benefit, FixedPrice)
    least = benefit.price * unit if isinstance(benefit, FixedPrice) else 0
    on = [(classes.taken_by(target.also.goods), target.also.pieces)] if target.also else needs
    slots = [
        (
            [(index, classes[index].price * unit) for index in indices]
            if whole
            else gains_of(indices),
            pieces,
        )
        for indices, pieces in on
    ]
    if target.also:
        slots += [([(index, 0) for index in indices], pieces) for indices, pieces in needs]
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
