"""What each store is told, as rows under numbers; and which wallets a store is told of.

Numbers are taken from the store's row under its lock, in the transaction that writes what is
told: so the order of numbers is the order of commits, and no reader ever passes one that is yet
to come. A sequence would give numbers that commit out of order, and readers would miss rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Connection

from terminal.server.database.bulk import Bulk
from terminal.server.database.schema import feed, feeds

WALLET = "wallet"
MEMBER = "member"
GONE = "gone"
PRICING = "pricing"
PROGRAMME = "programme"
OPERATORS = "operators"
SHOP = "shop"
CODE_KEYS = "code_keys"


class Telling(NamedTuple):
    """Something changed that these stores are to know; what it is now is read when it is sent."""

    kind: str
    key: str
    stores: Collection[str]


class FeedRow(NamedTuple):
    """One row of a store's feed."""

    number: int
    kind: str
    key: str


class KeyRow(NamedTuple):
    """A key of a store's feed, however often it is told in the rows that were looked at."""

    kind: str
    key: str
    last: int
    """The number of its last telling; what was told before is in there."""


class Looked(NamedTuple):
    """What the rows beyond a cursor tell, and how far was looked."""

    keys: Sequence[KeyRow]
    """In order of last telling."""
    last: int
    """The highest number that was looked at; 0 where nothing is."""
    many: int
    """Rows above the mark of pruning, where there must be no gaps."""


_INTERESTED = "SELECT wallet, store FROM interests WHERE wallet {keys}"
_TAKE = """INSERT INTO feeds (store, next, pruned) VALUES (?, ?, 0)
ON CONFLICT (store) DO UPDATE SET next = feeds.next + ? RETURNING next"""
_KEYS = """SELECT kind, key, last, max(last) OVER (), sum(many) OVER ()
FROM (SELECT kind, key, max(number) AS last, sum(CASE WHEN number > ? THEN 1 ELSE 0 END) AS many
FROM (SELECT number, kind, key FROM feed WHERE store = ? AND number > ? AND number <= ?
ORDER BY number LIMIT ?) AS looked GROUP BY kind, key) AS told ORDER BY last LIMIT ?"""
_AFTER = """SELECT number, kind, key FROM feed WHERE store = ? AND number > ?
ORDER BY number LIMIT ?"""


_BEYOND = 2**62
"""Higher than any number."""


def append(connection: Connection, store: str, rows: Sequence[tuple[str, str]]) -> int:
    """Add (kind, key) to a store's feed under the next numbers; returns the last.

    Locks the store's feed until the transaction ends: the last lock of all, stores in order.
    """
    bulk, many = Bulk(connection), len(rows)
    ((beyond,),) = bulk.rows(_TAKE, (store, many + 1, many))
    numbered = [(store, number, *row) for number, row in enumerate(rows, start=beyond - many)]
    bulk.put("feed", "store, number, kind, key", numbered)
    return int(beyond) - 1


def rows_after(connection: Connection, store: str, cursor: int, most: int) -> list[FeedRow]:
    """The rows beyond a cursor, in order."""
    return [FeedRow(*row) for row in Bulk(connection).rows(_AFTER, (store, cursor, most))]


def keys_after(
    connection: Connection, store: str, cursor: int, *, pruned: int, rows: int, most: int
) -> Looked:
    """What the next so many rows beyond a cursor tell, each key once; at most so many keys."""
    # Where nothing is missing the last number is known, and no database need sort a whole feed.
    up_to = cursor + rows if cursor >= pruned else _BEYOND
    found = Bulk(connection).rows(_KEYS, (pruned, store, cursor, up_to, rows, most))
    if not found:
        return Looked((), 0, 0)
    return Looked([KeyRow(*row[:3]) for row in found], found[0][3], int(found[0][4]))


def marks(connection: Connection, store: str) -> tuple[int, int]:
    """(the highest number given, up to where rows are missing); zeros for a store without news."""
    rows = Bulk(connection).rows("SELECT next, pruned FROM feeds WHERE store = ?", (store,))
    return (int(rows[0][0]) - 1, int(rows[0][1])) if rows else (0, 0)


def stores_with_news(connection: Connection) -> list[str]:
    """Every store that has a feed, in order."""
    return list(connection.execute(select(feeds.c.store).order_by(feeds.c.store)).scalars())


def prune(connection: Connection, store: str) -> int:
    """Drop the rows of which a later one says the same; returns how many.

    Rows that anybody still waits for stay, as a later row stands for each that goes.
    """
    highest = connection.execute(
        select(func.max(feed.c.number)).where(feed.c.store == store)
    ).scalar()
    if highest is None:
        return 0
    newest = (
        select(func.max(feed.c.number))
        .where(feed.c.store == store, feed.c.number <= highest)
        .group_by(feed.c.kind, feed.c.key)
    )
    gone = connection.execute(
        delete(feed).where(
            feed.c.store == store, feed.c.number <= highest, feed.c.number.not_in(newest)
        )
    ).rowcount
    if gone:
        # Last, as the feed's row is the last in the order of locks.
        connection.execute(update(feeds).where(feeds.c.store == store).values(pruned=highest))
    return gone


# --- interests -----------------------------------------------------------------------------------


def interested_stores(
    connection: Connection, wallets: Collection[str]
) -> dict[str, frozenset[str]]:
    """Which stores are told of each wallet; wallets that nobody is told of are left out."""
    found: dict[str, set[str]] = {}
    for wallet, store in Bulk(connection).keyed(_INTERESTED, sorted(wallets)):
        found.setdefault(wallet, set()).add(store)
    return {wallet: frozenset(stores) for wallet, stores in found.items()}


def add_interests(connection: Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """Tell stores of wallets from now on: (wallet, store)."""
    Bulk(connection).put(
        "interests",
        "wallet, store",
        sorted(set(pairs)),
        conflict="(wallet, store) DO NOTHING",
    )
