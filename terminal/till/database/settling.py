"""What comes down: a whole reply taken over in one short transaction, or nothing of it.

Everything is read, decoded and folded on a moment of the file without a lock. The lock then only
proves that nobody wrote since, and writes rows; if somebody did, it is all made anew. A sale at
the counter goes first, and the last try makes everything under the lock.
"""

from __future__ import annotations

from dataclasses import field, replace

from terminal.loyalty.history import Counted
from terminal.loyalty.ledger import NOTHING, Sums
from terminal.loyalty.standing import Moment
from terminal.loyalty.wallet import Account, WalletId
from terminal.till.database import parked, records_in, records_out
from terminal.till.database.aside import contradict
from terminal.till.database.balances import (
    changed_rows,
    rights_added,
    sums_of_wallets,
)
from terminal.till.database.connection import Database
from terminal.till.database.counts import settle_counts
from terminal.till.database.facts import Growth, Identity, identity, unix_ms
from terminal.till.database.line import LineRow, line_row
from terminal.till.database.marks import settle_marks
from terminal.till.database.notes import SWEEP_DUE, mark
from terminal.till.database.outgoing import Log, logs_of
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.revisions import settle_registry
from terminal.till.database.rights_in import settle_rights
from terminal.till.database.statements import (
    DROP_STATEMENT,
    NOT_TOLD,
    PUT_STATEMENT,
    Kept,
    kept_of,
    kept_statements,
    statement_row,
    tails,
    untold_wallets,
)
from terminal.till.database.store_sales import settle_store_sales
from terminal.till.database.told_sales import settle_sales
from terminal.till.database.writes import Writes
from terminal.till.ports import Clock
from terminal.till.sync_port import Settled
from terminal.values import dataclass
from terminal.wire.sync_json import AskKind, SyncReply, SyncRequest, Verdict

TRIES = 5
"""Times that a reply is made ready without a lock; a sale takes seconds, this milliseconds."""

_DROP_PARKED = "DELETE FROM parked"
_PUT_PARKED = "INSERT OR REPLACE INTO parked (incarnation, seq, reason) VALUES (?, ?, ?)"
_ADVANCE = """UPDATE line SET timeline = ?, nonce = ?, random = '', cursor = ?, last_ms = ?,
clock_ahead_ms = ?, cards_issued = max(cards_issued, ?), more = ?,
told_ms = coalesce(?, told_ms), only_till = ?"""


@dataclass(slots=True)
class _Plan:
    """What one reply comes to, on one moment of the file."""

    line: LineRow
    own: Identity
    logs: tuple[Log, ...]
    growth: Growth
    writes: Writes = field(default_factory=Writes)
    rights: dict[Account, int] = field(default_factory=dict)
    """By how much rights change with the facts that the reply makes."""
    acknowledged: dict[str, int] = field(default_factory=dict)
    wallets: set[WalletId] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    programmes: bool = False
    more: bool = False
    left: dict[str, int] = field(default_factory=dict)
    """Facts that the server takes for another till's from here on, by older log."""

    def write(self, connection: Connection) -> None:
        """The locked part."""
        self.writes.write(connection)
        if len(self.growth):
            self.growth.write(connection)
            Quick(connection).run_all(*rights_added(self.rights))

    def settled(self) -> Settled:
        """What the port tells of it."""
        return Settled(
            wallets=frozenset(self.wallets),
            members=frozenset(self.members),
            programmes=self.programmes,
            rights=bool(len(self.growth)),
            more=self.more,
        )


def settle(
    database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
) -> Settled:
    """Take a reply over.

    Raises:
        ValueError: it is not the reply to the request that the till waits for, or it is of an
            older timeline, or it goes back in the feed; nothing changed.
    """
    for _ in range(0 if reply.contradicted else TRIES):
        stamp = database.stamp()
        with database.reading() as connection:
            plan = _plan(connection, clock, request, reply, at)
        if plan.left:
            break
        with database.writing() as connection:
            if database.stamp() == stamp:
                plan.write(connection)
                return plan.settled()
    with database.writing() as connection:
        return _settle_at_once(connection, clock, request, reply, at)


