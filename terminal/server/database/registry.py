"""Stores, terminals and the cards' counters, as rows.

Whoever locks a store's row does so last of all: nothing else is locked after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.engine import Connection

from terminal.server.database.bulk import Bulk
from terminal.server.database.schema import card_blocks, feeds, server, stores, terminals


class StoreRow(NamedTuple):
    """A store; ``shop`` is JSON of its record, with the card key."""

    id: str
    shop: str
    next_card: int


REVOKED = "revoked"
"""The standing of a terminal that is not let in any more."""
EXPECTED = "expected"
"""The standing of a terminal that came with its shop from another server and has not joined."""


class TerminalRow(NamedTuple):
    """A registered device and the log that it writes now."""

    id: str
    store: str
    lane: str
    public_key: str
    standing: str
    incarnation: str
    paired_ms: int


_STORE = (stores.c.id, stores.c.shop, stores.c.next_card)
_ON_SHELVES = """SELECT id, shop, next_card FROM stores
WHERE substr(id, 1, 2) {keys} ORDER BY id"""
_TERMINAL = tuple(terminals.c[name] for name in TerminalRow._fields)


def found_server(connection: Connection, founded: str) -> None:
    """Begin this server's first timeline, unless it has begun."""
    connection.execute(
        insert_once(server).values(id=1, timeline=1, founded=founded).on_conflict_do_nothing()
    )


def lock_server(connection: Connection) -> int:
    """Let one publication or pairing at a time through; returns the timeline."""
    found = connection.execute(
        select(server.c.timeline).where(server.c.id == 1).with_for_update()
    ).scalar_one()
    return int(found)


def read_timeline(connection: Connection) -> int:
    """How many times this server was restored, counted from 1."""
    ((timeline,),) = Bulk(connection).rows("SELECT timeline FROM server WHERE id = 1")
    return int(timeline)


# --- stores --------------------------------------------------------------------------------------


def all_stores(connection: Connection) -> list[StoreRow]:
    """Every store, by id."""
    rows = connection.execute(select(*_STORE).order_by(stores.c.id))
    return [StoreRow(*row) for row in rows]


def stores_on(connection: Connection, shelves: Iterable[str]) -> list[StoreRow]:
    """The stores whose ids begin with one of these pairs of signs, by id."""
    return [StoreRow(*row) for row in Bulk(connection).keyed(_ON_SHELVES, shelves)]


def find_store(connection: Connection, store: str) -> StoreRow | None:
    """One store, or None."""
    row = connection.execute(select(*_STORE).where(stores.c.id == store)).first()
    return None if row is None else StoreRow(*row)


def add_store(connection: Connection, store: str, shop: str) -> None:
    """Found a store, with a feed of its own."""
    connection.execute(insert(stores).values(id=store, shop=shop, next_card=0))
    connection.execute(insert(feeds).values(store=store, next=1))


def change_shop(connection: Connection, store: str, shop: str) -> None:
    """Write what a store says of itself anew."""
    connection.execute(update(stores).where(stores.c.id == store).values(shop=shop))


# --- terminals -----------------------------------------------------------------------------------


def all_terminals(connection: Connection) -> list[TerminalRow]:
    """Every terminal, by store and lane."""
    rows = connection.execute(
        select(*_TERMINAL).order_by(terminals.c.store, terminals.c.lane, terminals.c.id)
    )
    return [TerminalRow(*row) for row in rows]


def terminals_with_key(connection: Connection, public_key: str) -> list[TerminalRow]:
    """The terminals that sign with a key; there is one at most."""
    rows = connection.execute(select(*_TERMINAL).where(terminals.c.public_key == public_key))
    return [TerminalRow(*row) for row in rows]


def active_terminals(connection: Connection, store: str) -> int:
    """How many terminals serve a store."""
    ((many,),) = Bulk(connection).rows(
        "SELECT count(*) FROM terminals WHERE store = ? AND standing = 'active'", (store,)
    )
    return int(many)


def tills_and_cards(connection: Connection, store: str) -> tuple[int, int]:
    """How many terminals serve a store, and how many counters of its cards anybody was given."""
    ((tills, cards),) = Bulk(connection).rows(
        "SELECT (SELECT count(*) FROM terminals WHERE store = ? AND standing = 'active'),"
        " (SELECT next_card FROM stores WHERE id = ?)",
        (store, store),
    )
    return int(tills), int(cards or 0)


def all_active_terminals(connection: Connection) -> int:
    """How many terminals serve any store."""
    rows = Bulk(connection).rows("SELECT count(*) FROM terminals WHERE standing = 'active'")
    return int(rows[0][0])


def add_terminal(connection: Connection, terminal: TerminalRow) -> None:
    """Register a device."""
    connection.execute(insert(terminals).values(**terminal._asdict()))


def find_terminal(connection: Connection, terminal: str) -> TerminalRow | None:
    """A terminal, or None."""
    row = connection.execute(select(*_TERMINAL).where(terminals.c.id == terminal)).first()
    return None if row is None else TerminalRow(*row)


def change_terminal(connection: Connection, terminal: TerminalRow) -> None:
    """Write what is known of a device anew."""
    connection.execute(
        update(terminals).where(terminals.c.id == terminal.id).values(**terminal._asdict())
    )


def revoke(connection: Connection, terminal: str) -> None:
    """Let a device in no more."""
    connection.execute(update(terminals).where(terminals.c.id == terminal).values(standing=REVOKED))


# --- the cards' counters -------------------------------------------------------------------------


def cards_issued(connection: Connection, store: str) -> int:
    """How many counters of a store's cards anybody was given."""
    rows = Bulk(connection).rows("SELECT next_card FROM stores WHERE id = ?", (store,))
    found = rows[0][0] if rows else None
    return int(found or 0)


def skip_cards(connection: Connection, store: str, taken: int) -> None:
    """Counters below ``taken`` are used up: a till gave them out before it met anybody."""
    connection.execute(
        update(stores)
        .where(stores.c.id == store, stores.c.next_card < taken)
        .values(next_card=taken)
    )


def take_cards(
    connection: Connection, store: str, terminal: str, *, n: int, capacity: int
) -> tuple[int, int] | None:
    """The next counters, first to last, for one terminal alone; None where all are given."""
    beyond = connection.execute(
        update(stores)
        .where(stores.c.id == store, stores.c.next_card + n <= capacity)
        .values(next_card=stores.c.next_card + n)
        .returning(stores.c.next_card)
    ).scalar()
    if beyond is None:
        return None
    first, last = int(beyond) - n, int(beyond) - 1
    connection.execute(
        insert(card_blocks).values(store=store, first=first, last=last, terminal=terminal)
    )
    return first, last


def blocks_of(connection: Connection, store: str) -> Sequence[tuple[int, int, str]]:
    """(first, last, terminal) of all blocks of a store, in order."""
    rows = connection.execute(
        select(card_blocks.c.first, card_blocks.c.last, card_blocks.c.terminal)
        .where(card_blocks.c.store == store)
        .order_by(card_blocks.c.first)
    )
    return [(int(first), int(last), str(terminal)) for first, last, terminal in rows]
