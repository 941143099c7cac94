"""What a failure of SQLite means to the shop: the one place that sorts its errors."""

from __future__ import annotations

import sqlite3

from terminal.till.trouble import Trouble, TroubleKind

_DAMAGED = frozenset(
    {
        sqlite3.SQLITE_IOERR_CORRUPTFS,
        sqlite3.SQLITE_IOERR_SHORT_READ,
        sqlite3.SQLITE_IOERR | (32 << 8),  # SQLITE_IOERR_DATA, which Python does not name
    }
)
_FULL = frozenset({sqlite3.SQLITE_IOERR_SHMSIZE})
"""The memory that programs share about a file lies on its disk, too, and finds no room there."""
_KINDS = {
    sqlite3.SQLITE_FULL: TroubleKind.DISK_FULL,
    sqlite3.SQLITE_CORRUPT: TroubleKind.DATABASE_DAMAGED,
    sqlite3.SQLITE_NOTADB: TroubleKind.DATABASE_DAMAGED,
    sqlite3.SQLITE_BUSY: TroubleKind.DATABASE_LOCKED,
    sqlite3.SQLITE_LOCKED: TroubleKind.DATABASE_LOCKED,
    sqlite3.SQLITE_READONLY: TroubleKind.DATABASE_FAILED,
    sqlite3.SQLITE_IOERR: TroubleKind.DATABASE_FAILED,
    sqlite3.SQLITE_CANTOPEN: TroubleKind.DATABASE_FAILED,
    sqlite3.SQLITE_PERM: TroubleKind.DATABASE_FAILED,
    sqlite3.SQLITE_AUTH: TroubleKind.DATABASE_FAILED,
    sqlite3.SQLITE_NOMEM: TroubleKind.DATABASE_FAILED,
    sqlite3.SQLITE_PROTOCOL: TroubleKind.DATABASE_FAILED,
    sqlite3.SQLITE_NOLFS: TroubleKind.DATABASE_FAILED,
    sqlite3.SQLITE_INTERRUPT: TroubleKind.DATABASE_FAILED,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """The trouble behind an error; None where the world is well and the program is wrong.

    A broken constraint or a statement that does not parse is a bug of ours and stays what it is.
    """
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    kind = _KINDS.get(code & 0xFF)
    if code in _DAMAGED:
        kind = TroubleKind.DATABASE_DAMAGED
    elif code in _FULL:
        kind = TroubleKind.DISK_FULL
    return Trouble(kind, f"{error.sqlite_errorname}: {error}") if kind else None


def may_have_reached_the_disk(error: BaseException) -> bool:
    """Whether nobody can tell what of a write survived: a write or a sync of the file failed."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_IOERR
