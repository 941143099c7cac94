"""The server of a story may be on SQLite or on a real PostgreSQL: its own tests have both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.server.database.connection import ServerDatabase
from tests.scenarios.refund_counter import Counter
from tests.scenarios.two_tills import Store, everybody_agrees
from tests.server.conftest import database_url, open_server, server_database

__all__ = ["database_url", "open_server", "server_database"]


@pytest.fixture
def store(server_database: ServerDatabase, tmp_path: Path) -> Iterator[Store]:
    made = Store(server_database, tmp_path)
    yield made
    everybody_agrees(made)
    made.close()


@pytest.fixture
def counter(store: Store) -> Counter:
    return Counter(store)
