"""What becomes of members after they joined: further cards, and what they agree to.

Each is a fact with ids, and a record beside it that waits to go up. ``usable_cards`` and
``lost_evidence`` prove that the records are no older than the facts, ``mend`` brings them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from terminal.loyalty import consent
from terminal.loyalty.bodies import (
    CardReplaced,
    ConsentGiven,
    ConsentWithdrawn,
    HouseholdChanged,
    body_bytes,
)
from terminal.loyalty.consent import Consent
from terminal.loyalty.facts import FactKind
from terminal.loyalty.standing import Moment
from terminal.till.database.facts import Append
from terminal.till.database.gathered import ALL_DECISIONS
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.records_in import person
from terminal.till.database.records_out import PUT_REMARK, REMARK, WALLETS, wait
from terminal.till.database.writes import Writes
from terminal.wire.record_json import RecordField

_MEMBER = "SELECT 1 FROM members WHERE id = ?"
_TAKEN = "SELECT 1 FROM cards WHERE number = ?"
_STATE = "SELECT state FROM cards WHERE id = ? AND member = ?"
_STILL_USABLE = """SELECT card FROM gathered_replaced JOIN cards ON cards.id = card
WHERE cards.state = 'active' ORDER BY card"""
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


def share(
    connection: Connection,
    append: Append,
    member: str,
    household: str,
    at: Moment,
    approver: str,
) -> None:
    """Write that a member is in a household, or in none: a fact, and the record that goes up.

    Raises:
        KeyError: nobody has this id.
    """
    known = person(connection, member)
    if known is None:
        raise KeyError(member)
    if (known.texts["household"] or "") == household:
        return
    changed = {"household": known.versions.get("household", 0) + 1}
    known.take(
        [RecordField(name="household", value=household or None, version=changed["household"])]
    )
    writes = Writes()
    known.put(writes, member)
    writes.write(connection)
    wait(connection, member, changed)
    append(
        kind=FactKind.HOUSEHOLD_CHANGED,
        at=at,
        entries=(),
        body=body_bytes(HouseholdChanged(member=member, household=household)),
        approver=approver or None,
    )


def keep_remark(connection: Connection, member: str, fact: str, words: str) -> None:
    """Write words about a fact beside a member's record; they wait to go up.

    Raises:
        KeyError: nobody has this id.
    """
    known = person(connection, member)
    if known is None:
        raise KeyError(member)
    changed = {REMARK + fact: 1}
    known.versions |= changed
    writes = Writes()
    known.put(writes, member)
    writes.add(PUT_REMARK, (member, fact, words))
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


def usable_cards(connection: Connection) -> list[str]:
    """Cards that gathered facts replaced and that could still be used here."""
    return [card for (card,) in Quick(connection).rows(_STILL_USABLE)]


def lost_evidence(connection: Connection) -> list[tuple[str, str, str]]:
    """(member, field, text) of gathered decisions that a record here does not know of."""
    quick, lost = Quick(connection), []
    for whose, name, text in quick.each(ALL_DECISIONS):
        (member,) = quick.rows(_MEANT, (whose,))[0]
        known = person(connection, member)
        if known is None or name not in consent.FIELDS:
            continue  # erased, or a purpose of a newer program
        if consent.rank(known.texts.get(name)) < consent.rank(text):
            lost.append((member, name, text))
    return lost


def mend(connection: Connection) -> None:
    """Bring cards and records up to the gathered facts."""
    for card in usable_cards(connection):
        Quick(connection).run(_BLOCK, (card,))
    for member, name, text in lost_evidence(connection):
        known = person(connection, member)
        assert known is not None, member
        version = known.versions.get(name, 0) + 1
        known.take([RecordField(name=name, value=text, version=version)])
        writes = Writes()
        known.put(writes, member)
        writes.write(connection)
        wait(connection, member, {name: version})
