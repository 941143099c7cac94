"""What two copies of one disk both recorded counts once.

A till whose log has another future at the server records its own again in a new log. Where two
copies of a disk do so, the same unsent sale comes in two logs, and no till can know. The second
fact is applied like any other, because its till holds what it earned; in the same transaction the
server undoes it with a fact of its own, out of its pool. What the pool lacks is owed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from terminal.loyalty.bodies import CountedOnce
from terminal.loyalty.facts import Fact, FactKind
from terminal.loyalty.ledger import Entry, uncovered, undone
from terminal.loyalty.refund import read_refund_body
from terminal.loyalty.wallet import WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import counts, deeds, findings
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import Connection
from terminal.server.database.deeds import Place
from terminal.server.database.findings import FindingRow
from terminal.server.ledger.minting import Coin, mint_quietly
from terminal.server.ledger.ready import ReadyFact, counted

COUNTED_TWICE = "counted_twice"
"""The alarm and the finding of a second fact."""
_BESIDE_CHECKS = -1
"""The position of the finding; those of a check of the sale count from 0."""
_ID = b'"id":"'
_ID_LONG = 32


@dataclass(frozen=True, slots=True)
class Second:
    """A fact of something that another fact told before."""

    fact: Fact
    first: Place


def seconds(connection: Connection, facts: Iterable[ReadyFact]) -> list[Second]:
    """Note what these facts tell; returns those of what is known already. Locks before wallets."""
    told: dict[str, Place] = {}
    named: list[tuple[str, Fact]] = []
    for one in facts:
        if deed := _deed(one.fact):
            named.append((deed, one.fact))
            told.setdefault(deed, Place(one.fact.incarnation, one.fact.seq))
    if not told:
        return []
    first = deeds.tell_first(connection, told)
    return [
        Second(fact, first[deed])
        for deed, fact in named
        if first[deed] != (fact.incarnation, fact.seq)
    ]


def undo(
    connection: Connection, second: Sequence[Second], *, store: str, now_ms: int
) -> frozenset[WalletId]:
    """Undo facts that were just applied; returns whose statements changed."""
    found: frozenset[WalletId] = frozenset()
    for one in second:
        fact = one.fact
        back = [entry for done in fact.entries for entry in undone(done)]
        body = CountedOnce(
            incarnation=fact.incarnation,
            seq=fact.seq,
            first_incarnation=one.first.incarnation,
            first_seq=one.first.seq,
        )
        entries = (*back, *_owed(connection, back))
        coin = Coin(kind=FactKind.COUNTED_ONCE, entries=entries, body=body)
        # As of the same day: what expires by days must see neither of the two.
        _, wallets = mint_quietly(
            connection, [coin], store=store, now_ms=now_ms, business_day=fact.business_day
        )
        found |= wallets
    _count_no_more(connection, second)
    _tell(connection, second, now_ms)
    return found


def _count_no_more(connection: Connection, second: Sequence[Second]) -> None:
    """The counts of facts that were just applied; their wallets are held since then."""
    totals: counts.Totals = {}
    for one in second:
        found = counted(one.fact)
        for name, day, n in found.counts if found is not None else ():
            assert found is not None
            key = (found.wallet, name, day)
            totals[key] = totals.get(key, 0) - n
    counts.add_counts(connection, totals)


def _owed(connection: Connection, back: Collection[Entry]) -> tuple[Entry, ...]:
    """What the pool has no right to."""
    known = account_table.accounts_of(connection, {entry.account.wallet for entry in back})
    return uncovered(back, {account: pool for account, (_, pool) in known.items()})


def _tell(connection: Connection, second: Sequence[Second], now_ms: int) -> None:
    words = {
        one.fact.seq: f"told before: {one.first.incarnation}/{one.first.seq}" for one in second
    }
    rows = [
        FindingRow(
            one.fact.incarnation,
            one.fact.seq,
            _BESIDE_CHECKS,
            COUNTED_TWICE,
            f'{{"first":["{one.first.incarnation}",{one.first.seq}]}}',
            0,
            now_ms,
        )
        for one in second
    ]
    findings.add(connection, rows)
    alarms = [
        Alarm(COUNTED_TWICE, f"{one.fact.incarnation}/{one.fact.seq}", words[one.fact.seq])
        for one in second
    ]
    raise_alarms(connection, alarms, now_ms)


def _deed(fact: Fact) -> str:
    """What names the thing that happened, in whatever fact it stands; '' where nothing does."""
    if fact.kind == FactKind.SALE_RECORDED:
        # Nothing before the sale's own id is called so, and quotes within texts are escaped.
        begin = fact.body.find(_ID) + len(_ID)
        found = fact.body[begin : begin + _ID_LONG] if begin >= len(_ID) else b""
        return found.decode() if len(found) == _ID_LONG and found.isalnum() else ""
    if fact.kind == FactKind.REFUND_RECORDED:
        return _id_of_refund(fact.body)
    if fact.kind == FactKind.UNITS_ADJUSTED and fact.entries:
        # It has no id; nobody decides the same of one wallet twice within a millisecond.
        content = repr((fact.wall_ms, fact.entries, fact.operator)).encode() + fact.body
        return sha256(content).hexdigest()[:_ID_LONG]
    return ""


def _id_of_refund(body: bytes) -> str:
    try:
        found = read_refund_body(body).id
    except (ValueError, RecursionError):
        return ""
    return found if len(found) == _ID_LONG and found.isalnum() else ""
