"""A member's record as rules ask about it."""

from __future__ import annotations

import json
from datetime import date

from terminal.loyalty.consent import Purpose, field_of, given, read_evidence
from terminal.loyalty.standing import Traits
from terminal.server.members.fields import Fields


def traits_of(member: str, fields: Fields) -> Traits:
    """What rules may ask; what a newer program wrote and nobody here can read is not there."""
    consents = (read_evidence(one, _text(fields, field_of(one))) for one in Purpose)
    return Traits(
        member=member,
        tier=_text(fields, "tier"),
        segments=_segments(_text(fields, "segments")),
        birthday=_birthday(_text(fields, "birthday")),
        consents=frozenset(map(str, given(one for one in consents if one is not None))),
        enrolled=_day(_text(fields, "joined")),
        referred_by=_text(fields, "referred_by"),
    )


def _text(fields: Fields, name: str) -> str:
    return fields.get(name, (None, 0))[0] or ""


def _segments(text: str) -> frozenset[str]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return frozenset()
    return frozenset(one for one in found if isinstance(one, str))


def _birthday(text: str) -> tuple[int, int] | None:
    month, _, day = text.partition("-")
    return (int(month), int(day)) if month.isdecimal() and day.isdecimal() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
