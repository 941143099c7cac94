"""What goes up: the next request, of all that the server does not have yet."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import field

from terminal.loyalty.standing import Moment
from terminal.till.database.connection import Database
from terminal.till.database.facts import Identity, identity, unix_ms
from terminal.till.database.line import LineRow, line_row, take_request
from terminal.till.database.notes import cards_left
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.records_out import waiting_records
from terminal.till.database.statements import untold
from terminal.till.database.store_sales import heard
from terminal.till.line_port import Question
from terminal.till.ports import Clock
from terminal.values import dataclass
from terminal.wire.sync_json import (
    Ask,
    AskKind,
    ClockReading,
    LogMark,
    OpaqueFact,
    SyncRequest,
    Want,
)

UNTOLD_MOST = 20
"""Members asked for in one request after a server was restored."""
FEED_MOST = 200
"""Different things that the server tells in one reply."""

_OLDER = """SELECT o.incarnation, o.last, o.acknowledged, o.refused, f.hash FROM older_logs o
LEFT JOIN facts f ON f.incarnation = o.incarnation AND f.seq = o.last ORDER BY o.position"""
_AFTER = "SELECT seq, stored FROM facts WHERE incarnation = ? AND seq > ? ORDER BY seq LIMIT ?"
_KNOWN_CARD = "SELECT 1 FROM cards WHERE number = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One of this till's logs, as far as it goes and as far as the server has it."""

    incarnation: str
    last: int
    head: str | None
    acknowledged: int
    refused: bool = False
    """The server takes it for another terminal's: a copy of this till speaks for it."""


def logs_of(connection: Connection, own: Identity) -> tuple[Log, ...]:
    """The own log first, then the older ones as they followed each other."""
    present = Log(
        incarnation=own.incarnation,
        last=own.next_seq - 1,
        head=own.head,
        acknowledged=own.acknowledged,
    )
    older = (
        Log(
            incarnation=log,
            last=last,
            head=head,
            acknowledged=acknowledged,
            refused=bool(refused),
        )
        for log, last, acknowledged, refused, head in Quick(connection).rows(_OLDER)
    )
    return (present, *older)


@dataclass(slots=True)
class _Load:
    """Facts on their way: as text, or as bytes where they are none."""

    facts_left: int
    bytes_left: int
    opaque: bool
    texts: list[str] = field(default_factory=list)
    raw: list[OpaqueFact] = field(default_factory=list)

    def take(self, incarnation: str, seq: int, stored: bytes) -> bool:
        """Load one more fact; False where there is no room. The first one always goes."""
        first = not self.texts and not self.raw
        if not first and (self.facts_left < 1 or len(stored) > self.bytes_left):
            return False
        self.facts_left -= 1
        self.bytes_left -= len(stored)
        text = None if self.opaque else _text(stored)
        if text is None:
            coded = base64.b64encode(stored).decode()
            self.raw.append(OpaqueFact(incarnation=incarnation, seq=seq, base64=coded))
        else:
            self.texts.append(text)
        return True


def prepare(
    database: Database,
    clock: Clock,
    *,
    app: str,
    random: str,
    question: Question,
    most_facts: int,
    most_bytes: int,
    at: Moment,
    opaque: bool,
    after: int,
    lacking: Callable[[Connection], tuple[Want, ...]],
    store_sales: bool = False,
) -> SyncRequest:
    """The next request; its number is on the disk before anything else is read for it.

    ``lacking`` says which budgets of offers run out here; ``store_sales`` that it is time to hear
    of the store's other tills, if there is nothing else to say.
    """
    with database.writing() as connection:
        number = take_request(connection, random, after)
    with database.reading() as connection:
        line, own = line_row(connection), identity(connection)
        assert line is not None, "a request was taken"
        logs = logs_of(connection, own)
        load = _Load(facts_left=1 if opaque else most_facts, bytes_left=most_bytes, opaque=opaque)
        # A server that meets a new log wants the end of the one before it first.
        willing = tuple(log for log in logs if not log.refused)
        fits = all(
            _load(connection, log, load)
            for log in ((*willing[1:], willing[0]) if most_facts else ())
        )
        return SyncRequest(
            incarnation=own.incarnation,
            request=number,
            random=random,
            nonce=line.nonce,
            timeline=line.timeline,
            cursor=line.cursor,
            logs=tuple(
                LogMark(incarnation=log.incarnation, seq=log.last, hash=log.head) for log in logs
            ),
            acknowledged=tuple(
                LogMark(incarnation=log.incarnation, seq=log.acknowledged) for log in willing
            ),
            replaces=line.replaces or None,
            facts=tuple(load.texts),
            opaque=tuple(load.raw),
            records=waiting_records(connection, told_all=not line.more) if most_facts else (),
            wants=tuple(
                Want(wallet=account.wallet, unit=account.unit, n=n)
                for account, n in question.wants
                if n > 0
            )
            + (lacking(connection) if most_facts else ()),
            asks=(*_asks(connection, question), *(_untold(connection, line) if most_facts else ())),
            clock=ClockReading(
                wall_ms=unix_ms(at),
                offset_minutes=at.offset_minutes,
                quality=clock.quality().value,
            ),
            app=app,
            cards_left=cards_left(connection),
            # What the rest of its facts will change is told once, after the last of them.
            feed_most=FEED_MOST if fits else 0,
            sales_marks=_heard(connection)
            if store_sales and most_facts and not (line.more or load.texts or load.raw)
            else None,
        )


def _heard(connection: Connection) -> tuple[LogMark, ...]:
    """How far the logs of the store's other tills were heard."""
    return tuple(
        LogMark(incarnation=incarnation, seq=seq) for incarnation, seq in heard(connection)
    )


def _load(connection: Connection, log: Log, load: _Load) -> bool:
    """Load a log's facts after the mark; False if there is no room for all of them."""
    rows = _facts_after(connection, log, max(1, load.facts_left) + 1)
    return all(load.take(log.incarnation, seq, stored) for seq, stored in rows)


def _facts_after(connection: Connection, log: Log, most: int) -> Iterator[tuple[int, bytes]]:
    if log.acknowledged >= log.last:
        return
    arguments = (log.incarnation, log.acknowledged, most)
    for seq, stored in Quick(connection).each(_AFTER, arguments):
        yield seq, bytes(stored)


def _asks(connection: Connection, question: Question) -> tuple[Ask, ...]:
    """Only what is missing: a card that came meanwhile needs no answer."""
    asks = []
    if question.card and Quick(connection).row(_KNOWN_CARD, (question.card,)) is None:
        asks.append(Ask(kind=AskKind.MEMBER_BY_CARD, key=question.card))
    if question.phone:
        asks.append(Ask(kind=AskKind.MEMBER_BY_PHONE, key=question.phone))
    if question.member:
        asks.append(Ask(kind=AskKind.MEMBER_BY_ID, key=question.member))
    if question.wallet:
        asks.append(Ask(kind=AskKind.WALLET, key=question.wallet))
    if question.code_key is not None:
        asks.append(Ask(kind=AskKind.CODE_KEYS, key=str(question.code_key)))
    if question.sale:
        asks.append(Ask(kind=AskKind.SALE, key=question.sale))
    return tuple(asks)


def _untold(connection: Connection, line: LineRow) -> Iterator[Ask]:
    """Whom a restored server has not told of again, when it has told everything else."""
    if not line.more:
        for member in untold(connection, line.timeline, UNTOLD_MOST):
            yield Ask(kind=AskKind.MEMBER_BY_ID, key=member)


def _text(stored: bytes) -> str | None:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return None
