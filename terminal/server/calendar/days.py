"""A day of the calendar: what is due vests, lots end, stay longer or wait for a person.

It may run as often as one likes: what is done is not done again, and what waits for rights that
are out is looked at anew. Each batch is a transaction of its own, so tills are not kept waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from terminal.loyalty.expiry import USUAL_TERMS, ExpiryTerms
from terminal.server.calendar import endings, vesting
from terminal.server.calendar.referrals import thank
from terminal.server.calendar.thanks_back import take_thanks_back
from terminal.server.calendar.tiers import change_tiers
from terminal.server.database import logs, lots
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.lots import FIRST, DecisionRow, EndingKey
from terminal.server.registry.local_days import LocalDays

BATCH = 200
"""Accounts or sales in one transaction."""

KEYS_READ = 2_000
"""Accounts looked at without a lock, to find out which of them need a transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run did. All zero: nothing was left to do."""

    vested: int = 0
    """Sales whose return window closed."""
    corrected: int = 0
    """Accounts of which too much had vested."""
    expired: int = 0
    """Lots of which units ended."""
    extended: int = 0
    """Lots that stay usable for longer."""
    recalled: int = 0
    """Rights asked back from tills."""
    listed: int = 0
    """Lots that were newly listed for a decision."""
    tiers: int = 0
    """Members who went up or down."""
    thanked: int = 0
    """Members whom somebody brought, for whose coming units were given."""
    thanks_back: int = 0
    """Members for whose coming units were given, and whose every purchase came back."""


def run_day(
    database: ServerDatabase,
    *,
    now_ms: int,
    days: LocalDays,
    terms: ExpiryTerms = USUAL_TERMS,
) -> Report:
    """Do what is due as stores write these days. Lots end on the day after their last day."""
    vested = _vest(database, now_ms, days)
    corrected = vesting.correct(database, now_ms=now_ms, days=days, most=BATCH)
    with database.reading() as connection:
        # A server that was restored does not know yet which rights are out.
        if logs.any_quarantined(connection):
            return Report(vested=vested, corrected=corrected)
    thanks_back = take_thanks_back(database, now_ms=now_ms, days=days)
    thanked = thank(database, now_ms=now_ms, days=days)
    moved = change_tiers(database, now_ms=now_ms, days=days)
    done = endings.Done()
    for keys in _ending(database, days.open):
        accounts = [key.account for key in keys]
        needy = endings.that_need_something(database, accounts, days=days, terms=terms)
        for begin in range(0, len(needy), BATCH):
            batch = needy[begin : begin + BATCH]
            done += endings.end(database, batch, now_ms=now_ms, days=days, terms=terms)
    _forget_what_is_spent(database)
    return Report(
        vested=vested,
        corrected=corrected,
        expired=done.expired,
        extended=done.extended,
        recalled=done.recalled,
        listed=done.listed,
        tiers=moved,
        thanked=thanked,
        thanks_back=thanks_back,
    )


def _vest(database: ServerDatabase, now_ms: int, days: LocalDays) -> int:
    after, n = ("", 0), 0
    while True:
        with database.reading() as connection:
            sales = lots.sales_due(connection, days.begun, after, BATCH)
        if not sales:
            return n
        n += vesting.vest(database, sales, now_ms=now_ms, days=days)
        after = sales[-1]


def _ending(database: ServerDatabase, today: date) -> Iterator[list[EndingKey]]:
    after = FIRST
    while True:
        with database.reading() as connection:
            keys = lots.ending(connection, today - timedelta(days=1), after, KEYS_READ)
        if not keys:
            return
        yield keys
        after = keys[-1]


def _forget_what_is_spent(database: ServerDatabase) -> None:
    """A lot of which nothing is left leaves the list of decisions."""
    after: tuple[str, str, str] = FIRST

    def work(connection: Connection) -> DecisionRow | None:
        rows = lots.decisions(connection, after, BATCH)
        lots.forget_decisions(connection, endings.spent(connection, rows))
        return rows[-1] if rows else None

    while last := database.run(work):
        after = (last.wallet, last.unit, last.day)
