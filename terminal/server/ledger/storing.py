"""Storing: facts as they came, in their log's order, chained by hash; nothing is judged here.

Goods have left the shop, so a fact is never refused: what cannot be read is kept as bytes and
parked when its turn to be applied comes. Only two futures of one log are told apart.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from terminal.loyalty.facts import Fact, UnreadableFact, fact_hash
from terminal.server.database import facts as fact_table
from terminal.server.database import logs
from terminal.server.database.connection import Connection
from terminal.server.database.facts import FactRow
from terminal.server.database.logs import Log
from terminal.wire.glance import fact_glance

KIND_LONGEST = 64
_WALL_LARGEST = 2**53
"""Milliseconds; far beyond any clock, and whole in any program."""


class Unplaced(ValueError):
    """Bytes that do not say whose fact they are, sent without saying it beside them."""


class Arrived(NamedTuple):
    """A fact as it arrived, read once."""

    incarnation: str
    seq: int
    before: str | None
    """None where the bytes do not tell."""
    hash: str
    stored: bytes
    fact: Fact | None
    """None where it cannot be read; ``problem`` says why."""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What storing came to."""

    log: Log
    """The log's row as it stands now: ``stored`` and ``head`` moved on."""
    fresh: tuple[Arrived, ...]
    """The facts that were not there before; ``apply_stored`` need not read them again."""


class Forked(Exception):
    """The log has two futures. What fits was stored; ``stored`` tells how far."""

    def __init__(self, stored: Stored, seq: int, words: str) -> None:
        super().__init__(f"{stored.log.incarnation}/{seq}: {words}")
        self.stored = stored
        self.seq = seq
        self.words = words


def arrived(stored: bytes, place: tuple[str, int] | None = None) -> Arrived:
    """Read a fact as it came; ``place`` is (incarnation, seq) where the message says it.

    Raises:
        Unplaced: neither the bytes nor the message say where it belongs.
    """
    own_hash = fact_hash(stored)
    try:
        fact = fact_glance(stored)
        problem = _unfit(fact, place)
    except UnreadableFact as error:
        fact, problem = None, str(error)
    if fact is not None and not problem:
        return Arrived(fact.incarnation, fact.seq, fact.before, own_hash, stored, fact)
    incarnation, seq, before = _told(stored)
    if place is not None and place != (incarnation, seq):
        incarnation, seq, before = *place, None
    if not incarnation or seq < 1:
        raise Unplaced(problem)
    return Arrived(incarnation, seq, before, own_hash, stored, None, problem)


def store(
    connection: Connection,
    log: Log,
    facts: Sequence[Arrived],
    now_ms: int,
    *,
    marks: bool = True,
) -> Stored:
    """Store those facts of a log that are not there yet, without a gap, and move its marks on.

    The caller holds the log's row; without ``marks`` it writes ``stored`` and ``head`` itself,
    among others. Facts of other logs may be among them and are left alone.
    Facts after a gap are left for the next message.

    Raises:
        Forked: another hash at a known seq, or a fact that follows another one than the head.
            Everything before it was stored; the transaction may go on.
    """
    own = sorted(
        (one for one in facts if one.incarnation == log.incarnation), key=lambda one: one.seq
    )
    fork = _other_past(connection, log, own)
    fresh: list[Arrived] = []
    seq, head = log.stored, log.head
    for one in own if fork is None else ():
        if one.seq <= log.stored:
            continue
        if one.seq > seq + 1:
            break
        if one.seq == seq:
            if one.hash == head:
                continue
            fork = (seq, "two facts of one number in one message")
        elif one.before not in (None, head):
            fork = (one.seq, "it follows another fact than the one that is there")
        if fork is not None:
            break
        fresh.append(one)
        seq, head = one.seq, one.hash
    if fresh:
        fact_table.add(connection, [row_of(one, log, now_ms) for one in fresh])
        if marks:
            logs.change(connection, log.incarnation, stored=seq, head=head)
    stored = Stored(log=replace(log, stored=seq, head=head), fresh=tuple(fresh))
    if fork is not None:
        raise Forked(stored, *fork)
    return stored


def _other_past(connection: Connection, log: Log, own: Sequence[Arrived]) -> tuple[int, str] | None:
    """The first fact that stands here already with another content."""
    known = [one for one in own if one.seq <= log.stored]
    if not known:
        return None
    kept = fact_table.hashes(connection, log.incarnation, known[0].seq, known[-1].seq)
    for one in known:
        if kept.get(one.seq) != one.hash:
            return one.seq, "another fact of that number is here"
    return None


def row_of(one: Arrived, log: Log, now_ms: int) -> FactRow:
    """How the table writes a fact; what cannot be read has no kind."""
    if one.fact is None:
        return FactRow(one.incarnation, one.seq, "", one.hash, one.stored, log.store, 0, "", now_ms)
    return FactRow(
        one.incarnation,
        one.seq,
        one.fact.kind,
        one.hash,
        one.stored,
        log.store,
        one.fact.wall_ms,
        one.fact.business_day.isoformat(),
        now_ms,
    )


def _unfit(fact: Fact, place: tuple[str, int] | None) -> str:
    """Why a fact that can be read cannot stand in the tables; '' where it can."""
    if place is not None and place != (fact.incarnation, fact.seq):
        return f"it names another place: {fact.incarnation}/{fact.seq}"
    if not 1 <= len(fact.kind) <= KIND_LONGEST or not fact.kind.isprintable():
        return "a kind of no agreed form"
    if not 0 <= fact.wall_ms <= _WALL_LARGEST:
        return f"a wall clock of {fact.wall_ms}"
    return ""


def _told(stored: bytes) -> tuple[str, int, str | None]:
    """(incarnation, seq, before) as far as bytes of an unknown make tell them."""
    try:
        envelope: Any = json.loads(stored.partition(b"\n")[0])
        incarnation, seq, before = (envelope[key] for key in ("incarnation", "seq", "before"))
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", 0, None
    if not (isinstance(incarnation, str) and isinstance(seq, int)):
        return "", 0, None
    return incarnation, seq, before if isinstance(before, str) else None
