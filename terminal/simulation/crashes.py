"""Crashes at commit points: the process is gone, and its disk holds what was committed.

Or the disk fails there: before the commit nothing is on it, after it all is, and the program hears
of an error both times.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from terminal.till.database.connection import Database, sorted_failures

BEFORE_COMMIT = "before commit"
AFTER_COMMIT = "after commit"


class ProcessGone(BaseException):
    """The process died. No ``except Exception`` of a program may catch that."""


def disk_error() -> sqlite3.OperationalError:
    """What SQLite says when a sync fails."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
    return error


class Doom:
    """Tells a process at which of its coming commit points it dies, or its disk fails."""

    def __init__(self) -> None:
        self._countdown: int | None = None
        self._by_disk = False
        self.points = 0
        """Commit points passed, over all processes."""
        self.disk_failed = False
        """Whether the disk failed this process."""

    def strike(self, after: int, *, by_disk: bool = False) -> None:
        """It dies at the point after so many; or gets an error there, ``by_disk``."""
        self._countdown, self._by_disk = after, by_disk

    def spare(self) -> None:
        """It does not die after all."""
        self._countdown, self.disk_failed = None, False

    @property
    def waits(self) -> bool:
        """Whether it is to die."""
        return self._countdown is not None

    def watch(self, point: str) -> None:
        """A commit point is reached."""
        self.points += 1
        if self._countdown is None:
            return
        if self._countdown <= 0:
            self._countdown = None
            if not self._by_disk:
                raise ProcessGone(point)
            self.disk_failed = True
            raise disk_error()
        self._countdown -= 1


def watched(database: Database, watch: Callable[[str], None]) -> Database:
    """The same open file, with somebody who is told of the points around each commit."""
    writing = database.writing

    @contextmanager
    def told() -> Iterator[object]:
        with writing() as connection:
            yield connection
            watch(BEFORE_COMMIT)
        with sorted_failures():
            try:
                watch(AFTER_COMMIT)
            except sqlite3.OperationalError as error:
                database._fenced = str(error)  # noqa: SLF001 - as after a COMMIT that failed
                raise

    database.writing = told  # type: ignore[method-assign, assignment]
    return database
