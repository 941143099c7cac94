"""Records of people that wait to go up: which fields changed here, and in which version.

What is in a field is read when the message is made; the outbox names fields only, so erasing a
person leaves nothing behind in it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from terminal.loyalty import consent
from terminal.loyalty.wallet import WalletId
from terminal.till.database.quick import Connection, Quick, Row
from terminal.wire.record_json import CardRecord, MemberRecord, RecordField

FIELDS = (
    *("name", "phone", "tier", "segments", "birthday", "joined", "referred_by", "household"),
    *consent.FIELDS,
)
"""The columns of ``members`` that are fields of a record, as their text stands there."""
REMARK = "remark:"
"""So a field begins that has words about a fact; the fact's name follows."""
WALLETS = "wallets"
"""In the outbox: that this till made wallets or cards of the member."""
UNTOLD = "untold"
"""In the outbox: that a restored server has not told of the member again. Until it has told all that
it knows nothing goes up for that; then it is everything of whom it forgot."""
EXPECT_ALL = """INSERT INTO record_outbox (member, changed)
SELECT id, '{"untold":1}' FROM members WHERE versions <> '{}'
OR EXISTS (SELECT 1 FROM member_wallets WHERE member = id)
OR EXISTS (SELECT 1 FROM cards WHERE member = members.id)
ON CONFLICT (member) DO UPDATE SET changed = json_set(changed, '$.untold', 1)"""
MOST = 100
"""Records of one request."""

_NUMBER_LONGEST = 64
_EMPTY: dict[str, str | None] = {
    "phone": "",
    "tier": "",
    "segments": "[]",
    **dict.fromkeys(("birthday", "joined", "referred_by", "household", *consent.FIELDS)),
}
"""What nobody ever set needs no version."""

_WAITS = "SELECT changed FROM record_outbox WHERE member = ?"
_PUT = "INSERT OR REPLACE INTO record_outbox (member, changed) VALUES (?, ?)"
_DROP = "DELETE FROM record_outbox WHERE member = ?"
_WAITING = f"""SELECT m.id, o.changed, m.versions, m.{", m.".join(FIELDS)}
FROM record_outbox o JOIN members m ON m.id = o.member
WHERE ? OR json_remove(o.changed, '$.untold') <> '{{}}' ORDER BY m.id LIMIT ?"""  # noqa: S608
_VERSIONS = "SELECT versions FROM members WHERE id = ?"
_WALLETS = "SELECT wallet FROM member_wallets WHERE member = ? ORDER BY position"
_REMARKS = "SELECT fact, words FROM remarks WHERE member = ?"
PUT_REMARK = "INSERT OR REPLACE INTO remarks (member, fact, words) VALUES (?, ?, ?)"
_CARDS = "SELECT id, number, state FROM cards WHERE member = ? ORDER BY issued"


def first_versions(fields: Mapping[str, str | None]) -> dict[str, int]:
    """The versions of a record's fields when somebody joins."""
    return {name: 1 for name, text in fields.items() if name not in _EMPTY or text != _EMPTY[name]}


def wait(connection: Connection, member: str, changed: Mapping[str, int]) -> None:
    """Let fields of a record go up with the next request."""
    quick = Quick(connection)
    row = quick.row(_WAITS, (member,))
    waiting = json.loads(row[0]) if row else {}
    quick.run(_PUT, (member, json.dumps({**waiting, **changed})))


def waiting_records(
    connection: Connection, most: int = MOST, *, told_all: bool = True
) -> tuple[MemberRecord, ...]:
    """The records that wait, with only what changed.

    ``told_all``: the server has told all that it knows, so whom it did not name it has forgotten.
    """
    quick = Quick(connection)
    found = []
    for member, changed, versions, *texts in quick.rows(_WAITING, (told_all, most)):
        names, known = json.loads(changed), json.loads(versions)
        if told_all and UNTOLD in names:
            names = {**known, **names, WALLETS: 1}
        fields = tuple(
            RecordField(name=name, value=text, version=known.get(name, 0))
            for name, text in zip(FIELDS, texts, strict=True)
            if name in names
        )
        if any(name.startswith(REMARK) for name in names):
            fields += _remarks(quick, member, names)
        links = _links(quick, member) if WALLETS in names else {}
        found.append(MemberRecord(id=member, fields=fields, **links))
    return tuple(found)


def taken(
    connection: Connection, sent: Sequence[MemberRecord], keys: Collection[str]
) -> Iterable[tuple[str, Sequence[Row]]]:
    """The statements by which records leave the outbox; what changed since they were sent stays."""
    quick = Quick(connection)
    for record in sent:
        row = quick.row(_WAITS, (record.id,)) if record.id in keys else None
        if row is None:
            continue
        versions = {field.name: field.version for field in record.fields}
        links = _links(quick, record.id)
        if (record.wallets, record.cards) == (links["wallets"], links["cards"]):
            # A card that was given out since goes with the next request.
            versions[WALLETS] = 1
            if _all_of(quick, record.id, versions):
                versions[UNTOLD] = 1
        left = {
            name: version
            for name, version in json.loads(row[0]).items()
            if version > versions.get(name, -1)
        }
        if left:
            yield _PUT, [(record.id, json.dumps(left))]
        else:
            yield _DROP, [(record.id,)]


def told_again(
    connection: Connection, record: MemberRecord, known: Mapping[str, int], *, linked: bool
) -> Iterable[tuple[str, Sequence[Row]]]:
    """The statements by which what a restored server told of a member is held against what is here.

    ``known`` are the versions here, ``linked`` says that a wallet or a card is missing there: what
    the server lacks goes up.
    """
    row = Quick(connection).row(_WAITS, (record.id,))
    changed = json.loads(row[0]) if row is not None else {}
    if UNTOLD not in changed:
        return
    told = {field.name: field.version for field in record.fields}
    left = {name: version for name, version in changed.items() if name != UNTOLD}
    left |= {
        name: version
        for name, version in known.items()
        if (name in FIELDS or name.startswith(REMARK)) and version > told.get(name, -1)
    }
    if linked:
        left[WALLETS] = 1
    if left:
        yield _PUT, [(record.id, json.dumps(left))]
    else:
        yield _DROP, [(record.id,)]


def _all_of(quick: Quick, member: str, versions: Mapping[str, int]) -> bool:
    """Whether these are all fields of a record as it stands."""
    row = quick.row(_VERSIONS, (member,))
    known: dict[str, int] = json.loads(row[0]) if row is not None else {}
    return all(versions.get(name, -1) >= known.get(name, -1) for name in FIELDS)


def _remarks(quick: Quick, member: str, names: Collection[str]) -> tuple[RecordField, ...]:
    """Words about facts never change, so they have one version."""
    return tuple(
        RecordField(name=REMARK + fact, value=words, version=1)
        for fact, words in quick.rows(_REMARKS, (member,))
        if REMARK + fact in names
    )


def _links(quick: Quick, member: str) -> dict[str, Any]:
    return {
        "wallets": tuple(WalletId(wallet) for (wallet,) in quick.rows(_WALLETS, (member,))),
        "cards": tuple(
            CardRecord(id=card, number=number, usable=usable)
            for card, number, usable in quick.rows(_CARDS, (member,))
            # One number that cannot travel must not hold everything else up.
            if 1 <= len(number) <= _NUMBER_LONGEST
        ),
    }
