"""Deals on sets of pieces: each place is filled with what costs least over what it gains there."""

from __future__ import annotations

from typing import Final

from terminal.loyalty.engine.deals import NOTHING, Deal, Found
from terminal.loyalty.engine.goods import Uses
from terminal.loyalty.standing import RewardName

NONE_USED: Final[dict[int, int]] = {}


def _in_order(used: dict[int, int]) -> Uses:
    """Pieces by class."""
    return tuple(sorted(used.items())) if len(used) > 1 else tuple(used.items())


class _Least:
    """What costs least, so many of it: ``costs`` in order, and ``kinds``, the classes of each.

    Of what costs as much, the lower class comes first.
    """

    __slots__ = ("costs", "kinds", "most")

    def __init__(self, most: int, costs: list[int], kinds: list[int]) -> None:
        self.most, self.costs, self.kinds = most, costs, kinds

    def put(self, cost: int, index: int, times: int) -> None:
        costs, kinds = self.costs, self.kinds
        place = len(costs)
        while place:
            before = costs[place - 1]
            if before < cost or (before == cost and kinds[place - 1] <= index):
                break
            place -= 1
        for _ in range(min(times, self.most - place)):
            if len(costs) == self.most:
                costs.pop()
                kinds.pop()
            costs.insert(place, cost)
            kinds.insert(place, index)

    def total_beside(self, cost: int, times: int) -> int:
        """What they cost in all with something more; -1: they are still too few."""
        room, total = self.most, 0
        for other in self.costs:
            if times and cost < other:
                n = min(times, room)
                total += n * cost
                room -= n
                times = 0
            if not room:
                return total
            total += other
            room -= 1
        n = min(times, room)
        return total + n * cost if n == room else -1

    def beside(self, cost: int, index: int, times: int) -> _Least:
        """The same with something more."""
        found = _Least(self.most, self.costs[:], self.kinds[:])
        found.put(cost, index, times)
        return found

    def total(self) -> int:
        total = 0
        for cost in self.costs:
            total += cost
        return total


class Slot:
    """A place of a set: ``pieces`` of some classes, and by class what a piece gains there."""

    __slots__ = ("classes", "gains", "pieces")

    def __init__(self, classes: list[int], gains: list[int], pieces: int) -> None:
        self.classes, self.gains, self.pieces = classes, gains, pieces

    def best(self, prices: list[int], left: list[int], used: dict[int, int]) -> int:
        """The class of which a piece brings most, the first of equal ones; -1: there is none."""
        most, at = 0, -1
        gains = self.gains
        for index in self.classes:
            over = gains[index] - prices[index]
            if (over > most or at < 0) and left[index]:
                if used and left[index] <= used.get(index, 0):
                    continue
                most, at = over, index
        return at

    def least(self, prices: list[int], left: list[int], used: dict[int, int]) -> list[int]:
        """The classes whose pieces cost least over what they gain, in order; so many are enough."""
        costs: list[int] = []
        found: list[int] = []
        gains, most = self.gains, self.pieces
        for index in self.classes:
            there = left[index]
            if used and there:
                there -= used.get(index, 0)
            if there < 1:
                continue
            cost = prices[index] - gains[index]
            at = len(costs)
            if at == most:
                if costs[at - 1] <= cost:
                    continue
                costs.pop()
                found.pop()
                at -= 1
            while at and costs[at - 1] > cost:
                at -= 1
            costs.insert(at, cost)
            found.insert(at, index)
        return found


