"""The table of facts: writing the next one, with all that follows from it, and reading them back.

Whoever appends stands inside a writing transaction; what is computed from the facts is brought up
to date in the same one, by the ledger's own fold.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from terminal.loyalty.clock_doubt import doubt
from terminal.loyalty.counting import FactCounts, counts_of_fact
from terminal.loyalty.facts import FIRST_HASH, ClockQuality, Fact, FactKind, encode, fact_hash
from terminal.loyalty.ledger import Entry
from terminal.loyalty.standing import Moment
from terminal.till.database.balances import add_up, day_text
from terminal.till.database.counts import add_rows
from terminal.till.database.quick import Connection, Quick, Row
from terminal.till.journal_port import Recorded
from terminal.till.ports import Clock
from terminal.values import dataclass

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - Moment.utc carries no zone either

_IDENTITY = "SELECT incarnation, next_seq, head, lane, wall_mark, acknowledged FROM identity"
_BEGIN = """INSERT INTO identity (id, incarnation, next_seq, head, lane, wall_mark, acknowledged)
VALUES (1, ?, 1, ?, ?, 0, 0) ON CONFLICT DO NOTHING"""
_ADVANCE = "UPDATE identity SET next_seq = ?, head = ?, wall_mark = ?"
_MARK = "UPDATE identity SET wall_mark = ?"
ADD_FACT = """INSERT INTO facts
(incarnation, seq, kind, hash, stored, sale_id, wall_ms, business_day)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_ENTRY = """INSERT INTO entries (incarnation, seq, position, wallet, unit, kind, n, day)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
ADD_TO_OUTBOX = "INSERT INTO outbox (incarnation, seq) VALUES (?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who this till is, and where its journal stands."""

    incarnation: str
    next_seq: int
    head: str
    """The hash of the last fact."""
    lane: str
    """What people call this till."""
    wall_mark: int
    """The latest time (Unix ms) that a believed clock ever showed."""
    acknowledged: int
    """The server has every fact up to this seq; the outbox holds those after it."""


def begin(connection: Connection, *, incarnation: str, lane: str) -> None:
    """Give a new file its identity; one that has one keeps it."""
    Quick(connection).run(_BEGIN, (incarnation, FIRST_HASH, lane))


def has_identity(connection: Connection) -> bool:
    """Whether the file knows who it is; a new one does not."""
    return Quick(connection).row(_IDENTITY) is not None


def identity(connection: Connection) -> Identity:
    """Who this till is."""
    row = Quick(connection).row(_IDENTITY)
    assert row is not None, "a journal without an identity"
    incarnation, next_seq, head, lane, wall_mark, acknowledged = row
    return Identity(
        incarnation=incarnation,
        next_seq=next_seq,
        head=head,
        lane=lane,
        wall_mark=wall_mark,
        acknowledged=acknowledged,
    )


def believe(connection: Connection, now_ms: int) -> None:
    """Somebody says that the clock is right: what comes is measured by it."""
    Quick(connection).run(_MARK, (now_ms,))


class Append(Protocol):
    """Writes the next fact; how, and when it reaches the file, is known to whoever gives it."""

    def __call__(
        self,
        *,
        kind: FactKind,
        at: Moment,
        entries: tuple[Entry, ...],
        body: bytes,
        sale_id: str | None = None,
        approver: str | None = None,
        counts: FactCounts | None = None,
    ) -> Recorded: ...


def append(
    connection: Connection,
    clock: Clock,
    *,
    kind: FactKind,
    at: Moment,
    entries: tuple[Entry, ...],
    body: bytes,
    sale_id: str | None = None,
    approver: str | None = None,
    counts: FactCounts | None = None,
) -> Recorded:
    """Write the next fact and everything that is computed from it.

    ``counts`` is what the body counts, from whoever knows it: else the body is read for that.
    """
    growth = Growth(identity(connection), clock)
    fact = growth.add(
        kind=kind.value,
        at=at,
        entries=entries,
        body=body,
        sale_id=sale_id,
        approver=approver,
        counts=counts,
    )
    growth.write(connection)
    if entries:
        add_up(connection, entries)
    return Recorded(incarnation=fact.incarnation, seq=fact.seq)


