"""What was stored and not applied, because the server stopped in between; done in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from terminal.server.database import logs, refunds
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.deeds import Place
from terminal.server.database.failures import is_over_soon
from terminal.server.failures import words_of_failure
from terminal.server.ledger.applying import apply_stored
from terminal.server.ledger.settling import settle_waiting
from terminal.server.ledger.without_slip import settle_without_slip

_LOG = logging.getLogger(__name__)

WITHOUT_SLIP_MOST = 200
"""Refunds whose purchase is looked for in one round: some tens of milliseconds each, and in a chain
thousands may wait for two weeks."""
BEFORE_ALL = Place("", 0)


def apply_leftovers(database: ServerDatabase, now_ms: int, *, silent_ms: int = 0) -> int:
    """Apply what waits, a transaction for each log; returns of how many logs.

    A log that fails holds up no other. One that spoke within ``silent_ms`` is passed over: most
    likely its facts are being applied in this moment.
    """
    with database.reading() as connection:
        waiting = logs.waiting(connection, silent_since_ms=now_ms - silent_ms)
    for incarnation in waiting:
        try:
            database.run(partial(_apply, incarnation, now_ms))
        except Exception as error:
            if is_over_soon(error):
                raise
            _LOG.error(
                "applying what was left failed for log %s: %s", incarnation, words_of_failure(error)
            )
            alarm = Alarm("applying_failed", incarnation, type(error).__name__)
            database.run(partial(_raise, alarm, now_ms))
    return len(waiting)


def settle_refunds(database: ServerDatabase, now_ms: int) -> None:
    """Settle refunds that wait; one that fails holds up nobody who speaks, and waits on."""
    _settled(database, lambda: settle_waiting(database, now_ms=now_ms), now_ms)


def settle_refunds_without_slip(
    database: ServerDatabase, now_ms: int, after: Place = BEFORE_ALL
) -> Place:
    """Look for purchases of goods that came back without a slip; never while a till waits.

    Looks at ``WITHOUT_SLIP_MOST`` of those that wait, beyond one of them, and returns beyond which
    one to go on. One that fails holds up no other.
    """
    with database.glancing() as connection:
        rows = refunds.without_slip(connection, after, WITHOUT_SLIP_MOST)
    for row in rows:
        look = partial(settle_without_slip, row, now_ms)
        _settled(database, partial(database.run, look), now_ms)
    return rows[-1].place if len(rows) == WITHOUT_SLIP_MOST else BEFORE_ALL


def _settled(database: ServerDatabase, settle: Callable[[], int], now_ms: int) -> None:
    try:
        settle()
    except Exception as error:
        if is_over_soon(error):
            raise
        _LOG.error("settling refunds failed: %s", words_of_failure(error))
        alarm = Alarm("settling_failed", "", type(error).__name__)
        database.run(partial(_raise, alarm, now_ms))


def _apply(incarnation: str, now_ms: int, connection: Connection) -> None:
    apply_stored(connection, incarnation, now_ms)


def _raise(alarm: Alarm, now_ms: int, connection: Connection) -> None:
    raise_alarms(connection, [alarm], now_ms)