class OnSlots(Deal):
    """A set of which each place is filled by itself: a price for all, a percent off all or more.

    ``flat`` holds what is paid for the whole set, and ``least`` is what the gains must exceed for
    anything to come off. ``also``: the first place is for the goods that cost less.
    """

    __slots__ = ("also", "apart", "least", "slots")

    def __init__(
        self,
        number: int,
        name: RewardName,
        flat: int,
        slots: list[Slot],
        least: int,
        also: bool,
    ) -> None:
        classes = {index for slot in slots for index in slot.classes}
        size = sum([slot.pieces for slot in slots])
        super().__init__(number, name, flat - least, size, sorted(classes))
        self.slots, self.least, self.also = slots, least, also
        self.apart = sum([len(slot.classes) for slot in slots]) == len(classes)

    def best(self, prices: list[int], left: list[int], above: int = NOTHING) -> Found | None:
        used: dict[int, int] = {}
        value, gained = self.flat, 0
        on: Uses = ()
        for number, slot in enumerate(self.slots):
            if number == 1 and self.also:
                on = _in_order(used)
            missing = slot.pieces
            if missing == 1:
                at = slot.best(prices, left, used)
                classes = [at] if at >= 0 else []
            else:
                classes = slot.least(prices, left, used)
            for index in classes:
                there = used.get(index, 0)
                n = min(missing, left[index] - there)
                gain = slot.gains[index]
                over = gain - prices[index]
                value += over if n == 1 else n * over
                gained += gain if n == 1 else n * gain
                used[index] = there + n
                missing -= n
                if not missing:
                    break
            if missing:
                return None
        if gained <= self.least or value <= above:
            return None
        uses = _in_order(used)
        return Found(value, uses, on if self.also else uses)

    def bound(self, prices: list[int], left: list[int], found: Found | None) -> int:
        if self.apart:
            # Every place was filled with its best, or cannot be filled.
            return found.value if found else 0
        value = self.flat
        for slot in self.slots:
            at = slot.best(prices, left, NONE_USED)
            if at < 0:
                return 0
            over = slot.gains[at] - prices[at]
            value += over if slot.pieces == 1 else slot.pieces * over
        return value


class OnOneOfSet(Deal):
    """Of so many pieces the cheapest or the dearest one costs less.

    ``classes`` stand with the pieces first that can be paid beside any later one: dearest first for
    the cheapest, cheapest first for the dearest.
    """

    __slots__ = ("gains",)

    def __init__(
        self,
        number: int,
        name: RewardName,
        flat: int,
        classes: list[int],
        gains: list[int],
        pieces: int,
    ) -> None:
        super().__init__(number, name, flat, pieces, classes)
        self.gains = gains
        """By class."""

    def best(self, prices: list[int], left: list[int], above: int = NOTHING) -> Found | None:
        others = self.size - 1
        paid = _Least(others, [], [])
        total, worst, full = 0, 0, not others
        value, at = above - self.flat, -1
        chosen: list[int] = []
        gains = self.gains
        for index in self.classes:
            count = left[index]
            if not count:
                continue
            price, gain = prices[index], gains[index]
            dear = full and price >= worst
            if gain and count > 1 and not dear:
                # Pieces like it may be among those that are paid.
                beside = paid.total_beside(price, count - 1)
                if beside >= 0 and gain - price - beside > value:
                    value, at = gain - price - beside, index
                    chosen = paid.beside(price, index, count - 1).kinds
            elif gain and full and gain - price - total > value:
                value, chosen, at = gain - price - total, paid.kinds[:], index
            if dear:
                continue
            paid.put(price, index, count)
            if len(paid.costs) == others:
                full, worst, total = True, paid.costs[others - 1], paid.total()
        if at < 0:
            return None
        used = {at: 1}
        for index in chosen:
            used[index] = used.get(index, 0) + 1
        return Found(value + self.flat, _in_order(used), ((at, 1),))


class OnOneOfTwo(OnOneOfSet):
    """Of two pieces the cheaper or the dearer one costs less."""

    __slots__ = ()

    def best(self, prices: list[int], left: list[int], above: int = NOTHING) -> Found | None:
        value, at, beside = above - self.flat, -1, -1
        least, paid = 0, -1
        gains = self.gains
        for index in self.classes:
            count = left[index]
            if not count:
                continue
            price, gain = prices[index], gains[index]
            cheaper = paid < 0 or price < least
            if count > 1 and cheaper:
                if gain and gain - price - price > value:
                    value, at, beside = gain - price - price, index, index
            elif gain and paid >= 0 and gain - price - least > value:
                value, at, beside = gain - price - least, index, paid
            if cheaper:
                least, paid = price, index
        if at < 0:
            return None
        on = ((at, 1),)
        if at == beside:
            return Found(value + self.flat, ((at, 2),), on)
        uses = ((at, 1), (beside, 1)) if at < beside else ((beside, 1), (at, 1))
        return Found(value + self.flat, uses, on)
