"""A served store on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.server.database.connection import ServerDatabase
from terminal.server.settings import Settings
from tests.server.routes.served import Served, founded


@pytest.fixture
def served(server_database: ServerDatabase, tmp_path: Path) -> Iterator[Served]:
    """One store, nobody paired yet."""
    made = founded(server_database, Settings(folder=tmp_path))
    with made.client:
        yield made
