"""Crashes at commit points: the process is gone, and its disk holds what was committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from terminal.till.database.connection import Database

BEFORE_COMMIT = "before commit"
AFTER_COMMIT = "after commit"


class ProcessGone(BaseException):
    """The process died. No ``except Exception`` of a program may catch that."""


class Doom:
    """Tells a process at which of its coming commit points it dies."""

    def __init__(self) -> None:
        self._countdown: int | None = None
        self.points = 0
        """Commit points passed, over all processes."""

    def strike(self, after: int) -> None:
        """It dies at the point after so many."""
        self._countdown = after

    def spare(self) -> None:
        """It does not die after all."""
        self._countdown = None

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
            raise ProcessGone(point)
        self._countdown -= 1


def watched(database: Database, watch: Callable[[str], None]) -> Database:
    """The same open file, with somebody who is told of the points around each commit."""
    writing = database.writing

    @contextmanager
    def told() -> Iterator[object]:
        with writing() as connection:
            yield connection
            watch(BEFORE_COMMIT)
        watch(AFTER_COMMIT)

    database.writing = told  # type: ignore[method-assign, assignment]
    return database
