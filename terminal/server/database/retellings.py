"""Counts that a publication asked for anew, until the tills are told of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from terminal.server.database.bulk import Bulk
from terminal.server.database.connection import Connection


class Retelling(NamedTuple):
    """One row of ``retellings``; the fields are the columns.

    ``revisions`` is how many there were, so that what is asked for once more is a row of its own.
    """

    name: str
    revisions: str


_ALL = "SELECT name, revisions FROM retellings ORDER BY name, revisions"
_FORGET = "DELETE FROM retellings WHERE name = ? AND revisions = ?"


def add(connection: Connection, names: Iterable[str], revisions: int) -> None:
    """The tills are to be told of these."""
    rows = [Retelling(name, str(revisions)) for name in sorted(set(names))]
    Bulk(connection).put(
        "retellings", "name, revisions", rows, conflict="(name, revisions) DO NOTHING"
    )


def waiting(connection: Connection) -> list[Retelling]:
    """What the tills are not told of yet."""
    return [Retelling(*row) for row in Bulk(connection).rows(_ALL)]


def forget(connection: Connection, told: Iterable[Retelling]) -> None:
    """The tills were told."""
    bulk = Bulk(connection)
    for one in told:
        bulk.run(_FORGET, one)
