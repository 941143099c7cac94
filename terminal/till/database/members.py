"""Members as the counter asks for them: by card, by name, by phone, and what they have.

Records of people stand here and never in a fact; what they have is computed from facts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from terminal.loyalty.consent import (
    FIELDS,
    Consent,
    Purpose,
    evidence,
    field_of,
    given,
    read_evidence,
)
from terminal.loyalty.ledger import NOTHING
from terminal.loyalty.standing import Holding, Standing, Traits
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database.balances import Day, sums_of
from terminal.till.database.connection import Database
from terminal.till.database.counts import history_of
from terminal.till.database.folding import after, one_line, phone_digits
from terminal.till.database.line import confirmed_of
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.records_in import Person, person
from terminal.till.database.records_out import WALLETS, first_versions, wait
from terminal.till.database.statements import Lots, notes_of_wallets
from terminal.till.database.word_search import by_words
from terminal.till.database.writes import Writes
from terminal.till.ports import Card, CardState, Member
from terminal.wire.record_json import RecordField

_COLUMNS = """m.id, m.name, m.phone, m.tier, m.segments, m.birthday, m.joined,
(SELECT number FROM cards WHERE member = m.id AND state = 'active' ORDER BY issued DESC LIMIT 1),
m.provisional, m.referred_by, m.household, m.consent_marketing, m.consent_profiling, m.consent_offers"""
_BY_ID = f"SELECT {_COLUMNS} FROM members m WHERE m.id = ?"  # noqa: S608 - our own words
_BY_CARD = f"""SELECT c.id, c.number, c.state, {_COLUMNS}
FROM cards c JOIN members m ON m.id = c.member WHERE c.number = ?"""  # noqa: S608
_BY_IDS = f"""SELECT {_COLUMNS} FROM members m
WHERE m.id IN (SELECT value FROM json_each(?))"""  # noqa: S608
_CARDS_OF = f"""SELECT c.id, c.number, c.state, {_COLUMNS}
FROM cards c JOIN members m ON m.id = c.member WHERE m.id = ? ORDER BY c.issued DESC"""  # noqa: S608
_BY_PHONE = """SELECT id FROM members WHERE phone_reversed >= ? AND phone_reversed < ?
ORDER BY name, id LIMIT ?"""

_MERGED = "SELECT member FROM merged_members WHERE id = ?"
_TRAITS = """SELECT tier, segments, birthday, joined, referred_by, consent_marketing,
consent_profiling, consent_offers, provisional, household FROM members WHERE id = ?"""
_WALLETS = "SELECT wallet FROM member_wallets WHERE member = ? ORDER BY position"
_FELLOWS = f"""SELECT {_COLUMNS} FROM members me JOIN members m ON m.household = me.household
WHERE me.id = ? AND m.id <> me.id ORDER BY m.id"""  # noqa: S608
_SHARED = """SELECT w.wallet FROM members me JOIN members m ON m.household = me.household
JOIN member_wallets w ON w.member = m.id
WHERE me.id = ? AND m.id <> me.id ORDER BY m.id, w.position"""
_IN_WALLETS = "wallet IN (SELECT value FROM json_each(?))"
_SUMS = f"SELECT wallet, unit, used, pending, debt FROM balances WHERE {_IN_WALLETS}"  # noqa: S608
_DAYS = f"SELECT wallet, unit, day, earned, expired FROM balance_days WHERE {_IN_WALLETS}"  # noqa: S608
_RIGHTS = f"SELECT wallet, unit, n FROM rights WHERE {_IN_WALLETS}"  # noqa: S608

_ADD_WALLET = "INSERT INTO member_wallets (member, position, wallet) VALUES (?, 0, ?)"
_ADD_CARD = "INSERT INTO cards (id, number, state, member) VALUES (?, ?, 'active', ?)"


class StoredMembers:
    """``ports.Members`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_card(self, number: str) -> Card | None:
        """The card with this number, whatever its state."""
        with self._database.reading() as connection:
            return card_of(connection, number)

    def by_id(self, member: str) -> Member | None:
        """The member of this id, or whoever it means by now."""
        with self._database.reading() as connection:
            return _by_id(connection, member_of(connection, member))

    def search(self, words: str, limit: int) -> Sequence[Member]:
        """By words of the name in any spelling, or by the end of the phone."""
        with self._database.reading() as connection:
            digits = phone_digits(words)
            if digits:
                backwards = digits[::-1]
                arguments = (backwards, after(backwards), max(0, limit))
                keys = [key for (key,) in Quick(connection).rows(_BY_PHONE, arguments)]
            else:
                keys = by_words(connection, "member", words, limit)
            rows = Quick(connection).rows(_BY_IDS, (json.dumps(keys),)) if keys else []
        known = {row[0]: _member(row) for row in rows}
        return tuple(known[key] for key in keys if key in known)

    def cards_of(self, member: str) -> Sequence[Card]:
        """The cards of a member, newest first, in whatever state."""
        with self._database.reading() as connection:
            rows = Quick(connection).rows(_CARDS_OF, (member_of(connection, member),))
        return tuple(
            Card(id=card, number=number, state=CardState(allowed), member=_member(columns))
            for card, number, allowed, *columns in rows
        )

    def fellows(self, member: str) -> Sequence[Member]:
        """Who else is in a member's household, as far as it is known here."""
        with self._database.reading() as connection:
            return fellows_of(connection, member_of(connection, member))

    def standing(self, member: str) -> Standing:
        """What the member has, all wallets, and what of it may be spent here.

        Raises:
            KeyError: nobody has this id.
        """
        with self._database.reading() as connection:
            return standing_of(connection, member)

    def change(self, member: Member) -> None:
        """Change what is known of a person; only what differs gets a new version and goes up.

        Whoever was met by a card only is a member like others from now on, even without a name.

        Raises:
            KeyError: nobody has this id.
            Trouble: nothing was changed.
        """
        with self._database.writing() as connection:
            key = member_of(connection, member.id)
            known = person(connection, key)
            if known is None:
                raise KeyError(member.id)
            texts = record_texts(member)
            changed = {
                name: known.versions.get(name, 0) + 1
                for name, text in texts.items()
                if text != known.texts[name] or (known.provisional and name == "name")
            }
            if changed:
                known.take(
                    RecordField(name=name, value=texts[name], version=version)
                    for name, version in changed.items()
                )
                writes = Writes()
                known.put(writes, key)
                writes.write(connection)
                wait(connection, key, changed)


def standing_of(connection: Connection, member: str) -> Standing:
    """What a member has at this moment of the file; see ``StoredMembers.standing``.

    Raises:
        KeyError: nobody has this id.
    """
    one = (member_of(connection, member),)
    quick = Quick(connection)
    traits = quick.row(_TRAITS, one)
    if traits is None:
        raise KeyError(member)
    tier, segments, birthday, joined, referred_by, *agreed, provisional, household = traits
    wallets = wallets_of(connection, *one) if household else _own_wallets(connection, *one)
    asked = (json.dumps(wallets),)
    sums, days = quick.rows(_SUMS, asked), quick.rows(_DAYS, asked)
    rights = quick.rows(_RIGHTS, asked)
    notes = notes_of_wallets(connection, wallets)
    confirmed = confirmed_of(connection, met=bool(provisional))
    return Standing(
        traits=Traits(
            member=one[0],
            tier=tier,
            segments=frozenset(json.loads(segments)),
            birthday=_birthday(birthday),
            consents=frozenset(map(str, given(_decided(agreed)))),
            enrolled=None if joined is None else date.fromisoformat(joined),
            referred_by=referred_by or "",
        ),
        wallets=tuple(wallets),
        history=history_of(connection, wallets),
        holdings=_holdings(wallets, sums, days, () if provisional else rights, notes.lots),
        elsewhere=notes.elsewhere,
        statements=notes.versions,
        confirmed=confirmed,
    )


def add_member(
    connection: Connection, member: Member, *, wallet: WalletId, card: str, number: str
) -> None:
    """Write the records of somebody new, which wait to go up; facts are the journal's.

    Of a provisional member only wallet and card are known; who joined by phone has no card.
    """
    texts = record_texts(member)
    versions = {} if member.provisional else first_versions(texts)
    writes = Writes()
    Person(texts, versions, member.provisional).put(writes, member.id)
    writes.add(_ADD_WALLET, (member.id, wallet))
    if card:
        writes.add(_ADD_CARD, (card, number, member.id))
    writes.write(connection)
    wait(connection, member.id, {**versions, WALLETS: 1})


def record_texts(member: Member) -> dict[str, str | None]:
    """The fields of a record as their columns keep them."""
    return {
        "name": one_line(member.name),
        "phone": member.phone,
        "tier": member.tier,
        "segments": json.dumps(sorted(member.segments), ensure_ascii=False),
        "birthday": None if member.birthday is None else "{:02d}-{:02d}".format(*member.birthday),
        "joined": None if member.joined is None else member.joined.isoformat(),
        "referred_by": member.referred_by or None,
        "household": member.household or None,
        **dict.fromkeys(FIELDS),
        **{field_of(one.purpose): evidence(one) for one in member.consents},
    }


def member_of(connection: Connection, member: str) -> str:
    """Whom an id means by now: a card that was met belongs to somebody, say."""
    row = Quick(connection).row(_MERGED, (member,))
    return str(row[0]) if row else member


def wallets_of(connection: Connection, member: str) -> list[WalletId]:
    """The wallets that a member uses: their own, accruals go to the first, then the household's."""
    shared = Quick(connection).rows(_SHARED, (member,))
    return [*_own_wallets(connection, member), *(WalletId(wallet) for (wallet,) in shared)]


def _own_wallets(connection: Connection, member: str) -> list[WalletId]:
    return [WalletId(wallet) for (wallet,) in Quick(connection).rows(_WALLETS, (member,))]


def fellows_of(connection: Connection, member: str) -> tuple[Member, ...]:
    """Who else is in a member's household."""
    return tuple(_member(row) for row in Quick(connection).rows(_FELLOWS, (member,)))


def card_of(connection: Connection, number: str) -> Card | None:
    """The card with this number, whatever its state."""
    row = Quick(connection).row(_BY_CARD, (number,))
    if row is None:
        return None
    card, own, allowed, *columns = row
    return Card(id=card, number=own, state=CardState(allowed), member=_member(columns))


def known_card(connection: Connection, number: str) -> Member | None:
    """The member of a card."""
    card = card_of(connection, number)
    return None if card is None else card.member


def _by_id(connection: Connection, member: str) -> Member | None:
    row = Quick(connection).row(_BY_ID, (member,))
    return None if row is None else _member(row)


def _member(columns: Sequence[Any]) -> Member:
    key, name, phone, tier, segments, birthday, joined, number, *others = columns
    provisional, referred_by, household, *agreed = others
    return Member(
        id=key,
        name=name,
        phone=phone,
        tier=tier,
        segments=frozenset(json.loads(segments)),
        birthday=_birthday(birthday),
        joined=None if joined is None else date.fromisoformat(joined),
        card_number=number or "",
        provisional=bool(provisional),
        consents=_decided(agreed),
        referred_by=referred_by or "",
        household=household or "",
    )


def _decided(agreed: Sequence[str | None]) -> tuple[Consent, ...]:
    """What somebody decided, by the texts of all purposes in their order."""
    found = (read_evidence(*one) for one in zip(Purpose, agreed, strict=True))
    return tuple(one for one in found if one is not None)


def _birthday(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    month, _, day = text.partition("-")
    return int(month), int(day)


def _holdings(
    wallets: Sequence[WalletId],
    sums: Sequence[Any],
    days: Sequence[Any],
    rights: Sequence[Any],
    lots: Mapping[Account, Lots],
) -> tuple[Holding, ...]:
    by_account: dict[Account, list[Day]] = {}
    for wallet, unit, *day in days:
        by_account.setdefault(_account(wallet, unit), []).append((day[0], day[1], day[2]))
    known = {
        _account(wallet, unit): sums_of(
            used, pending, debt, by_account.get(_account(wallet, unit), ())
        )
        for wallet, unit, used, pending, debt in sums
    }
    here = {_account(wallet, unit): n for wallet, unit, n in rights}
    order = {wallet: place for place, wallet in enumerate(wallets)}
    accounts = sorted({*known, *here}, key=lambda one: (order[one.wallet], one.unit))
    return tuple(
        Holding(
            account=one,
            sums=known.get(one, NOTHING),
            spendable=here.get(one, 0),
            extended=lots[one][0] if one in lots else (),
        )
        for one in accounts
    )


def _account(wallet: str, unit: str) -> Account:
    return Account(WalletId(wallet), UnitId(unit))
