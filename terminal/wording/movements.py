"""What moved somebody's units, in a few words: bought, used, ran out, given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from terminal.loyalty.units import UnitKind
from terminal.wording.care_labels import WHYS as CARE_WHYS
from terminal.wording.marks import sentence
from terminal.wording.speech import Speech


class MovementLike(Protocol):
    """What a movement looks like from here; kinds are the values of the ledger's and the facts'."""

    @property
    def kind(self) -> StrEnum:
        """Of the entry."""

    @property
    def fact(self) -> str:
        """The kind of the fact."""

    @property
    def reason(self) -> str:
        """What units without a purchase are for; empty where that is not known."""

    @property
    def why(self) -> str:
        """Of goodwill, what for: the key of the reason, or somebody's words."""


_OF_FACT: Mapping[tuple[str, str], str] = {
    ("SaleRecorded", "earn"): sentence("For a purchase"),
    ("SaleRecorded", "earn_pending"): sentence("For a purchase, counts later"),
    ("SaleRecorded", "spend"): sentence("Used for a reward"),
    ("SaleRecorded", "repay"): sentence("Settles what was owed"),
    ("RefundRecorded", "unearn"): sentence("Taken back with a return"),
    ("RefundRecorded", "unspend"): sentence("Given back with a return"),
    ("RefundRecorded", "owe"): sentence("Owed from a return"),
    ("RefundSettled", "unearn"): sentence("Taken back with a return"),
    ("RefundSettled", "unspend"): sentence("Given back with a return"),
    ("RefundSettled", "owe"): sentence("Owed from a return"),
    ("UnitsAdjusted", "earn"): sentence("Credited by the shop"),
    ("UnitsAdjusted", "spend"): sentence("Taken off by the shop"),
}
_OF_ENTRY: Mapping[str, str] = {
    "earn": sentence("Credited"),
    "earn_pending": sentence("Credited, counts later"),
    "vest": sentence("Counts from now on"),
    "unearn": sentence("Taken back"),
    "spend": sentence("Used"),
    "unspend": sentence("Given back"),
    "expire": sentence("Expired"),
    "unexpire": sentence("Expired by mistake, given back"),
    "owe": sentence("Owed"),
    "repay": sentence("Settles what was owed"),
}
_REWARD = sentence("Reward: {name}")
_BY_REASON: Mapping[str, str] = {
    "goodwill": sentence("As goodwill"),
    "feedback": sentence("For an opinion"),
    "enrolment": sentence("For joining"),
    "referral": sentence("For bringing somebody"),
    "referred": sentence("For coming with somebody"),
}
_GOODWILL_FOR = sentence("As goodwill: {why}")
_BY_MISTAKE = sentence("Given by mistake, taken back")


def movement_words(
    speech: Speech, movement: MovementLike, rewards: Sequence[str], kind: UnitKind
) -> str:
    """What happened; ``rewards`` are the names of what the units were used for."""
    entry = movement.kind.value
    if rewards:
        return speech.text(_REWARD, name=", ".join(rewards))
    if kind is UnitKind.MONEY and entry == "spend":
        return speech.text(_OF_ENTRY[entry])
    if movement.reason in _BY_REASON and entry in ("unearn", "owe"):
        return speech.text(_BY_MISTAKE)
    if movement.reason in _BY_REASON and entry in ("earn", "earn_pending"):
        if not movement.why:
            return speech.text(_BY_REASON[movement.reason])
        named = CARE_WHYS.get(movement.why)
        why = speech.text(named.value) if named else movement.why
        return speech.text(_GOODWILL_FOR, why=why)
    known = _OF_FACT.get((movement.fact, entry)) or _OF_ENTRY.get(entry)
    return speech.text(known) if known else entry
