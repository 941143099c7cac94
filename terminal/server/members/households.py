"""Households: members whose records name the same one use all their wallets together.

Nothing moves when they begin or end to share: each wallet stays whose it is, with all that its
owner brought and earns. So nothing can be lost or counted twice, in whatever order records come,
and whoever leaves takes along what is left in their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from terminal.server.database import people
from terminal.server.database.connection import Connection
from terminal.server.database.people import ERASED, MERGED, MemberRow
from terminal.server.members import fields

FIELD = "household"


def fellows_of(connection: Connection, members: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By member who else is in the household; whoever is on their own is left out.

    Members are asked for by the id under which they are known now.
    """
    own = _households(connection, people.rows_of(connection, members).values())
    if not own:
        return {}
    named = people.in_households(connection, set(own.values()))
    heads = people.rows_of(connection, {row.final for row in named})
    together: dict[str, set[str]] = {}
    for member, household in _households(connection, heads.values()).items():
        together.setdefault(household, set()).add(member)
    found = {
        member: tuple(sorted(together.get(household, set()) - {member}))
        for member, household in own.items()
    }
    return {member: others for member, others in found.items() if others}


def household_of(connection: Connection, member: str) -> str:
    """The household that a member's record names; empty where it names none."""
    return field_of(connection, member)[0] or ""


def field_of(connection: Connection, member: str) -> fields.Field:
    """What is told of a member's household, and in which version, whoever they turned out to be."""
    (head,) = people.rows_of(connection, [member]).values()
    others = people.merged_into(connection, [member])
    known = fields.of_one_person(
        fields.from_json(head.fields), (fields.from_json(one.fields) for one in others)
    )
    return known.get(FIELD, (None, 0))


def purses_of(connection: Connection, members: Iterable[str]) -> dict[str, list[str]]:
    """All wallets that each member uses: their own, then those of the household."""
    wanted = set(members)
    fellows = fellows_of(connection, wanted)
    wallets = people.wallets_of(connection, wanted.union(*fellows.values()))
    found: dict[str, list[str]] = {}
    for member in sorted(wanted):
        everybody = (member, *fellows.get(member, ()))
        purse = [wallet for one in everybody for wallet in wallets.get(one, ())]
        if purse:
            found[member] = purse
    return found


def used_with(connection: Connection, wallets: Collection[str]) -> dict[str, list[str]]:
    """By wallet all wallets that its holder uses; those that nobody is known to hold by themselves."""
    holders = people.members_of(connection, wallets)
    purses = purses_of(connection, {one for one in holders.values() if one})
    return {one: purses.get(holders.get(one, ""), [one]) for one in wallets}


def _households(connection: Connection, rows: Iterable[MemberRow]) -> dict[str, str]:
    """What the records of these people say, those of ids that turned out to be theirs included."""
    heads = {row.id: row for row in rows if row.standing not in (ERASED, MERGED)}
    others: dict[str, list[MemberRow]] = {}
    for row in people.merged_into(connection, heads) if heads else ():
        others.setdefault(row.merged_into, []).append(row)
    found: dict[str, str] = {}
    for member, head in heads.items():
        if not (head.household or any(one.household for one in others.get(member, ()))):
            continue
        known = fields.of_one_person(
            fields.from_json(head.fields),
            (fields.from_json(one.fields) for one in others.get(member, ())),
        )
        household = known.get(FIELD, (None, 0))[0]
        if household:
            found[member] = household
    return found
