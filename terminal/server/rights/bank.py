"""The bank of rights: the pool serves what tills want, and asks others for what it lacks.

A right sits in exactly one place. It leaves the pool in the transaction that writes the grant,
before any till hears of it, and it comes back by the till's own fact, or by a person's decision
who says who bears the loss: never by a clock.

Nothing here tells or rings: that a wallet changed, and whom to wake, is returned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from terminal.loyalty.bodies import RightsWrittenOff
from terminal.loyalty.statement import Grant
from terminal.loyalty.wallet import BUDGET_UNIT, Account, UnitId, WalletId
from terminal.server.database import accounts, alarms, grants, logs, recalls, registry
from terminal.server.database.alarms import Alarm
from terminal.server.database.connection import Connection
from terminal.server.database.grants import GrantRow
from terminal.server.database.logs import Log, LogStanding
from terminal.server.database.recalls import OVER_CAP, RECALLED, RecallRow
from terminal.server.rights.policy import Caps, Rates, beyond, room_for, slice_of, value_of
from terminal.wire.sync_json import Recall, Want


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What moving rights came to."""

    wallets: frozenset[str] = frozenset()
    """Their statements changed: tell them."""
    stores: frozenset[str] = frozenset()
    """Their tills are asked for rights: ring them."""


# --- wants ---------------------------------------------------------------------------------------


def serve_wants(
    connection: Connection,
    log: Log,
    wants: Iterable[Want],
    now_ms: int,
    *,
    timeline: int,
    caps: Caps,
    rates: Rates,
    reply_was_lost: bool,
) -> Moved:
    """Grant what the pool and the cap allow, and ask the other tills for what the pool lacks.

    The caller holds the log's row. Where the last reply was lost, the grants of it are still on
    their way and count as served. Fenced logs get nothing, and nobody does while the server does
    not know what it forgot.
    """
    wanted: dict[Account, int] = {}
    for want in wants:
        account = Account(want.wallet, want.unit)
        wanted[account] = max(wanted.get(account, 0), want.n)
    if not wanted or not _may_get(connection, log):
        return Moved()
    sent = grants.sent_to(connection, log.incarnation)
    if reply_was_lost:
        wanted = _not_yet_sent(wanted, sent)
    pool = _lock_pools(connection, wanted, log.store)
    given = _within_cap(connection, log, wanted, pool, sent, caps, rates)
    _give(connection, log, given, now_ms, timeline)
    short = {
        account: n - max(0, pool.get(account, 0))
        for account, n in wanted.items()
        if n > pool.get(account, 0) and account.unit != BUDGET_UNIT
    }
    short |= _halves(connection, log, [one for one in wanted if one not in given])
    stores = ask_back(connection, short, now_ms, but_not=log.incarnation)
    return Moved(wallets=frozenset(account.wallet for account in given), stores=stores)


