"""Which failures pass by themselves, so that the same work may be tried again.

Two servers that write at once may meet in each other's locks; the database then ends one of the
two. Nothing was written by it, and what it does is the same the second time.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

_PASSING_STATES = frozenset(
    {
        "40001",  # serialization failure
        "40P01",  # deadlock
        "55P03",  # a lock was not to be had in time
        "57P01",  # the database is shut down, or fails over
        "57P02",
        "57P03",
    }
)
_PASSING_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY = 0xFF
"""The lower byte of SQLite's extended codes."""


def is_passing(error: BaseException) -> bool:
    """Whether the same transaction may well succeed when it is begun anew."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    for cause in (error, getattr(error, "orig", None)):
        if getattr(cause, "sqlstate", None) in _PASSING_STATES:
            return True
        code = getattr(cause, "sqlite_errorcode", None)
        if isinstance(code, int) and code & _PRIMARY in _PASSING_CODES:
            return True
    return False
