"""Refolding: every fact of every log from the beginning, into memory and not by way of the tables.

Written apart from the book that applies facts, so that a fault in one shows in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from terminal.loyalty.bodies import (
    CountedOnce,
    LotExtended,
    LotWarned,
    RightsWrittenOff,
    UnitsVested,
)
from terminal.loyalty.facts import FIRST_HASH
from terminal.loyalty.ledger import NOTHING, RIGHT_SIGN, Entry, EntryKind, Sums, apply
from terminal.loyalty.wallet import Account
from terminal.server.database import counts
from terminal.server.database import entries as entry_table
from terminal.server.database import facts as fact_table
from terminal.server.database.accounts import day_of, day_text
from terminal.server.database.connection import Connection
from terminal.server.database.entries import EntryRow, ExtensionRow, PendingRow, WarningRow
from terminal.server.database.facts import FactRow
from terminal.server.database.logs import Log, LogRole
from terminal.server.database.refunds import RefundRow
from terminal.server.ledger import movements
from terminal.server.ledger.deciding import add_decision
from terminal.server.ledger.ready import VESTS_NEVER, ReadyFact, Unfit, ready
from terminal.server.ledger.refunds import refunds_settled, refunds_told
from terminal.server.ledger.storing import Arrived, arrived, row_of
from terminal.server.members.decisions import Decisions

_AT_A_TIME = 500


class DifferenceKind(StrEnum):
    """What does not agree."""

    # In the facts themselves
    FACT_UNREADABLE = "fact_unreadable"
    """It was applied, and cannot be now."""
    FACT_CHANGED = "fact_changed"
    """Its bytes do not have the hash that was taken when it was stored."""
    CHAIN_BROKEN = "chain_broken"
    FACT_MISSING = "fact_missing"
    # In what is computed from them
    COLUMNS = "columns"
    ENTRIES = "entries"
    HEAD = "head"
    SUMS = "sums"
    POOL = "pool"
    HOLDINGS = "holdings"
    WALLETS = "wallets"
    """A wallet is missing, or its last movements are others."""
    PEOPLE = "people"
    """A card or a record of consents is older than the facts."""
    PENDING = "pending"
    WARNINGS = "warnings"
    EXTENSIONS = "extensions"
    REFUNDS = "refunds"
    """Another refund is noted of a sale, or as settled, than the facts say."""
    COUNTS = "counts"
    """What members did before is not what the facts say."""
    ORDER = "order"
    """The entries backwards give other sums than forwards."""


IN_FACTS = frozenset(
    {
        DifferenceKind.FACT_UNREADABLE,
        DifferenceKind.FACT_CHANGED,
        DifferenceKind.CHAIN_BROKEN,
        DifferenceKind.FACT_MISSING,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that does not agree, where, and both sides of it."""

    kind: DifferenceKind
    place: str
    """``incarnation/seq`` of a fact, ``wallet/unit`` of an account, or a wallet."""
    stored: str
    computed: str


