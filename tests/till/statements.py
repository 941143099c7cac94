"""What a till says to its file, statement by statement, whichever way each goes to the driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from terminal.till.database.quick import Connection


@contextmanager
def before_each_statement(call: Callable[[str], None]) -> Iterator[None]:
    """Have something called with every statement before it is run; it may raise."""

    def execute(driver: Connection, statement: str, arguments: Any = ()) -> sqlite3.Cursor:
        call(statement)
        return sqlite3.Connection.execute(driver, statement, arguments)

    def execute_many(driver: Connection, statement: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        call(statement)
        return sqlite3.Connection.executemany(driver, statement, rows)

    with pytest.MonkeyPatch.context() as watch:
        watch.setattr(Connection, "execute", execute)
        watch.setattr(Connection, "executemany", execute_many)
        yield
