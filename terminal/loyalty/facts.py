"""Facts: what happened, in a frozen envelope, written once and never changed.

A fact's stored bytes are one line of canonical JSON (the envelope with the entries), a newline,
and the body, kept byte for byte. They are hashed as they are stored and never written again from
objects, so an older or newer program reads, keeps and passes on kinds it has never heard of.
Facts hold ids only: names, phones and words stand in records beside them.

Frozen with version 1: the keys below, their order by name, and the entry as
``[wallet, unit, kind, n, day | null]``.
"""

from __future__ import annotations

import json
import re
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from terminal.loyalty.ledger import Entry, EntryKind, check_entry
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.values import dataclass

VERSION = 1
FIRST_HASH = "0" * 64
"""The hash before an incarnation's first fact."""


class FactKind(StrEnum):
    """The kinds known to this program; others are kept as they came."""

    SALE_RECORDED = "SaleRecorded"
    REFUND_RECORDED = "RefundRecorded"
    MEMBER_ENROLLED = "MemberEnrolled"
    CARD_REPLACED = "CardReplaced"
    UNITS_ADJUSTED = "UnitsAdjusted"
    RIGHTS_RECEIVED = "RightsReceived"
    RIGHTS_RETURNED = "RightsReturned"
    RIGHTS_WRITTEN_OFF = "RightsWrittenOff"
    CARD_MET = "CardMet"
    UNITS_VESTED = "UnitsVested"
    VESTING_CORRECTED = "VestingCorrected"
    DEBT_CORRECTED = "DebtCorrected"
    COUNTED_ONCE = "CountedOnce"
    REFUND_SETTLED = "RefundSettled"
    LOT_WARNED = "LotWarned"
    LOT_EXTENDED = "LotExtended"
    TIER_CHANGED = "TierChanged"
    LOT_EXPIRED = "LotExpired"
    CONSENT_GIVEN = "ConsentGiven"
    CONSENT_WITHDRAWN = "ConsentWithdrawn"
    HOUSEHOLD_CHANGED = "HouseholdChanged"


class ClockQuality(StrEnum):
    """How far the wall clock may be believed. No sum depends on it."""

    TRUSTED = "trusted"
    """Agreed with the server or moved on as expected."""
    SUSPECT = "suspect"
    """Jumped back by more than 5 minutes or far ahead since the last fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened. ``kind`` is text, because tomorrow's kinds must fit in.

    ``incarnation`` is 16 hex digits (64 random bits) and names one life of one journal; ``seq``
    counts its facts from 1 without a gap; ``before`` is the hash of the fact before. ``wall_ms``
    is Unix time in ms, ``offset_minutes`` the local clock's distance from UTC.
    """

    incarnation: str
    seq: int
    before: str
    kind: str
    wall_ms: int
    offset_minutes: int
    clock: str
    business_day: date
    entries: tuple[Entry, ...]
    body: bytes
    operator: str | None = None
    shift: str | None = None
    approver: str | None = None
    hardware_counter: int | None = None


class UnreadableFact(ValueError):
    """Stored bytes that are no fact of a version known here; they are kept, not applied."""


def encode(fact: Fact) -> bytes:
    """The canonical bytes of a fact, to be stored and hashed."""
    for entry in fact.entries:
        check_entry(entry)
    envelope = {
        "v": VERSION,
        "incarnation": fact.incarnation,
        "seq": fact.seq,
        "before": fact.before,
        "kind": fact.kind,
        "wall_ms": fact.wall_ms,
        "offset_minutes": fact.offset_minutes,
        "clock": fact.clock,
        "business_day": fact.business_day.isoformat(),
        "entries": [
            [
                entry.account.wallet,
                entry.account.unit,
                entry.kind.value,
                entry.n,
                None if entry.day is None else entry.day.isoformat(),
            ]
            for entry in fact.entries
        ],
        "operator": fact.operator,
        "shift": fact.shift,
        "approver": fact.approver,
        "hardware_counter": fact.hardware_counter,
    }
    return canonical(envelope) + b"\n" + fact.body


def decode(stored: bytes) -> Fact:
    """Read stored bytes back.

    Raises:
        UnreadableFact: they are damaged, of another version, or hold an unknown entry kind.
    """
    head, newline, body = stored.partition(b"\n")
    if not newline:
        raise UnreadableFact("a fact is an envelope, a newline and a body")
    try:
        # Servers read thousands a second: as text, which needs no look at what encoding it is.
        envelope = _read(head.decode("utf-8", "surrogatepass"))
        if _whole(envelope["v"]) != VERSION:
            raise UnreadableFact(f"a fact of version {envelope['v']}")
        fact = Fact(
            incarnation=envelope["incarnation"],
            seq=envelope["seq"],
            before=envelope["before"],
            kind=envelope["kind"],
            wall_ms=envelope["wall_ms"],
            offset_minutes=envelope["offset_minutes"],
            clock=envelope["clock"],
            business_day=date.fromisoformat(envelope["business_day"]),
            entries=_entries(envelope["entries"]),
            body=body,
            operator=envelope["operator"],
            shift=envelope["shift"],
            approver=envelope["approver"],
            hardware_counter=envelope["hardware_counter"],
        )
    except UnreadableFact:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFact(f"not a fact: {error}") from error
    # One look at all of them takes a third of as many calls.
    texts = (
        type(fact.incarnation) is type(fact.before) is type(fact.kind) is type(fact.clock) is str
    )
    wholes = type(fact.seq) is type(fact.wall_ms) is type(fact.offset_minutes) is int
    if not (texts and wholes):
        raise UnreadableFact("not a fact: texts and whole numbers in each other's places")
    for given in (fact.operator, fact.shift, fact.approver):
        if given is not None:
            _text(given)
    if fact.hardware_counter is not None:
        _whole(fact.hardware_counter)
    return fact


def fact_hash(stored: bytes) -> str:
    """SHA-256 of the stored bytes, 64 hex digits: the next fact's ``before``."""
    return sha256(stored).hexdigest()


def canonical(content: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8; bodies are written by it too.

    Half of a surrogate pair, which a broken keyboard or import may leave in a name, has no UTF-8
    and becomes U+FFFD: a sale must not fail over it.
    """
    text = _ENCODER.encode(content)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text).encode()


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# Values that hold themselves are none of ours, and the look for them costs a fifth.
_ENCODER = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
)
_DECODER = json.JSONDecoder()


def _read(text: str) -> Any:
    """What ``json.loads`` reads, without its looks for white space that no till writes."""
    try:
        content, end = _DECODER.raw_decode(text)
    except ValueError:
        return json.loads(text)
    return content if end == len(text) else json.loads(text)


def _entries(rows: list[list[Any]]) -> tuple[Entry, ...]:
    found = []
    for wallet, unit, kind, n, day in rows:
        if not (type(wallet) is type(unit) is str and type(n) is int):
            raise UnreadableFact("not a fact: an entry is (wallet, unit, kind, n, day)")
        last = None if day is None else date.fromisoformat(day)
        account = Account(WalletId(wallet), UnitId(unit))
        found.append(check_entry(Entry(account, _ENTRY_KINDS[kind], n, last)))
    return tuple(found)


_ENTRY_KINDS = {kind.value: kind for kind in EntryKind}


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise UnreadableFact(f"expected text, found {raw!r}")
    return raw


def _text_or_none(raw: object) -> str | None:
    return None if raw is None else _text(raw)


def _whole(raw: object) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise UnreadableFact(f"expected a whole number, found {raw!r}")
    return raw