@dataclass(slots=True)
class Refolded:
    """What all facts come to."""

    facts: int = 0
    sums: dict[Account, Sums] = field(default_factory=dict)
    holdings: dict[tuple[Account, str], int] = field(default_factory=dict)
    wallets: dict[str, str] = field(default_factory=dict)
    """The last movements of each wallet."""
    homes: dict[str, str] = field(default_factory=dict)
    """A store in which a wallet was seen."""
    warnings: list[WarningRow] = field(default_factory=list)
    extensions: list[ExtensionRow] = field(default_factory=list)
    said: Decisions = field(default_factory=Decisions)
    """Of cards and of what members agree to."""
    counts: counts.Totals = field(default_factory=dict)
    refunds: list[RefundRow] = field(default_factory=list)
    settled: dict[tuple[str, int], RefundRow] = field(default_factory=dict)
    """By facts of the server, by the place of the refund."""
    twice: set[tuple[str, int]] = field(default_factory=set)
    """Facts that count no more, as another told the same before."""
    columns: list[FactRow] = field(default_factory=list)
    """Facts beside which the table tells another story than their bytes."""
    differences: list[Difference] = field(default_factory=list)
    _pending: list[PendingRow] = field(default_factory=list)
    _dealt_with: dict[tuple[str, int], str] = field(default_factory=dict)

    def tell(self, kind: DifferenceKind, place: str, stored: object, computed: object) -> None:
        """Note a difference, if there is one."""
        if stored != computed:
            self.differences.append(
                Difference(kind=kind, place=place, stored=str(stored), computed=str(computed))
            )

    def pending(self) -> list[PendingRow]:
        """What still waits to vest, whatever the order in which it was dealt with."""
        return sorted(
            row
            for row in self._pending
            if row.vests > self._dealt_with.get((row.incarnation, row.seq), "")
        )

    def fold(self, one: ReadyFact, log: Log) -> None:
        """Add a fact that is applied."""
        fact = one.fact
        for account in one.accounts:
            self.sums.setdefault(account, NOTHING)
        for wallet in one.wallets:
            self.wallets.setdefault(wallet, movements.NONE)
            self.homes.setdefault(wallet, log.store)
        for entry in fact.entries:
            self.sums[entry.account] = apply(self.sums[entry.account], entry)
            if log.role != LogRole.SERVER:
                self._hold(entry.account, log.incarnation, RIGHT_SIGN[entry.kind] * entry.n)
        for wallet, line in movements.lines_of(fact):
            self.wallets[wallet] = movements.added(self.wallets[wallet], [line])
        for account, vests, n in one.vesting:
            self._pending.append(
                PendingRow(fact.incarnation, fact.seq, *account, vests, n, log.store)
            )
        self._heed_body(one)
        self.refunds += refunds_told([one])
        self.settled |= {(row.incarnation, row.seq): row for row in refunds_settled([one])}
        self.count(one, 1)

    def refunds_noted(self) -> list[RefundRow]:
        """How refunds stand, apart from whether they were looked at."""
        told = {(row.incarnation, row.seq): row for row in self.refunds}
        kept = {place: row for place, row in told.items() if place not in self.twice}
        return sorted((kept | self.settled).values())

    def count(self, one: ReadyFact, sign: int) -> None:
        """Add what a fact counts, or take it away."""
        if one.counted is not None:
            for name, day, n in one.counted.counts:
                key = (one.counted.wallet, name, day)
                self.counts[key] = self.counts.get(key, 0) + sign * n

    def _heed_body(self, one: ReadyFact) -> None:
        add_decision(self.said, one)
        body, on = one.body, day_text(one.fact.business_day)
        if isinstance(body, RightsWrittenOff):
            for wallet, unit, n in body.rights:
                self._hold(Account(wallet, unit), body.incarnation, -n)
        elif isinstance(body, UnitsVested):
            sale = (body.incarnation, body.seq)
            up_to = day_text(body.up_to) if body.up_to else on
            self._dealt_with[sale] = max(self._dealt_with.get(sale, ""), up_to)
        elif isinstance(body, CountedOnce):
            self._dealt_with[body.incarnation, body.seq] = VESTS_NEVER
            self.twice.add((body.incarnation, body.seq))
        elif isinstance(body, LotWarned):
            day, last = day_text(body.day), day_text(body.last_day)
            self.warnings.append(WarningRow(body.wallet, body.unit, day, on, last, body.how))
        elif isinstance(body, LotExtended):
            day, until = day_text(body.day), day_text(body.until)
            self.extensions.append(ExtensionRow(body.wallet, body.unit, day, until, body.reason))

    def _hold(self, account: Account, incarnation: str, change: int) -> None:
        key = account, incarnation
        self.holdings[key] = self.holdings.get(key, 0) + change


