"""The basket in work, kept through a crash of the program or the computer."""

from __future__ import annotations

from terminal.till.database.connection import Database
from terminal.till.database.quick import Connection, Quick

_LOAD = "SELECT stored FROM working_basket"
_SAVE = """INSERT INTO working_basket (id, stored) VALUES (1, ?)
ON CONFLICT (id) DO UPDATE SET stored = excluded.stored"""
_FORGET = "DELETE FROM working_basket"


class StoredWorkingBasket:
    """``ports.WorkingBasket`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, stored: bytes) -> None:
        """Keep it; empty bytes forget it. Each scan does, and does not wait for the disk."""
        with self._database.writing_soon() as connection:
            keep(connection, stored)

    def load(self) -> bytes:
        """What was kept last, or empty bytes."""
        with self._database.reading() as connection:
            return kept(connection)


def keep(connection: Connection, stored: bytes) -> None:
    """Keep it together with something else; empty bytes forget it."""
    if stored:
        Quick(connection).run(_SAVE, (stored,))
    else:
        forget(connection)


def kept(connection: Connection) -> bytes:
    """What was kept last, or empty bytes."""
    row = Quick(connection).row(_LOAD)
    return bytes(row[0]) if row else b""


def forget(connection: Connection) -> None:
    """Forget it together with something else, such as the sale that it became."""
    Quick(connection).run(_FORGET)
