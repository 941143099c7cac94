"""Proof that the tables say what the facts say: refold everything and compare.

``check`` writes nothing and tells each difference as data; ``rebuild`` writes the tables again
from the facts, provided that the facts themselves are sound. A fact that was tampered with is
told, never repaired: there is nothing to repair it from.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import merge
from itertools import groupby
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from terminal.loyalty.bodies import LotWarned, RightsReceived, read_body
from terminal.loyalty.facts import FIRST_HASH, Fact, FactKind, UnreadableFact, decode, fact_hash
from terminal.loyalty.ledger import NOTHING, RIGHT_SIGN, Sums, apply
from terminal.loyalty.sale import read_sale_body
from terminal.loyalty.wallet import Account, WalletId
from terminal.till.database import schema
from terminal.till.database.balances import all_rights, all_sums, write_afresh
from terminal.till.database.connection import Database
from terminal.till.database.facts import (
    ADD_TO_OUTBOX,
    EntryRow,
    Identity,
    entry_rows,
    has_identity,
    identity,
    write_entries,
)
from terminal.till.database.members import member_of
from terminal.till.database.people import Decided
from terminal.till.database.quick import Quick
from terminal.till.database.rights_in import PUT_RECEIVED
from terminal.till.database.statements import NOT_TOLD, Kept, kept_statements
from terminal.till.database.warned import PUT_WARNED, warned_row
from terminal.till.database.word_search import Whose, mend_words, wrong_words

_FACTS = """SELECT incarnation, seq, kind, hash, stored, sale_id, wall_ms, business_day FROM facts
ORDER BY incarnation, seq"""
_STORED = "SELECT stored FROM facts WHERE incarnation = ? AND seq = ?"
_ENTRIES = """SELECT incarnation, seq, position, wallet, unit, kind, n, day FROM entries
ORDER BY incarnation, seq, position"""
_ORPHANS = """SELECT DISTINCT e.incarnation, e.seq FROM entries e LEFT JOIN facts f
ON f.incarnation = e.incarnation AND f.seq = e.seq WHERE f.seq IS NULL"""
_MEND_FACT = """UPDATE facts SET kind = ?, sale_id = ?, wall_ms = ?, business_day = ?
WHERE incarnation = ? AND seq = ?"""
_UNLINKED = """SELECT 1 FROM members m
WHERE m.id = coalesce((SELECT member FROM merged_members WHERE id = ?1), ?1) AND NOT EXISTS
(SELECT 1 FROM member_wallets w WHERE w.member = m.id AND w.wallet = ?2)"""
_LINK = """INSERT INTO member_wallets (member, wallet, position)
SELECT ?1, ?2, coalesce(max(position) + 1, 0) FROM member_wallets WHERE member = ?1"""
_LOGS = """SELECT incarnation, last, acknowledged FROM older_logs"""
_WAITING = "SELECT incarnation, seq FROM outbox ORDER BY incarnation, seq"
_RECEIVED = "SELECT incarnation, timeline, number FROM grants_received"
_WARNED = "SELECT wallet, unit, day, last_day FROM lots_warned"
_PHONES = "SELECT id, phone, phone_reversed FROM members"
_MEND_PHONE = "UPDATE members SET phone_reversed = ? WHERE id = ?"
WHOSE: tuple[Whose, ...] = ("member", "product")


class DifferenceKind(StrEnum):
    """What does not agree."""

    # In the facts themselves
    FACT_UNREADABLE = "fact_unreadable"
    """Its bytes are no fact that this program can read."""
    FACT_CHANGED = "fact_changed"
    """Its bytes do not have the hash that was taken when it was written."""
    CHAIN_BROKEN = "chain_broken"
    """It names another fact before it than the one that stands there."""
    FACT_MISSING = "fact_missing"
    """A number is left out, or the last facts are gone."""
    # In what is computed from them
    COLUMNS = "columns"
    """The columns beside a fact tell another story than its bytes."""
    ENTRIES = "entries"
    SUMS = "sums"
    RIGHTS = "rights"
    OUTBOX = "outbox"
    """What waits to go up is not what the server lacks, of this log or an older one."""
    LOGS = "logs"
    """Facts stand here of a log that is none of this till's."""
    GRANTS = "grants"
    """Which grants were received is not what the facts say."""
    WARNED = "warned"
    """What members were told of units that end is not what the facts say."""
    HEAD = "head"
    """Where the journal goes on: the next number and the hash of the last fact."""
    WALLETS = "wallets"
    """A member is not linked to the wallet of the enrolment; erased members are linked to none."""
    WORDS = "words"
    """What a search knows is not the name or the phone."""
    CARDS = "cards"
    """A card that was replaced could still be used."""
    CONSENTS = "consents"
    """A member's record knows nothing of a decision."""


