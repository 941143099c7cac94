"""Many rows at once, straight to the driver, within a transaction that ``run`` began and will end.

A busy server reads and writes hundreds of rows for each message, and one statement for each would
cost more than all the rest. On PostgreSQL a batch travels as one array per column; SQLite is
called in this process and takes row after row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy.engine import Connection

Row = tuple[Any, ...]
KEYS = "{keys}"
"""Where a question takes its keys: ``wallet {keys}``."""
LOCK = "{lock}"
"""Where a question locks what it reads."""
_EACH = re.compile(r"\{each ([\w.]+)\}")
"""A table of the keys and values of a column's JSON objects, lateral: ``FROM t, {each told} AS x``."""

COPIED = 16
"""From so many rows on PostgreSQL's COPY is quicker than arrays."""

_TYPES = {str: "text", int: "bigint", bytes: "bytea"}


class Bulk:
    """The driver beneath a connection. Statements are written with ``?``, as SQLite has it."""

    __slots__ = ("_driver", "is_postgresql")

    def __init__(self, connection: Connection) -> None:
        self._driver = cast("Any", connection.connection.dbapi_connection)
        self.is_postgresql = connection.dialect.name == "postgresql"

    def run(self, statement: str, arguments: Row = ()) -> None:
        """Run a statement that answers nothing."""
        self._ask(statement, arguments, answers=False)

    def rows(self, question: str, arguments: Row = ()) -> list[Row]:
        """All rows of an answer; ``{lock}`` in the question locks them."""
        return self._ask(question, arguments)

    def keyed(self, question: str, keys: Iterable[str], arguments: Row = ()) -> list[Row]:
        """All rows of an answer to a question with ``{keys}``, which come last of its arguments."""
        asked = list(keys)
        if not asked:
            return []
        return self._ask(
            question, (*arguments, _array(asked) if self.is_postgresql else json.dumps(asked))
        )

    def put(self, table: str, columns: str, rows: Sequence[Row], *, conflict: str = "") -> int:
        """Insert rows, in their order; ``conflict`` is what follows ``ON CONFLICT``.

        ``columns`` are named with commas between. All rows have the same kinds of values, none
        of them None. Returns how many were written: what does nothing on a conflict does not count.
        """
        if not rows:
            return 0
        on_conflict = f" ON CONFLICT {conflict}" if conflict else ""
        if not self.is_postgresql:
            marks = ", ".join("?" * len(rows[0]))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks}){on_conflict}"  # noqa: S608
            return _counted(self._driver.executemany(statement, rows))
        if not conflict and len(rows) >= COPIED:
            self._copy(table, columns, rows)
            return len(rows)
        columns_of = list(zip(*rows, strict=True))
        arrays = ", ".join(f"?::{_TYPES[type(column[0])]}[]" for column in columns_of)
        statement = f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}){on_conflict}"  # noqa: S608
        asked = _of_postgresql(statement)
        return _counted(self._driver.execute(asked, tuple(map(_array, columns_of))))

    def _copy(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
        with self._driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([_TYPES[type(one)] for one in rows[0]])
            for row in rows:
                copy.write_row(row)

    def _ask(self, statement: str, arguments: Row, *, answers: bool = True) -> list[Row]:
        asked = _of_postgresql(statement) if self.is_postgresql else _of_sqlite(statement)
        cursor = self._driver.execute(asked, arguments)
        try:
            return cast("list[Row]", cursor.fetchall()) if answers else []
        finally:
            cursor.close()


def _counted(cursor: Any) -> int:
    written: int = cursor.rowcount
    cursor.close()
    return written


def _array(column: Sequence[Any]) -> Any:
    """A column as PostgreSQL writes an array: a third of what the driver takes to make one."""
    if not column or isinstance(column[0], int):
        return "{" + ",".join(map(str, column)) + "}"
    if isinstance(column[0], bytes):
        return list(column)
    quoted = '","'.join(column)
    if "\\" in quoted or quoted.count('"') != 2 * (len(column) - 1):
        quoted = '","'.join(_escaped(one) for one in column)
    return '{"' + quoted + '"}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@cache
def _of_postgresql(statement: str) -> str:
    assert "%" not in statement
    keyed = statement.replace(KEYS, "= ANY(?::text[])").replace(LOCK, "FOR UPDATE")
    return _EACH.sub(r"json_each_text(CAST(\1 AS json))", keyed).replace("?", "%s")


@cache
def _of_sqlite(statement: str) -> str:
    keyed = statement.replace(KEYS, "IN (SELECT value FROM json_each(?))").replace(LOCK, "")
    return _EACH.sub(r"json_each(\1)", keyed)
