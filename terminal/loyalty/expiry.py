"""The end of a lot: who is warned of it when, and what becomes of units that were not spent.

Units cannot end in silence. Their member is warned at least 14 days before; without that they
stay usable for 30 days more, again and again, and after a year of that a person decides. Nothing
here reads or writes: every step is an `Outcome` for somebody else to record.

A lot is named by the expiry day *as earned*, for ever; an extension gives it a later last day and
moves no sum. A warning counts if it told the last day that holds now: whoever was told "30 April"
knows nothing of 30 May.

Example: 40 points end on 30 April. Told on a slip in March: on 1 May they expire. Told nobody:
on 1 May they stay usable until 30 May, and slips of May tell that day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from terminal.loyalty.ledger import spendable_lots
from terminal.loyalty.statement import AccountStatement, last_day_of

WARNED_AHEAD = timedelta(days=14)
"""A warning is in good time if it came at least so long before the last day."""

WARNED_AT_MOST_AHEAD = timedelta(days=90)
"""Earlier than that a date says little to anybody, so a till does not call it a warning."""


class Told(NamedTuple):
    """What a member was told: units of this expiry day (as earned) end after ``last_day``."""

    day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LotToWarn:
    """Units whose end would be told in good time today."""

    day: date
    """The expiry day as earned, which names the lot."""
    last_day: date
    n: int

    @property
    def told(self) -> Told:
        """What telling it today comes to."""
        return Told(self.day, self.last_day)


def lots_to_warn(
    account: AccountStatement, today: date, already: Collection[Told] = ()
) -> tuple[LotToWarn, ...]:
    """The lots whose last day, if it is shown to the member today, counts as a warning.

    ``account`` is the statement, its sums with the till's own tail folded on top; ``already`` is
    what own facts told of this account. Whoever shows only some of the lots records only those.
    """
    return tuple(
        LotToWarn(day=lot.day, last_day=last, n=lot.n)
        for lot in spendable_lots(account.sums)
        if lot.day is not None
        and lot.day not in account.warned
        and in_good_time(today, last := last_day_of(account, lot.day))
        and last - today <= WARNED_AT_MOST_AHEAD
        and Told(lot.day, last) not in already
    )


def in_good_time(today: date, last_day: date) -> bool:
    """Whether telling a last day today still counts as a warning."""
    return today + WARNED_AHEAD <= last_day


def warned_days(
    warnings: Iterable[tuple[Told, date]], extended: Iterable[tuple[date, date]]
) -> tuple[date, ...]:
    """The lots of an account whose member knows the last day that holds now, in order.

    ``warnings`` are (what was told, on which day), ``extended`` as in a statement.
    """
    until = dict(extended)
    return tuple(
        sorted(
            {
                told.day
                for told, on in warnings
                if told.last_day == until.get(told.day, told.day)
                and in_good_time(on, told.last_day)
            }
        )
    )
