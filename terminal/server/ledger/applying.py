"""Applying: the stored facts of a log move the accounts, in bulk, each exactly once.

All rows that a batch touches are locked and read once, folded by the ledger's own rules, and
written once. Where that fails, the facts are applied one by one, and the one that fails is parked
with its reason: it holds up nobody, and its till goes on counting it itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from terminal.loyalty.wallet import WalletId
from terminal.server.database.logs import Log
from terminal.server.ledger.storing import Arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A fact that is kept and could not be applied."""

    incarnation: str
    seq: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying came to."""

    log: Log
    """The log's row as it stands now: ``applied`` moved on."""
    wallets: frozenset[WalletId]
    """Those whose statement changed."""
    parked: tuple[Parked, ...]


def apply_stored(
    connection: Connection,
    incarnation: str,
    now_ms: int,
    *,
    fresh: Sequence[Arrived] = (),
) -> Applied:
    """Apply the stored facts of a log that are not applied yet, in order.

    Takes the log's row and everything after it in the lock order, feeds last. ``fresh`` are facts
    of this log that were just stored (``Stored.fresh``), to save reading them back; facts of it
    that another server applied meanwhile are passed over.
    """
    raise NotImplementedError


def apply_parked(connection: Connection, now_ms: int) -> Applied | None:
    """Try the parked facts again, as after an update; None where none are parked."""
    raise NotImplementedError
