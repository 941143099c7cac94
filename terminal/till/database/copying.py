"""Copies what is on sale from one till's file into another, and touches nothing in the first.

The file that is read is opened read-only, and it may be that of a till at work: its log of writes
is read with it. Only goods, tiles and programmes are copied; nobody's name, balance or fact.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from terminal.till.database.connection import BUSY_MS, sorted_failures
from terminal.till.database.quick import Quick
from terminal.till.database.till_database import TillDatabase

TABLES = (
    "products",
    "product_codes",
    "own_codes",
    "product_words",
    "tiles",
    "programme_revisions",
)
"""In an order in which no row comes before the one that it hangs on."""

_BATCH = 2_000
_COLUMNS = "SELECT name FROM pragma_table_info(?)"


def copy_what_is_on_sale(source: Path, target: TillDatabase) -> int:
    """Copy goods and programmes into a file that has none; returns how many rows.

    A column or table that only one of the two files has is passed over: the file that is read may
    be of an earlier version, and it is not brought up to date.

    Raises:
        Trouble: a file cannot be used; nothing was copied.
    """
    copied = 0
    with sorted_failures(), closing(_read_only(source)) as plain:
        # One moment of the file, however long the copying takes.
        plain.execute("BEGIN").close()
        with target.database.writing() as connection:
            quick = Quick(connection)
            for table in TABLES:
                known = {name for (name,) in quick.rows(_COLUMNS, (table,))}
                found = [name for (name,) in plain.execute(_COLUMNS, (table,)) if name in known]
                if found:
                    copied += _copy(plain, quick, table, found)
    return copied


def _copy(plain: sqlite3.Connection, quick: Quick, table: str, columns: list[str]) -> int:
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    put = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of our own
    copied = 0
    with closing(plain.execute(f"SELECT {names} FROM {table}")) as cursor:  # noqa: S608
        while rows := cursor.fetchmany(_BATCH):
            quick.run_all(put, rows)
            copied += len(rows)
    return copied


def _read_only(path: Path) -> sqlite3.Connection:
    # Even who only reads a file with a log of writes makes that log where there is none. Without
    # one nobody has the file open, so that nothing can change while it is read.
    at_work = path.with_name(path.name + "-wal").exists()
    how = "mode=ro" if at_work else "mode=ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None
    )
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}").close()
    return connection
