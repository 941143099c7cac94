"""Tiers go up and down with the day: what a member earned in the period decides, with its grace.

A till raises a member by itself and never lowers one, so both come together here: the member's
record says which tier they have, and a fact says when it changed and why. Who has more than they
earn is looked at from their first day on, because what came back since raised nobody. Whoever has
a tier that no counting gave (the office wrote it into the record) keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from terminal.loyalty.bodies import TierChanged
from terminal.loyalty.facts import FactKind
from terminal.loyalty.history import NO_HISTORY, History, brought, first_day
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.tiers import TierHeld, is_below, settled_tier
from terminal.server.calendar.minting import mint_by_store
from terminal.server.database import counts, people, tiers
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.tiers import TierRow
from terminal.server.feed.telling import tell
from terminal.server.ledger.minting import Coin
from terminal.server.ledger.published import published
from terminal.server.members import fields, households
from terminal.server.members.records import merge_records
from terminal.server.registry.local_days import LocalDays
from terminal.wire.record_json import MemberRecord, RecordField

BATCH = 200
"""Members in one transaction."""


class _Change(NamedTuple):
    member: str
    store: str
    before: TierHeld
    after: TierHeld
    version: int
    """Of the record's tier, as it is now."""


def change_tiers(database: ServerDatabase, *, now_ms: int, days: LocalDays) -> int:
    """Bring every member's tier to this day; returns how many changed.

    The day is the one that all stores have reached, so nobody goes down before midnight at home.
    """
    with database.reading() as connection:
        utc = datetime.fromtimestamp(now_ms / 1000, UTC).replace(tzinfo=None)
        revisions = published(connection)
    changed = 0
    for programme in in_force(revisions, utc):
        for members in _members(database, programme) if programme.tiers else ():
            changed += _change(database, programme, revisions, members, now_ms=now_ms, days=days)
    return changed


def _members(database: ServerDatabase, programme: Programme) -> Iterator[list[str]]:
    """Everybody who earned towards a tier of a programme, or has one of it."""
    names = [brought(programme.programme, rule.id) for rule in programme.earn]
    after = ""
    while True:
        with database.reading() as connection:
            found = tiers.members_counted(connection, names, programme.programme, after, BATCH)
        if not found:
            return
        yield found
        after = found[-1]


def _change(
    database: ServerDatabase,
    programme: Programme,
    revisions: Sequence[Programme],
    members: Sequence[str],
    *,
    now_ms: int,
    days: LocalDays,
) -> int:
    def work(connection: Connection) -> int:
        # A household counts as one: what one of them earns raises all.
        fellows = households.fellows_of(connection, members)
        everybody = sorted({*members}.union(*fellows.values()))
        # The members' rows are held: a till's record and another server wait.
        rows = people.rows_of(connection, everybody, lock=True)
        held = tiers.held_by(connection, everybody, programme.programme)
        histories = _histories(connection, everybody, _first_day(programme, days.open))
        below = [
            member
            for member, one in held.items()
            if is_below(programme, histories.get(member, NO_HISTORY), days.open, one)
        ]
        histories |= _histories(connection, below, date.min)
        coins: dict[str, list[Coin]] = {}
        records: dict[str, list[MemberRecord]] = {}
        changed = 0
        for member in sorted(rows):
            before = held.get(member, TierHeld())
            history = histories.get(member, NO_HISTORY)
            after = settled_tier(programme, revisions, history, days.open, before)
            if after == before:
                continue
            tiers.keep(connection, TierRow.of(member, programme.programme, after))
            if after.tier == before.tier:
                continue
            row = rows[member]
            changed += 1
            known = fields.from_json(row.fields).get("tier", ("", 0))
            field = RecordField(name="tier", value=after.tier, version=known[1] + 1)
            records.setdefault(row.store, []).append(MemberRecord(id=member, fields=(field,)))
            body = TierChanged(
                member=member,
                programme=programme.programme,
                before=before.tier,
                after=after.tier,
            )
            coin = Coin(kind=FactKind.TIER_CHANGED, entries=(), body=body)
            coins.setdefault(row.store, []).append(coin)
        mint_by_store(connection, coins, now_ms=now_ms, days=days)
        told = [
            telling
            for store in sorted(records)
            for telling in merge_records(connection, records[store], store=store)
        ]
        tell(connection, told)
        return changed

    return database.run(work)


def _first_day(programme: Programme, today: date) -> date:
    assert programme.tiers is not None
    return first_day(programme.tiers.period, today) or date.min


def _histories(connection: Connection, members: Sequence[str], since: date) -> dict[str, History]:
    """What is counted of members, all wallets that each of them uses together."""
    users: dict[str, list[str]] = {}
    for member, purse in households.purses_of(connection, members).items():
        for wallet in purse:
            users.setdefault(wallet, []).append(member)
    histories: dict[str, History] = {}
    for wallet, counted in counts.counts_of(connection, sorted(users), since):
        for member in users[wallet]:
            histories[member] = histories.get(member, NO_HISTORY).plus([counted])
    return histories
