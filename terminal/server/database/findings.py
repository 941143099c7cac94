"""What the check of recorded sales found, and how far in each log it has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from terminal.server.database.bulk import Bulk
from terminal.server.database.connection import Connection


class FindingRow(NamedTuple):
    """One row of ``findings``; the fields are the columns. ``detail`` is JSON."""

    incarnation: str
    seq: int
    position: int
    kind: str
    detail: str
    cost: int
    found_ms: int


_COLUMNS = "incarnation, seq, position, kind, detail, cost, found_ms"
_WAITING = """SELECT incarnation, checked, applied FROM logs
WHERE role = 'till' AND checked < applied ORDER BY incarnation"""
_MOVE_MARK = """UPDATE logs SET checked = ? WHERE incarnation = ? AND checked = ?
RETURNING checked"""
_OF_DAYS = """SELECT f.incarnation, f.seq, f.position, f.kind, f.detail, f.cost, f.found_ms,
facts.business_day, facts.store FROM findings f
JOIN facts ON facts.incarnation = f.incarnation AND facts.seq = f.seq
WHERE facts.business_day >= ? AND facts.business_day <= ?
ORDER BY facts.business_day, f.incarnation, f.seq, f.position"""
_OF_LOG = """SELECT incarnation, seq, position, kind, detail, cost, found_ms FROM findings
WHERE incarnation = ? ORDER BY seq, position"""


def waiting(connection: Connection) -> list[tuple[str, int, int]]:
    """(incarnation, checked, applied) of tills' logs with facts that nobody has checked.

    What is not applied yet waits: a check looks at counts, too.
    """
    return [(row[0], row[1], row[2]) for row in Bulk(connection).rows(_WAITING)]


def keep(
    connection: Connection,
    incarnation: str,
    *,
    before: int,
    checked: int,
    rows: Sequence[FindingRow],
) -> bool:
    """Move a log's mark on with what was found; False where another server has been quicker."""
    bulk = Bulk(connection)
    if not bulk.rows(_MOVE_MARK, (checked, incarnation, before)):
        return False
    bulk.put("findings", _COLUMNS, rows, conflict="(incarnation, seq, position) DO NOTHING")
    return True


def add(connection: Connection, rows: Sequence[FindingRow]) -> None:
    """Note what was found without looking for it."""
    conflict = "(incarnation, seq, position) DO NOTHING"
    Bulk(connection).put("findings", _COLUMNS, rows, conflict=conflict)


class FoundRow(NamedTuple):
    """A finding with the business day of its sale or refund, and the store."""

    finding: FindingRow
    day: str
    store: str


def of_days(connection: Connection, first: str, last: str) -> list[FoundRow]:
    """What was found in sales and refunds of some business days, both included."""
    rows = Bulk(connection).rows(_OF_DAYS, (first, last))
    return [FoundRow(FindingRow(*row[:-2]), row[-2], row[-1]) for row in rows]


def of_log(connection: Connection, incarnation: str) -> list[FindingRow]:
    """What was found in a log, in its order."""
    return [FindingRow(*row) for row in Bulk(connection).rows(_OF_LOG, (incarnation,))]
