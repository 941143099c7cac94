"""Applying: the stored facts of a log move the accounts, in bulk, each exactly once.

All rows that a batch touches are locked and read once, folded by the ledger's own rules, and
written once. Where that fails, the facts are applied one by one, and the one that fails is parked
with its reason: it holds up nobody, and its till goes on counting it itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from terminal.loyalty.bodies import CardMet, MemberEnrolled, RightsReceived
from terminal.loyalty.wallet import BUDGET_UNIT, Account, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import facts as fact_table
from terminal.server.database import feeds, grants, logs, refunds
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import Connection, savepoint
from terminal.server.database.facts import FactRow, ParkedRow
from terminal.server.database.failures import is_of_the_disk, is_passing
from terminal.server.database.feeds import Telling
from terminal.server.database.grants import RECEIVED
from terminal.server.database.logs import Log, LogRole
from terminal.server.feed.telling import tell
from terminal.server.ledger import exposure
from terminal.server.ledger.activity import with_ended
from terminal.server.ledger.book import Book
from terminal.server.ledger.correcting import correct
from terminal.server.ledger.counting_once import seconds, undo
from terminal.server.ledger.deciding import decisions_of
from terminal.server.ledger.ready import ReadyFact, Unfit, ready
from terminal.server.ledger.refunds import refunds_settled, refunds_told
from terminal.server.ledger.storing import Arrived, arrived, row_of
from terminal.server.members import interests
from terminal.server.members.decisions import heed
from terminal.server.members.records import Link, link

AT_ONCE = 500
"""Facts that are folded together."""
PARKED = "parked"
"""The alarm of a fact that could not be applied."""
REASON_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A fact that is kept and could not be applied."""

    incarnation: str
    seq: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying came to."""

    log: Log
    """The log's row as it stands now: ``applied`` moved on."""
    wallets: frozenset[WalletId]
    """Those whose statement changed."""
    pooled: frozenset[WalletId]
    """Those of them of which the pool may have something now."""
    parked: tuple[Parked, ...]


def apply_stored(
    connection: Connection,
    incarnation: str,
    now_ms: int,
    *,
    fresh: Sequence[Arrived] = (),
    held: Log | None = None,
    others_follow: bool = False,
) -> Applied:
    """Apply the stored facts of a log that are not applied yet, in order.

    Takes the log's row, unless the caller has ``held`` it since it was read, and everything after
    it in the lock order, feeds last. ``fresh`` are facts
    of this log that were just stored (``Stored.fresh``), to save reading them back; facts of it
    that another server applied meanwhile are passed over. Where ``others_follow``, logs that
    belong to this one's story are applied after it in the same transaction: what looks wrong
    until then is neither corrected nor told.
    """
    log = held or logs.lock(connection, incarnation)
    assert log is not None, incarnation
    run = _Run(connection, log, now_ms, others_follow)
    while (after := run.log.applied) < log.stored:
        waiting = _waiting(connection, run.log, fresh)
        run.apply_batch(waiting)
        assert run.log.applied > after
    return run.finish()


def apply_parked(connection: Connection, incarnation: str, now_ms: int) -> Applied:
    """Try the parked facts of a log again, as after an update of the server."""
    log = logs.lock(connection, incarnation)
    assert log is not None, incarnation
    run = _Run(connection, log, now_ms)
    for row in fact_table.parked(connection, [incarnation]):
        (fact,) = fact_table.between(
            connection, incarnation, after=row.seq - 1, up_to=row.seq, most=1
        )
        run.try_again(_of_row(fact))
    return run.finish()


def _waiting(connection: Connection, log: Log, fresh: Sequence[Arrived]) -> list[Arrived]:
    """The next facts of a log: those at hand where they follow on, else read back."""
    at_hand = [one for one in fresh if one.incarnation == log.incarnation and one.seq > log.applied]
    if at_hand and at_hand[0].seq == log.applied + 1:
        # Stored under this log's lock, so they are without a gap.
        return at_hand[:AT_ONCE]
    rows = fact_table.between(
        connection, log.incarnation, after=log.applied, up_to=log.stored, most=AT_ONCE
    )
    return [_of_row(row) for row in rows]


def _of_row(row: FactRow) -> Arrived:
    return arrived(row.stored, (row.incarnation, row.seq))


