"""What a member did before, as counts by day: for first and n-th purchases, limits, comebacks.

A sale adds to the counts and its refund takes away again, both on the day of the sale, so counts
commute like sums. They are soft: a till judges by what it knows, an overshoot is found later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from terminal.loyalty.conditions import Limit, Period
from terminal.values import dataclass

PURCHASES = "purchases"
"""Sales of the member."""
SPENT = "spent"
"""Minor units that the member paid for goods, rewards taken off."""
THANKED = "thanked"
"""That whoever brought the member, and the member, were given what the rules say for it."""


def had(programme: int, reward: str) -> str:
    """The name of the count of how often a reward was had."""
    return f"had:{programme}/{reward}"


def had_under(limit: Limit, name: str) -> tuple[str, ...]:
    """The names of all counts that a limit counts; ``name`` is that of its own."""
    return (name, *(had(other.programme, other.reward) for other in limit.together_with))


def brought(programme: int, rule: str) -> str:
    """The name of the count of units that an earn rule brought."""
    return f"brought:{programme}/{rule}"


def rest(programme: int, rule: str) -> str:
    """The name of the count of what a rule that carries on has left over, in parts of a unit.

    What it counted less what it brought units for. Below zero there were units too many, after a
    return or from two tills at once; a whole unit and more is one that the next purchase brings.
    """
    return f"left:{programme}/{rule}"


class Counted(NamedTuple):
    """So many of something on a business day."""

    name: str
    day: date
    n: int


@dataclass(frozen=True, slots=True)
class History:
    """Counts by name and day, each pair once, in order; days of zero are left out."""

    counted: tuple[Counted, ...] = ()

    def total(self, name: str, period: Period, today: date) -> int:
        """How many in a period that ends today; days to come count with today."""
        first = first_day(period, today)
        return sum(
            one.n
            for one in self.counted
            if one.name == name and (first is None or first <= one.day)
        )

    def last_day(self, name: str) -> date | None:
        """The last day on which something is counted."""
        return max(
            (one.day for one in self.counted if one.name == name and one.n > 0), default=None
        )

    def plus(self, more: Iterable[Counted]) -> History:
        """With further counts, in any order."""
        counts: dict[tuple[str, date], int] = {(one.name, one.day): one.n for one in self.counted}
        for name, day, n in more:
            counts[name, day] = counts.get((name, day), 0) + n
        return History(tuple(Counted(*key, n) for key, n in sorted(counts.items()) if n))


NO_HISTORY = History()


def first_day(period: Period, today: date) -> date | None:
    """The first day of a period that ends today; None means from the beginning."""
    match period.kind:
        case "ever":
            return None
        case "day":
            return today
        case "days":
            return today - timedelta(days=period.days - 1)
        case "week":
            return today - timedelta(days=today.weekday())
        case "month":
            return today.replace(day=1)
        case "quarter":
            return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return today.replace(month=1, day=1)


def next_first_day(period: Period, today: date) -> date | None:
    """The first day of the next period of the calendar; None where there is none after today's."""
    if period.kind in {"ever", "days"}:
        return None
    # No period of the calendar is longer than 366 days, and each begins on its own first day.
    day = today
    step = {"day": 1, "week": 1, "month": 28, "quarter": 28, "year": 28}[period.kind]
    begin = first_day(period, today)
    while first_day(period, day) == begin:
        day += timedelta(days=step)
    return first_day(period, day)


def last_day(period: Period, today: date) -> date | None:
    """The last day of the period of the calendar that today is in; None where it has no end."""
    following = next_first_day(period, today)
    return following - timedelta(days=1) if following else None
