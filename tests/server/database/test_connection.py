"""Transactions are whole, on both databases."""

from __future__ import annotations

import time

import pytest

from terminal.server.database import logs
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.logs import Log


def test_what_was_written_is_there(server_database: ServerDatabase) -> None:
    assert server_database.run(lambda c: logs.add(c, Log(incarnation="a" * 16)))
    with server_database.reading() as connection:
        assert logs.find(connection, "a" * 16) == Log(incarnation="a" * 16)
