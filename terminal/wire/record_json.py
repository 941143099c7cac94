"""What is known of a person, as messages carry it: fields with versions, wallets, cards."""

from __future__ import annotations

from typing import Annotated

from terminal.values import dataclass
from terminal.wire.limits import Key, Number, Within


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordField:
    """One field of a record with its version; the higher version holds, then the larger text."""

    name: str
    value: str | None
    version: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRecord:
    """What is known of a person, apart from facts; only the fields that changed, on the way up.

    Fields: ``name``, ``phone``, ``birthday`` (MM-DD), ``tier``, ``segments`` (JSON list),
    ``joined`` (ISO day), ``referred_by`` (the id of the member who brought them), ``household``
    (members with the same one share all their wallets). ``wallets`` and
    ``cards`` come down whole; on the way up they are those that the till made. ``merged`` names ids that mean this member too (a provisional one).
    """

    id: Key
    fields: tuple[RecordField, ...] = ()
    wallets: tuple[Key, ...] = ()
    cards: tuple[CardRecord, ...] = ()
    merged: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecord:
    """A card: its id stands in facts, its number only here."""

    id: Key
    number: Annotated[str, Within(min_length=1, max_length=64)]
    usable: str = "active"
    """``active``, ``replaced`` or ``blocked``."""
