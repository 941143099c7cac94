"""Failures in the log: kinds and places, what SQLite calls them, never what they were about."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from terminal.server.failures import words_of_failure


def test_a_full_disk_is_called_so_and_nobody_is_named() -> None:
    full = sqlite3.OperationalError("database or disk is full: Anna")
    full.sqlite_errorname = "SQLITE_FULL"
    with pytest.raises(OperationalError) as raised:
        raise OperationalError("INSERT Anna", {}, full)
    told = words_of_failure(raised.value)
    assert "OperationalError SQLITE_FULL at test_failures.py" in told
    assert "Anna" not in told
