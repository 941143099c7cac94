"""Deals on sets of pieces: each place is filled with what costs least over what it gains there."""

from __future__ import annotations

from terminal.loyalty.engine.deals import NOTHING, Deal, Found
from terminal.loyalty.engine.goods import Uses
from terminal.loyalty.standing import RewardName


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
            costs.insert(place, cost)
            kinds.insert(place, index)
        while len(costs) > self.most:
            costs.pop()
            kinds.pop()

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


class _Filled:
    """The classes whose pieces are used, in their order, and how many of each."""

    __slots__ = ("classes", "counts")

    def __init__(self) -> None:
        self.classes: list[int] = []
        self.counts: list[int] = []

    def put(self, index: int, n: int) -> None:
        place = len(self.classes)
        while place and self.classes[place - 1] > index:
            place -= 1
        if place and self.classes[place - 1] == index:
            self.counts[place - 1] += n
        else:
            self.classes.insert(place, index)
            self.counts.insert(place, n)

    def of(self, index: int) -> int:
        for place, one in enumerate(self.classes):
            if one == index:
                return self.counts[place]
        return 0

    def uses(self) -> Uses:
        return tuple([(index, self.counts[place]) for place, index in enumerate(self.classes)])


class Slot:
    """A place of a set: ``pieces`` of some classes, and what a piece of each gains there."""

    __slots__ = ("classes", "gains", "pieces")

    def __init__(self, gains: list[tuple[int, int]], pieces: int) -> None:
        self.classes = [index for index, _ in gains]
        self.gains = [gain for _, gain in gains]
        self.pieces = pieces

    def least(self, prices: list[int], left: list[int], used: _Filled) -> _Least:
        """The classes whose pieces cost least over what they gain; so many are enough."""
        found = _Least(self.pieces, [], [])
        gains = self.gains
        for place, index in enumerate(self.classes):
            if left[index] and left[index] > used.of(index):
                found.put(prices[index] - gains[place], index, 1)
        return found

    def most(self, prices: list[int], left: list[int]) -> int | None:
        """What a piece brings here at most; None: there is none."""
        found, there = 0, False
        for place, index in enumerate(self.classes):
            if left[index]:
                over = self.gains[place] - prices[index]
                if not there or over > found:
                    found, there = over, True
        return found if there else None


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
        used = _Filled()
        value, gained = self.flat, 0
        on: Uses = ()
        for number, slot in enumerate(self.slots):
            if number == 1 and self.also:
                on = used.uses()
            missing = slot.pieces
            least = slot.least(prices, left, used)
            for place, index in enumerate(least.kinds):
                n = min(missing, left[index] - used.of(index))
                loss = least.costs[place]
                gain = prices[index] - loss
                value -= loss if n == 1 else n * loss
                gained += gain if n == 1 else n * gain
                used.put(index, n)
                missing -= n
                if not missing:
                    break
            if missing:
                return None
        if gained <= self.least or value <= above:
            return None
        uses = used.uses()
        return Found(value, uses, on if self.also else uses)

    def bound(self, prices: list[int], left: list[int], found: Found | None) -> int:
        if self.apart:
            # Every place was filled with its best, or cannot be filled.
            return found.value if found else 0
        value = self.flat
        for slot in self.slots:
            most = slot.most(prices, left)
            if most is None:
                return 0
            value += most if slot.pieces == 1 else slot.pieces * most
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
        super().__init__(number, name, flat, pieces, [index for index, _ in gains])
        self.gains = [gain for _, gain in gains]
        """By place of a class in ``classes``."""

    def best(self, prices: list[int], left: list[int], above: int = NOTHING) -> Found | None:
        others = self.size - 1
        paid = _Least(others, [], [])
        total, worst, full = 0, 0, not others
        value, at = above - self.flat, -1
        chosen: list[int] = []
        gains = self.gains
        for place, index in enumerate(self.classes):
            count = left[index]
            if not count:
                continue
            price, gain = prices[index], gains[place]
            dear = full and price >= worst
            if gain and count > 1 and not dear:
                # Pieces like it may be among those that are paid.
                beside = paid.beside(price, index, count - 1)
                over = gain - price - beside.total()
                if over > value and len(beside.costs) == others:
                    value, chosen, at = over, beside.kinds, index
            elif gain and full and gain - price - total > value:
                value, chosen, at = gain - price - total, paid.kinds[:], index
            if dear:
                continue
            paid.put(price, index, count)
            if len(paid.costs) == others:
                full, worst, total = True, paid.costs[others - 1], paid.total()
        if at < 0:
            return None
        used = _Filled()
        used.put(at, 1)
        for index in chosen:
            used.put(index, 1)
        return Found(value + self.flat, used.uses(), ((at, 1),))


class OnOneOfTwo(OnOneOfSet):
    """Of two pieces the cheaper or the dearer one costs less."""

    __slots__ = ()

    def best(self, prices: list[int], left: list[int], above: int = NOTHING) -> Found | None:
        value, at, beside = above - self.flat, -1, -1
        least, paid = 0, -1
        gains = self.gains
        for place, index in enumerate(self.classes):
            count = left[index]
            if not count:
                continue
            price, gain = prices[index], gains[place]
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