def _settle_at_once(
    connection: Connection, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
) -> Settled:
    """The same under the lock, where facts may move from an older log to this one."""
    own = identity(connection)
    _check(line_row(connection), own, request, reply)
    older = {log.incarnation for log in logs_of(connection, own)[1:]}
    moved = False
    for other in reply.contradicted:
        if other.incarnation in older and other.seq > 0:
            contradict(connection, clock, other.incarnation, other.seq, at)
            moved = True
    plan = _plan(connection, clock, request, reply, at)
    if plan.left:
        for incarnation, seq in plan.left.items():
            contradict(connection, clock, incarnation, seq, at)
        moved, plan = True, _plan(connection, clock, request, reply, at)
    plan.write(connection)
    settled = plan.settled()
    return replace(settled, rights=True, more=True) if moved else settled


def _plan(
    connection: Connection, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
) -> _Plan:
    own = identity(connection)
    line = _check(line_row(connection), own, request, reply)
    plan = _Plan(line, own, logs_of(connection, own), Growth(own, clock))
    if reply.verdict is Verdict.REENROL:
        # Only that the server spoke: the log that this was about is over.
        spoken = replace(reply, timeline=line.timeline, nonce=line.nonce)
        _advance(plan, spoken, at, cursor=line.cursor)
        return plan
    plan.acknowledged = settle_marks(connection, plan.writes, plan.logs, request, reply)
    plan.left = _left_to_others(plan, reply)
    progress = any(log.acknowledged != plan.acknowledged[log.incarnation] for log in plan.logs)
    sent, keys = request.records, frozenset(reply.records_taken)
    left = list(records_out.taken(connection, sent, keys))
    plan.writes.add_all(left)
    if reply.verdict is Verdict.TIMELINE or reply.timeline != line.timeline:
        # The restored server forgot what came after its backup: everything is told anew.
        plan.writes.add(records_out.EXPECT_ALL, ())
        _advance(plan, reply, at, cursor=0)
        plan.more = True
        return plan
    cursor = line.cursor
    if reply.verdict is Verdict.OK and reply.needs <= request.knows:
        cursor = reply.cursor
        _settle_statements(connection, plan, request, reply)
        _settle_people(connection, plan, reply)
        settle_sales(plan.writes, reply.sales, unix_ms(at))
        settle_store_sales(plan.writes, reply.store_sales, reply.server_ms)
        plan.programmes = settle_registry(connection, plan.writes, reply)
        plan.rights = settle_rights(connection, plan.writes, plan.growth, reply, at)
        plan.wallets |= {account.wallet for account in plan.rights}
    _advance(plan, reply, at, cursor=cursor)
    waits = any(
        log.last > plan.acknowledged[log.incarnation] for log in plan.logs if not log.refused
    )
    # More of the same only where this brought something: a server that takes nothing is not
    # asked again and again.
    plan.more = (
        (reply.more and cursor == reply.cursor)
        or bool(len(plan.growth))
        or (waits and progress)
        or (bool(left) and len(sent) >= records_out.MOST)
        or (plan.programmes and _brings_budgets(reply))  # they are asked for at once
    )
    return plan


def _brings_budgets(reply: SyncReply) -> bool:
    """Whether an offer came that may cost so much and no more."""
    return any(
        isinstance(part, dict) and part.get("budget")
        for content in reply.programmes
        for kind in ("earn", "rewards")
        for part in content.get(kind, ())
    )


def _left_to_others(plan: _Plan, reply: SyncReply) -> dict[str, int]:
    """What waits in older logs that the server now takes for another till's.

    A copy of this till goes on with such a log, so this one's facts would never go up under its
    name. What both recorded counts once, so it may be recorded again whoever brought it first.
    """
    if reply.verdict is not Verdict.OK:
        return {}
    told = {mark.incarnation for mark in reply.acknowledged}
    return {
        log.incarnation: log.acknowledged + 1
        for log in plan.logs[1:]
        if log.incarnation not in told and not log.refused and log.last > log.acknowledged
    }


