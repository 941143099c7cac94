"""Deep checks, at intervals and at the end: chains, folds, and what must be true after healing."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from terminal.loyalty.facts import UnreadableFact, decode
from terminal.loyalty.ledger import NOTHING, Sums, apply
from terminal.loyalty.wallet import BUDGET_UNIT, Account, UnitId, WalletId
from terminal.server.ledger import rebuilding
from terminal.server.members.records import member_records
from terminal.simulation import bearers, invariants, returning, signatures, thanks
from terminal.simulation.invariants import Reading, demand, name_of
from terminal.simulation.scenario import CODE_UNITS
from terminal.simulation.tills import Till
from terminal.simulation.truth import deed_of
from terminal.simulation.world import World
from terminal.till.database import rebuild

_ALL_FACTS = "SELECT incarnation, seq, hash, stored FROM facts ORDER BY incarnation, seq"
_COUNTED_ONCE = """SELECT f.stored FROM facts f JOIN logs l ON l.incarnation = f.incarnation
WHERE l.role = 'server' AND f.kind = 'CountedOnce'"""
_LOGS_OF_OTHERS = "SELECT incarnation FROM older_logs WHERE refused = 1"
_PARKED = "SELECT incarnation, seq, reason FROM parked ORDER BY 1, 2"
_BALANCES = """SELECT wallet, unit, used, pending, debt FROM balances ORDER BY 1, 2"""
_DAYS = "SELECT wallet, unit, day, earned, expired FROM balance_days ORDER BY 1, 2, 3"
_ACCOUNTS = "SELECT wallet, unit, used, pending, debt, days FROM accounts ORDER BY 1, 2"
_INTERESTS = "SELECT wallet FROM interests WHERE store = ?"
_NAMES = "SELECT id, name FROM members ORDER BY id"
_NUMBERS = "SELECT member, number FROM cards ORDER BY member, number"
_RECORDS = "SELECT count(*) FROM record_outbox"

Row = tuple[int, int, int, tuple[tuple[str, int, int], ...]]
"""used, pending, debt, ((day, earned, expired), ...)."""


def check(world: World) -> None:
    """What must hold at any time, but takes long to see.

    Raises:
        Violation: it does not.
    """
    demand("chains hold", chains(world))
    demand("server folds", server_folds(world))


def check_tables(world: World) -> None:
    """What the programs themselves find when they fold everything anew.

    Raises:
        Violation: it does not agree.
    """
    demand("server rebuilds", _server_rebuilds(world))
    for till in world.tills:
        if till.runs:
            demand("till rebuilds", _till_rebuilds(till))


def check_parked(world: World) -> None:
    """What must hold at rest while the server has parked what it could not apply.

    Raises:
        Violation: it does not.
    """
    demand("parked is folded", parked_is_folded(world))


def check_healed(world: World) -> None:
    """What must hold once faults have ended and everybody has spoken.

    Raises:
        Violation: it does not.
    """
    demand("quarantine ends", _quarantine(world))
    demand("queues empty", _queues(world))
    demand("nothing parked without reason", _parked(world))
    demand("nothing lost", nothing_lost(world))
    demand("nothing twice", nothing_twice(world))
    demand("no debt below zero", _debts(world))
    demand("grants arrive", _grants(world))
    demand("statements agree", _statements(world))
    demand("people agree", _people(world))
    demand("rights agree", _rights(world))
    demand("never more than paid", returning.never_more_than_paid(world))
    demand("refunds settled once", returning.settled_once(world))
    if world.has_friends:
        demand("thanked once", thanks.thanked_once(world))
    if world.has_codes:
        demand("codes conserved", bearers.conserved(world))
        demand("each card its own code", bearers.each_its_own(world))
        demand("no code owes", bearers.nobody_owes(world))
    if world.has_forgers:
        demand("codes at rest", signatures.at_rest(world))


def chains(world: World) -> Iterator[str]:
    """11: every log on every disk is whole."""
    read = world.watcher.read
    yield from _chains_of(world.office.rows(_ALL_FACTS), read)
    for till in world.tills:
        yield from _chains_of(till.disk.rows(_ALL_FACTS), read)


def _chains_of(rows: list[tuple[str, int, str, bytes]], read: Reading) -> Iterator[str]:
    logs: dict[str, list[tuple[int, str, bytes]]] = defaultdict(list)
    for incarnation, seq, known_hash, stored in rows:
        logs[incarnation].append((seq, known_hash, bytes(stored)))
    for incarnation, facts in logs.items():
        yield from invariants.chain_holds(incarnation, facts, read)


def server_folds(world: World) -> Iterator[str]:
    """10: the server's sums are the fold of its applied facts, by the ledger's own ``apply``."""
    sums = _folded(world)
    there = server_rows(world)
    for account in sorted(set(sums) | set(there)):
        folded = _row_of(sums.get(account, NOTHING))
        kept = there.get(account, (0, 0, 0, ()))
        if folded != kept:
            yield f"{name_of(account)}: the server keeps {kept}, its facts fold to {folded}"


def _folded(world: World, besides: Collection[tuple[str, int]] = ()) -> dict[Account, Sums]:
    """What the server applied, and ``besides`` of what it parked."""
    applied = {name: log.applied for name, log in world.office.look().logs.items()}
    parked = {(row[0], row[1]) for row in world.office.rows(_PARKED)} - set(besides)
    sums: dict[Account, Sums] = {}
    for incarnation, seq, known_hash, stored in world.office.rows(_ALL_FACTS):
        if seq > applied.get(incarnation, 0) or (incarnation, seq) in parked:
            continue
        for entry in world.watcher.read(known_hash, stored).entries:
            sums[entry.account] = apply(sums.get(entry.account, NOTHING), entry)
    return sums


def _server_rebuilds(world: World) -> Iterator[str]:
    try:
        found = rebuilding.check(world.office.database).differences
    except NotImplementedError:
        return
    for one in found:
        yield f"{one.kind.value} at {one.place}: {one.stored}, computed {one.computed}"


def _till_rebuilds(till: Till) -> Iterator[str]:
    for one in rebuild.check(till.program.database).differences:
        yield f"{till.name}: {one.kind.value} at {one.place}: {one.stored}, computed {one.computed}"


# --- after healing -------------------------------------------------------------------------------


def _quarantine(world: World) -> Iterator[str]:
    """19: every log that counts has spoken or was decided on."""
    for name, log in world.office.look().logs.items():
        if log.quarantined:
            yield f"{name} is in quarantine still"


def _queues(world: World) -> Iterator[str]:
    """17: everything was acknowledged and applied, nothing waits."""
    look = world.office.look()
    for till in world.tills:
        own = till.look()
        records = till.disk.row(_RECORDS)[0]
        if older := till.older_waiting():
            yield f"{till.name}: {older} facts of older logs wait"
        if own.waiting or records or own.acknowledged != own.next_seq - 1:
            yield (
                f"{till.name}: {own.waiting} facts and {records} records wait, "
                f"{own.acknowledged} of {own.next_seq - 1} acknowledged"
            )
        log = look.logs.get(own.incarnation)
        if log is None or log.standing != "active":
            yield f"{till.name}: its log is {log.standing if log else 'unknown'}"
        elif own.cursor != look.feeds[log.store].upcoming - 1:
            yield f"{till.name}: at {own.cursor}, the feed ends at {look.feeds[log.store].upcoming - 1}"
    for name, one in look.logs.items():
        if one.applied != one.stored:
            yield f"{name}: {one.stored} stored, {one.applied} applied"


def _parked(world: World) -> Iterator[str]:
    """18: what is parked has a reason that the faults of this world make."""
    for incarnation, seq, reason in world.office.rows(_PARKED):
        if not (reason.startswith("grant_twice") and world.watcher.harmed):
            yield f"{incarnation}.{seq} is parked: {reason}"


def _debts(world: World) -> Iterator[str]:
    """4: what was repaid twice is corrected, once every log has spoken."""
    for account, one in world.office.look().accounts.items():
        if one.debt < 0:
            yield f"the debt of {name_of(account)} is {one.debt}"


def _grants(world: World) -> Iterator[str]:
    """18: nothing is on its way any more to a till that speaks."""
    alive = {till.look().incarnation for till in world.tills}
    for grant in world.office.look().sent:
        if grant.name.incarnation in alive:
            yield f"{grant.name} of {grant.n} {name_of(grant.account)} is on its way still"


def nothing_lost(world: World) -> Iterator[str]:
    """6 and 9: every sale that a till said was recorded is at the server."""
    there = {name for name, _ in _server_deeds(world)}
    truth = world.watcher.truth
    missing = truth.promised - there - truth.destroyed
    for name in sorted(missing):
        yield f"{name} is not at the server"
    world.figures["destroyed"] = len(truth.promised - there)


def nothing_twice(world: World) -> Iterator[str]:
    """10: what happened once is counted once, in however many facts it stands."""
    parked = {(row[0], row[1]) for row in world.office.rows(_PARKED)}
    undone = set(_undone(world))
    seen: dict[str, tuple[str, int]] = {}
    for name, place in _server_deeds(world):
        # Who joined in two facts has joined: linking a card and a wallet twice links them.
        if place in parked or name.startswith("member "):
            continue
        if place in undone:
            # Two copies of one disk recorded the same unsent sale anew, each in its own log.
            world.figures["twice at copies"] += 1
            continue
        if name in seen:
            yield f"{name} stands in {seen[name]} and in {place}"
        seen[name] = place


def _undone(world: World) -> Iterator[tuple[str, int]]:
    """The facts that the server undid, because another told the same."""
    for stored in world.office.rows(_COUNTED_ONCE):
        body = json.loads(decode(bytes(stored[0])).body)
        yield body["incarnation"], body["seq"]


def _server_deeds(world: World) -> Iterator[tuple[str, tuple[str, int]]]:
    for incarnation, seq, known_hash, stored in world.office.rows(_ALL_FACTS):
        try:
            name = deed_of(world.watcher.read(known_hash, stored))
        except UnreadableFact:
            continue
        if name is not None:
            yield name, (incarnation, seq)


def parked_is_folded(world: World) -> Iterator[str]:
    """18: a till's own facts that the server parked are in its balances, and in no other till's.

    A log that the server does not take from this till is another's: of two copies of one disk, the
    one that is let in again leaves what both have to the other.
    """
    parked = {(row[0], row[1]) for row in world.office.rows(_PARKED)}
    world.figures["parked"] += len(parked)
    for till in world.tills:
        others = {row[0] for row in till.disk.rows(_LOGS_OF_OTHERS)}
        own = {(row[0], row[1]) for row in till.disk.rows(_ALL_FACTS) if row[0] not in others}
        sums = _folded(world, parked & own)
        there = {account: row for account, one in sums.items() if any(row := _row_of(one))}
        yield from _differences(world, [till], there, while_parked=True)


def _statements(world: World) -> Iterator[str]:
    """18: statement and tail are what the server has, at every till for every wallet of its store."""
    yield from _differences(world, world.tills, server_rows(world))


def _differences(
    world: World,
    tills: Iterable[Till],
    there: Mapping[Account, Row],
    *,
    while_parked: bool = False,
) -> Iterator[str]:
    for till in tills:
        here = _till_rows(till)
        store = till.disk.row("SELECT store FROM line")[0]
        told = {row[0] for row in world.office.rows(_INTERESTS, store)}
        # Of budgets no till is told anything but its rights.
        known_here = {one for one in here if one.unit != BUDGET_UNIT}
        if world.watcher.truth.restored_servers:
            # It forgot who asked for what; the till that asked will ask again.
            known_here = {one for one in known_here if one.wallet in told}
        if while_parked:
            # Where a store met a code in nothing but what is parked, nobody tells it of others.
            known_here = {
                one for one in known_here if one.wallet in told or one.unit not in CODE_UNITS
            }
        for account in sorted(known_here | {one for one in there if one.wallet in told}):
            kept, known = there.get(account, (0, 0, 0, ())), here.get(account, (0, 0, 0, ()))
            if kept != known:
                yield f"{till.name}: {name_of(account)} is {known}, at the server {kept}"


def _people(world: World) -> Iterator[str]:
    """18: whom a till knows by name or card, the server knows by the same."""
    for till in world.tills:
        names = dict(till.disk.rows(_NAMES))
        cards: dict[str, set[str]] = defaultdict(set)
        for member, number in till.disk.rows(_NUMBERS):
            cards[member].add(number)
        with world.office.database.reading() as connection:
            told = {one.id: one for one in member_records(connection, names)}
        known_as = {old: one.id for one in told.values() for old in (one.id, *one.merged)}
        for member, name in sorted(names.items()):
            record = told.get(known_as.get(member, ""))
            if record is None:
                yield f"{till.name}: nobody at the server is {member}"
                continue
            there = {one.name: one.value for one in record.fields}.get("name") or ""
            if there != name:
                yield f"{till.name}: {member} is called {name!r}, at the server {there!r}"
            if unknown := sorted(cards[member] - {one.number for one in record.cards}):
                yield f"{till.name}: the server does not know {unknown} of {member}"


def _rights(world: World) -> Iterator[str]:
    """18: what a till may spend is what the server knows it to hold."""
    held: dict[str, Counter[Account]] = defaultdict(Counter)
    for (account, incarnation), n in world.office.look().held.items():
        held[incarnation][account] = n
    for till in world.tills:
        own = till.look()
        for account in sorted(set(own.rights) | set(held[own.incarnation])):
            here, there = own.rights.get(account, 0), held[own.incarnation][account]
            if here != there:
                yield f"{till.name}: holds {here} of {name_of(account)}, at the server {there}"


def server_rows(world: World) -> dict[Account, Row]:
    """The server's sums by day, accounts of nothing left out."""
    rows: dict[Account, Row] = {}
    for wallet, unit, used, pending, debt, days in world.office.rows(_ACCOUNTS):
        listed = tuple(
            (day or "", earned, expired)
            for day, earned, expired in sorted(json.loads(days), key=lambda one: one[0] or "")
            if earned or expired
        )
        row = (used, pending, debt, listed)
        if any(row):
            rows[_account(wallet, unit)] = row
    return rows


def _till_rows(till: Till) -> dict[Account, Row]:
    days: dict[Account, list[tuple[str, int, int]]] = defaultdict(list)
    for wallet, unit, day, earned, expired in till.disk.rows(_DAYS):
        if earned or expired:
            days[_account(wallet, unit)].append((day, earned, expired))
    rows: dict[Account, Row] = {}
    for wallet, unit, used, pending, debt in till.disk.rows(_BALANCES):
        account = _account(wallet, unit)
        row = (used, pending, debt, tuple(sorted(days.pop(account, []))))
        if any(row):
            rows[account] = row
    for account, left in days.items():
        rows[account] = (0, 0, 0, tuple(sorted(left)))
    return rows


def _row_of(sums: Sums) -> Row:
    earned, expired = dict(sums.earned), dict(sums.expired)
    days = tuple(
        sorted(
            ("" if day is None else day.isoformat(), earned.get(day, 0), expired.get(day, 0))
            for day in earned | expired
        )
    )
    return sums.used, sums.pending, sums.debt, days


def _account(wallet: str, unit: str) -> Account:
    return Account(WalletId(wallet), UnitId(unit))
