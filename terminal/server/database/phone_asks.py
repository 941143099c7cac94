"""How many phones each till asked for of late."""

from __future__ import annotations

from terminal.server.database.bulk import Bulk
from terminal.server.database.connection import Connection

_READ = "SELECT since_ms, n FROM phone_asks WHERE terminal = ?"


def asked_since(connection: Connection, terminal: str) -> tuple[int, int]:
    """Since when (Unix ms) a till is counted, and how many it asked for; (0, 0) if never."""
    rows = Bulk(connection).rows(_READ, (terminal,))
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


def count(connection: Connection, terminal: str, since_ms: int, n: int) -> None:
    """Write down how many a till asked for since then."""
    Bulk(connection).put(
        "phone_asks",
        "terminal, since_ms, n",
        [(terminal, since_ms, n)],
        conflict="(terminal) DO UPDATE SET since_ms = excluded.since_ms, n = excluded.n",
    )
