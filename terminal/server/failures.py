"""Failures in words: for people what was not done, for the log what kind and where.

A log never quotes values: the words of an exception may hold a row or an argument
with a name or a phone in it, and the places in the program say enough.
"""

from __future__ import annotations

import traceback

PLACES_MOST = 12


class NotDone(Exception):
    """A command cannot do what was asked; the message says why, in words for people."""


class CannotListen(RuntimeError):
    """The address cannot be listened on; the words say why."""


def words_of_failure(error: BaseException) -> str:
    """One line: the kinds of the failure and of its causes, and the places it came through."""
    told: list[str] = []
    one: BaseException | None = error
    while one is not None and len(told) < PLACES_MOST:
        places = traceback.extract_tb(one.__traceback__)[-PLACES_MOST:]
        way = " < ".join(
            f"{place.filename.rpartition('/')[2]}:{place.lineno} {place.name}"
            for place in reversed(places)
        )
        # What SQLite calls it (SQLITE_FULL) says more than the kind, and quotes nothing.
        name = getattr(getattr(one, "orig", one), "sqlite_errorname", "")
        kind = f"{type(one).__name__} {name}".rstrip()
        told.append(f"{kind} at {way or 'an unknown place'}")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "; because of ".join(told)
