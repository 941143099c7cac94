"""What a wallet can hold, and for how long: points, stamps, vouchers, money, status.

All five are integers of one kind of thing, a *unit*; a programme is rules that move units. The
policies here (rounding, expiry, vesting) belong to the unit, because two programmes that move
the same unit must agree on them.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from terminal.loyalty.bounds import Between, check_bounds
from terminal.values import dataclass

LARGEST_COUNT = 10**12
"""More units than any wallet holds; larger counts are refused."""


class UnitKind(StrEnum):
    """What the holder of a unit has."""

    POINTS = "points"
    """A count that rewards are paid with."""
    STAMPS = "stamps"
    """A count towards one reward; claiming it spends them."""
    VOUCHERS = "vouchers"
    """A right to a benefit, single-use or n-use as a count."""
    MONEY = "money"
    """Gift card or store credit, in minor units of the shop's currency."""
    STATUS = "status"
    """Qualifying credit towards a tier; cannot be spent."""


class Rounding(StrEnum):
    """How a part of a unit becomes a whole number, once per sale and earn rule."""

    DOWN = "down"
    NEAREST = "nearest"
    UP = "up"


def round_units(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide two non-negative whole numbers and round as the unit's policy says."""
    match rounding:
        case Rounding.DOWN:
            return numerator // denominator
        case Rounding.UP:
            return -(-numerator // denominator)
        case Rounding.NEAREST:
            return (2 * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverExpires:
    """Units earned so stay until they are spent."""

    kind: Literal["never"] = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiresAfter:
    """Units can be used for some months, or days, after the day on which they were earned.

    With ``round_to`` the last day moves on to the end of its month or year, so that a member has
    a handful of dates to remember, not one for each purchase. Nobody loses units untold, and who
    is told has 14 days: units of fewer days stay until then.
    """

    kind: Literal["after"] = "after"
    months: Annotated[int, Between(1, 1200)] | None = None
    days: Annotated[int, Between(1, 3660)] | None = None
    """Instead of ``months``: earned on the 1st, units for 90 days can be used on the 91st, too."""
    round_to: Literal["day", "month", "year"] = "day"
    since: Literal["earning", "purchase"] = "earning"
    """With ``purchase`` every purchase moves the last day of all units on: they end by inactivity."""

    def __post_init__(self) -> None:
        check_bounds(self)
        if (self.months is None) == (self.days is None):
            raise ValueError("how long is said in months or in days")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiresOn:
    """Units can be used up to a fixed last day, such as the end of a campaign."""

    kind: Literal["on"] = "on"
    last_day: date


Expiry = NeverExpires | ExpiresAfter | ExpiresOn


def last_day(policy: Expiry, earned_on: date) -> date | None:
    """The last day on which units earned on a day can be used; None means for ever.

    A month that is too short ends the count on its own last day (31 January + 1 month is 28 or
    29 February), as EEC Regulation 1182/71, Art. 3, counts periods in months.
    """
    match policy:
        case NeverExpires():
            return None
        case ExpiresOn():
            return policy.last_day
        case ExpiresAfter(days=None):
            months = earned_on.year * 12 + earned_on.month - 1 + (policy.months or 0)
            year, month = divmod(months, 12)
            first = date(year, month + 1, 1)
            day = min(earned_on.day, _month_end(first).day)
            return _rounded(policy, first.replace(day=day))
        case ExpiresAfter(days=days):
            return _rounded(policy, earned_on + timedelta(days=days or 0))


def _rounded(policy: ExpiresAfter, day: date) -> date:
    match policy.round_to:
        case "year":
            return day.replace(month=12, day=31)
        case "month":
            return _month_end(day)
        case "day":
            return day


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def ends_by_inactivity(policy: Expiry) -> bool:
    """Whether every purchase moves the last day of all units on."""
    return isinstance(policy, ExpiresAfter) and policy.since == "purchase"


def vests_on(vesting_days: int, earned_on: date) -> date | None:
    """The day on which pending units become spendable; None means at once."""
    return earned_on + timedelta(days=vesting_days) if vesting_days else None
