"""Proof that the tables say what the facts say: refold everything and compare.

``check`` writes nothing and tells each difference as data; ``rebuild`` writes the tables again
from the facts, provided that the facts themselves are sound. A fact that was tampered with is
told, never repaired: there is nothing to repair it from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum

from sqlalchemy import delete

from terminal.loyalty.bodies import LotWarned, RightsReceived, read_body
from terminal.loyalty.facts import FIRST_HASH, Fact, FactKind, UnreadableFact, decode, fact_hash
from terminal.loyalty.ledger import NOTHING
from terminal.till.database import people, schema
from terminal.till.database.accounts import computed_accounts, stored_accounts, write_accounts
from terminal.till.database.connection import Database
from terminal.till.database.counts_proof import mend_counts, wrong_counts
from terminal.till.database.facts import (
    ADD_TO_OUTBOX,
    Identity,
    entry_rows,
    has_identity,
    identity,
    write_entries,
)
from terminal.till.database.gathered import ALL_GRANTS, ALL_WARNINGS, Gathered, gathering
from terminal.till.database.members import member_of
from terminal.till.database.quick import Connection, Quick, Row
from terminal.till.database.refunds import id_on_slip, is_known, take_free_ids
from terminal.till.database.rights_in import PUT_RECEIVED
from terminal.till.database.side_by_side import on_one_side, side_by_side
from terminal.till.database.warned import PUT_WARNED, warned_row
from terminal.till.database.word_search import Whose, mend_words, wrong_words
from terminal.values import dataclass

_FACTS = """SELECT incarnation, seq, kind, hash, stored, sale_id, wall_ms, business_day FROM facts
ORDER BY incarnation, seq"""
_ENTRIES = """SELECT incarnation, seq, position, wallet, unit, kind, n, day FROM entries
ORDER BY incarnation, seq, position"""
_SOME_FACTS = """SELECT incarnation, seq, stored FROM facts WHERE (incarnation, seq) > (?, ?)
ORDER BY incarnation, seq LIMIT ?"""
_MEND_FACT = """UPDATE facts SET kind = ?, sale_id = iif(sale_id = ?, sale_id, NULL),
wall_ms = ?, business_day = ?
WHERE incarnation = ? AND seq = ?"""
_UNLINKED = """SELECT g.member, g.wallet FROM gathered_wallets g JOIN members m
ON m.id = coalesce((SELECT member FROM merged_members WHERE id = g.member), g.member)
WHERE NOT EXISTS
(SELECT 1 FROM member_wallets w WHERE w.member = m.id AND w.wallet = g.wallet) ORDER BY g.rowid"""
_LINK = """INSERT INTO member_wallets (member, wallet, position)
SELECT ?1, ?2, coalesce(max(position) + 1, 0) FROM member_wallets WHERE member = ?1"""
_LOGS = """SELECT incarnation, last, acknowledged FROM older_logs"""
_WAITING = "SELECT incarnation, seq FROM outbox ORDER BY incarnation, seq"
_RECEIVED = """SELECT incarnation, timeline, number FROM grants_received
ORDER BY incarnation, timeline, number"""
_WARNED = """SELECT wallet, unit, day, last_day FROM lots_warned
ORDER BY wallet, unit, day, last_day"""
_PHONES = "SELECT id, phone, phone_reversed FROM members"
_MEND_IDENTITY = "UPDATE identity SET next_seq = ?, head = ?"
_MEND_PHONE = "UPDATE members SET phone_reversed = ? WHERE id = ?"
FACTS_TOGETHER = 1_000
_NO_ACCOUNT = ("", "", NOTHING, 0)
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
    COUNTS = "counts"
    """What members did before, or somebody gave who served, is not what the facts say."""


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
    """Refold all facts and compare; nothing is written.

    However many members and facts there are, a few rows of them are held at a time.
    """
    with database.reading() as connection, gathering(connection) as gathered:
        return _compare(connection, gathered).findings()


def rebuild(database: Database) -> Findings:
    """Write everything computed again from the facts; returns what was wrong before.

    Where the facts are not sound nothing is written.
    """
    with database.writing() as connection, gathering(connection) as gathered:
        walk = _compare(connection, gathered)
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
    """What one pass over the facts tells; what grows with them is in ``gathered``."""

    own: Identity
    gathered: Gathered
    facts: int = 0
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The last fact of each log, and its hash."""
    waiting: dict[str, range] = field(default_factory=dict)
    """What should be in the outbox, of each log."""
    differences: list[Difference] = field(default_factory=list)

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


