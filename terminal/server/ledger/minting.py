"""Minting: facts that the server makes itself, in a log of its own for each store and timeline.

They are encoded, chained, stored and applied like any other, in one transaction; their entries
move the server's pool. The row of the log is locked after the accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from terminal.loyalty.bodies import Body, body_bytes
from terminal.loyalty.facts import FIRST_HASH, ClockQuality, Fact, FactKind, encode, fact_hash
from terminal.loyalty.ledger import Entry
from terminal.loyalty.wallet import WalletId
from terminal.server.database import facts as fact_table
from terminal.server.database import feeds, logs
from terminal.server.database.alarms import raise_alarms
from terminal.server.database.connection import Connection
from terminal.server.database.facts import FactRow
from terminal.server.database.feeds import Telling
from terminal.server.database.logs import Log, LogRole
from terminal.server.feed.telling import tell
from terminal.server.ledger.book import Book
from terminal.server.ledger.ready import ReadyFact, ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Coin:
    """A fact to be minted."""

    kind: FactKind
    entries: tuple[Entry, ...]
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """A fact that was minted: where it stands."""

    incarnation: str
    seq: int
    hash: str


def mint(
    connection: Connection,
    *,
    store: str,
    kind: FactKind,
    entries: tuple[Entry, ...],
    body: Body,
    now_ms: int,
    business_day: date,
) -> Minted:
    """Make one fact, store and apply it."""
    (minted,) = mint_all(
        connection,
        [Coin(kind=kind, entries=entries, body=body)],
        store=store,
        now_ms=now_ms,
        business_day=business_day,
    )
    return minted


def mint_all(
    connection: Connection,
    coins: Sequence[Coin],
    *,
    store: str,
    now_ms: int,
    business_day: date,
) -> tuple[Minted, ...]:
    """Make many facts of one store at once, in their order, and tell who is interested.

    Raises:
        Unfit: a fact that could not be applied; none is made.
    """
    minted, wallets = mint_quietly(
        connection, coins, store=store, now_ms=now_ms, business_day=business_day
    )
    tell_changed(connection, wallets)
    return minted


def mint_quietly(
    connection: Connection,
    coins: Sequence[Coin],
    *,
    store: str,
    now_ms: int,
    business_day: date,
) -> tuple[tuple[Minted, ...], frozenset[WalletId]]:
    """Make facts and tell nobody; the caller tells of these wallets when all is done."""
    if not coins:
        return (), frozenset()
    incarnation, timeline = own_log(connection, store)
    bare = [_bare(coin, incarnation, now_ms, business_day) for coin in coins]
    log = Log(incarnation=incarnation, store=store, role=LogRole.SERVER, timeline=timeline)
    book = Book(connection, log, [ready(fact, log.role) for fact in bare], {})
    held = _locked(connection, log)
    minted: list[Minted] = []
    rows: list[FactRow] = []
    seq, head = held.stored, held.head
    for one in bare:
        seq, before = seq + 1, head
        fact = replace(one, seq=seq, before=before)
        stored = encode(fact)
        head = fact_hash(stored)
        day = business_day.isoformat()
        rows.append(FactRow(incarnation, seq, fact.kind, head, stored, store, now_ms, day, now_ms))
        minted.append(Minted(incarnation=incarnation, seq=seq, hash=head))
        book.fold(_proven(fact))
    fact_table.add(connection, rows)
    alarms = book.close()
    raise_alarms(connection, alarms, now_ms)
    logs.change(connection, incarnation, stored=seq, head=head, applied=seq, contact_ms=now_ms)
    return tuple(minted), book.wallets


def lock_own_logs(connection: Connection, stores: Iterable[str]) -> None:
    """Lock the server's own logs of several stores, for who mints at one after the other and could
    not do it in the order in which all others lock them. After the wallets, before the first mint.
    """
    named = sorted((*own_log(connection, store), store) for store in set(stores))
    for incarnation, timeline, store in named:
        log = Log(incarnation=incarnation, store=store, role=LogRole.SERVER, timeline=timeline)
        _locked(connection, log)


def _locked(connection: Connection, log: Log) -> Log:
    logs.add(connection, log)
    held = logs.lock(connection, log.incarnation)
    assert held is not None
    return held


def own_log(connection: Connection, store: str) -> tuple[str, int]:
    """(incarnation, timeline) of the server's own log for a store, whether it has begun or not.

    Made from this server's own chance: two processes that begin it at once begin the same.
    """
    timeline, founded = logs.timeline_and_founding(connection)
    named = sha256(f"{founded}/{store}/{timeline}".encode()).hexdigest()
    return named[:16], timeline


def tell_changed(
    connection: Connection, wallets: Iterable[str], further: Iterable[Telling] = ()
) -> None:
    """Tell every interested store of wallets; the last thing that a transaction does."""
    stores = feeds.interested_stores(connection, sorted(set(wallets)))
    changed = (Telling(feeds.WALLET, wallet, some) for wallet, some in stores.items())
    tell(connection, (*further, *changed))


def _bare(coin: Coin, incarnation: str, now_ms: int, business_day: date) -> Fact:
    """A fact without its place in the log, which is known once the log is locked."""
    return Fact(
        incarnation=incarnation,
        seq=0,
        before=FIRST_HASH,
        kind=coin.kind.value,
        wall_ms=now_ms,
        offset_minutes=0,
        clock=ClockQuality.TRUSTED.value,
        business_day=business_day,
        entries=coin.entries,
        body=body_bytes(coin.body),
    )


def _proven(fact: Fact) -> ReadyFact:
    return ready(fact, LogRole.SERVER)