def _check(line: LineRow | None, own: Identity, request: SyncRequest, reply: SyncReply) -> LineRow:
    """Let the one reply pass that the till waits for; tells the line as it stands."""
    if line is None:
        raise ValueError("a till that is not paired waits for nothing")
    awaited = (own.incarnation, line.request, line.random)
    if not line.random or (request.incarnation, request.request, request.random) != awaited:
        raise ValueError("the till waits for the reply to another request")
    if (reply.request, reply.random) != (request.request, request.random):
        raise ValueError("a reply to another request")
    if reply.timeline < line.timeline:
        raise ValueError("a reply from before the server was restored")
    goes_on = reply.verdict is Verdict.OK and reply.timeline == line.timeline
    if goes_on and reply.cursor < line.cursor:
        raise ValueError("a reply that goes back in the feed")
    return line


def _settle_statements(
    connection: Connection, plan: _Plan, request: SyncRequest, reply: SyncReply
) -> None:
    """Statements with the own tail on top become the balances."""
    parked: dict[str, list[int]] = {}
    for one in reply.parked:
        parked.setdefault(one.incarnation, []).append(one.seq)
    includes = {
        mark.incarnation: [mark.seq, *sorted(parked.get(mark.incarnation, ()))]
        for mark in reply.includes
    }
    told = {mark.incarnation for mark in reply.acknowledged}
    for log in plan.logs[1:]:
        if log.incarnation not in told:
            # It has that log from the copy that speaks for it, and folds it with that one's.
            includes[log.incarnation] = [log.last]
    plan.writes.add(_DROP_PARKED, ())
    plan.writes.add(_PUT_PARKED, *((one.incarnation, one.seq, one.reason) for one in reply.parked))
    wallets = [one.wallet for one in reply.statements]
    forgotten = _forgotten(connection, plan, request, reply) - set(wallets)
    plan.writes.add(DROP_STATEMENT, *((wallet,) for wallet in sorted(forgotten)))
    wallets += sorted(forgotten)
    before = sums_of_wallets(connection, wallets)
    earlier, tail = kept_statements(connection, wallets), tails(connection, wallets)
    rows = []
    now: dict[str, Kept] = {}
    after: dict[Account, Sums] = {}
    for statement in reply.statements:
        wallet = statement.wallet
        # A log that the server did not speak of stays as far in as it was.
        known = {**earlier.get(wallet, NOT_TOLD).includes, **includes}
        kept = now[wallet] = kept_of(statement, known)
        rows.append(statement_row(statement, kept, reply.timeline))
        after |= kept.with_tail(wallet, tail.get(wallet, []))
    for wallet in forgotten:
        after |= NOT_TOLD.with_tail(wallet, tail.get(wallet, []))
    plan.writes.add(PUT_STATEMENT, *rows)
    histories: dict[str, tuple[Counted, ...] | None]
    histories = {one.wallet: one.history for one in reply.statements}
    settle_counts(connection, plan.writes, now, histories, forgotten)
    changes = (
        (account, before.get(account, NOTHING), after.get(account, NOTHING))
        for account in sorted({*before, *after})
    )
    changed = [one for one in changes if one[1] != one[2]]
    plan.writes.add_all(changed_rows(changed).statements())
    plan.wallets |= set(wallets)


def _forgotten(
    connection: Connection, plan: _Plan, request: SyncRequest, reply: SyncReply
) -> set[WalletId]:
    """Wallets that a restored server was asked for and knows nothing of: what it told is void."""
    answered = {one.key for one in reply.answers if one.kind is AskKind.MEMBER_BY_ID}
    return {
        wallet
        for ask in request.asks
        if ask.kind is AskKind.MEMBER_BY_ID and ask.key in answered
        for wallet in untold_wallets(connection, plan.line.timeline, ask.key)
    }


def _settle_people(connection: Connection, plan: _Plan, reply: SyncReply) -> None:
    plan.members |= records_in.settle_records(connection, plan.writes, reply.members)
    plan.writes.add_all(parked.without(connection, reply.gone))
    if records_in.erase(connection, plan.writes, reply.gone):
        mark(plan.writes, SWEEP_DUE)
    plan.members |= set(reply.gone)


def _advance(plan: _Plan, reply: SyncReply, at: Moment, *, cursor: int) -> None:
    now = unix_ms(at)
    more = reply.more or cursor != reply.cursor or reply.verdict is not Verdict.OK
    plan.writes.add(
        _ADVANCE,
        (
            reply.timeline,
            reply.nonce,
            cursor,
            now,
            now - reply.server_ms,
            reply.cards_issued,
            int(more),
            None if more else now,
            int(reply.only_till),
        ),
    )
