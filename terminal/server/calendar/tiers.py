"""Tiers go up and down with the day: what a member earned in the period decides, with its grace.

A till raises a member by itself and never lowers one, so both come together here: the member's
record says which tier they have, and a fact says when it changed and why. Who has more than they
earn is looked at from their first day on, because what came back since raised nobody. Whoever has
a tier that no counting gave (the office wrote it into the record) rises above it and never falls
below: who came as gold is not silver for what they buy.

The calendar runs all day long, and a chain has many members: whoever was looked at is looked at
again only when something was told of their wallets, the household or the programme is another one,
or the day has come on which their tier may change by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from terminal.loyalty.bodies import TierChanged
from terminal.loyalty.facts import FactKind
from terminal.loyalty.history import (
    NO_HISTORY,
    Counted,
    History,
    brought,
    first_day,
    next_first_day,
)
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.tiers import TierHeld, higher, is_below, settled_tier
from terminal.server.calendar.minting import mint_by_store
from terminal.server.database import counts, people, tiers
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.tiers import Look, TierRow
from terminal.server.feed.telling import tell
from terminal.server.ledger.minting import Coin
from terminal.server.ledger.published import published
from terminal.server.members import fields, households
from terminal.server.members.records import merge_records
from terminal.server.registry.local_days import LocalDays
from terminal.wire.record_json import MemberRecord, RecordField

BATCH = 50
"""Members in one transaction: tills wait for it, and some milliseconds go into each member."""

MEMBERS_READ = 2_000
"""Members of whom is asked at once, without a lock, who is to be looked at."""


def change_tiers(database: ServerDatabase, *, now_ms: int, days: LocalDays) -> int:
    """Bring every member's tier to this day; returns how many changed.

    The day is the one that all stores have reached, so nobody goes down before midnight at home.
    """
    with database.reading() as connection:
        utc = datetime.fromtimestamp(now_ms / 1000, UTC).replace(tzinfo=None)
        revisions = published(connection)
    changed = 0
    for programme in in_force(revisions, utc):
        for members in _due(database, programme, days.open) if programme.tiers else ():
            changed += _change(database, programme, revisions, members, now_ms=now_ms, days=days)
    return changed


def _due(database: ServerDatabase, programme: Programme, today: date) -> Iterator[list[str]]:
    """Whoever is to be looked at, some at a time."""
    after = ""
    while True:
        with database.reading() as connection:
            members = tiers.members_known(connection, programme.programme, after, MEMBERS_READ)
            if not members:
                return
            seen = _seen(connection, programme, members, households.fellows_of(connection, members))
            looks = tiers.looks_at(connection, members, programme.programme)
        due = [one for one in members if _is_due(looks.get(one), seen[one], today)]
        for begin in range(0, len(due), BATCH):
            yield due[begin : begin + BATCH]
        after = members[-1]


def _is_due(look: Look | None, seen: str, today: date) -> bool:
    return look is None or look.seen != seen or bool(look.until and look.until <= str(today))


def _seen(
    connection: Connection,
    programme: Programme,
    members: Collection[str],
    fellows: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    """By member what their tier is made of, as far as it can change but by the day."""
    marks = tiers.marks_of(connection, {*members}.union(*fellows.values()))
    return {
        member: " ".join(
            [
                str(programme.revision),
                str(marks.get(member, 0)),
                *(f"{one}:{marks.get(one, 0)}" for one in fellows.get(member, ())),
            ]
        )
        for member in members
    }


def _may_change(programme: Programme, history: History, today: date, held: TierHeld) -> str:
    """The first day on which a tier may change though nobody tells of anything; empty for never."""
    assert programme.tiers is not None
    period = programme.tiers.period
    names = {brought(programme.programme, rule.id) for rule in programme.earn}
    first = first_day(period, today) or date.min
    counting = [one.day for one in history.counted if one.name in names and one.day >= first]
    turn = next_first_day(period, today)
    if held.below_since is not None or any(day > today for day in counting):
        turn = today + timedelta(days=1)
    elif period.kind == "days" and counting:
        turn = min(counting) + timedelta(days=period.days)
    return str(turn) if turn else ""


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
        # Before what is counted is read: what comes meanwhile is looked at in the next round.
        seen = _seen(connection, programme, everybody, households.fellows_of(connection, everybody))
        held = tiers.held_by(connection, everybody, programme.programme)
        gifts = tiers.given_to(connection, everybody, programme.programme)
        names = _names(revisions, programme)
        histories = _histories(connection, everybody, names, _first_day(programme, days.open))
        below = [
            member
            for member, one in held.items()
            if is_below(programme, histories.get(member, NO_HISTORY), days.open, one)
        ]
        histories |= _histories(connection, below, names, date.min)
        looks = {member: Look(seen[member], "") for member in everybody}
        coins: dict[str, list[Coin]] = {}
        records: dict[str, list[MemberRecord]] = {}
        changed = 0
        for member in sorted(rows):
            before = held.get(member, TierHeld())
            history = histories.get(member, NO_HISTORY)
            after = settled_tier(programme, revisions, history, days.open, before)
            until = _may_change(programme, history, days.open, after)
            looks[member] = looks[member]._replace(until=until)
            if after == before:
                continue
            row = rows[member]
            known, version = fields.from_json(row.fields).get("tier", ("", 0))
            given = _given(programme, known, before, gifts.get(member, ""))
            shown = _shown(programme, after, given)
            tiers.keep(connection, TierRow.of(member, programme.programme, after))
            if given != gifts.get(member, ""):
                tiers.keep_given(connection, member, programme.programme, given)
            if after.tier == before.tier or shown == known:
                continue
            changed += 1
            field = RecordField(name="tier", value=shown, version=version + 1)
            records.setdefault(row.store, []).append(MemberRecord(id=member, fields=(field,)))
            body = TierChanged(
                member=member, programme=programme.programme, before=known or "", after=shown
            )
            coin = Coin(kind=FactKind.TIER_CHANGED, entries=(), body=body)
            coins.setdefault(row.store, []).append(coin)
        tiers.keep_looks(connection, programme.programme, looks)
        mint_by_store(connection, coins, now_ms=now_ms, days=days)
        told = [
            telling
            for store in sorted(records)
            for telling in merge_records(connection, records[store], store=store)
        ]
        tell(connection, told)
        return changed

    return database.run(work)


def _given(programme: Programme, known: object, counted: TierHeld, before: str) -> str:
    """The tier that the office gave: what stands on the record, where no counting put it there."""
    return before if known == _shown(programme, counted, before) else str(known or "")


def _shown(programme: Programme, counted: TierHeld, given: str) -> str:
    """The higher one of what was counted and what was given."""
    assert programme.tiers is not None
    return higher(programme.tiers, counted, given).tier


def _first_day(programme: Programme, today: date) -> date:
    assert programme.tiers is not None
    return first_day(programme.tiers.period, today) or date.min


def _names(revisions: Iterable[Programme], programme: Programme) -> set[str]:
    """What counts towards a programme's tiers, or did in a revision before."""
    same = (one for one in revisions if one.programme == programme.programme)
    return {brought(one.programme, rule.id) for one in same for rule in one.earn}


def _histories(
    connection: Connection, members: Sequence[str], names: Collection[str], since: date
) -> dict[str, History]:
    """What is counted of members, all wallets that each of them uses together."""
    users: dict[str, list[str]] = {}
    for member, purse in households.purses_of(connection, members).items():
        for wallet in purse:
            users.setdefault(wallet, []).append(member)
    found: dict[str, list[Counted]] = {}
    for wallet, counted in counts.counts_of(connection, sorted(users), since):
        for member in users[wallet] if counted.name in names else ():
            found.setdefault(member, []).append(counted)
    # All at once: a history is made anew with each addition to it.
    return {member: NO_HISTORY.plus(counted) for member, counted in found.items()}
