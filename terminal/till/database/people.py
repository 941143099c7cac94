"""What becomes of members after they joined: further cards, and what they agree to.

Each is a fact with ids, and a record beside it that waits to go up. ``differences`` proves that
the records are no older than the facts, ``mend`` brings them up to the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.engine import Connection

from terminal.loyalty import consent
from terminal.loyalty.bodies import (
    CardReplaced,
    ConsentGiven,
    ConsentWithdrawn,
    body_bytes,
    read_body,
)
from terminal.loyalty.consent import Consent
from terminal.loyalty.facts import Fact, FactKind
from terminal.loyalty.standing import Moment
from terminal.till.database.facts import Append
from terminal.till.database.quick import Quick
from terminal.till.database.records_in import person
from terminal.till.database.records_out import WALLETS, wait
from terminal.till.database.writes import Writes
from terminal.till.ports import CardState
from terminal.wire.record_json import RecordField

_MEMBER = "SELECT 1 FROM members WHERE id = ?"
_TAKEN = "SELECT 1 FROM cards WHERE number = ?"
_STATE = "SELECT state FROM cards WHERE id = ? AND member = ?"
_ANY_STATE = "SELECT state FROM cards WHERE id = ?"
_BLOCK = "UPDATE cards SET state = 'replaced' WHERE id = ? AND state = 'active'"
_GIVE = "INSERT INTO cards (id, number, state, member) VALUES (?, ?, 'active', ?)"
_MEANT = """SELECT coalesce((SELECT member FROM merged_members WHERE id = ?1), ?1)"""


def give_card(connection: Connection, replaced: CardReplaced, number: str) -> None:
    """Write a member's further card, and block the one before; the record waits to go up.

    Raises:
        ValueError: the number belongs to somebody already, or the one before is not their card.
        KeyError: nobody has this id.
    """
    quick = Quick(connection)
    if quick.row(_MEMBER, (replaced.member,)) is None:
        raise KeyError(replaced.member)
    if quick.row(_TAKEN, (number,)) is not None:
        raise ValueError(f"card {number} belongs to somebody already")
    if replaced.before and quick.row(_STATE, (replaced.before, replaced.member)) is None:
        raise ValueError(f"{replaced.before} is no card of this member")
    quick.run(_BLOCK, (replaced.before,))
    quick.run(_GIVE, (replaced.card, number, replaced.member))
    wait(connection, replaced.member, {WALLETS: 1})


def keep_evidence(connection: Connection, member: str, decisions: Iterable[Consent]) -> None:
    """Write the evidence of decisions into a member's record; it waits to go up.

    Raises:
        KeyError: nobody has this id.
    """
    known = person(connection, member)
    if known is None:
        raise KeyError(member)
    changed: dict[str, int] = {}
    for one in decisions:
        name = consent.field_of(one.purpose)
        before, _ = consent.rank(known.texts.get(name))
        # A clock that went back must not make somebody's last word the older one.
        latest = replace(one, at_ms=max(one.at_ms, before + 1))
        changed[name] = known.versions.get(name, 0) + 1
        text = consent.evidence(latest)
        known.take([RecordField(name=name, value=text, version=changed[name])])
    writes = Writes()
    known.put(writes, member)
    writes.write(connection)
    wait(connection, member, changed)


def append_decisions(append: Append, member: str, decisions: Sequence[Consent], at: Moment) -> None:
    """Write the facts of decisions: ids only."""
    for one in decisions:
        kind = FactKind.CONSENT_GIVEN if one.given else FactKind.CONSENT_WITHDRAWN
        shape = ConsentGiven if one.given else ConsentWithdrawn
        append(
            kind=kind,
            at=at,
            entries=(),
            body=body_bytes(
                shape(member=member, purpose=one.purpose, text=one.text, channel=one.channel)
            ),
        )


@dataclass(slots=True)
class Decided:
    """What own facts say of people, apart from their wallets."""

    replaced: set[str] = field(default_factory=set)
    """Cards that are good for nothing any more."""
    evidence: dict[tuple[str, str], str] = field(default_factory=dict)
    """By (member, field) the latest decision."""

    def heed(self, fact: Fact) -> None:
        """One more fact."""
        if fact.kind == FactKind.CARD_REPLACED:
            self.replaced |= {read_body(CardReplaced, fact.body).before} - {""}
        elif fact.kind == FactKind.CONSENT_GIVEN:
            self._decided(fact, read_body(ConsentGiven, fact.body))
        elif fact.kind == FactKind.CONSENT_WITHDRAWN:
            self._decided(fact, read_body(ConsentWithdrawn, fact.body))

    def _decided(self, fact: Fact, body: ConsentGiven | ConsentWithdrawn) -> None:
        name, text = consent.of_fact(fact, body)
        key = body.member, name
        self.evidence[key] = max(self.evidence.get(key, ""), text, key=consent.rank)

    def usable_cards(self, connection: Connection) -> list[str]:
        """Replaced cards that could still be used here; a card that is not known cannot."""
        quick = Quick(connection)
        rows = ((card, quick.row(_ANY_STATE, (card,))) for card in sorted(self.replaced))
        return [card for card, row in rows if row is not None and row[0] == CardState.ACTIVE]

    def lost_evidence(self, connection: Connection) -> list[tuple[str, str, str]]:
        """(member, field, text) of decisions that a record here does not know of."""
        lost = []
        for (whose, name), text in sorted(self.evidence.items()):
            (member,) = Quick(connection).rows(_MEANT, (whose,))[0]
            known = person(connection, member)
            if known is None or name not in consent.FIELDS:
                continue  # erased, or a purpose of a newer program
            if consent.rank(known.texts.get(name)) < consent.rank(text):
                lost.append((member, name, text))
        return lost

    def mend(self, connection: Connection) -> None:
        """Bring cards and records up to the facts."""
        for card in self.usable_cards(connection):
            Quick(connection).run(_BLOCK, (card,))
        for member, name, text in self.lost_evidence(connection):
            known = person(connection, member)
            assert known is not None, member
            version = known.versions.get(name, 0) + 1
            known.take([RecordField(name=name, value=text, version=version)])
            writes = Writes()
            known.put(writes, member)
            writes.write(connection)
            wait(connection, member, {name: version})