def _halves(connection: Connection, log: Log, without: Collection[Account]) -> dict[Account, int]:
    """Of budgets that have nothing left for a till that has nothing: half of what another holds.

    Who holds a last one keeps it, so that two tills never ask each other in turns.
    """
    budgets = [account for account in without if account.unit == BUDGET_UNIT]
    if not budgets:
        return {}
    rows = accounts.holdings_of(connection, {account.wallet for account in budgets})
    here = {row.account for row in rows if row.incarnation == log.incarnation and row.n > 0}
    most: dict[Account, int] = {}
    for held in recalls.holders(connection, budgets, log.incarnation):
        most.setdefault(held.account, held.n // 2)
    return {account: n for account, n in most.items() if n > 0 and account not in here}


def ask_back(
    connection: Connection, short: Mapping[Account, int], now_ms: int, *, but_not: str = ""
) -> frozenset[str]:
    """Ask tills for rights that the pool lacks; returns the stores to ring."""
    missing = {account: n for account, n in short.items() if n > 0}
    asked: list[RecallRow] = []
    stores: set[str] = set()
    for held in recalls.holders(connection, missing, but_not):
        n = min(held.n, missing[held.account])
        if n > 0:
            missing[held.account] -= n
            stores.add(held.store)
            asked.append(RecallRow(held.incarnation, held.wallet, held.unit, n, RECALLED, now_ms))
    recalls.ask_back(connection, asked)
    return frozenset(stores)


def _may_get(connection: Connection, log: Log) -> bool:
    return log.standing == LogStanding.ACTIVE and not logs.any_quarantined(connection)


def _not_yet_sent(wanted: Mapping[Account, int], sent: Iterable[GrantRow]) -> dict[Account, int]:
    rest = dict(wanted)
    for grant in sent:
        if grant.account in rest:
            rest[grant.account] -= grant.n
    return {account: n for account, n in rest.items() if n > 0}


def _lock_pools(
    connection: Connection, wanted: Collection[Account], store: str
) -> dict[Account, int]:
    """What the pool has of accounts that are known; wallets first, as everybody locks them."""
    known = {row.wallet for row in accounts.wallet_rows(connection, {one.wallet for one in wanted})}
    accounts.lock_wallets(connection, known, store)
    return grants.pools(connection, [one for one in wanted if one.wallet in known])


def _within_cap(
    connection: Connection,
    log: Log,
    wanted: Mapping[Account, int],
    pool: Mapping[Account, int],
    sent: Iterable[GrantRow],
    caps: Caps,
    rates: Rates,
) -> dict[Account, int]:
    held = recalls.held_by_unit(connection, log.incarnation)
    here: dict[Account, int] = {}
    out: dict[Account, int] = {}
    for row in accounts.holdings_of(connection, {one.wallet for one in wanted}):
        out[row.account] = out.get(row.account, 0) + max(0, row.n)
        if row.incarnation == log.incarnation:
            here[row.account] = row.n
    for grant in sent:
        held[grant.account.unit] = held.get(grant.account.unit, 0) + grant.n
        here[grant.account] = here.get(grant.account, 0) + grant.n
    given: dict[Account, int] = {}
    for account, n in sorted(wanted.items()):
        room = room_for(account, held=held, here=here.get(account, 0), caps=caps, rates=rates)
        if account.unit == BUDGET_UNIT:
            room = slice_of(
                n,
                pool=max(0, pool.get(account, 0)),
                out=out.get(account, 0),
                here=max(0, here.get(account, 0)),
                tills=registry.all_active_terminals(connection),
            )
        allowed = min(n, pool.get(account, 0), room)
        if allowed > 0:
            given[account] = allowed
            held[account.unit] = held.get(account.unit, 0) + allowed
    return given


def _give(
    connection: Connection, log: Log, given: Mapping[Account, int], now_ms: int, timeline: int
) -> None:
    """Write grants under the log's next numbers, their rights taken from the pool.

    A log may have come from another server, with grants of that one in it; numbers that begin at
    the clock's do not meet those, and nothing else depends on the clock here.
    """
    if not given:
        return
    first = max(log.next_grant, now_ms)
    grants.add_grants(
        connection,
        [
            GrantRow(
                log.incarnation,
                timeline,
                number,
                account.wallet,
                account.unit,
                n,
                grants.SENT,
                now_ms,
            )
            for number, (account, n) in enumerate(sorted(given.items()), start=first)
        ],
    )
    logs.change(connection, log.incarnation, next_grant=first + len(given))
    grants.change_pools(connection, {account: -n for account, n in given.items()})
    _changed(connection, {account.wallet for account in given})


def _changed(connection: Connection, wallets: Collection[str]) -> None:
    """Statements of these wallets, whose rows this transaction holds, tell something else now."""
    accounts.write_wallets(
        connection,
        [
            row._replace(version=row.version + 1)
            for row in accounts.wallet_rows(connection, wallets)
        ],
    )


# --- what a reply says ---------------------------------------------------------------------------


def grants_for(connection: Connection, incarnation: str) -> tuple[Grant, ...]:
    """All grants on their way to a log."""
    return as_sent(grants.sent_to(connection, incarnation))


def as_sent(rows: Iterable[GrantRow]) -> tuple[Grant, ...]:
    """Grants as they travel."""
    return tuple(
        Grant(timeline=row.timeline, number=row.number, account=row.account, n=row.n)
        for row in rows
    )


def recalls_for(connection: Connection, incarnation: str, *, only_till: bool) -> tuple[Recall, ...]:
    """What a log is asked to give back; a store's only till keeps what is over the cap."""
    return tuple(
        Recall(wallet=WalletId(row.wallet), unit=UnitId(row.unit), n=row.n, reason=row.reason)
        for row in recalls.recalls_of(connection, incarnation)
        if not (only_till and row.reason == OVER_CAP)
    )


# --- over the cap --------------------------------------------------------------------------------


def recall_over_cap(
    connection: Connection, log: Log, now_ms: int, *, caps: Caps, rates: Rates
) -> None:
    """Ask a log, at contact, for what it holds beyond the cap. The caller holds its row."""
    recalls.forget_over_cap(connection, log.incarnation)
    if log.standing != LogStanding.ACTIVE:
        return
    held: dict[Account, int] = {}
    if caps.value_most is not None and rates:
        by_unit = recalls.held_by_unit(connection, log.incarnation)
        if value_of(by_unit, rates) > caps.value_most:
            rows = recalls.held_by(connection, log.incarnation)
            held |= {row.account: row.n for row in rows if row.n > 0}
    if caps.count_most is not None:
        above = recalls.held_above(connection, log.incarnation, caps.count_most)
        held |= {account: n for account, n in above.items() if account.unit not in rates}
    asked = beyond(held.items(), caps=caps, rates=rates)
    recalls.ask_back(
        connection,
        [
            RecallRow(log.incarnation, account.wallet, account.unit, n, OVER_CAP, now_ms)
            for account, n in asked.items()
        ],
    )


# --- logs that are dead --------------------------------------------------------------------------


def fence(connection: Connection, log: Log, why: str, now_ms: int) -> Log:
    """Give a log no rights any more; its facts are taken as ever. The caller holds its row.

    What it holds stays with it until somebody decides: it may be spent already. If a restored
    server still waits for it to speak, it goes on waiting, for the log that follows it.
    """
    if log.standing == LogStanding.ACTIVE:
        logs.change(connection, log.incarnation, standing=LogStanding.FENCED)
        recalls.forget_recalls(connection, log.incarnation)
        log = replace(log, standing=LogStanding.FENCED)
    alarms.raise_alarms(connection, [Alarm("fork", log.incarnation, why)], now_ms)
    return log


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOff:
    """What a write-off came to."""

    body: RightsWrittenOff | None
    """To be minted; None where the log held nothing that is known of."""
    moved: Moved = field(default_factory=Moved)
    value: int = 0
    """Minor units, what becomes the owner's loss if the till spent or spends it."""


def write_off(
    connection: Connection, log: Log, reason: str, now_ms: int, *, rates: Rates
) -> WrittenOff:
    """Take the rights of a log for lost to it. The caller holds its row, and mints the body.

    Applying the minted fact moves what the log holds to the pool; grants that were never heard
    of again go there now.
    """
    held = [row for row in recalls.held_by(connection, log.incarnation) if row.n > 0]
    sent = grants.sent_to(connection, log.incarnation)
    wallets = {one.wallet for one in held} | {one.wallet for one in sent}
    accounts.lock_wallets(connection, wallets, log.store)
    back: dict[Account, int] = {}
    for grant in sent:
        back[grant.account] = back.get(grant.account, 0) + grant.n
    grants.pools(connection, back)
    grants.change_pools(connection, back)
    names = [(one.timeline, one.number) for one in sent]
    grants.mark_grants(connection, log.incarnation, names, grants.VOID)
    recalls.forget_recalls(connection, log.incarnation)
    logs.change(connection, log.incarnation, standing=LogStanding.WRITTEN_OFF, quarantined=0)
    _changed(connection, wallets)
    by_unit = recalls.held_by_unit(connection, log.incarnation)
    for account, n in back.items():
        by_unit[account.unit] = by_unit.get(account.unit, 0) + n
    value = value_of(by_unit, rates)
    detail = f"{reason}: rights worth {value} minor units are a loss if they were spent"
    alarms.raise_alarms(connection, [Alarm("written_off", log.incarnation, detail)], now_ms)
    rights = tuple((one.account.wallet, one.account.unit, one.n) for one in held)
    body = RightsWrittenOff(incarnation=log.incarnation, reason=reason, rights=rights)
    return WrittenOff(
        body=body if rights else None,
        moved=Moved(wallets=frozenset(wallets)),
        value=value,
    )


def fill_holes(
    connection: Connection, wallets: Collection[str], now_ms: int, *, timeline: int
) -> tuple[Moved, tuple[RightsWrittenOff, ...]]:
    """Where tills spent what they did not hold, let the pool make up for it as far as it can.

    That happens after a fork or a write-off, when the dead log's facts turn up: until then there
    are more rights about than units. A till that answers is sent a grant; for others the bodies
    that are returned are minted and move the pool's rights into the hole.
    """
    holes = recalls.holes_in(connection, wallets)
    if not holes or logs.any_quarantined(connection):
        return Moved(), ()
    accounts.lock_wallets(connection, {one.wallet for one in holes}, holes[0].store)
    pool = grants.pools(connection, {one.account for one in holes})
    changed: set[str] = set()
    stores: set[str] = set()
    filled: list[RightsWrittenOff] = []
    for hole in holes:
        on_its_way = sum(
            one.n
            for one in grants.sent_to(connection, hole.incarnation)
            if one.account == hole.account
        )
        n = min(-hole.n - on_its_way, pool.get(hole.account, 0))
        if n <= 0:
            continue
        pool[hole.account] -= n
        log = logs.lock(connection, hole.incarnation)
        assert log is not None, "only logs hold rights"
        if log.standing == LogStanding.ACTIVE:
            _give(connection, log, {hole.account: n}, now_ms, timeline)
            stores.add(log.store)
            changed.add(hole.wallet)
        else:
            rights = ((hole.account.wallet, hole.account.unit, -n),)
            filled.append(
                RightsWrittenOff(incarnation=hole.incarnation, reason="turned_up", rights=rights)
            )
    return Moved(wallets=frozenset(changed), stores=frozenset(stores)), tuple(filled)


# --- what is at risk -----------------------------------------------------------------------------


def value_at_risk(connection: Connection, rates: Rates) -> dict[str, int]:
    """Minor units that each till's log holds: what it costs if that till is lost or copied."""
    held: dict[str, dict[UnitId, int]] = {}
    for incarnation, unit, n in recalls.held_by_all(connection):
        held.setdefault(incarnation, {})[unit] = n
    return {incarnation: value_of(by_unit, rates) for incarnation, by_unit in held.items()}
