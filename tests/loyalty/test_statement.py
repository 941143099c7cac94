"""A till's statement and its own later facts are together what all facts are.

The world here: tills write facts, the server folds them in whatever order they arrive, each log
in its own order, and may park some. Each till holds the statement of one moment and what that
moment includes of its own log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.facts import FIRST_HASH, Fact, decode, encode, fact_hash
from terminal.loyalty.ledger import (
    DATED,
    NOTHING,
    Entry,
    EntryKind,
    Sums,
    fold,
    rights_of,
)
from terminal.loyalty.statement import (
    AccountStatement,
    Statement,
    with_tail,
)
from terminal.loyalty.wallet import Account, UnitId, WalletId, wallet_id

WALLETS = (wallet_id(1), wallet_id(2))
UNITS = (UnitId("points"), UnitId("stamps"))
APRIL, MAY, YEAR_END = date(2026, 4, 30), date(2026, 5, 30), date(2026, 12, 31)
DAYS = st.sampled_from([None, APRIL, MAY, YEAR_END])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(EntryKind))
    account = Account(draw(st.sampled_from(WALLETS)), draw(st.sampled_from(UNITS)))
    day = draw(DAYS) if kind in DATED else None
    return Entry(account, kind, draw(st.integers(1, 30)), day)


@dataclass
class Log:
    """One till's facts, as bytes, with those that the server could not apply."""

    name: str
    facts: list[bytes] = field(default_factory=list)
    parked: set[int] = field(default_factory=set)
    head: str = FIRST_HASH

    def write(self, moved: tuple[Entry, ...]) -> None:
        stored = encode(
            Fact(
                incarnation=self.name,
                seq=len(self.facts) + 1,
                before=self.head,
                kind="SaleRecorded",
                wall_ms=0,
                offset_minutes=0,
                clock="trusted",
                business_day=APRIL,
                entries=moved,
                body=b"{}",
            )
        )
        self.facts.append(stored)
        self.head = fact_hash(stored)

    def moved(self, seqs: Iterable[int]) -> list[Entry]:
        return [one for seq in seqs for one in decode(self.facts[seq - 1]).entries]

    def applied(self, up_to: int) -> list[Entry]:
        return self.moved(seq for seq in range(1, up_to + 1) if seq not in self.parked)

    def tail(self, includes: int) -> list[Entry]:
        """What a till folds by itself: facts after the statement, and those that are parked."""
        kept = (seq for seq in range(1, includes + 1) if seq in self.parked)
        return self.moved([*kept, *range(includes + 1, len(self.facts) + 1)])


class Server:
    """Folds facts one by one, as they arrive, and tells statements of any moment."""

    def __init__(self) -> None:
        self.sums: dict[Account, Sums] = {}
        self.applied: dict[str, int] = {}

    def take(self, log: Log) -> None:
        seq = self.applied.get(log.name, 0) + 1
        self.applied[log.name] = seq
        if seq not in log.parked:
            self.sums = fold(log.moved([seq]), self.sums)

    def statements(self) -> dict[WalletId, Statement]:
        return {
            wallet: Statement(
                wallet=wallet,
                version=sum(self.applied.values()),
                accounts=tuple(
                    AccountStatement(unit=account.unit, sums=sums)
                    for account, sums in sorted(self.sums.items())
                    if account.wallet == wallet
                ),
            )
            for wallet in WALLETS
        }


def shown(statements: dict[WalletId, Statement], tail: list[Entry]) -> dict[Account, Sums]:
    """What a till shows, wallets whose sums are nothing left out."""
    found: dict[Account, Sums] = {}
    for one in statements.values():
        found |= with_tail(one, tail)
    return something(found)


def something(sums: dict[Account, Sums]) -> dict[Account, Sums]:
    return {account: one for account, one in sums.items() if one != NOTHING}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Log], list[Log]]:
    """Logs, and the order in which their facts reach the server; not all of them do."""
    logs = [Log(f"{number:016x}") for number in range(1, draw(st.integers(1, 4)) + 1)]
    for log in logs:
        for moved in draw(st.lists(st.lists(entries(), max_size=4), max_size=6)):
            log.write(tuple(moved))
        seqs = range(1, len(log.facts) + 1)
        log.parked = {seq for seq in seqs if draw(st.sampled_from([False] * 5 + [True]))}
    whole = [log for log in logs for _ in log.facts]
    arrived = draw(st.permutations(whole))
    return logs, arrived[: draw(st.integers(0, len(arrived)))]


@settings(max_examples=300)
@given(worlds(), st.data())
def test_statement_and_own_tail_are_all_facts_that_the_till_may_know(
    world: tuple[list[Log], list[Log]], data: st.DataObject
) -> None:
    logs, arrived = world
    mine = data.draw(st.sampled_from(logs))
    told_after = data.draw(st.integers(0, len(arrived)))
    server = Server()
    for log in arrived[:told_after]:
        server.take(log)
    includes = dict(server.applied)
    statements = server.statements()
    for log in arrived[told_after:]:
        # What reaches the server later changes nothing of what the till holds.
        server.take(log)

    seen = shown(statements, mine.tail(includes.get(mine.name, 0)))

    others = [
        one for log in logs if log is not mine for one in log.applied(includes.get(log.name, 0))
    ]
    own = mine.moved(range(1, len(mine.facts) + 1))
    assert seen == something(fold([*others, *own]))


@settings(max_examples=150)
@given(worlds(), st.randoms(use_true_random=False))
def test_once_all_is_acknowledged_every_till_and_the_server_say_the_same(
    world: tuple[list[Log], list[Log]], chance: object
) -> None:
    logs, arrived = world
    server = Server()
    for log in arrived:
        server.take(log)
    missing = [log for log in logs for _ in range(len(log.facts) - server.applied.get(log.name, 0))]
    chance.shuffle(missing)  # type: ignore[attr-defined]
    for log in missing:
        log.parked = {seq for seq in log.parked if seq <= server.applied.get(log.name, 0)}
        server.take(log)
    nothing_parked = not any(log.parked for log in logs)

    whole = something(fold(one for log in logs for one in log.moved(range(1, len(log.facts) + 1))))
    for log in logs:
        includes = server.applied.get(log.name, 0)
        assert includes == len(log.facts)
        seen = shown(server.statements(), log.tail(includes))
        if nothing_parked:
            assert log.tail(includes) == []
            assert seen == whole == something(server.sums)
        # What is parked is its own till's to count, and nobody is told of it.
        kept = log.moved(sorted(log.parked))
        assert seen == something(fold(kept, server.sums))


@given(st.lists(entries(), max_size=12))
def test_a_tail_leaves_other_wallets_alone(moved: list[Entry]) -> None:
    empty = Statement(wallet=WALLETS[0], version=0)

    assert {account.wallet for account in with_tail(empty, moved)} <= {WALLETS[0]}


@given(st.lists(entries(), max_size=12))
def test_rights_are_of_the_own_log_alone(moved: list[Entry]) -> None:
    """What a statement says of sums says nothing of rights: they are the own log's, always."""
    log = Log("0" * 15 + "1")
    for one in moved:
        log.write((one,))
    read_back = [one for stored in log.facts for one in decode(stored).entries]

    assert rights_of(read_back) == rights_of(moved)