@dataclass(slots=True)
class _Run:
    """Applying facts of one log within one transaction."""

    connection: Connection
    log: Log
    now_ms: int
    others_follow: bool = False
    wallets: set[WalletId] = field(default_factory=set)
    pooled: set[WalletId] = field(default_factory=set)
    parked: list[Parked] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)

    def apply_batch(self, waiting: Sequence[Arrived]) -> None:
        """Apply facts that follow on: together, or one by one where that fails."""
        good = [one for one in map(self._get_ready, waiting) if one is not None]
        known = self._known_grants(good)
        good = self._without_grants_twice(good, known)
        try:
            if good:
                with savepoint(self.connection):
                    self._move(good, known)
        except Exception as error:
            if is_passing(error) or is_of_the_disk(error):
                raise
            for one in good:
                self._apply_one(one)
        self.log = replace(self.log, applied=waiting[-1].seq)

    def try_again(self, waiting: Arrived) -> None:
        """Apply a parked fact, or leave it parked."""
        made = self._get_ready(waiting)
        if made is None:
            return
        left = self._without_grants_twice([made], self._known_grants([made]))
        if left and self._apply_one(made):
            fact_table.unpark(self.connection, row_of(waiting, self.log, self.now_ms))

    def finish(self) -> Applied:
        """Write what is left to write, and tell who is interested."""
        log, connection = self.log, self.connection
        logs.change(connection, log.incarnation, applied=log.applied)
        if self.parked:
            fact_table.park(
                connection,
                [
                    ParkedRow(one.incarnation, one.seq, one.reason, self.now_ms)
                    for one in self.parked
                ],
            )
            raise_alarms(
                connection,
                [Alarm(PARKED, f"{one.incarnation}/{one.seq}", one.reason) for one in self.parked],
                self.now_ms,
            )
        tell(connection, self.tellings)
        return Applied(
            log=log,
            wallets=frozenset(self.wallets),
            pooled=frozenset(self.pooled),
            parked=tuple(self.parked),
        )

    def _get_ready(self, waiting: Arrived) -> ReadyFact | None:
        if waiting.fact is None:
            self._park(waiting.seq, f"unreadable: {waiting.problem}")
            return None
        try:
            return ready(waiting.fact, self.log.role)
        except Unfit as error:
            self._park(waiting.seq, str(error))
            return None

    def _known_grants(self, facts: Sequence[ReadyFact]) -> dict[tuple[int, int], grants.GrantRow]:
        named = {
            (one.body.timeline, one.body.number)
            for one in facts
            if isinstance(one.body, RightsReceived)
        }
        if not named:
            return {}
        return grants.grants_named(self.connection, self.log.incarnation, named)

    def _without_grants_twice(
        self, facts: Sequence[ReadyFact], known: dict[tuple[int, int], grants.GrantRow]
    ) -> list[ReadyFact]:
        """Park the facts by which a log received one grant a second time."""
        had = {name for name, grant in known.items() if grant.standing == RECEIVED}
        left: list[ReadyFact] = []
        for one in facts:
            if isinstance(one.body, RightsReceived):
                name = (one.body.timeline, one.body.number)
                if name in had:
                    self._park(one.fact.seq, f"grant_twice: {name[0]}/{name[1]}")
                    continue
                had.add(name)
            left.append(one)
        return left

    def _apply_one(self, one: ReadyFact) -> bool:
        """Apply a fact by itself, or park it; tells which."""
        try:
            known = self._known_grants([one])
            with savepoint(self.connection):
                self._move([one], known)
        except Exception as error:
            if is_passing(error) or is_of_the_disk(error):
                raise
            self._park(one.fact.seq, f"failed: {type(error).__name__}: {error}")
            return False
        return True

    def _move(
        self, facts: Sequence[ReadyFact], known: dict[tuple[int, int], grants.GrantRow]
    ) -> None:
        connection, log = self.connection, self.log
        second = seconds(connection, facts) if log.role != LogRole.SERVER else []
        again = {one.fact.seq for one in second}
        refunds.note(connection, refunds_told(one for one in facts if one.fact.seq not in again))
        refunds.settled(connection, refunds_settled(facts))
        tellings = link(connection, _links(facts), store=log.store)
        tellings += heed(connection, decisions_of(facts), store=log.store)
        book = Book(connection, log, facts, known)
        for one in facts:
            book.fold(one)
        alarms = book.close()
        # Budgets are asked for by who needs them: nobody is told whenever one is spent.
        budgets = {account.wallet for account in book.sums if account.unit == BUDGET_UNIT}
        tellings += self._told(book.wallets - budgets)
        wallets = book.wallets
        minted: frozenset[WalletId] = frozenset()
        if not self.others_follow:
            repaid_twice = book.repaid_twice()
            if second:
                minted |= undo(connection, second, store=log.store, now_ms=self.now_ms)
                repaid_twice = _still(connection, repaid_twice)
            minted |= correct(
                connection,
                repaid_twice=repaid_twice,
                covered=book.covered(),
                late=with_ended(connection, book.late(), book.bought()),
                store=log.store,
                now_ms=self.now_ms,
                business_day=facts[-1].fact.business_day,
            )
            exposure.alarm(connection, alarms, self.now_ms)
        # Only now is it certain that these facts stay applied.
        self.tellings += tellings
        self.wallets |= wallets | minted
        self.pooled |= minted.union(one.wallet for one, n in book.pool.items() if n > 0)

    def _told(self, wallets: Collection[WalletId]) -> list[Telling]:
        """Who is to be told of wallets. A store where one was seen is told of it from now on."""
        connection, log = self.connection, self.log
        known = feeds.interested_stores(connection, wallets)
        tellings = [Telling(feeds.WALLET, wallet, stores) for wallet, stores in known.items()]
        if log.role != LogRole.SERVER:
            here = [one for one in wallets if log.store not in known.get(one, ())]
            if here:
                tellings += interests.register(connection, [(one, log.store) for one in here])
        return tellings

    def _park(self, seq: int, reason: str) -> None:
        told = reason[:REASON_LONGEST]
        self.parked.append(Parked(incarnation=self.log.incarnation, seq=seq, reason=told))


def _still(connection: Connection, repaid_twice: Mapping[Account, int]) -> dict[Account, int]:
    """Of which accounts a debt is repaid twice, now that something was undone."""
    known = account_table.accounts_of(connection, {one.wallet for one in repaid_twice})
    return {one: -known[one][0].debt for one in repaid_twice if known[one][0].debt < 0}


def _links(facts: Sequence[ReadyFact]) -> list[Link]:
    found: list[Link] = []
    for one in facts:
        if isinstance(one.body, MemberEnrolled | CardMet):
            provisional = isinstance(one.body, CardMet)
            found.append(Link(one.body.member, one.body.wallet, one.body.card, provisional))
    return found
