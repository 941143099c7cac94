"""What units are worth, by the newest programmes; read once for each publication."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from terminal.server.database import revisions
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.revisions import PROGRAMME
from terminal.server.rights.policy import Rates, rates_of
from terminal.wire.programme_json import BadProgramme, read_programme

_Newest = tuple[tuple[int, int], ...]
_KNOWN: WeakKeyDictionary[ServerDatabase, tuple[_Newest, Rates]] = WeakKeyDictionary()
"""A revision never changes, so what was reckoned of the same ones stays right."""


def rates(database: ServerDatabase) -> Rates:
    """What each unit is worth."""
    with database.reading() as connection:
        newest = _newest(connection)
        known = _KNOWN.get(database)
        if known is not None and known[0] == newest:
            return known[1]
        found = _read(connection, newest)
    _KNOWN[database] = (newest, found)
    return found


def _newest(connection: Connection) -> _Newest:
    by_number: dict[int, int] = {}
    for kind, number, revision in revisions.revision_keys(connection):
        if kind == PROGRAMME:
            by_number[number] = max(revision, by_number.get(number, 0))
    return tuple(sorted(by_number.items()))


def _read(connection: Connection, newest: _Newest) -> Rates:
    wanted = set(newest)
    programmes = []
    for row in revisions.revisions_by_number(connection, PROGRAMME, [one for one, _ in newest]):
        if (row.number, row.revision) in wanted:
            try:
                programmes.append(read_programme(row.content))
            except BadProgramme:
                continue  # of a later version of this program; its units are counted instead
    return rates_of(programmes)
