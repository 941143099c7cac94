"""What was stored and not applied, because the server stopped in between; done in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial

from terminal.loyalty.engine.run import EFFORT_MOST
from terminal.server.database import logs, refunds
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.deeds import Place
from terminal.server.database.failures import is_over_soon
from terminal.server.failures import words_of_failure
from terminal.server.ledger.applying import apply_stored
from terminal.server.ledger.settling import Looked, settle_sale
from terminal.server.ledger.without_slip import settle_without_slip

_LOG = logging.getLogger(__name__)

WITHOUT_SLIP_MOST = 200
"""Refunds whose purchase is looked for in one round: some tens of milliseconds each, and in a chain
thousands may wait for two weeks."""
SALES_AT_ONCE = 100
STEPS_WAITED_FOR = 1_000
"""Of search, for a refund that is settled while its till waits: some tens of milliseconds."""
STEPS_MOST = EFFORT_MOST
"""Of search in one round: some seconds, in which nothing else is done by itself."""
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


def settle_refunds_told(database: ServerDatabase, logs_told: Iterable[str], now_ms: int) -> None:
    """Settle refunds of which these logs tell, or that are of their sales, where it is quickly done.

    For who has a till wait. One that fails or takes long holds up nobody, and waits on.
    """
    with database.glancing() as connection:
        sales = {sale for log in logs_told for sale in refunds.told_by(connection, log)}
    for sale in sorted(sales):
        look = partial(settle_sale, database, sale, now_ms, most_steps=STEPS_WAITED_FOR)
        _settled(database, look, now_ms)


def settle_refunds(database: ServerDatabase, now_ms: int, after: str = "") -> str:
    """Settle refunds of sales that are here, those too that take long; never while a till waits.

    Goes through all that wait beyond one sale; ends after some seconds and returns beyond which
    one to go on. One that fails holds up no other, and waits on.
    """
    steps = 0
    while True:
        with database.glancing() as connection:
            sales = refunds.to_look_at(connection, after, SALES_AT_ONCE)
        for sale in sales:
            steps += _settled(database, partial(settle_sale, database, sale, now_ms), now_ms).steps
            if steps >= STEPS_MOST:
                return sale
        if not sales:
            return ""
        after = sales[-1]


def settle_refunds_without_slip(
    database: ServerDatabase, now_ms: int, after: Place = BEFORE_ALL
) -> Place:
    """Look for purchases of goods that came back without a slip; never while a till waits.

    Looks at ``WITHOUT_SLIP_MOST`` of those that wait, beyond one of them, ends after some seconds,
    and returns beyond which one to go on. One that fails holds up no other.
    """
    with database.glancing() as connection:
        rows = refunds.without_slip(connection, after, WITHOUT_SLIP_MOST)
    steps = 0
    for row in rows:
        steps += _settled(
            database, partial(settle_without_slip, database, row, now_ms), now_ms
        ).steps
        if steps >= STEPS_MOST:
            return row.place
    return rows[-1].place if len(rows) == WITHOUT_SLIP_MOST else BEFORE_ALL


def _settled(database: ServerDatabase, settle: Callable[[], Looked], now_ms: int) -> Looked:
    try:
        return settle()
    except Exception as error:
        if is_over_soon(error):
            raise
        _LOG.error("settling refunds failed: %s", words_of_failure(error))
        alarm = Alarm("settling_failed", "", type(error).__name__)
        database.run(partial(_raise, alarm, now_ms))
        return Looked()


def _apply(incarnation: str, now_ms: int, connection: Connection) -> None:
    apply_stored(connection, incarnation, now_ms)


def _raise(alarm: Alarm, now_ms: int, connection: Connection) -> None:
    raise_alarms(connection, [alarm], now_ms)
