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
_WAITING = """SELECT incarnation, checked, stored FROM logs
WHERE role = 'till' AND checked < stored ORDER BY incarnation"""
_MOVE_MARK = """UPDATE logs SET checked = ? WHERE incarnation = ? AND checked = ?
RETURNING checked"""
_OF_LOG = """SELECT incarnation, seq, position, kind, detail, cost, found_ms FROM findings
WHERE incarnation = ? ORDER BY seq, position"""


def waiting(connection: Connection) -> list[tuple[str, int, int]]:
    """(incarnation, checked, stored) of tills' logs with facts that nobody has checked."""
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


def of_log(connection: Connection, incarnation: str) -> list[FindingRow]:
    """What was found in a log, in its order."""
    return [FindingRow(*row) for row in Bulk(connection).rows(_OF_LOG, (incarnation,))]
