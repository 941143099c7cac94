"""A server that tills speak to."""

from __future__ import annotations

import pytest

from terminal.server.database.connection import ServerDatabase
from tests.server.speaking_till import Office


@pytest.fixture
def office(server_database: ServerDatabase) -> Office:
    """A server's intake on a fresh database."""
    return Office(server_database)
