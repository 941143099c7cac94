"""Members, their cards, and whose wallets are whose.

A member who turned out to be another one keeps a row that names the other (``merged_into``, always
the last of the chain), so that what arrives under the old id finds its way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from terminal.server.database.bulk import Bulk
from terminal.server.database.connection import Connection

ACTIVE = "active"
PROVISIONAL = "provisional"
"""Met by a card that the till did not know; nobody knows the person yet."""
MERGED = "merged"
ERASED = "erased"

FAMILY_MOST = 8
"""A family shares a phone; more than these are nobody's family."""


class MemberRow(NamedTuple):
    """One row of ``members``. ``fields`` is JSON ``{name: [text or null, version]}``."""

    id: str
    fields: str
    phone: str
    """Digits, the last one first."""
    store: str
    standing: str
    merged_into: str
    household: str = ""
    """As ``fields`` say it: members with the same one share their wallets."""

    @property
    def final(self) -> str:
        """The id under which this person is known now."""
        return self.merged_into or self.id


class CardRow(NamedTuple):
    """One row of ``cards``; ``number`` is '' while only a fact has told of the card."""

    id: str
    number: str
    member: str
    usable: str


_MEMBER = ", ".join(MemberRow._fields)
_CARD = ", ".join(CardRow._fields)
_ROWS = """SELECT id, fields, phone, store, standing, merged_into, household FROM members
WHERE id {keys} ORDER BY id"""
_LOCKED = """SELECT id, fields, phone, store, standing, merged_into, household FROM members
WHERE id {keys} ORDER BY id {lock}"""
_MERGED = """SELECT id, fields, phone, store, standing, merged_into, household FROM members
WHERE merged_into {keys} ORDER BY id"""
_OF_PHONES = """SELECT id, fields, phone, store, standing, merged_into, household FROM members
WHERE phone {keys} ORDER BY id"""
_OF_HOUSEHOLDS = """SELECT id, fields, phone, store, standing, merged_into, household FROM members
WHERE household {keys} ORDER BY id"""
_ALL = """SELECT id, fields, phone, store, standing, merged_into, household FROM members
ORDER BY merged_into, id"""
_CARDS = "SELECT id, number, member, usable FROM cards WHERE id {keys} ORDER BY id"
_NUMBERED = "SELECT id, number, member, usable FROM cards WHERE number {keys} ORDER BY id"
_CARDS_OF = "SELECT id, number, member, usable FROM cards WHERE member {keys} ORDER BY id"
_WALLETS_OF = "SELECT member, wallet FROM wallets WHERE member {keys} ORDER BY wallet"
_MEMBERS_OF = "SELECT wallet, member FROM wallets WHERE wallet {keys}"


# --- members -------------------------------------------------------------------------------------


def rows_of(
    connection: Connection, members: Iterable[str], *, lock: bool = False
) -> dict[str, MemberRow]:
    """The rows of these ids, as far as they are known."""
    rows = Bulk(connection).keyed(_LOCKED if lock else _ROWS, sorted(set(members)))
    return {row[0]: MemberRow(*row) for row in rows}


def merged_into(connection: Connection, members: Iterable[str]) -> list[MemberRow]:
    """The rows of everybody who turned out to be one of these members."""
    return [MemberRow(*row) for row in Bulk(connection).keyed(_MERGED, sorted(set(members)))]


def all_members(connection: Connection) -> list[MemberRow]:
    """Everybody; those who turned out to be somebody else come last."""
    return [MemberRow(*row) for row in Bulk(connection).rows(_ALL, ())]


def finals(connection: Connection, members: Iterable[str]) -> dict[str, str]:
    """Under which id each is known now; unknown ids are left out."""
    return {one: row.final for one, row in rows_of(connection, members).items()}


