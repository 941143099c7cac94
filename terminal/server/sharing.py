"""`tenth server household`: who shares their units with whom, and letting them begin or end to."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.bodies import HouseholdChanged
from terminal.loyalty.facts import FactKind
from terminal.server.calendar.minting import mint_by_store
from terminal.server.clock import system_chance, system_clock
from terminal.server.commands import Told, demand_here, in_words, open_server
from terminal.server.database import people
from terminal.server.database.connection import Connection
from terminal.server.database.people import ACTIVE, MemberRow
from terminal.server.failures import NotDone
from terminal.server.feed.telling import tell
from terminal.server.ledger.minting import Coin
from terminal.server.members import fields, households
from terminal.server.members.records import merge_records
from terminal.server.registry.local_days import local_days
from terminal.server.settings import Settings
from terminal.wire.record_json import MemberRecord, RecordField


def shown(settings: Settings, who: str) -> Told:
    """Who shares with a member, named by a card's number, a whole phone or an id."""
    with in_words(), open_server(settings) as database, database.reading() as connection:
        member = _meant(connection, who)
        return _told(connection, member)


def begun(settings: Settings, who: str, others: Sequence[str]) -> Told:
    """Let members share all units from now on; where one has a household, the others join it."""

    def work(connection: Connection) -> Told:
        first = _meant(connection, who)
        members = [first, *(_meant(connection, one) for one in others)]
        shared = {
            households.household_of(connection, one.id)
            for one in members
            if households.fellows_of(connection, [one.id])
        }
        if len(shared) > 1:
            raise NotDone("They share with different people. Let them leave there first: --leave.")
        # Never an older name again: somebody may have been left behind in it.
        household = next(iter(shared), "") or system_chance()
        _change(connection, members, household)
        return _told(connection, first)

    demand_here(settings)
    with in_words(), open_server(settings) as database:
        return database.run(work)


def left(settings: Settings, who: str) -> Told:
    """Let a member share with nobody any more; what is left of their own stays theirs."""

    def work(connection: Connection) -> Told:
        member = _meant(connection, who)
        _change(connection, [member], "")
        return _told(connection, member)

    demand_here(settings)
    with in_words(), open_server(settings) as database:
        return database.run(work)


def _change(connection: Connection, members: Sequence[MemberRow], household: str) -> None:
    """As a till would: a newer version of each record, and a fact that says so."""
    now_ms = system_clock()
    told = []
    coins: dict[str, list[Coin]] = {}
    for member in members:
        value, version = households.field_of(connection, member.id)
        if (value or "") == household:
            continue
        field = RecordField(name=households.FIELD, value=household or None, version=version + 1)
        record = MemberRecord(id=member.id, fields=(field,))
        told += merge_records(connection, [record], store=member.store)
        body = HouseholdChanged(member=member.id, household=household)
        coin = Coin(kind=FactKind.HOUSEHOLD_CHANGED, entries=(), body=body)
        coins.setdefault(member.store, []).append(coin)
    mint_by_store(connection, coins, now_ms=now_ms, days=local_days(connection, now_ms))
    tell(connection, told)


def _meant(connection: Connection, who: str) -> MemberRow:
    wanted = {card.member for card in people.cards_numbered(connection, [who])} or {who}
    if who.startswith("+"):
        wanted = {row.id for row in people.with_phones(connection, [who[:0:-1]])}
    finals = set(people.finals(connection, wanted).values())
    found = [one for one in people.rows_of(connection, finals).values() if one.standing == ACTIVE]
    if len(found) != 1:
        few = "several have it" if found else "nobody is known by it"
        raise NotDone(f"{who}: {few}. Name the member by the number of a card.")
    return found[0]


def _told(connection: Connection, member: MemberRow) -> Told:
    fellows = households.fellows_of(connection, [member.id]).get(member.id, ())
    rows = people.rows_of(connection, fellows)
    names = [_name(rows[one]) for one in fellows]
    line = f"{_name(member)} shares all units with {', '.join(names)}."
    return Told(
        (line if names else f"{_name(member)} shares with nobody.",),
        {"member": member.id, "shares_with": list(fellows)},
    )


def _name(member: MemberRow) -> str:
    return fields.from_json(member.fields).get("name", ("", 0))[0] or member.id
