"""Keeping feeds short: of what was told several times only the last telling stays.

Readers stay right, wherever their cursor is: each row that goes has a later row with the same
key, beyond every cursor that had not reached the row. Numbers are no longer dense below the mark
that pruning leaves, so readers look for holes only above it.
"""

from __future__ import annotations

from functools import partial

from terminal.server.database import feeds
from terminal.server.database.connection import ServerDatabase


def prune_feeds(database: ServerDatabase) -> int:
    """Prune every store's feed, a transaction each; returns how many rows went."""
    with database.reading() as connection:
        stores = feeds.stores_with_news(connection)
    return sum(database.run(partial(feeds.prune, store=store)) for store in stores)
