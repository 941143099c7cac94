"""Members as the counter asks for them: by card, by name, by phone, and what they have.

Records of people stand here and never in a fact; what they have is computed from facts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from terminal.loyalty.ledger import Sums
from terminal.loyalty.standing import Holding, Standing, Traits
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database.balances import Day, sums_of
from terminal.till.database.connection import Database
from terminal.till.database.folding import after, one_line, phone_digits, spellings
from terminal.till.database.word_search import by_words
from terminal.till.ports import Card, CardState, Member

_COLUMNS = """m.id, m.name, m.phone, m.tier, m.segments, m.birthday, m.joined,
(SELECT number FROM cards WHERE member = m.id AND state = 'active' ORDER BY issued DESC LIMIT 1)"""
_BY_ID = f"SELECT {_COLUMNS} FROM members m WHERE m.id = ?"  # noqa: S608 - our own words
_BY_CARD = f"""SELECT c.id, c.number, c.state, {_COLUMNS}
FROM cards c JOIN members m ON m.id = c.member WHERE c.number = ?"""  # noqa: S608
_BY_PHONE = """SELECT id FROM members WHERE phone_reversed >= ? AND phone_reversed < ?
ORDER BY name, id LIMIT ?"""

_TRAITS = "SELECT tier, segments, birthday FROM members WHERE id = ?"
_WALLETS = "SELECT wallet FROM member_wallets WHERE member = ? ORDER BY position"
_IN_WALLETS = "wallet IN (SELECT wallet FROM member_wallets WHERE member = ?)"
_SUMS = f"SELECT wallet, unit, used, pending, debt FROM balances WHERE {_IN_WALLETS}"  # noqa: S608
_DAYS = f"SELECT wallet, unit, day, earned, expired FROM balance_days WHERE {_IN_WALLETS}"  # noqa: S608
_RIGHTS = f"SELECT wallet, unit, n FROM rights WHERE {_IN_WALLETS}"  # noqa: S608

_ADD_MEMBER = """INSERT INTO members
(id, name, phone, phone_reversed, tier, segments, birthday, joined)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_WORD = "INSERT INTO member_words (word, member) VALUES (?, ?)"
_ADD_WALLET = "INSERT INTO member_wallets (member, position, wallet) VALUES (?, 0, ?)"
_ADD_CARD = "INSERT INTO cards (id, number, state, member) VALUES (?, ?, 'active', ?)"


class StoredMembers:
    """``ports.Members`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_card(self, number: str) -> Card | None:
        """The card with this number, whatever its state."""
        with self._database.reading() as connection:
            row = connection.exec_driver_sql(_BY_CARD, (number,)).one_or_none()
        if row is None:
            return None
        card, own, allowed, *columns = row
        return Card(id=card, number=own, state=CardState(allowed), member=_member(columns))

    def by_id(self, member: str) -> Member | None:
        """The member of this id."""
        with self._database.reading() as connection:
            return _by_id(connection, member)

    def search(self, words: str, limit: int) -> Sequence[Member]:
        """By words of the name in any spelling, or by the end of the phone."""
        with self._database.reading() as connection:
            digits = phone_digits(words)
            if digits:
                backwards = digits[::-1]
                arguments = (backwards, after(backwards), max(0, limit))
                keys = list(connection.exec_driver_sql(_BY_PHONE, arguments).scalars())
            else:
                keys = by_words(connection, "member", words, limit)
            found = [_by_id(connection, key) for key in keys]
        return tuple(member for member in found if member is not None)

    def standing(self, member: str) -> Standing:
        """What the member has, all wallets, and what of it may be spent here.

        Raises:
            KeyError: nobody has this id.
        """
        one = (member,)
        with self._database.reading() as connection:
            traits = connection.exec_driver_sql(_TRAITS, one).one_or_none()
            if traits is None:
                raise KeyError(member)
            wallets = [
                WalletId(found) for found in connection.exec_driver_sql(_WALLETS, one).scalars()
            ]
            sums = connection.exec_driver_sql(_SUMS, one).all()
            days = connection.exec_driver_sql(_DAYS, one).all()
            rights = connection.exec_driver_sql(_RIGHTS, one).all()
        tier, segments, birthday = traits
        return Standing(
            traits=Traits(
                member=member,
                tier=tier,
                segments=frozenset(json.loads(segments)),
                birthday=_birthday(birthday),
            ),
            wallets=tuple(wallets),
            holdings=_holdings(wallets, sums, days, rights),
        )


def add_member(
    connection: Connection, member: Member, *, wallet: WalletId, card: str, number: str
) -> None:
    """Write the records of somebody new; facts are the journal's."""
    segments = json.dumps(sorted(member.segments), ensure_ascii=False)
    birthday = None if member.birthday is None else "{:02d}-{:02d}".format(*member.birthday)
    joined = None if member.joined is None else member.joined.isoformat()
    name, phone = one_line(member.name), (member.phone, member.phone[::-1])
    connection.exec_driver_sql(
        _ADD_MEMBER,
        (member.id, name, *phone, member.tier, segments, birthday, joined),
    )
    words = [(word, member.id) for word in spellings(name)]
    if words:
        connection.exec_driver_sql(_ADD_WORD, words)
    connection.exec_driver_sql(_ADD_WALLET, (member.id, wallet))
    connection.exec_driver_sql(_ADD_CARD, (card, number, member.id))


def _by_id(connection: Connection, member: str) -> Member | None:
    row = connection.exec_driver_sql(_BY_ID, (member,)).one_or_none()
    return None if row is None else _member(row)


def _member(columns: Sequence[Any]) -> Member:
    key, name, phone, tier, segments, birthday, joined, number = columns
    return Member(
        id=key,
        name=name,
        phone=phone,
        tier=tier,
        segments=frozenset(json.loads(segments)),
        birthday=_birthday(birthday),
        joined=None if joined is None else date.fromisoformat(joined),
        card_number=number or "",
    )


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
        Holding(account=one, sums=known.get(one, Sums()), spendable=here.get(one, 0))
        for one in accounts
    )


def _account(wallet: str, unit: str) -> Account:
    return Account(WalletId(wallet), UnitId(unit))
