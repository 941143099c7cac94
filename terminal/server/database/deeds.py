"""Which fact first told of what happened: a sale is one sale, in however many logs it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from terminal.server.database.bulk import Bulk
from terminal.server.database.connection import Connection

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
    if bulk.put("deeds", "id, incarnation, seq", rows, conflict="(id) DO NOTHING") == len(rows):
        return dict(told)  # nearly always
    return {deed: Place(*place) for deed, *place in bulk.keyed(_PLACES, sorted(told))}