def meant_by(connection: Connection, members: Iterable[str]) -> dict[str, MemberRow]:
    """The rows of the members whom these ids mean now, by their own id."""
    rows = rows_of(connection, members)
    now = {row.final for row in rows.values()}
    rows |= rows_of(connection, now - set(rows))  # hardly ever is anybody missing
    return {one: rows[one] for one in now}


def save_members(connection: Connection, rows: Iterable[MemberRow]) -> None:
    """Write members' rows, new or changed."""
    Bulk(connection).put(
        "members",
        _MEMBER,
        sorted(rows),
        conflict="(id) DO UPDATE SET fields = excluded.fields, phone = excluded.phone,"
        " standing = excluded.standing, merged_into = excluded.merged_into,"
        " household = excluded.household",
    )


def point_to(connection: Connection, known_as: str, final: str) -> None:
    """Everybody who was merged into one member, and that member, are another one now."""
    bulk = Bulk(connection)
    bulk.run(
        "UPDATE members SET merged_into = ?, standing = ? WHERE id = ? OR merged_into = ?",
        (final, MERGED, known_as, known_as),
    )
    bulk.run("UPDATE wallets SET member = ? WHERE member = ?", (final, known_as))


def with_phones(connection: Connection, phones: Iterable[str]) -> list[MemberRow]:
    """Members who have exactly one of these phones, digits backwards."""
    wanted = sorted(set(phones) - {""})
    return [MemberRow(*row) for row in Bulk(connection).keyed(_OF_PHONES, wanted)]


def in_households(connection: Connection, households: Iterable[str]) -> list[MemberRow]:
    """Rows that name one of these households."""
    wanted = sorted(set(households) - {""})
    return [MemberRow(*row) for row in Bulk(connection).keyed(_OF_HOUSEHOLDS, wanted)]


# --- cards ---------------------------------------------------------------------------------------


def cards_named(connection: Connection, cards: Iterable[str]) -> dict[str, CardRow]:
    """The cards with these ids."""
    return {row[0]: CardRow(*row) for row in Bulk(connection).keyed(_CARDS, sorted(set(cards)))}


def cards_numbered(connection: Connection, numbers: Iterable[str]) -> list[CardRow]:
    """The cards with these numbers; a number met twice has several."""
    wanted = sorted(set(numbers) - {""})
    return [CardRow(*row) for row in Bulk(connection).keyed(_NUMBERED, wanted)]


def cards_of(connection: Connection, members: Iterable[str]) -> list[CardRow]:
    """The cards that were given to these ids."""
    return [CardRow(*row) for row in Bulk(connection).keyed(_CARDS_OF, sorted(set(members)))]


def save_cards(connection: Connection, rows: Iterable[CardRow]) -> None:
    """Write cards, new or changed."""
    Bulk(connection).put(
        "cards",
        _CARD,
        sorted(rows),
        conflict="(id) DO UPDATE SET number = excluded.number, usable = excluded.usable",
    )


# --- wallets -------------------------------------------------------------------------------------


def wallets_of(connection: Connection, members: Iterable[str]) -> dict[str, list[str]]:
    """The wallets of each member, in order."""
    found: dict[str, list[str]] = {}
    for member, wallet in Bulk(connection).keyed(_WALLETS_OF, sorted(set(members))):
        found.setdefault(member, []).append(wallet)
    return found


def members_of(connection: Connection, wallets: Collection[str]) -> dict[str, str]:
    """Who holds each wallet; '' where nobody is known."""
    return dict(Bulk(connection).keyed(_MEMBERS_OF, sorted(set(wallets))))


def give_wallets(connection: Connection, given: Iterable[tuple[str, str, str]]) -> None:
    """Link wallets: (wallet, member, store where it was first seen)."""
    rows = [(wallet, member, store, 0, "[]") for wallet, member, store in sorted(set(given))]
    Bulk(connection).put(
        "wallets",
        "wallet, member, store, version, movements",
        rows,
        conflict="(wallet) DO UPDATE SET member = excluded.member"
        " WHERE wallets.member <> excluded.member",
    )
