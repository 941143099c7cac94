"""The sales of a store's other tills of the last 30 days, told to each till when nothing else is.

A slip of the till beside may come back while the line is down, so each till keeps the store's
sales and what came back of them. They are read here from the stored facts at the moment of the
reply, log by log from where the till has come: nothing is written for it when a sale comes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from terminal.loyalty.facts import FactKind
from terminal.server.database import facts, logs
from terminal.server.database.connection import Connection
from terminal.server.database.facts import FactRow
from terminal.server.database.logs import Log, LogRole
from terminal.wire.sync_json import LogMark, StoreSales, SyncRequest

DAYS = 30
BYTES_MOST = 131_072
"""Of facts in one reply: some 60 sales."""
LOOKED_AT = 200
"""Facts that are read at a time."""
ROWS_MOST = 1_000
"""Facts that are looked at for one reply."""
_TOLD = frozenset({FactKind.SALE_RECORDED.value, FactKind.REFUND_RECORDED.value})


def store_sales(
    connection: Connection, request: SyncRequest, own: Log, now_ms: int
) -> StoreSales | None:
    """What a till does not know yet of the other tills of its store; None if it did not ask."""
    if request.sales_marks is None or request.facts:
        return None
    since = (datetime.fromtimestamp(now_ms / 1000, UTC).date() - timedelta(days=DAYS)).isoformat()
    known = {mark.incarnation: mark.seq for mark in request.sales_marks}
    page = _Page(connection, since, known)
    for log in logs.of_store(connection, own.store):
        if log.role == LogRole.TILL and log.terminal != own.terminal:
            page.read(log)
    return StoreSales(facts=tuple(page.texts), marks=tuple(page.marks), more=page.full)


class _Page:
    """What one reply tells, until it is full."""

    def __init__(self, connection: Connection, since: str, known: Mapping[str, int]) -> None:
        self._connection, self._since, self._known = connection, since, known
        self._bytes_left, self._rows_left = BYTES_MOST, ROWS_MOST
        self.texts: list[str] = []
        self.marks: list[LogMark] = []
        self.full = False

    def read(self, log: Log) -> None:
        """Go on in a log; its mark stays where it was if there is no room."""
        seq = self._known.get(log.incarnation)
        if seq is None and not self.full:
            seq = self._beginning(log)
        if seq is None:
            return
        while not self.full and seq < log.applied:
            rows = facts.between(
                self._connection, log.incarnation, after=seq, up_to=log.applied, most=LOOKED_AT
            )
            for row in rows:
                if not self._take(row):
                    break
                seq = row.seq
            if not rows:
                break
        self.marks.append(LogMark(incarnation=log.incarnation, seq=seq))

    def _take(self, row: FactRow) -> bool:
        told = row.kind in _TOLD and row.business_day >= self._since
        size = len(row.stored) if told else 0
        if self._rows_left <= 0 or (size > self._bytes_left and self.texts):
            self.full = True
            return False
        self._rows_left -= 1
        self._bytes_left -= size
        if told:
            with suppress(UnicodeDecodeError):  # what is no text, no till reads
                self.texts.append(row.stored.decode())
        return True

    def _beginning(self, log: Log) -> int:
        """Before which fact nothing is of these days: days go up, so some looks are enough."""
        low, high = 0, log.applied
        while low < high:
            middle = (low + high) // 2
            rows = facts.between(
                self._connection, log.incarnation, after=middle, up_to=log.applied, most=1
            )
            if rows and rows[0].business_day < self._since:
                low = middle + 1
            else:
                high = middle
        return low
