"""Records of people that came down: field by field the higher version holds; who is gone is gone.

Everything is read and folded beforehand; what comes out are rows to be written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from datetime import date

from terminal.loyalty import consent
from terminal.loyalty.wallet import WalletId
from terminal.till.database.folding import one_line, spellings
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.records_out import FIELDS, PUT_REMARK, REMARK, told_again
from terminal.till.database.writes import Writes
from terminal.till.ports import CardState
from terminal.values import dataclass
from terminal.wire.record_json import CardRecord, MemberRecord, RecordField

_MEMBER = f"""SELECT versions, provisional, {", ".join(FIELDS)}
FROM members WHERE id = ?"""  # noqa: S608 - our own words
PUT_MEMBER = """INSERT INTO members
(id, name, phone, phone_reversed, tier, segments, birthday, joined, versions, provisional,
consent_marketing, consent_profiling, consent_offers, referred_by, household)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, phone = excluded.phone,
phone_reversed = excluded.phone_reversed, tier = excluded.tier, segments = excluded.segments,
birthday = excluded.birthday, joined = excluded.joined, versions = excluded.versions,
provisional = excluded.provisional, consent_marketing = excluded.consent_marketing,
consent_profiling = excluded.consent_profiling, consent_offers = excluded.consent_offers,
referred_by = excluded.referred_by, household = excluded.household"""
DROP_WORDS = "DELETE FROM member_words WHERE member = ?"
PUT_WORD = "INSERT INTO member_words (word, member) VALUES (?, ?)"
_WALLETS = "SELECT wallet FROM member_wallets WHERE member = ? ORDER BY position"
_DROP_WALLETS = "DELETE FROM member_wallets WHERE member = ?"
_PUT_WALLET = "INSERT INTO member_wallets (member, position, wallet) VALUES (?, ?, ?)"
# A card that was met here has a makeshift id until the server tells the real one.
_DROP_OTHER_CARD = "DELETE FROM cards WHERE number = ? AND id <> ?"
_PUT_CARD = """INSERT INTO cards (id, number, state, member) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET number = excluded.number, state = excluded.state,
member = excluded.member"""
_MOVE_CARDS = "UPDATE cards SET member = ? WHERE member = ?"
_IS_MERGED = "SELECT 1 FROM merged_members WHERE id = ? AND member = ?"
_CARDS = "SELECT id, number, state FROM cards WHERE member = ?"
_STATES_OF = "SELECT state FROM cards WHERE number = ? OR id = ?"
_MOVE_MERGED = "UPDATE merged_members SET member = ? WHERE member = ?"
_PUT_MERGED = "INSERT OR REPLACE INTO merged_members (id, member) VALUES (?, ?)"
_MERGED = "SELECT member FROM merged_members WHERE id = ?"
_DROP_MERGED = "DELETE FROM merged_members WHERE id = ?"
_DROP_MEMBER = "DELETE FROM members WHERE id = ?"

_NOBODY: dict[str, str | None] = {
    "name": "",
    "phone": "",
    "tier": "",
    "segments": "[]",
    "birthday": None,
    "referred_by": None,
    "household": None,
    "joined": None,
    **dict.fromkeys(consent.FIELDS),
}
_STATES = tuple(CardState)
"""A card only ever goes on in this order: what is lost stays lost, whoever tells it late."""


@dataclass(slots=True)
class Person:
    """A record as it stands: the text of each field, its versions."""

    texts: dict[str, str | None]
    versions: dict[str, int]
    provisional: bool = True

    def take(self, fields: Iterable[RecordField]) -> None:
        """Take fields over whose version is higher; of equal ones the larger text holds."""
        for one in fields:
            text = _fitting(one.name, one.value)
            if consent.is_evidence(one.name):
                self._take_evidence(one.name, text, one.version)
                continue
            here = (self.versions.get(one.name, -1), self.texts.get(one.name) or "")
            if (one.version, text or "") > here:
                self.versions[one.name] = one.version
                if one.name in FIELDS:
                    self.texts[one.name] = text
        # Whoever joined has a name field, even an empty one; a card that was met has none.
        self.provisional = self.provisional and "name" not in self.versions

    def _take_evidence(self, name: str, text: str | None, version: int) -> None:
        """The later decision holds, whatever was counted where it was made."""
        self.versions[name] = max(version, self.versions.get(name, 0))
        if name in FIELDS and consent.rank(text) > consent.rank(self.texts.get(name)):
            self.texts[name] = text

    def put(self, writes: Writes, member: str, before: Person | None = None) -> None:
        """The rows of a record, words for the search included, as far as they are new."""
        if self == before:
            return
        phone = self.texts["phone"] or ""
        name, tier, segments = self.texts["name"] or "", self.texts["tier"], self.texts["segments"]
        writes.add(
            PUT_MEMBER,
            (
                member,
                name,
                phone,
                phone[::-1],
                tier or "",
                segments or "[]",
                self.texts["birthday"],
                self.texts["joined"],
                json.dumps(self.versions),
                int(self.provisional),
                *(self.texts[name] for name in consent.FIELDS),
                self.texts["referred_by"],
                self.texts["household"],
            ),
        )
        if before is None or before.texts["name"] != self.texts["name"]:
            writes.add(DROP_WORDS, (member,))
            writes.add(PUT_WORD, *((word, member) for word in spellings(name)))


def person(connection: Connection, member: str) -> Person | None:
    """A record as it stands, None where nobody has this id."""
    row = Quick(connection).row(_MEMBER, (member,))
    if row is None:
        return None
    versions, provisional, *texts = row
    return Person(
        dict(zip(FIELDS, texts, strict=True)), json.loads(versions), provisional=bool(provisional)
    )


def settle_records(
    connection: Connection, writes: Writes, records: Iterable[MemberRecord]
) -> set[str]:
    """The rows of records that came; tells whose standing they may change."""
    touched: set[str] = set()
    for record in records:
        touched |= {record.id, *record.merged}
        _settle(connection, writes, record)
    return touched


def erase(connection: Connection, writes: Writes, gone: Iterable[str]) -> bool:
    """The rows of members who are erased; tells whether anything stands here of them."""
    quick, found = Quick(connection), False
    for member in gone:
        # Words, wallets, cards, merged ids and what waits to go up hang on the row.
        found = found or quick.row(_MEMBER, (member,)) is not None
        writes.add(_DROP_MEMBER, (member,))
    return found


def _settle(connection: Connection, writes: Writes, record: MemberRecord) -> None:
    quick = Quick(connection)
    into = quick.row(_MERGED, (record.id,))
    if into is not None:
        if into[0] not in record.merged:
            return  # an old word of somebody who is somebody else by now
        # A restored server found the two to be one again, and the other one stays this time.
        writes.add(_DROP_MERGED, (record.id,))
    before = person(connection, record.id)
    here = Person(dict(_NOBODY), {}) if before is None else deepcopy(before)
    here.take(record.fields)
    here.put(writes, record.id, before)
    remarks = [one for one in record.fields if one.name.startswith(REMARK) and one.value]
    if remarks:
        rows = ((record.id, one.name.removeprefix(REMARK), one.value) for one in remarks)
        writes.add(PUT_REMARK, *rows)
    known = [WalletId(wallet) for (wallet,) in quick.rows(_WALLETS, (record.id,))]
    wallets = dict.fromkeys((*record.wallets, *known))
    for other in record.merged:
        if other == record.id or quick.row(_IS_MERGED, (other, record.id)) is not None:
            continue
        wallets |= dict.fromkeys(wallet for (wallet,) in quick.rows(_WALLETS, (other,)))
        writes.add(_MOVE_CARDS, (record.id, other))
        writes.add(_MOVE_MERGED, (record.id, other))
        writes.add(_DROP_MEMBER, (other,))
        writes.add(_PUT_MERGED, (other, record.id))
    if list(wallets) != known:
        writes.add(_DROP_WALLETS, (record.id,))
        writes.add(
            _PUT_WALLET,
            *((record.id, position, wallet) for position, wallet in enumerate(wallets)),
        )
    linked = _settle_cards(quick, writes, record) or bool(set(wallets) - set(record.wallets))
    writes.add_all(told_again(connection, record, here.versions, linked=linked))


def _settle_cards(quick: Quick, writes: Writes, record: MemberRecord) -> bool:
    """The rows of a member's cards; tells whether the record knows less of one than is here."""
    known = {row[0]: row[1:] for row in quick.rows(_CARDS, (record.id,))}
    cards = [
        (one.id, one.number, _furthest(quick, one))
        for one in record.cards
        if one.usable in _STATES and known.get(one.id) != (one.number, one.usable)
    ]
    writes.add(_DROP_OTHER_CARD, *((number, card) for card, number, _ in cards))
    writes.add(_PUT_CARD, *((*card, record.id) for card in cards))
    told = {one.number: one.usable for one in record.cards if one.usable in _STATES}
    return any(
        number not in told or _in_order(usable) > _in_order(told[number])
        for number, usable in known.values()
    )


def _furthest(quick: Quick, card: CardRecord) -> str:
    """What a card may do: what was told, or what is known here of its number if that is less."""
    known = [one for (one,) in quick.rows(_STATES_OF, (card.number, card.id))]
    return str(max((card.usable, *known), key=_in_order))


def _in_order(usable: str) -> int:
    return _STATES.index(CardState(usable))


def _fitting(name: str, text: str | None) -> str | None:
    """A field's text as the table keeps it; what no screen could read becomes nothing."""
    if name == "name":
        return one_line(text or "")
    if name == "segments":
        return text if _is_list(text) else "[]"
    if name in ("birthday", "joined"):
        return text if text and _is_day(name, text) else None
    if name in ("referred_by", "household") or consent.is_evidence(name):
        return text or None
    return text or ""


def _is_list(text: str | None) -> bool:
    try:
        content = json.loads(text or "")
    except ValueError:
        return False
    return isinstance(content, list) and all(isinstance(one, str) for one in content)


def _is_day(name: str, text: str) -> bool:
    try:
        # The year 2000 was a leap year: 29 February is a birthday.
        date.fromisoformat(f"2000-{text}" if name == "birthday" else text)
    except ValueError:
        return False
    return True
