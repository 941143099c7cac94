"""Reading a store's feed from a cursor on, a page at a time, each key once.

Numbers are dense where nothing was pruned; a hole there would mean that a row was passed over,
so it stops the reader instead of being skipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.server.database import feeds
from terminal.server.database.connection import Connection

ROWS_FOR_A_KEY = 4
"""How many rows are looked at for each key wanted: what is told often takes several."""

WEIGHTS = {feeds.PRICING: 40, feeds.PROGRAMME: 5}
"""Keys as many as which a key of this kind counts: a price list brings hundreds of products."""


class FeedHole(RuntimeError):
    """A number is missing above what was pruned: somebody wrote past the store's lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """What a till is to be told next. Keys stand in the order in which they were told first."""

    cursor: int
    """Everything up to here is in this page, or in an earlier one."""
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
    # Rows before marks: pruning in between may only make the check milder.
    rows = feeds.rows_after(connection, store, cursor, most * ROWS_FOR_A_KEY)
    last, pruned = feeds.marks(connection, store)
    _demand_dense(rows, cursor, pruned)
    keys: dict[tuple[str, str], None] = {}
    reached, weight = cursor, 0
    for row in rows:
        if (row.kind, row.key) not in keys:
            weight += WEIGHTS.get(row.kind, 1)
            if keys and weight > most:
                break
        keys[row.kind, row.key] = None
        reached = row.number
    told: dict[str, tuple[str, ...]] = {}
    for kind, key in keys:
        told[kind] = (*told.get(kind, ()), key)
    return FeedPage(cursor=reached, more=reached < last, told=told)


def _demand_dense(rows: list[feeds.FeedRow], cursor: int, pruned: int) -> None:
    expected = max(cursor, pruned) + 1
    for row in rows:
        if row.number < expected:
            continue
        if row.number != expected:
            raise FeedHole(f"after {expected - 1} comes {row.number}")
        expected += 1
