"""What the server does by itself, tied together: leftovers, checks, the calendar, short feeds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from terminal.loyalty.expiry import ExpiryTerms
from terminal.memory import give_back
from terminal.server.calendar.certainty import is_certain
from terminal.server.calendar.checking import check_some
from terminal.server.calendar.days import run_day
from terminal.server.database import alarms
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.overview import logs_with_parked
from terminal.server.feed.pruning import prune_feeds
from terminal.server.intake.leftovers import (
    BEFORE_ALL,
    apply_leftovers,
    settle_refunds,
    settle_refunds_without_slip,
)
from terminal.server.ledger import publication
from terminal.server.ledger.applying import apply_parked
from terminal.server.ledger.correcting import correct_waiting
from terminal.server.registry.local_days import local_days
from terminal.server.rounds import ONCE, Round, Rounds
from terminal.server.settings import Settings

_LOG = logging.getLogger(__name__)

CHECKED_MOST = 500
"""Recorded sales that are judged anew in one round: some tenths of a second."""
CHECKED_AT_ONCE = 20
"""Of those between two looks whether somebody waits: some milliseconds."""
SILENT_MS = 2_000
"""A log that spoke within it is most likely being answered in this moment."""


def rounds_of(
    database: ServerDatabase,
    settings: Settings,
    now_ms: Callable[[], int],
    *,
    is_quiet: Callable[[], bool],
) -> Rounds:
    """What this server does by itself. What can wait is done while it ``is_quiet``."""
    terms = ExpiryTerms(
        step_days=settings.extension_days, months_most=settings.extension_months_most
    )
    beyond_sale, beyond = "", BEFORE_ALL

    def check() -> None:
        check_some(
            database,
            now_ms=now_ms(),
            most=CHECKED_MOST,
            slice_most=CHECKED_AT_ONCE,
            go_on=is_quiet,
        )

    def debts() -> None:
        # Those that were repaid twice while nobody could tell for certain.
        instant = now_ms()
        database.run(
            lambda connection: correct_waiting(
                connection, now_ms=instant, days=local_days(connection, instant)
            )
        )

    def budgets() -> None:
        # Revisions begin to hold by themselves, and a publication may have ended halfway.
        publication.finish(database, now_ms())

    def refunds() -> None:
        nonlocal beyond_sale
        beyond_sale = settle_refunds(database, now_ms(), beyond_sale)

    def without_slip() -> None:
        nonlocal beyond
        beyond = settle_refunds_without_slip(database, now_ms(), beyond)

    def failed(name: str, kind: str) -> None:
        alarm = alarms.Alarm("round_failed", name, kind)
        database.run(lambda connection: alarms.raise_alarms(connection, [alarm], now_ms()))

    return Rounds(
        (
            Round("leftovers", 3, lambda: apply_leftovers(database, now_ms(), silent_ms=SILENT_MS)),
            Round("parked", ONCE, lambda: try_parked_again(database, now_ms())),
            Round("checking", 5, check),
            Round("refunds", 60, refunds),
            Round("without_slip", 600, without_slip),
            Round("calendar", 600, lambda: run_today(database, now_ms(), terms)),
            Round("debts", 600, debts),
            Round("budgets", 60, budgets),
            Round("feeds", 3_600, lambda: prune_feeds(database)),
            Round("memory", 60, lambda: give_back() if is_quiet() else None),
        ),
        failed=failed,
    )


def run_today(database: ServerDatabase, now_ms: int, terms: ExpiryTerms) -> bool:
    """What is due by this computer's date; False, and nothing, while that is in doubt."""
    with database.reading() as connection:
        if not is_certain(connection, now_ms):
            _LOG.warning("the calendar rests: this computer's date is in doubt")
            return False
        days = local_days(connection, now_ms)
    run_day(database, now_ms=now_ms, days=days, terms=terms)
    return True


def try_parked_again(database: ServerDatabase, now_ms: int) -> None:
    """Apply facts that an older program could not, a transaction for each log."""
    with database.reading() as connection:
        waiting = logs_with_parked(connection)
    for incarnation in waiting:
        database.run(partial(_apply_parked, incarnation, now_ms))


def _apply_parked(incarnation: str, now_ms: int, connection: Connection) -> None:
    apply_parked(connection, incarnation, now_ms)
