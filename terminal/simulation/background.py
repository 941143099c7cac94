"""What the server does of its own accord between requests, as its background thread would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from terminal.server.calendar.days import run_day
from terminal.server.database.connection import ServerDatabase


def work(database: ServerDatabase, now_ms: int, chance: Callable[[], str]) -> None:
    """Apply leftovers of a crash, check recorded allocations, prune the feed."""
    raise NotImplementedError


def calendar(database: ServerDatabase, now_ms: int, today: date) -> None:
    """Expiry, vesting and warnings of a day."""
    run_day(database, now_ms=now_ms, today=today)