_IN_FACTS = frozenset(
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
    """``incarnation/seq`` of a fact, or ``wallet/unit`` of an account."""
    stored: str
    computed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The whole answer."""

    facts: int
    """How many facts were read."""
    differences: tuple[Difference, ...]

    @property
    def clean(self) -> bool:
        """Whether everything agrees."""
        return not self.differences

    @property
    def facts_sound(self) -> bool:
        """Whether the facts may be believed, whatever the tables say."""
        return not any(one.kind in _IN_FACTS for one in self.differences)


def check(database: Database) -> Findings:
    """Refold all facts and compare; nothing is written."""
    with database.reading() as connection:
        return _compare(connection).findings()


def rebuild(database: Database) -> Findings:
    """Write everything computed again from the facts; returns what was wrong before.

    Where the facts are not sound nothing is written.
    """
    with database.writing() as connection:
        walk = _compare(connection)
        findings = walk.findings()
        if findings.facts_sound and not findings.clean:
            _write(connection, walk)
    return findings


_NOBODY = Identity(
    incarnation="", next_seq=1, head=FIRST_HASH, lane="", wall_mark=0, acknowledged=0
)
"""Who a file is that was made and never begun; nothing can be wrong with it."""


@dataclass(slots=True)
class _Walk:
    """What one pass over the facts gathers."""

    own: Identity
    kept: dict[WalletId, Kept]
    facts: int = 0
    sums: dict[Account, Sums] = field(default_factory=dict)
    rights: dict[Account, int] = field(default_factory=dict)
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The last fact of each log, and its hash."""
    wallets: list[tuple[str, str]] = field(default_factory=list)
    """(member, wallet) of each enrolment and of each card that was met."""
    grants: set[tuple[str, int, int]] = field(default_factory=set)
    warned: set[tuple[str, ...]] = field(default_factory=set)
    waiting: dict[str, range] = field(default_factory=dict)
    """What should be in the outbox, of each log."""
    decided: Decided = field(default_factory=Decided)
    differences: list[Difference] = field(default_factory=list)

    def __post_init__(self) -> None:
        for wallet, kept in self.kept.items():
            for unit, sums in kept.sums.items():
                self.sums[Account(wallet, unit)] = sums

    def end(self) -> tuple[int, str]:
        """Where the own log ends."""
        return self.ends.get(self.own.incarnation, (0, FIRST_HASH))

    def findings(self) -> Findings:
        return Findings(facts=self.facts, differences=tuple(self.differences))

    def tell(self, kind: DifferenceKind, place: str, stored: object, computed: object) -> None:
        if stored != computed:
            difference = Difference(
                kind=kind, place=place, stored=str(stored), computed=str(computed)
            )
            self.differences.append(difference)

    def fold(self, fact: Fact) -> None:
        for entry in fact.entries:
            kept = self.kept.get(entry.account.wallet, NOT_TOLD)
            if not kept.has(fact.incarnation, fact.seq):
                self.sums[entry.account] = apply(self.sums.get(entry.account, NOTHING), entry)
            if fact.incarnation == self.own.incarnation:
                change = RIGHT_SIGN[entry.kind] * entry.n
                self.rights[entry.account] = self.rights.get(entry.account, 0) + change


def _compare(connection: Connection) -> _Walk:
    own = identity(connection) if has_identity(connection) else _NOBODY
    walk = _Walk(own, kept_statements(connection))
    _walk_facts(connection, walk)
    for incarnation, seq in connection.exec_driver_sql(_ORPHANS):
        walk.tell(DifferenceKind.ENTRIES, f"{incarnation}/{seq}", "entries", "no such fact")
    _compare_by_account(walk, DifferenceKind.SUMS, all_sums(connection), walk.sums, NOTHING)
    _compare_by_account(walk, DifferenceKind.RIGHTS, all_rights(connection), walk.rights, 0)
    for member, wallet in _unlinked(connection, walk):
        walk.tell(DifferenceKind.WALLETS, f"member/{member}", "not linked", wallet)
    for whose in WHOSE:
        for wrong in wrong_words(connection, whose):
            # Counts only: words are names, and what is told here may end in a bug report.
            astray = len(wrong.stored ^ wrong.computed)
            walk.tell(DifferenceKind.WORDS, f"{whose}/{wrong.key}", f"{astray} wrong", "0 wrong")
    for member, _ in _wrong_phones(connection):
        walk.tell(DifferenceKind.WORDS, f"member/{member}", "another phone", "the phone backwards")
    for card in walk.decided.usable_cards(connection):
        walk.tell(DifferenceKind.CARDS, f"card/{card}", "active", "replaced")
    for member, name, _ in walk.decided.lost_evidence(connection):
        walk.tell(DifferenceKind.CONSENTS, f"member/{member}/{name}", "older", "as decided")
    _compare_sets(connection, walk, DifferenceKind.GRANTS, _RECEIVED, walk.grants)
    _compare_sets(connection, walk, DifferenceKind.WARNED, _WARNED, walk.warned)
    _compare_logs(connection, walk)
    return walk


def _compare_logs(connection: Connection, walk: _Walk) -> None:
    """Where each log ends, and what of it waits to go up."""
    own, older = walk.own, connection.exec_driver_sql(_LOGS).all()
    acknowledged = {own.incarnation: own.acknowledged}
    for incarnation, last, mark in older:
        acknowledged[incarnation] = mark
        found = walk.ends.get(incarnation, (0, ""))[0]
        walk.tell(DifferenceKind.FACT_MISSING, incarnation, f"{last} facts", f"{found} facts")
    for incarnation in sorted(walk.ends.keys() - acknowledged.keys()):
        walk.tell(DifferenceKind.LOGS, incarnation, "facts", "no log of this till")
    walk.waiting = {
        incarnation: range(mark + 1, walk.ends.get(incarnation, (0, ""))[0] + 1)
        for incarnation, mark in sorted(acknowledged.items())
    }
    stored = (tuple(row) for row in connection.exec_driver_sql(_WAITING))
    # What stands on both sides comes twice in a row; nothing is held, however much waits.
    for (log, seq), same in groupby(merge(stored, _places(walk.waiting))):
        if len(list(same)) == 1:
            there = seq not in walk.waiting.get(log, ())
            told = ("waits", "sent") if there else ("sent", "waits")
            walk.tell(DifferenceKind.OUTBOX, f"{log}/{seq}", *told)
    # A next number beyond the last fact is no slip of a table: facts were here and are gone.
    last, head = walk.end()
    walk.tell(
        DifferenceKind.FACT_MISSING if own.next_seq > last + 1 else DifferenceKind.HEAD,
        own.incarnation,
        f"next {own.next_seq} after {own.head}",
        f"next {last + 1} after {head}",
    )


def _places(logs: Mapping[str, range]) -> Iterator[tuple[str, int]]:
    return ((log, seq) for log, seqs in logs.items() for seq in seqs)


def _compare_sets(
    connection: Connection,
    walk: _Walk,
    kind: DifferenceKind,
    question: str,
    computed: Collection[tuple[Any, ...]],
) -> None:
    stored = {tuple(row) for row in connection.exec_driver_sql(question)}
    for one in sorted(stored ^ set(computed)):
        place = "/".join(map(str, one))
        walk.tell(kind, place, "there" if one in stored else "", "there" if one in computed else "")


def _unlinked(connection: Connection, walk: _Walk) -> list[tuple[str, str]]:
    """The enrolments whose member is there and has not the wallet."""
    return [one for one in walk.wallets if connection.exec_driver_sql(_UNLINKED, one).scalar()]


def _wrong_phones(connection: Connection) -> list[tuple[str, str]]:
    """Members who cannot be found by the end of their phone, and that phone backwards."""
    phones = connection.exec_driver_sql(_PHONES)
    return [(member, phone[::-1]) for member, phone, kept in phones if kept != phone[::-1]]


def _walk_facts(connection: Connection, walk: _Walk) -> None:
    before: tuple[str, int, str] = ("", 0, FIRST_HASH)
    entries = _EntriesInOrder(connection)
    for incarnation, seq, kind, kept_hash, raw, *columns in connection.exec_driver_sql(_FACTS):
        stored, place = bytes(raw), f"{incarnation}/{seq}"
        walk.facts += 1
        last, head = before[1:] if before[0] == incarnation else (0, FIRST_HASH)
        walk.tell(DifferenceKind.FACT_MISSING, place, seq, last + 1)
        real_hash = fact_hash(stored)
        walk.tell(DifferenceKind.FACT_CHANGED, place, kept_hash, real_hash)
        before = (incarnation, seq, real_hash)
        walk.ends[incarnation] = (seq, real_hash)
        try:
            fact = decode(stored)
            described = _columns_of(fact)
            _gather(walk, fact)
        except (UnreadableFact, ValueError, KeyError, TypeError) as error:
            walk.tell(DifferenceKind.FACT_UNREADABLE, place, error, "a fact")
            continue
        if seq == last + 1:  # where one is missing, the chain cannot hold; that is told already
            walk.tell(DifferenceKind.CHAIN_BROKEN, place, fact.before, head)
        walk.tell(
            DifferenceKind.COLUMNS,
            place,
            (incarnation, seq, kind, *columns),
            (fact.incarnation, fact.seq, *described),
        )
        walk.tell(DifferenceKind.ENTRIES, place, entries.of((incarnation, seq)), entry_rows(fact))
        walk.fold(fact)


def _columns_of(fact: Fact) -> tuple[str, str | None, int, str]:
    is_sale = fact.kind == FactKind.SALE_RECORDED
    sale_id = read_sale_body(fact.body).id if is_sale else None
    return fact.kind, sale_id, fact.wall_ms, fact.business_day.isoformat()


def _gather(walk: _Walk, fact: Fact) -> None:
    """What the body of a fact says that stands in tables too."""
    match fact.kind:
        case FactKind.MEMBER_ENROLLED | FactKind.CARD_MET:
            body = json.loads(fact.body)
            walk.wallets.append((str(body["member"]), str(body["wallet"])))
        case FactKind.RIGHTS_RECEIVED if fact.incarnation == walk.own.incarnation:
            grant = read_body(RightsReceived, fact.body)
            walk.grants.add((fact.incarnation, grant.timeline, grant.number))
        case FactKind.LOT_WARNED:
            row = warned_row(read_body(LotWarned, fact.body))
            walk.warned.add(tuple(map(str, row)))
        case _:
            walk.decided.heed(fact)


class _EntriesInOrder:
    """The stored entries, read once beside the facts, both in the order of the logs."""

    def __init__(self, connection: Connection) -> None:
        rows = (tuple(row) for row in connection.exec_driver_sql(_ENTRIES))
        self._groups = groupby(rows, lambda row: (row[0], row[1]))
        self._group = next(self._groups, None)

    def of(self, place: tuple[str, int]) -> list[EntryRow]:
        """Those of a fact; facts are asked for in order."""
        while self._group is not None and self._group[0] < place:
            self._group = next(self._groups, None)
        if self._group is None or self._group[0] != place:
            return []
        return [
            (one, seq, position, wallet, unit, kind, n, day)
            for one, seq, position, wallet, unit, kind, n, day in self._group[1]
        ]


def _compare_by_account(
    walk: _Walk,
    kind: DifferenceKind,
    stored: Mapping[Account, object],
    computed: Mapping[Account, object],
    nothing: object,
) -> None:
    for account in sorted({*stored, *computed}):
        walk.tell(
            kind,
            f"{account.wallet}/{account.unit}",
            stored.get(account, nothing),
            computed.get(account, nothing),
        )


def _write(connection: Connection, walk: _Walk) -> None:
    connection.execute(delete(schema.entries))
    # The numbers first and each fact by itself: a year's journal need not fit into memory.
    places = connection.execute(select(schema.facts.c.incarnation, schema.facts.c.seq)).all()
    for place in places:
        stored = connection.exec_driver_sql(_STORED, tuple(place)).scalar_one()
        fact = decode(bytes(stored))
        write_entries(connection, entry_rows(fact))
        connection.exec_driver_sql(_MEND_FACT, (*_columns_of(fact), fact.incarnation, fact.seq))
    write_afresh(connection, walk.sums, walk.rights)
    for member, wallet in _unlinked(connection, walk):
        connection.exec_driver_sql(_LINK, (member_of(connection, member), wallet))
    walk.decided.mend(connection)
    for whose in WHOSE:
        mend_words(connection, whose)
    for member, backwards in _wrong_phones(connection):
        connection.exec_driver_sql(_MEND_PHONE, (backwards, member))
    quick = Quick(connection)
    for table, statement, rows in (
        (schema.outbox, ADD_TO_OUTBOX, _places(walk.waiting)),
        (schema.grants_received, PUT_RECEIVED, walk.grants),
        (schema.lots_warned, PUT_WARNED, walk.warned),
    ):
        connection.execute(delete(table))
        quick.run_all(statement, sorted(rows))
    last, head = walk.end()
    connection.execute(update(schema.identity).values(next_seq=last + 1, head=head))
