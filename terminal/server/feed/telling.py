"""Telling stores that something changed: rows of their feeds, never the content itself.

Called in the transaction that changes it, after everything else is locked.
"""

from __future__ import annotations

from collections.abc import Iterable

from terminal.server.database import feeds
from terminal.server.database.connection import Connection
from terminal.server.database.feeds import Telling

__all__ = ["Telling", "tell"]


def tell(connection: Connection, tellings: Iterable[tuple[str, str, Iterable[str]]]) -> None:
    """Tell each store once of each (kind, key); stores are locked in the order of their ids."""
    by_store: dict[str, dict[tuple[str, str], None]] = {}
    for kind, key, stores in tellings:
        for store in stores:
            by_store.setdefault(store, {})[kind, key] = None
    for store in sorted(by_store):
        feeds.append(connection, store, list(by_store[store]))
