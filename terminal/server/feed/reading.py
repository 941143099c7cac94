"""Reading a store's feed from a cursor on, a page at a time, each key once.

A key that is told again within the rows that are looked at waits for its last row, as if the
earlier ones had been pruned: so what busy members do costs a late reader no page of its own.

Numbers are dense where nothing was pruned; a hole there would mean that a row was passed over,
so it stops the reader instead of being skipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.server.database import feeds
from terminal.server.database.connection import Connection

ROWS_FOR_A_KEY = 20
"""How many rows are looked at for each key wanted: a busy member is told of with every batch."""

WEIGHTS = {feeds.PRICING: 40, feeds.PROGRAMME: 5}
"""Keys as many as which a key of this kind counts: a price list brings hundreds of products."""


class FeedHole(RuntimeError):
    """A number is missing above what was pruned: somebody wrote past the store's lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """What a till is to be told next. Keys stand in the order in which they were told last."""

    cursor: int
    """Everything up to here is in this page, in an earlier one, or told again in a later row."""
    more: bool
    told: dict[str, tuple[str, ...]]
    """The keys of each kind."""

    def keys(self, kind: str) -> tuple[str, ...]:
        """The keys of one kind."""
        return self.told.get(kind, ())


def after(connection: Connection, store: str, cursor: int, most: int) -> FeedPage:
    """The next page for a till whose cursor is ``cursor``: at most ``most`` different keys.

    A heavy key counts as several; a page that may hold anything holds at least one key.

    Raises:
        FeedHole: a number is missing that was never pruned.
    """
    last, pruned = feeds.marks(connection, store)
    looked = feeds.Looked((), 0, 0)
    if most >= 1 and cursor < last:
        rows = most * ROWS_FOR_A_KEY
        looked = feeds.keys_after(connection, store, cursor, pruned=pruned, rows=rows, most=most)
        if not looked.keys:
            raise FeedHole(f"the row after {cursor} is missing, and there is one up to {last}")
    _demand_dense(looked, max(cursor, pruned))
    told: dict[str, list[str]] = {}
    reached, weight = cursor, 0
    for row in looked.keys:
        weight += WEIGHTS.get(row.kind, 1)
        if told and weight > most:
            break
        told.setdefault(row.kind, []).append(row.key)
        # Whatever is told up to here is in this page, or once more in a later row.
        reached = row.last
    return FeedPage(
        cursor=reached,
        more=reached < last,
        told={kind: tuple(keys) for kind, keys in told.items()},
    )


def _demand_dense(looked: feeds.Looked, beyond: int) -> None:
    expected = looked.last - beyond
    if expected > looked.many:
        raise FeedHole(f"of {expected} rows beyond {beyond} there are {looked.many}")
