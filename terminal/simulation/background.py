"""What the server does of its own accord between requests, as its background thread would."""

from __future__ import annotations

from datetime import date

from terminal.server.background import try_parked_again
from terminal.server.calendar.checking import check_some
from terminal.server.calendar.days import run_day
from terminal.server.database.connection import ServerDatabase
from terminal.server.feed.pruning import prune_feeds
from terminal.server.intake.leftovers import apply_leftovers, settle_refunds
from terminal.server.ledger import publication
from terminal.server.ledger.correcting import correct_waiting
from terminal.server.registry.local_days import LocalDays
from terminal.simulation.clocks import moment_at
from terminal.simulation.office import Office

CHECKED_MOST = 20
"""Recorded sales that are worked out anew in one go: the dearest part by far."""


def work(database: ServerDatabase, now_ms: int, *, checked_most: int = CHECKED_MOST) -> None:
    """Apply leftovers of a crash, finish publications, check recorded allocations, prune the feed."""
    apply_leftovers(database, now_ms)
    settle_refunds(database, now_ms)
    today = moment_at(now_ms).business_day
    database.run(
        lambda connection: correct_waiting(connection, now_ms=now_ms, days=LocalDays(today))
    )
    publication.finish(database, now_ms)
    if checked_most:
        check_some(database, now_ms=now_ms, most=checked_most)
    prune_feeds(database)


def update(office: Office, now_ms: int) -> bool:
    """The server's program is updated, and tries once more what it parked; whether it lived.

    Where it dies over that it is started again, and tries again.
    """
    office.old = False

    def again(database: ServerDatabase) -> None:
        try_parked_again(database, now_ms)

    lived = office.work(again)
    if not lived:
        office.work(again)
    return lived


def calendar(database: ServerDatabase, now_ms: int, today: date) -> None:
    """Expiry, vesting and warnings of a day."""
    run_day(database, now_ms=now_ms, days=LocalDays(today))
