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
    """Units can be used for some months after the day on which they were earned.

    With ``round_to`` the last day moves on to the end of its month or year, so that a member has
    a handful of dates to remember, not one for each purchase.
    """

    kind: Literal["after"] = "after"
    months: Annotated[int, Between(1, 1200)]
    round_to: Literal["day", "month", "year"] = "day"
    since: Literal["earning", "purchase"] = "earning"
    """With ``purchase`` every purchase moves the last day of all units on: they end by inactivity."""

    def __post_init__(self) -> None:
        check_bounds(self)


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
        case ExpiresAfter():
            months = earned_on.year * 12 + earned_on.month - 1 + policy.months
            year, month = divmod(months, 12)
            if policy.round_to == "year":
                return date(year, 12, 31)
            month_end = calendar.monthrange(year, month + 1)[1]
            day = month_end if policy.round_to == "month" else min(earned_on.day, month_end)
            return date(year, month + 1, day)


def renewed_to(policy: Expiry, last_purchase: date | None) -> date | None:
    """The last day to which a purchase moves units on; None where purchases do not count."""
    if last_purchase is None or not isinstance(policy, ExpiresAfter) or policy.since == "earning":
        return None
    return last_day(policy, last_purchase)


def vests_on(vesting_days: int, earned_on: date) -> date | None:
    """The day on which pending units become spendable; None means at once."""
    return earned_on + timedelta(days=vesting_days) if vesting_days else None