class Growth:
    """Facts to come at the end of the own log, made without a lock and written under one.

    Good only while nobody else appends: whoever made them beforehand has to see to that.
    """

    def __init__(self, own: Identity, clock: Clock) -> None:
        self._own = own
        self._seq, self._head = own.next_seq, own.head
        self._quality, self._wall_mark = _believe(clock, own.wall_mark)
        self._rows: list[Row] = []
        self._entries: list[EntryRow] = []
        self._counted: list[tuple[Fact, FactCounts]] = []

    def add(
        self,
        *,
        kind: str,
        at: Moment,
        entries: tuple[Entry, ...],
        body: bytes,
        sale_id: str | None = None,
        approver: str | None = None,
        like: Fact | None = None,
        counts: FactCounts | None = None,
    ) -> Fact:
        """One more fact; ``like`` is one that is recorded again, with who stood there then."""
        fact = Fact(
            incarnation=self._own.incarnation,
            seq=self._seq,
            before=self._head,
            kind=kind,
            wall_ms=unix_ms(at),
            offset_minutes=at.offset_minutes,
            clock=like.clock if like else self._quality.value,
            business_day=at.business_day,
            entries=entries,
            body=body,
            operator=like.operator if like else None,
            shift=like.shift if like else None,
            approver=like.approver if like else approver,
        )
        stored = encode(fact)
        self._head = fact_hash(stored)
        self._seq += 1
        self._rows.append(fact_row(fact, stored, self._head, sale_id))
        self._entries += entry_rows(fact)
        if counts is None:
            counts = counts_of_fact(fact.kind, fact.body)
        if counts is not None and counts.counts:
            self._counted.append((fact, counts))
        return fact

    @property
    def incarnation(self) -> str:
        """Of the log that grows."""
        return self._own.incarnation

    def __len__(self) -> int:
        return len(self._rows)

    def write(self, connection: Connection) -> None:
        """Write all of them, and where the log goes on."""
        quick = Quick(connection)
        quick.run_many(ADD_FACT, self._rows)
        quick.run_many(_ADD_ENTRY, self._entries)
        quick.run_many(ADD_TO_OUTBOX, [row[:2] for row in self._rows])
        add_rows(connection, self._counted)
        quick.run(_ADVANCE, (self._seq, self._head, self._wall_mark))


def fact_row(fact: Fact, stored: bytes, its_hash: str, sale_id: str | None) -> Row:
    """The row of a fact."""
    day = fact.business_day.isoformat()
    return (
        fact.incarnation,
        fact.seq,
        fact.kind,
        its_hash,
        stored,
        sale_id,
        fact.wall_ms,
        day,
    )


EntryRow = tuple[str, int, int, str, str, str, int, str]
"""A row of the table of entries, its key first."""


def entry_rows(fact: Fact) -> list[EntryRow]:
    """The rows of a fact's entries."""
    return [
        (
            fact.incarnation,
            fact.seq,
            position,
            entry.account.wallet,
            entry.account.unit,
            entry.kind.value,
            entry.n,
            day_text(entry.day),
        )
        for position, entry in enumerate(fact.entries)
    ]


def write_entries(connection: Connection, rows: list[EntryRow]) -> None:
    """Keep the entries of a fact where they can be asked for by wallet."""
    Quick(connection).run_many(_ADD_ENTRY, rows)


def unix_ms(at: Moment) -> int:
    """The instant of a moment in ms since 1970, UTC."""
    return (at.utc - _EPOCH) // timedelta(milliseconds=1)


def _believe(clock: Clock, mark: int) -> tuple[ClockQuality, int]:
    """How far the clock may be believed now, and the latest time it ever showed.

    A clock that says itself that it went astray does not move the mark: one jump to the year
    2099 would make every honest time after it look suspect.
    """
    now = unix_ms(clock.now())
    if clock.quality() is ClockQuality.SUSPECT or doubt(now, mark):
        return ClockQuality.SUSPECT, mark
    return ClockQuality.TRUSTED, max(mark, now)
