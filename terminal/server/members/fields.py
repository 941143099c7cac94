"""Fields of a person's record: which of two holds, and what two records come to.

Pure, and the same in whatever order records arrive: the higher version holds, among equal
versions the larger text, and no text gives way to any. What somebody agreed to goes by when they
decided, not by versions (``loyalty.consent``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from terminal.loyalty import consent
from terminal.wire.record_json import RecordField

Field = tuple[str | None, int]
"""(what it says, its version)."""
Fields = Mapping[str, Field]

OF_THE_PERSON_ALONE = frozenset({"joined", "tier", "referred_by"})
"""Not taken over from an id that turned out to be somebody else: whoever was met by their card
alone did not join on that day."""
NAMES_SOMEBODY = ("name", "phone")


def later(one: Field, other: Field) -> Field:
    """The one that holds."""
    return max(one, other, key=_rank)


def later_decision(one: Field, other: Field) -> Field:
    """Of two decisions the later one, at the higher version."""
    text = max(one[0], other[0], key=lambda text: (consent.rank(text), _rank((text, 0))))
    return text, max(one[1], other[1])


def together(one: Fields, other: Fields) -> dict[str, Field]:
    """Both records as one."""
    found = dict(one)
    for name, field in other.items():
        if name not in found:
            found[name] = field
        elif consent.is_evidence(name):
            found[name] = later_decision(found[name], field)
        else:
            found[name] = later(found[name], field)
    return found


def of_one_person(own: Fields, others: Iterable[Fields]) -> dict[str, Field]:
    """A member's record with those of ids that turned out to be the same person."""
    found = dict(own)
    for fields in others:
        known = {name: one for name, one in fields.items() if name not in OF_THE_PERSON_ALONE}
        found = together(found, known)
    return found


def names_somebody(fields: Fields) -> bool:
    """Whether the record tells who it is."""
    return any(fields.get(name, (None, 0))[0] for name in NAMES_SOMEBODY)


def digits_backwards(phone: str | None) -> str:
    """A phone as it is looked for: by its last digits."""
    return "".join(one for one in phone or "" if one.isascii() and one.isdigit())[::-1]


def from_wire(fields: Iterable[RecordField]) -> dict[str, Field]:
    """Fields as they came; one that stands there twice is merged with itself."""
    found: dict[str, Field] = {}
    for one in fields:
        found = together(found, {one.name: (one.value, one.version)})
    return found


def to_wire(fields: Fields) -> tuple[RecordField, ...]:
    """Fields as they are sent, by name."""
    return tuple(
        RecordField(name=name, value=value, version=version)
        for name, (value, version) in sorted(fields.items())
    )


def from_json(text: str) -> dict[str, Field]:
    """Fields as they stand in the tables."""
    return {name: (value, version) for name, (value, version) in json.loads(text).items()}


def to_json(fields: Fields) -> str:
    """Fields for the tables; equal fields are equal texts."""
    return json.dumps(
        {name: list(field) for name, field in sorted(fields.items())}, separators=(",", ":")
    )


def _rank(field: Field) -> tuple[int, bool, str]:
    value, version = field
    return version, value is not None, value or ""