def refold(connection: Connection, logs: tuple[Log, ...]) -> Refolded:
    """Read every fact of these logs once, forwards, with its chain and its entries."""
    folded = Refolded()
    parked = {(row.incarnation, row.seq) for row in fact_table.all_parked(connection)}
    for log in logs:
        seq, head = 0, FIRST_HASH
        for row, kept in _with_entries(connection, log):
            folded.facts += 1
            place = f"{row.incarnation}/{row.seq}"
            one = arrived(row.stored, (row.incarnation, row.seq))
            folded.tell(DifferenceKind.FACT_MISSING, place, row.seq, seq + 1)
            folded.tell(DifferenceKind.FACT_CHANGED, place, row.hash, one.hash)
            if one.before is not None and row.seq == seq + 1:
                folded.tell(DifferenceKind.CHAIN_BROKEN, place, one.before, head)
            seq, head = row.seq, one.hash
            applied = row.seq <= log.applied and (row.incarnation, row.seq) not in parked
            expected = _fold_one(folded, one, log, place) if applied else []
            folded.tell(DifferenceKind.ENTRIES, place, kept, expected)
            # A fact that an older program could not read stays without a kind until it is applied.
            columns = row_of(one, log, row.arrived_ms)._replace(store=row.store)
            if row.kind or applied:
                folded.tell(
                    DifferenceKind.COLUMNS, place, row[:4] + row[5:], columns[:4] + columns[5:]
                )
                if row[:4] + row[5:] != columns[:4] + columns[5:]:
                    folded.columns.append(columns)
        marks = (log.stored, log.head)
        lost = log.stored > seq
        kind = DifferenceKind.FACT_MISSING if lost else DifferenceKind.HEAD
        folded.tell(kind, log.incarnation, marks, (seq, head))
    _count_no_more(connection, folded, {log.incarnation: log for log in logs})
    return folded


def _count_no_more(connection: Connection, folded: Refolded, logs: Mapping[str, Log]) -> None:
    for incarnation, seq in sorted(folded.twice):
        for row in fact_table.between(connection, incarnation, after=seq - 1, up_to=seq, most=1):
            one = arrived(row.stored, (row.incarnation, row.seq))
            if one.fact is not None and incarnation in logs:
                folded.count(ready(one.fact, logs[incarnation].role), -1)


def fold_backwards(connection: Connection, logs: tuple[Log, ...]) -> dict[Account, Sums]:
    """The sums of all entries as they stand in their table, the last one first."""
    sums: dict[Account, Sums] = {}
    for log in reversed(logs):
        for last in range(log.stored, 0, -_AT_A_TIME):
            first = max(1, last - _AT_A_TIME + 1)
            rows = entry_table.of_facts(connection, log.incarnation, first, last)
            for row in reversed(rows):
                account = entry_table.account_of(row)
                entry = Entry(account, EntryKind(row.kind), row.n, day_of(row.day))
                sums[account] = apply(sums.get(account, NOTHING), entry)
    return sums


def entry_rows(one: ReadyFact) -> list[EntryRow]:
    """The rows of a fact's entries."""
    fact = one.fact
    return [
        EntryRow(
            fact.incarnation,
            fact.seq,
            position,
            *entry.account,
            entry.kind.value,
            entry.n,
            day_text(entry.day),
            day_text(fact.business_day),
        )
        for position, entry in enumerate(fact.entries)
    ]


def _fold_one(folded: Refolded, one: Arrived, log: Log, place: str) -> list[EntryRow]:
    try:
        if one.fact is None:
            raise Unfit(one.problem)
        made = ready(one.fact, log.role)
    except Unfit as error:
        folded.tell(DifferenceKind.FACT_UNREADABLE, place, error, "a fact")
        return []
    folded.fold(made, log)
    return entry_rows(made)


def _with_entries(connection: Connection, log: Log) -> Iterator[tuple[FactRow, list[EntryRow]]]:
    """The facts of a log in order, each with the entries that its table has."""
    after = 0
    while True:
        rows = fact_table.between(
            connection, log.incarnation, after=after, up_to=2**62, most=_AT_A_TIME
        )
        if not rows:
            return
        kept: dict[int, list[EntryRow]] = {}
        for entry in entry_table.of_facts(connection, log.incarnation, after + 1, rows[-1].seq):
            kept.setdefault(entry.seq, []).append(entry)
        for row in rows:
            yield row, kept.get(row.seq, [])
        after = rows[-1].seq
