"""A till as the server's ledger sees it: a log of facts and nothing else, written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from terminal.loyalty.bodies import Body, RightsReceived, RightsReturned, body_bytes
from terminal.loyalty.facts import FIRST_HASH, Fact, FactKind, encode, fact_hash
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import facts as fact_table
from terminal.server.database import logs, registry
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.logs import Log, LogRole
from terminal.server.database.registry import TerminalRow
from terminal.server.ledger.applying import Applied, apply_stored
from terminal.server.ledger.storing import Arrived, Stored, arrived, store

TODAY = date(2026, 4, 20)
NOW_MS = 1_776_672_000_000
"""Noon of that day."""
MAIN_STREET = "0a" * 16
STATION = "0b" * 16


def wallet(number: int) -> WalletId:
    """Somebody's wallet."""
    return WalletId(f"{number:032x}")


def points(whose: int) -> Account:
    """Somebody's points."""
    return Account(wallet(whose), UnitId("points"))


def earn(account: Account, n: int, day: date | None = None) -> Entry:
    return Entry(account, EntryKind.EARN, n, day)


def spend(account: Account, n: int) -> Entry:
    return Entry(account, EntryKind.SPEND, n)


@dataclass(slots=True)
class PaperTill:
    """Writes facts; sends them when it is told to."""

    name: str
    incarnation: str
    store: str = MAIN_STREET
    day: date = TODAY
    wall_ms: int = NOW_MS
    facts: list[bytes] = field(default_factory=list)
    head: str = FIRST_HASH
    sent: int = 0

    def record(
        self, *entries: Entry, kind: str = FactKind.SALE_RECORDED, body: bytes | Body = b"{}"
    ) -> Fact:
        """The next fact of the log."""
        self.wall_ms += 1000
        fact = Fact(
            incarnation=self.incarnation,
            seq=len(self.facts) + 1,
            before=self.head,
            kind=str(kind),
            wall_ms=self.wall_ms,
            offset_minutes=120,
            clock="trusted",
            business_day=self.day,
            entries=tuple(entries),
            body=body if isinstance(body, bytes) else body_bytes(body),
        )
        self.write(encode(fact))
        return fact

    def write(self, stored: bytes) -> None:
        """Any bytes as the next fact."""
        self.facts.append(stored)
        self.head = fact_hash(stored)

    def receive(self, account: Account, n: int, *, timeline: int = 1, number: int = 1) -> Fact:
        """A grant arrived."""
        return self.record(
            Entry(account, EntryKind.RECEIVE, n),
            kind=FactKind.RIGHTS_RECEIVED,
            body=RightsReceived(timeline=timeline, number=number),
        )

    def give_back(self, account: Account, n: int) -> Fact:
        """Rights go back to the pool."""
        return self.record(
            Entry(account, EntryKind.RELEASE, n),
            kind=FactKind.RIGHTS_RETURNED,
            body=RightsReturned(reason="recalled"),
        )

    def unsent(self, most: int | None = None) -> list[Arrived]:
        """What the server does not have yet."""
        last = len(self.facts) if most is None else self.sent + most
        return self.some(self.sent + 1, min(last, len(self.facts)))

    def some(self, first: int, last: int) -> list[Arrived]:
        """Facts ``first`` to ``last``, as they arrive."""
        return [
            arrived(self.facts[seq - 1], (self.incarnation, seq)) for seq in range(first, last + 1)
        ]

    def again(self, incarnation: str | None = None) -> PaperTill:
        """A copy of this till: it goes on by itself from here."""
        return PaperTill(
            self.name,
            incarnation or self.incarnation,
            self.store,
            self.day,
            self.wall_ms,
            list(self.facts),
            self.head,
            self.sent,
        )


def till(number: int, store: str = MAIN_STREET) -> PaperTill:
    """A till of a store."""
    return PaperTill(f"Till {number}", f"{number:016x}", store)


def begin(database: ServerDatabase, *tills: PaperTill) -> None:
    """A server that knows these tills."""

    def work(connection: Connection) -> None:
        registry.found_server(connection, "f0" * 16)
        for one in tills:
            terminal = f"{one.incarnation}{one.incarnation}"
            registry.add_terminal(
                connection,
                TerminalRow(terminal, one.store, one.name, "", "active", one.incarnation, NOW_MS),
            )
            logs.add(
                connection,
                Log(
                    incarnation=one.incarnation,
                    terminal=terminal,
                    store=one.store,
                    role=LogRole.TILL,
                    timeline=1,
                ),
            )

    database.run(work)


def keep(database: ServerDatabase, facts: Sequence[Arrived], incarnation: str) -> Stored:
    """The server stores facts and does not apply them yet."""

    def work(connection: Connection) -> Stored:
        log = logs.lock(connection, incarnation)
        assert log is not None
        return store(connection, log, facts, NOW_MS)

    return database.run(work)


def apply_all(database: ServerDatabase, incarnation: str) -> Applied:
    """The server applies what it stored of a log."""
    return database.run(lambda connection: apply_stored(connection, incarnation, NOW_MS))


def deliver(database: ServerDatabase, one: PaperTill, most: int | None = None) -> Applied:
    """The till sends what waits, and the server stores and applies it."""
    stored = keep(database, one.unsent(most), one.incarnation)
    one.sent = stored.log.stored
    return database.run(
        lambda connection: apply_stored(connection, one.incarnation, NOW_MS, fresh=stored.fresh)
    )


def reasons(database: ServerDatabase) -> list[tuple[str, int, str]]:
    """What is parked: (incarnation, seq, the short key of its reason)."""
    with database.reading() as connection:
        rows = fact_table.all_parked(connection)
    return [(row.incarnation, row.seq, row.reason.partition(":")[0]) for row in rows]
