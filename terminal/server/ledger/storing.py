"""Storing: facts as they came, in their log's order, chained by hash; nothing is judged here.

Goods have left the shop, so a fact is never refused: what cannot be read is kept as bytes and
parked when its turn to be applied comes. Only two futures of one log are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from terminal.loyalty.facts import Fact
from terminal.server.database.logs import Log


class Unplaced(ValueError):
    """Bytes that do not say whose fact they are, sent without saying it beside them."""


@dataclass(frozen=True, slots=True)
class Arrived:
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


def arrived(stored: bytes, place: tuple[str, int] | None = None) -> Arrived:
    """Read a fact as it came; ``place`` is (incarnation, seq) where the message says it.

    Raises:
        Unplaced: neither the bytes nor the message say where it belongs.
    """
    raise NotImplementedError


def store(connection: Connection, log: Log, facts: Sequence[Arrived], now_ms: int) -> Stored:
    """Store those facts of a log that are not there yet, without a gap, and move its marks on.

    The caller holds the log's row. Facts of other logs may be among them and are left alone.
    Facts after a gap are left for the next message.

    Raises:
        Forked: another hash at a known seq, or a fact that follows another one than the head.
            Everything before it was stored; the transaction may go on.
    """
    raise NotImplementedError
