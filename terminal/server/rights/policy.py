"""How much the server lets sit at one till: the owner's cap, in money and in counts. Pure.

The cap bounds what is *granted*. What a till earns is on top and never keeps it from selling; at
the next contact it goes back down to the cap, unless it is the store's only till.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terminal.loyalty.programme import Programme
from terminal.loyalty.units import LARGEST_COUNT, UnitKind
from terminal.loyalty.wallet import BUDGET_UNIT, Account, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What the owner set; None is no bound."""

    value_most: int | None = 50_000
    """Minor units: the most that a lost till may cost."""
    count_most: int | None = 1_000
    """Units of one account, of kinds that were given no worth."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many units are worth so many minor units of money."""

    units: int
    amount: int

    def value(self, n: int) -> int:
        """What n units are worth, rounded up."""
        return -(-n * self.amount // self.units)

    def fits(self, value: int) -> int:
        """The most units that are worth no more than this."""
        return value * self.units // self.amount if value > 0 else 0


Rates = Mapping[UnitId, Rate]


def rates_of(newest: Iterable[Programme]) -> dict[UnitId, Rate]:
    """What the units of these programmes are worth; the highest where several say.

    Money is worth itself. Units with a worth of nothing are counted, not weighed.
    """
    found: dict[UnitId, Rate] = {}
    for programme in newest:
        terms = programme.unit
        if terms is None:
            continue
        if terms.kind is UnitKind.MONEY:
            rate = Rate(1, 1)
        elif terms.worth is not None and terms.worth.amount > 0:
            rate = Rate(terms.worth.units, terms.worth.amount)
        else:
            continue
        unit = UnitId(terms.id)
        before = found.get(unit)
        if before is None or rate.amount * before.units > before.amount * rate.units:
            found[unit] = rate
    return found


def value_of(held: Mapping[UnitId, int], rates: Rates) -> int:
    """What rights are worth, as far as their units have a worth."""
    return sum(rates[unit].value(n) for unit, n in held.items() if unit in rates and n > 0)


def room_for(
    account: Account, *, held: Mapping[UnitId, int], here: int, caps: Caps, rates: Rates
) -> int:
    """How many more units of an account may be granted to a till.

    ``held`` is what it holds of each unit, ``here`` of this account, what is on its way counted.
    """
    rate = rates.get(account.unit)
    if rate is None:
        return LARGEST_COUNT if caps.count_most is None else max(0, caps.count_most - here)
    if caps.value_most is None:
        return LARGEST_COUNT
    return min(LARGEST_COUNT, rate.fits(caps.value_most - value_of(held, rates)))


def slice_of(n: int, *, pool: int, out: int, here: int, tills: int) -> int:
    """How much of a budget a till gets that wants n and has ``here``, of what the pool has.

    Each till may hold an equal part of what is left in all (``out`` is what tills hold), and the
    pool keeps one for whoever runs out first; a till that has nothing gets something as long as
    there is anything. A single till gets all that it wants.
    """
    if tills <= 1:
        return max(0, min(n, pool))
    part = max(1, (pool + out) // (tills + 1))
    return max(0, min(n, pool, part - here))


def beyond(
    holdings: Iterable[tuple[Account, int]], *, caps: Caps, rates: Rates
) -> dict[Account, int]:
    """What a till shall give back to come down to the cap: the largest values first.

    So few people as possible find their units elsewhere.
    """
    asked: dict[Account, int] = {}
    weighed: list[tuple[int, Account, int]] = []
    for account, n in holdings:
        rate = rates.get(account.unit)
        if rate is not None:
            weighed.append((rate.value(n), account, n))
        elif account.unit == BUDGET_UNIT:
            continue  # the offer's own budget bounds what it can cost
        elif caps.count_most is not None and n > caps.count_most:
            asked[account] = n - caps.count_most
    if caps.value_most is None:
        return asked
    over = sum(value for value, _, _ in weighed) - caps.value_most
    for value, account, n in sorted(weighed, key=lambda one: (-one[0], one[1])):
        if over <= 0:
            break
        rate = rates[account.unit]
        stays = rate.fits(max(0, value - over))
        asked[account] = n - stays
        over -= value - rate.value(stays)
    return asked
