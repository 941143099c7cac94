"""Until when units can be used: the day as earned, moved on by extensions and by purchases.

Facts keep the day as earned for ever, and it orders what is used first. What people are shown and
warned of is the day that holds: the latest of it, of what an extension says, and of what purchases
give units that end by inactivity (see ``activity``). It is computed, so nobody waits for a calendar
to write it down.

Example: 40 points end on 30 April, 10 on 15 May; a purchase gives all of them until 9 May. They
end on 9 May and on 15 May then.
"""

from __future__ import annotations

from datetime import date

from terminal.loyalty.ledger import Lot, Sums, spendable_lots

Extended = tuple[tuple[date, date], ...]
"""(expiry day as earned, last day on which those units can be used now)."""

MovedOn = tuple[tuple[str, date], ...]
"""By unit the last day that purchases give all of somebody's units."""


def day_that_holds(extended: Extended, until: date | None, day: date) -> date:
    """The last day now of units that were earned for a day; ``until`` is what purchases give."""
    last = next((now for earned, now in extended if earned == day), day)
    return last if until is None else max(last, until)


def extended_until(sums: Sums, extended: Extended, until: date | None) -> Extended:
    """Extensions of an account with what purchases give put in."""
    if until is None:
        return extended
    days = {day for day, _ in sums.earned if day is not None} | {day for day, _ in extended}
    found = ((day, day_that_holds(extended, until, day)) for day in sorted(days))
    return tuple((day, last) for day, last in found if last > day or (day, last) in extended)


def lots_that_hold(sums: Sums, extended: Extended = (), until: date | None = None) -> list[Lot]:
    """What may be spent, by the day that holds, earliest first; None stands last.

    What was used was used of the earliest days as earned, whatever holds now.
    """
    found: dict[date | None, int] = {}
    for lot in spendable_lots(sums):
        last = None if lot.day is None else day_that_holds(extended, until, lot.day)
        found[last] = found.get(last, 0) + lot.n
    return [Lot(day, found[day]) for day in sorted(found, key=lambda one: one or date.max)]


def until_of(moved: MovedOn, unit: str) -> date | None:
    """What purchases give the units of one kind."""
    return next((day for one, day in moved if one == unit), None)


def later_of(*moved: MovedOn) -> MovedOn:
    """By unit the latest day of several."""
    found: dict[str, date] = {}
    for some in moved:
        for unit, day in some:
            found[unit] = max(day, found.get(unit, day))
    return tuple(sorted(found.items()))