def _compare(connection: Connection, gathered: Gathered) -> _Walk:
    own = identity(connection) if has_identity(connection) else _NOBODY
    walk, quick = _Walk(own, gathered), Quick(connection)
    _walk_facts(quick, walk)
    gathered.flush()
    _compare_accounts(connection, walk)
    for member, wallet in quick.rows(_UNLINKED):
        walk.tell(DifferenceKind.WALLETS, f"member/{member}", "not linked", wallet)
    for whose in WHOSE:
        for wrong in wrong_words(connection, whose):
            # Counts only: words are names, and what is told here may end in a bug report.
            astray = len(wrong.stored ^ wrong.computed)
            walk.tell(DifferenceKind.WORDS, f"{whose}/{wrong.key}", f"{astray} wrong", "0 wrong")
    for member, _ in _wrong_phones(quick):
        walk.tell(DifferenceKind.WORDS, f"member/{member}", "another phone", "the phone backwards")
    for card in people.usable_cards(connection):
        walk.tell(DifferenceKind.CARDS, f"card/{card}", "active", "replaced")
    for member, name, _ in people.lost_evidence(connection):
        walk.tell(DifferenceKind.CONSENTS, f"member/{member}/{name}", "older", "as decided")
    for place, stored, computed in wrong_counts(connection):
        walk.tell(DifferenceKind.COUNTS, place, stored, computed)
    for kind, stored, computed, width in (
        (DifferenceKind.GRANTS, _RECEIVED, ALL_GRANTS, 3),
        (DifferenceKind.WARNED, _WARNED, ALL_WARNINGS, 4),
    ):
        for side, row in on_one_side(quick.each(stored), quick.each(computed), width):
            told = ("there", "") if side == 0 else ("", "there")
            walk.tell(kind, "/".join(map(str, row)), *told)
    _compare_logs(quick, walk)
    return walk


def _compare_logs(quick: Quick, walk: _Walk) -> None:
    """Where each log ends, and what of it waits to go up."""
    own = walk.own
    acknowledged = {own.incarnation: own.acknowledged}
    for incarnation, last, mark in quick.rows(_LOGS):
        acknowledged[incarnation] = mark
        found = walk.ends.get(incarnation, (0, ""))[0]
        walk.tell(DifferenceKind.FACT_MISSING, incarnation, f"{last} facts", f"{found} facts")
    for incarnation in sorted(walk.ends.keys() - acknowledged.keys()):
        walk.tell(DifferenceKind.LOGS, incarnation, "facts", "no log of this till")
    walk.waiting = {
        incarnation: range(mark + 1, walk.ends.get(incarnation, (0, ""))[0] + 1)
        for incarnation, mark in sorted(acknowledged.items())
    }
    for side, (log, seq) in on_one_side(quick.each(_WAITING), _places(walk.waiting), 2):
        told = ("waits", "sent") if side == 0 else ("sent", "waits")
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


def _wrong_phones(quick: Quick) -> list[tuple[str, str]]:
    """Members who cannot be found by the end of their phone, and that phone backwards."""
    phones = quick.each(_PHONES)
    return [(member, phone[::-1]) for member, phone, kept in phones if kept != phone[::-1]]


