"""What a member agreed to: three separate purposes, each with its evidence. Membership needs none.

The decision is a fact (ids only); the evidence is a field of the member's record. Of two pieces
of evidence the later decision holds, whichever till it was made at and in whatever order they
arrive, so a withdrawal is never lost to an older yes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum

from terminal.loyalty.bodies import ConsentGiven, ConsentWithdrawn
from terminal.loyalty.facts import Fact, FactKind, canonical
from terminal.values import dataclass

_PREFIX = "consent_"


class Purpose(StrEnum):
    """What the shop would like to do with what it knows of a member."""

    MARKETING = "marketing"
    """Messages about the shop and its offers."""
    PROFILING = "profiling"
    """Looking at purchases to learn what somebody likes."""
    OFFERS = "offers"
    """Offers of one's own, made from that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One decision about one purpose, with its evidence."""

    purpose: Purpose
    given: bool
    text: str
    """Which words were shown: their version and language, such as ``1 pl``."""
    at_ms: int
    """When, Unix ms."""
    channel: str = "till"
    operator: str = ""


def field_of(purpose: Purpose) -> str:
    """The field of a member's record that holds the evidence."""
    return f"{_PREFIX}{purpose.value}"


FIELDS = tuple(field_of(purpose) for purpose in Purpose)
"""The fields of all purposes."""


def is_evidence(field: str) -> bool:
    """Whether a record's field holds evidence, of a purpose known here or not."""
    return field.startswith(_PREFIX)


def evidence(consent: Consent) -> str:
    """The text of the record's field; the instant stands first."""
    content = {
        "at": consent.at_ms,
        "channel": consent.channel,
        "given": consent.given,
        "operator": consent.operator,
        "text": consent.text,
    }
    return canonical(content).decode()


def read_evidence(purpose: Purpose, text: str | None) -> Consent | None:
    """The decision that a field holds; None where nobody decided, or it cannot be read."""
    try:
        content = json.loads(text or "")
        return Consent(
            purpose=purpose,
            given=content["given"] is True,
            text=str(content["text"]),
            at_ms=_whole(content["at"]),
            channel=str(content["channel"]),
            operator=str(content["operator"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def rank(text: str | None) -> tuple[int, str]:
    """Of two texts of one field the one with the higher rank holds."""
    try:
        return _whole(json.loads(text or "")["at"]), text or ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return -1, text or ""


def of_fact(fact: Fact, body: ConsentGiven | ConsentWithdrawn) -> tuple[str, str]:
    """The field, and the evidence that a fact carries."""
    content = {
        "at": fact.wall_ms,
        "channel": body.channel,
        "given": fact.kind == FactKind.CONSENT_GIVEN,
        "operator": fact.operator or "",
        "text": body.text,
    }
    return f"{_PREFIX}{body.purpose}", canonical(content).decode()


def given(consents: Iterable[Consent]) -> frozenset[Purpose]:
    """The purposes to which somebody agrees now."""
    return frozenset(one.purpose for one in consents if one.given)


def _whole(raw: object) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise TypeError(f"no instant: {raw!r}")
    return raw
