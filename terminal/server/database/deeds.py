"""Which fact first told of what happened: a sale is one sale, in however many logs it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from terminal.server.database.bulk import COPIED, Bulk
from terminal.server.database.connection import Connection, savepoint

_COLUMNS = "id, incarnation, seq"
_PLACES = "SELECT id, incarnation, seq FROM deeds WHERE id {keys}"


class Place(NamedTuple):
    """A fact's place."""

    incarnation: str
    seq: int


def tell_first(connection: Connection, told: Mapping[str, Place]) -> dict[str, Place]:
    """Note where each deed is told, unless it was told before; returns where it was told first.

    Whoever tells of one at the same time waits for the other to end.
    """
    bulk = Bulk(connection)
    rows = [(deed, *place) for deed, place in sorted(told.items())]
    # Nearly always all of them are new.
    if bulk.is_postgresql and len(rows) >= COPIED and _all_new(connection, rows):
        return dict(told)
    if bulk.put("deeds", _COLUMNS, rows, conflict="(id) DO NOTHING") == len(rows):
        return dict(told)
    return {deed: Place(*place) for deed, *place in bulk.keyed(_PLACES, sorted(told))}


def _all_new(connection: Connection, rows: Sequence[tuple[str, str, int]]) -> bool:
    """Note deeds by COPY, half the work of asking about each; nothing is noted if one is known."""
    from psycopg.errors import UniqueViolation

    try:
        with savepoint(connection):
            Bulk(connection).put("deeds", _COLUMNS, rows)
    except UniqueViolation:
        return False
    return True