def _walk_facts(quick: Quick, walk: _Walk) -> None:
    before: tuple[str, int, str] = ("", 0, FIRST_HASH)
    for (incarnation, seq), rows in side_by_side(2, quick.each(_FACTS), quick.each(_ENTRIES)):
        place = f"{incarnation}/{seq}"
        (table, first), *more = rows
        if table != 0:
            walk.tell(DifferenceKind.ENTRIES, place, "entries", "no such fact")
            continue
        _, _, kind, kept_hash, raw, *columns = first
        stored = bytes(raw)
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
            if columns[0] is None and described[1] and is_known(quick, described[1]):
                # The sale stands in two logs of a till that was copied: one fact has its id.
                described = (described[0], None, *described[2:])
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
        walk.tell(DifferenceKind.ENTRIES, place, [row for _, row in more], entry_rows(fact))
        walk.gathered.fold(fact)


def _columns_of(fact: Fact) -> tuple[str, str | None, int, str]:
    return fact.kind, id_on_slip(fact), fact.wall_ms, fact.business_day.isoformat()


def _gather(walk: _Walk, fact: Fact) -> None:
    """What the body of a fact says that stands in tables too."""
    match fact.kind:
        case FactKind.MEMBER_ENROLLED | FactKind.CARD_MET:
            body = json.loads(fact.body)
            walk.gathered.wallet(str(body["member"]), str(body["wallet"]))
        case FactKind.RIGHTS_RECEIVED if fact.incarnation == walk.own.incarnation:
            grant = read_body(RightsReceived, fact.body)
            walk.gathered.grant(fact.incarnation, grant.timeline, grant.number)
        case FactKind.LOT_WARNED:
            walk.gathered.warning(warned_row(read_body(LotWarned, fact.body)))
        case _:
            walk.gathered.heed(fact)


def _compare_accounts(connection: Connection, walk: _Walk) -> None:
    stored = stored_accounts(connection)
    computed = computed_accounts(connection, walk.own.incarnation)
    for (wallet, unit), rows in side_by_side(2, stored, computed):
        sides = dict(rows)
        _, _, there, right_there = sides.get(0, _NO_ACCOUNT)
        _, _, due, right_due = sides.get(1, _NO_ACCOUNT)
        walk.tell(DifferenceKind.SUMS, f"{wallet}/{unit}", there, due)
        walk.tell(DifferenceKind.RIGHTS, f"{wallet}/{unit}", right_there, right_due)


def _write(connection: Connection, walk: _Walk) -> None:
    quick = Quick(connection)
    quick.run(str(delete(schema.entries)))
    for together in _some_by_some(connection):
        for _, _, stored in together:
            fact = decode(bytes(stored))
            write_entries(connection, entry_rows(fact))
            quick.run(_MEND_FACT, (*_columns_of(fact), fact.incarnation, fact.seq))
    take_free_ids(quick)
    write_accounts(connection, computed_accounts(connection, walk.own.incarnation))
    for member, wallet in quick.rows(_UNLINKED):
        quick.run(_LINK, (member_of(connection, member), wallet))
    people.mend(connection)
    mend_counts(connection)
    for whose in WHOSE:
        mend_words(connection, whose)
    for member, backwards in _wrong_phones(quick):
        quick.run(_MEND_PHONE, (backwards, member))
    for table, statement, rows in (
        (schema.outbox, ADD_TO_OUTBOX, _places(walk.waiting)),
        (schema.grants_received, PUT_RECEIVED, quick.each(ALL_GRANTS)),
        (schema.lots_warned, PUT_WARNED, quick.each(ALL_WARNINGS)),
    ):
        quick.run(str(delete(table)))
        quick.run_all(statement, rows)
    last, head = walk.end()
    quick.run(_MEND_IDENTITY, (last + 1, head))


def _some_by_some(connection: Connection) -> Iterator[list[Row]]:
    """All facts, a few at a time: a year's journal need not fit into memory."""
    place: tuple[str, int] = ("", 0)
    while together := Quick(connection).rows(_SOME_FACTS, (*place, FACTS_TOGETHER)):
        yield together
        place = together[-1][0], together[-1][1]
