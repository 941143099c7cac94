"""What facts say of people after they joined: further cards, and what they agree to.

Facts and records may arrive in any order, also years apart after a restore. A card only goes on
(active, replaced, blocked), and of two decisions the later holds, so both come to the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from terminal.loyalty import consent
from terminal.server.database import people
from terminal.server.database.connection import Connection
from terminal.server.database.feeds import Telling
from terminal.server.database.people import ACTIVE, ERASED, PROVISIONAL, CardRow, MemberRow
from terminal.server.members import fields, interests

REPLACED = "replaced"


@dataclass(slots=True)
class Decisions:
    """What some facts say; the same whatever their order."""

    cards: dict[str, str] = field(default_factory=dict)
    """Whose each new card is."""
    replaced: dict[str, str] = field(default_factory=dict)
    """Whose each card was that is good for nothing any more."""
    evidence: dict[tuple[str, str], str] = field(default_factory=dict)
    """By (member, field) the latest decision."""

    @property
    def members(self) -> set[str]:
        """Whom the facts speak of."""
        return {*self.cards.values(), *self.replaced.values(), *(who for who, _ in self.evidence)}

    def card(self, member: str, card: str, before: str) -> None:
        """A member has a further card."""
        self.cards[card] = member
        if before:
            self.replaced[before] = member

    def decided(self, member: str, name: str, text: str) -> None:
        """A member agreed or withdrew."""
        key = member, name
        self.evidence[key] = max(self.evidence.get(key, ""), text, key=consent.rank)


def heed(connection: Connection, said: Decisions, *, store: str) -> list[Telling]:
    """Write down what facts of a store say; returns what to tell whom.

    Call it before locking the wallets; telling comes last.
    """
    wanted = said.members
    if not wanted:
        return []
    rows = people.rows_of(connection, wanted, lock=True)
    rows |= {
        one: MemberRow(one, "{}", "", store, PROVISIONAL, "") for one in wanted if one not in rows
    }
    changed: dict[str, MemberRow] = {
        one: row for one, row in rows.items() if row.fields == "{}" and row.standing == PROVISIONAL
    }
    for (member, name), text in said.evidence.items():
        row = changed.get(member, rows[member])
        if row.standing == ERASED:
            continue
        now = fields.together(fields.from_json(row.fields), {name: (text, 0)})
        changed[member] = row._replace(fields=fields.to_json(now))
    people.save_members(connection, changed.values())
    people.save_cards(connection, _cards_now(connection, said))
    return interests.spread(connection, {row.final for row in rows.values()})


def differences(connection: Connection, said: Decisions) -> list[tuple[str, str, str]]:
    """(place, stored, computed) where cards or records are older than the facts."""
    found = [(f"card/{row.id}", "not so", row.usable) for row in _cards_now(connection, said)]
    rows = people.rows_of(connection, said.members)
    for (member, name), text in sorted(said.evidence.items()):
        row = rows.get(member)
        if row is not None and row.standing == ERASED:
            continue
        known = {} if row is None else fields.from_json(row.fields)
        if consent.rank(known.get(name, (None, 0))[0]) < consent.rank(text):
            found.append((f"member/{member}/{name}", "older", "as decided"))
    return found


def _cards_now(connection: Connection, said: Decisions) -> list[CardRow]:
    """The rows that differ from what is stored."""
    known = people.cards_named(connection, {*said.cards, *said.replaced})
    found = []
    for card, member in sorted((said.cards | said.replaced).items()):
        before = known.get(card)
        row = before or CardRow(card, "", member, ACTIVE)
        if card in said.replaced and row.usable == ACTIVE:
            row = row._replace(usable=REPLACED)
        if row != before:
            found.append(row)
    return found
