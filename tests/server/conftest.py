"""A server's database for each test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terminal.server.database.connection import ServerDatabase, open_database
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a fresh database lies; the test runs once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'server.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.fresh()
    yield url
    postgres.give_back(url)


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
