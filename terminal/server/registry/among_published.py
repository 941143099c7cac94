"""What makes no sense in new programmes beside those that are published already."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.programme import Programme
from terminal.server.database import revisions
from terminal.server.database.connection import Connection
from terminal.server.database.revisions import PROGRAMME
from terminal.wire.mistakes import odd_together, of_nobody, tiers_of_nobody
from terminal.wire.programme_json import BadProgramme, read_programme

_Named = tuple[str, Programme]
"""A programme with its place: its file, or its number."""
_Known = dict[tuple[int, int], _Named]
"""By number and revision."""


def problems(
    connection: Connection, new: Sequence[_Named], *, complete: bool
) -> list[tuple[str, str]]:
    """What is wrong, by the file; ``complete``: no other programme is new as well."""
    known = _published(connection)
    found = _unlike(known, new)
    return [*found, *_of_nobody(known, new)] if complete else found


def unknown_tiers(connection: Connection, new: Sequence[_Named]) -> list[tuple[str, str]]:
    """Tiers that no programme has, by the file: told and not refused, as members may bring theirs."""
    both = [*_published(connection).values(), *new]
    names = {name for name, _ in new}
    return [
        (odd.place, f"{odd.path}: {odd.text}")
        for odd in tiers_of_nobody(both)
        if odd.place in names
    ]


def _published(connection: Connection) -> _Known:
    known: _Known = {}
    for row in revisions.revisions_of(connection, PROGRAMME):
        try:
            one = read_programme(row.content)
        except BadProgramme:
            continue  # of a later version of this program
        place = f"programme {one.programme} revision {one.revision}"
        known[one.programme, one.revision] = (place, one)
    return known


def _of_nobody(known: _Known, new: Sequence[_Named]) -> list[tuple[str, str]]:
    """What new programmes name and none has, published or new."""
    units = {one.unit.id for _, one in known.values() if one.unit}
    old = {name for name, one in new if (one.programme, one.revision) in known}
    return [
        (odd.place, f"{odd.path}: {odd.text}")
        for odd in of_nobody(new, units, {number for number, _ in known})
        if odd.place not in old
    ]


def _unlike(known: _Known, new: Sequence[_Named]) -> list[tuple[str, str]]:
    """What would not go together any more, by the file after which it would not."""
    if not new:
        return []
    before = {str(odd) for odd in odd_together(known.values())}
    together = dict(known)
    for name, one in new:
        together.setdefault((one.programme, one.revision), (name, one))
    return [
        (odd.place if odd.place in dict(new) else new[0][0], str(odd))
        for odd in odd_together(together.values())
        if str(odd) not in before
    ]
