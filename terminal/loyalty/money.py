"""Money is an integer of minor units (grosz, cent, kopiyka); this module does its sums.

Floats never appear. Rates are basis points (1/100 of a percent), so 23 % VAT is 2300. Every
rounding in the product is one of the functions below, so that a cent can always be explained.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from terminal.values import dataclass

BASIS_POINTS = 10_000
"""One whole, in basis points: 100 % = 10,000."""

LARGEST_AMOUNT = 10**15
"""More minor units than any shop takes; larger amounts are refused as a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency: its code and how many decimal digits its minor unit stands for."""

    code: str
    digits: int = 2

    def __post_init__(self) -> None:
        if len(self.code) != 3 or not (self.code.isascii() and self.code.isupper()):
            raise ValueError(f"not an ISO 4217 currency code: {self.code!r}")
        if not 0 <= self.digits <= 4:
            raise ValueError(f"a currency has 0 to 4 decimal digits, not {self.digits}")

    @property
    def minor_per_major(self) -> int:
        """How many minor units make one major unit (100 grosz = 1 zloty)."""
        return int(10**self.digits)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest whole; a half goes away from zero.

    This is commercial rounding, the rule of the shop and of the tax office in all our markets.
    """
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def percent_of(amount: int, basis_points: int) -> int:
    """The share of an amount in minor units, rounded half up: ``percent_of(799, 1000) == 80``."""
    share = amount * basis_points
    if share < 0:
        return divide_half_up(share, BASIS_POINTS)
    return (2 * share + BASIS_POINTS) // (2 * BASIS_POINTS)


def tax_within(gross: int, rate: int) -> int:
    """The tax that a gross amount contains, at ``rate`` basis points, rounded half up.

    EU VAT Directive 2006/112/EC, Art. 78 and 79: the taxable amount is the price less discounts
    granted at the time of supply, so this is taken of the amount *after* rewards.
    """
    return divide_half_up(gross * rate, BASIS_POINTS + rate)


def tax_upon(net: int, rate: int) -> int:
    """The tax to add to a net amount, at ``rate`` basis points, rounded half up."""
    return divide_half_up(net * rate, BASIS_POINTS)


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a total into shares in proportion to the weights; the shares sum to it exactly.

    Largest remainder, ties to the earlier share: no share is further than one minor unit from
    its exact part, none exceeds its weight while ``0 <= total <= sum(weights)``, and none has
    another sign than the total. All weights zero: the first share takes everything.

    Raises:
        ValueError: there are no weights, or one is negative.
    """
    if not weights or min(weights) < 0:
        raise ValueError("splitting needs at least one weight, and none below zero")
    if total < 0:
        return tuple(-share for share in split(-total, weights))
    whole = sum(weights)
    if whole == 0:
        return (total, *(0 for _ in weights[1:]))
    shares = [total * weight // whole for weight in weights]
    odd = total - sum(shares)
    if odd:
        remainders = [total * weight % whole for weight in weights]
        by_remainder = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
        for index in by_remainder[:odd]:
            shares[index] += 1
    return tuple(shares)


@dataclass(frozen=True, slots=True)
class CashRounding:
    """From a day on, cash totals of a currency are rounded half up to a step of minor units."""

    currency: str
    country: str
    step: int
    since: date
    source: str


CASH_ROUNDING: tuple[CashRounding, ...] = (
    CashRounding(
        "UAH", "UA", 10, date(2018, 7, 1), "National Bank of Ukraine, resolution 25 of 15.03.2018"
    ),
    CashRounding(
        "UAH", "UA", 50, date(2025, 10, 1), "NBU: 1-24 to 0, 25-49 and 51-74 to 50, 75-99 to 100"
    ),
    CashRounding("EUR", "EE", 5, date(2025, 1, 1), "Estonia: cash totals to 5 cents"),
    CashRounding("EUR", "LT", 5, date(2025, 5, 1), "Lithuania: cash totals to 5 cents"),
)
"""Who rounds cash, by date. Poland, Romania and Latvia do not; others are added as rows."""


def cash_step(currency: str, country: str, on: date) -> int:
    """The step in minor units to which cash is rounded in a country on a day; 1 is no rounding."""
    steps = [
        rule
        for rule in CASH_ROUNDING
        if rule.currency == currency and rule.country == country and rule.since <= on
    ]
    return max(steps, key=lambda rule: rule.since).step if steps else 1


def round_cash(amount: int, step: int) -> int:
    """An amount as it is paid in cash: to the nearest step, half up.

    Points are earned on the amount before this rounding; the difference is shown on the slip.
    """
    return divide_half_up(amount, step) * step
