"""Minting: facts that the server makes itself, in a log of its own for each store and timeline.

They are encoded, chained, stored and applied like any other, in one transaction; their entries
move the server's pool. The row of the log is locked after the accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from terminal.loyalty.bodies import Body
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import Entry


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
    chance: Callable[[], str],
) -> Minted:
    """Make one fact, store and apply it."""
    (minted,) = mint_all(
        connection,
        [Coin(kind=kind, entries=entries, body=body)],
        store=store,
        now_ms=now_ms,
        business_day=business_day,
        chance=chance,
    )
    return minted


def mint_all(
    connection: Connection,
    coins: Sequence[Coin],
    *,
    store: str,
    now_ms: int,
    business_day: date,
    chance: Callable[[], str],
) -> tuple[Minted, ...]:
    """Make many facts of one store at once, in their order.

    ``chance`` gives 32 random hex digits; it is asked where the store has no log yet.
    """
    raise NotImplementedError
