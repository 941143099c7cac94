"""The tables of facts and of parked ones: bytes as they came, read back in the order of the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from terminal.server.database.bulk import Bulk


class FactRow(NamedTuple):
    """One row of ``facts``; the fields are the columns. ``kind`` is '' where it is unreadable."""

    incarnation: str
    seq: int
    kind: str
    hash: str
    stored: bytes
    store: str
    wall_ms: int
    business_day: str
    arrived_ms: int


class ParkedRow(NamedTuple):
    """One row of ``parked``."""

    incarnation: str
    seq: int
    reason: str
    parked_ms: int


_COLUMNS = "incarnation, seq, kind, hash, stored, store, wall_ms, business_day, arrived_ms"
_HASHES = "SELECT seq, hash FROM facts WHERE incarnation = ? AND seq BETWEEN ? AND ? ORDER BY seq"
_BETWEEN = """SELECT incarnation, seq, kind, hash, stored, store, wall_ms, business_day, arrived_ms
FROM facts WHERE incarnation = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"""
_AFTER = """SELECT incarnation, seq, kind, hash, stored, store, wall_ms, business_day, arrived_ms
FROM facts WHERE (incarnation, seq) > (?, ?) ORDER BY incarnation, seq LIMIT ?"""
_PARKED_COLUMNS = "incarnation, seq, reason, parked_ms"
_PARKED = """SELECT incarnation, seq, reason, parked_ms FROM parked
WHERE incarnation {keys} ORDER BY incarnation, seq"""
_ALL_PARKED = """SELECT incarnation, seq, reason, parked_ms FROM parked
ORDER BY incarnation, seq"""
_DESCRIBE = """UPDATE facts SET kind = ?, wall_ms = ?, business_day = ?
WHERE incarnation = ? AND seq = ?"""
_UNPARK = "DELETE FROM parked WHERE incarnation = ? AND seq = ?"

_WALKED = 500
"""Facts that are read at a time where all are walked through."""


def add(connection: Connection, rows: Sequence[FactRow]) -> None:
    """Keep new facts."""
    Bulk(connection).put("facts", _COLUMNS, rows)


def hashes(connection: Connection, incarnation: str, first: int, last: int) -> dict[int, str]:
    """The hashes of facts of a log, by seq."""
    rows = Bulk(connection).rows(_HASHES, (incarnation, first, last))
    return {row[0]: row[1] for row in rows}


def between(
    connection: Connection, incarnation: str, *, after: int, up_to: int, most: int
) -> list[FactRow]:
    """Facts of a log after one seq and up to another, at most so many, in order."""
    rows = Bulk(connection).rows(_BETWEEN, (incarnation, after, up_to, most))
    return [FactRow(*row) for row in rows]


def all_in_order(connection: Connection) -> Iterator[FactRow]:
    """Every fact by (incarnation, seq), a few hundred in memory at a time."""
    bulk = Bulk(connection)
    place = ("", 0)
    while True:
        rows = bulk.rows(_AFTER, (*place, _WALKED))
        for row in rows:
            yield FactRow(*row)
        if len(rows) < _WALKED:
            return
        place = (rows[-1][0], rows[-1][1])


def park(connection: Connection, rows: Sequence[ParkedRow]) -> None:
    """Note facts that could not be applied; the newest reason holds."""
    Bulk(connection).put(
        "parked",
        _PARKED_COLUMNS,
        rows,
        conflict="(incarnation, seq) DO UPDATE SET reason = excluded.reason",
    )


def unpark(connection: Connection, fact: FactRow) -> None:
    """A fact that was parked is applied; what can be read of it now stands beside its bytes."""
    Bulk(connection).run(_UNPARK, (fact.incarnation, fact.seq))
    describe(connection, fact)


def describe(connection: Connection, fact: FactRow) -> None:
    """Write the columns beside a fact's bytes anew."""
    place = (fact.incarnation, fact.seq)
    Bulk(connection).run(_DESCRIBE, (fact.kind, fact.wall_ms, fact.business_day, *place))


def parked(connection: Connection, incarnations: Iterable[str]) -> list[ParkedRow]:
    """The parked facts of some logs, in order."""
    return [ParkedRow(*row) for row in Bulk(connection).keyed(_PARKED, incarnations)]


def all_parked(connection: Connection) -> list[ParkedRow]:
    """Every parked fact, in order."""
    return [ParkedRow(*row) for row in Bulk(connection).rows(_ALL_PARKED)]
