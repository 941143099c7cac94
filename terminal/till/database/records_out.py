"""Records of people that wait to go up: which fields changed here, and in which version.

What is in a field is read when the message is made; the outbox names fields only, so erasing a
person leaves nothing behind in it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from terminal.loyalty import consent
from terminal.loyalty.wallet import WalletId
from terminal.till.database.quick import Quick, Row
from terminal.wire.sync_json import CardRecord, MemberRecord, RecordField

FIELDS = ("name", "phone", "tier", "segments", "birthday", "joined", *consent.FIELDS)
"""The columns of ``members`` that are fields of a record, as their text stands there."""
WALLETS = "wallets"
"""In the outbox: that this till made wallets or cards of the member."""
MOST = 100
"""Records of one request."""

_NUMBER_LONGEST = 64
_EMPTY: dict[str, str | None] = {
    "phone": "",
    "tier": "",
    "segments": "[]",
    **dict.fromkeys(("birthday", "joined", *consent.FIELDS)),
}
"""What nobody ever set needs no version."""

_WAITS = "SELECT changed FROM record_outbox WHERE member = ?"
_PUT = "INSERT OR REPLACE INTO record_outbox (member, changed) VALUES (?, ?)"
_DROP = "DELETE FROM record_outbox WHERE member = ?"
_WAITING = f"""SELECT m.id, o.changed, m.versions, m.{", m.".join(FIELDS)}
FROM record_outbox o JOIN members m ON m.id = o.member ORDER BY m.id LIMIT ?"""  # noqa: S608
_WALLETS = "SELECT wallet FROM member_wallets WHERE member = ? ORDER BY position"
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


def waiting_records(connection: Connection, most: int = MOST) -> tuple[MemberRecord, ...]:
    """The records that wait, with only what changed."""
    quick = Quick(connection)
    found = []
    for member, changed, versions, *texts in quick.rows(_WAITING, (most,)):
        names, known = json.loads(changed), json.loads(versions)
        fields = tuple(
            RecordField(name=name, value=text, version=known.get(name, 0))
            for name, text in zip(FIELDS, texts, strict=True)
            if name in names
        )
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
        left = {
            name: version
            for name, version in json.loads(row[0]).items()
            if version > versions.get(name, -1)
        }
        if left:
            yield _PUT, [(record.id, json.dumps(left))]
        else:
            yield _DROP, [(record.id,)]


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
