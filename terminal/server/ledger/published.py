"""Every revision of every programme, as far as this program can read it."""

from __future__ import annotations

from functools import lru_cache

from terminal.loyalty.programme import Programme
from terminal.server.database import revisions
from terminal.server.database.connection import Connection
from terminal.wire.programme_json import BadProgramme, read_programme


def published(connection: Connection) -> tuple[Programme, ...]:
    """Every revision of every programme that can be read here."""
    rows = revisions.revisions_of(connection, revisions.PROGRAMME)
    found = (_programme(row.content) for row in rows)
    return tuple(one for one in found if one is not None)


@lru_cache(maxsize=4096)
def _programme(content: str) -> Programme | None:
    """A revision never changes, so it is read once; None where a newer program wrote it."""
    try:
        return read_programme(content)
    except BadProgramme:
        return None
