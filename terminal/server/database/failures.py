"""Which failures pass by themselves, so that the same work may be tried again.

Two servers that write at once may meet in each other's locks; the database then ends one of the
two. Nothing was written by it, and what it does is the same the second time.
"""

from __future__ import annotations

import sqlite3
import sys

from sqlalchemy.exc import DBAPIError

_PASSING_STATES = frozenset(
    {
        "40001",  # serialization failure
        "40P01",  # deadlock
        "55P03",  # a lock was not to be had in time
    }
)
_CLOSING_STATES = frozenset({"57P01", "57P02", "57P03"})
"""The database is shut down, starts, or fails over to another."""
_PASSING_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DISK_STATES = ("53", "58")
"""Insufficient resources, a full disk among them; errors of the system below."""
_DISK_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_PRIMARY = 0xFF
"""The lower byte of SQLite's extended codes."""


class CommitUncertain(RuntimeError):
    """The database was lost during a commit: nobody knows whether it holds."""


def is_lost(error: BaseException) -> bool:
    """Whether the connection to the database is gone, and its transaction with it."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = getattr(error, "orig", None) or error
    # A server on SQLite never loads the driver of the other database, 6 MiB.
    psycopg = sys.modules.get("psycopg")
    if psycopg is None or not isinstance(cause, psycopg.OperationalError):
        return False
    return cause.sqlstate is None or cause.sqlstate in _CLOSING_STATES


def is_passing(error: BaseException) -> bool:
    """Whether the same transaction may well succeed when it is begun anew."""
    if is_lost(error):
        return True
    for cause in (error, getattr(error, "orig", None)):
        if getattr(cause, "sqlstate", None) in _PASSING_STATES:
            return True
        code = getattr(cause, "sqlite_errorcode", None)
        if isinstance(code, int) and code & _PRIMARY in _PASSING_CODES:
            return True
    return False


def is_of_the_disk(error: BaseException) -> bool:
    """Whether the disk under the database is full or fails: no fault of what was to be written."""
    for cause in (error, getattr(error, "orig", None)):
        if str(getattr(cause, "sqlstate", None) or "").startswith(_DISK_STATES):
            return True
        code = getattr(cause, "sqlite_errorcode", None)
        if isinstance(code, int) and code & _PRIMARY in _DISK_CODES:
            return True
    return False


def is_over_soon(error: BaseException) -> bool:
    """Whether somebody who asks once more, under another number, may well be served.

    Beside what passes that is a commit of which nobody knows whether it holds: the same work must
    not be done again, and a till that comes again is told what is here.
    """
    return isinstance(error, CommitUncertain) or is_passing(error)
