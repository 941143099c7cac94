"""The smallest server that keeps its side of the protocol, for tests of what the till keeps."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from terminal.loyalty.counting import counts_of_fact
from terminal.loyalty.facts import Fact, decode
from terminal.loyalty.history import NO_HISTORY, Counted, History
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, Sums, fold
from terminal.loyalty.statement import AccountStatement, Grant, PastMovement, Statement
from terminal.loyalty.wallet import Account, WalletId
from terminal.wire.sync_json import (
    LogMark,
    ParkedFact,
    Recall,
    SyncReply,
    SyncRequest,
    Verdict,
    read_message,
    write_message,
)


@dataclass
class Log:
    """One log of the till, as far as the server has it."""

    facts: list[bytes] = field(default_factory=list)
    applied: int = 0
    parked: set[int] = field(default_factory=set)


@dataclass
class SmallServer:
    """Stores facts, folds them when told to, answers. Applying may lag behind storing."""

    timeline: int = 1
    logs: dict[str, Log] = field(default_factory=dict)
    sums: dict[Account, Sums] = field(default_factory=dict)
    pool: dict[Account, int] = field(default_factory=dict)
    versions: dict[WalletId, int] = field(default_factory=dict)
    feed: list[WalletId] = field(default_factory=list)
    sent: dict[tuple[int, int], Grant] = field(default_factory=dict)
    movements: dict[WalletId, tuple[PastMovement, ...]] = field(default_factory=dict)
    history: dict[WalletId, History] = field(default_factory=dict)
    tells_history: bool = True
    """False for a server of an older program."""
    recalls: list[Recall] = field(default_factory=list)
    foreign: frozenset[str] = frozenset()
    """Logs of another terminal, which this till is not believed about."""
    granted: int = 0
    at_once: int = 2
    """Wallets of one reply."""

    def mint(self, account: Account, n: int, day: date | None = None) -> None:
        """Another till or the office gives units; their right is in the pool."""
        self._move([Entry(account, EntryKind.EARN, n, day)])
        self.pool[account] = self.pool.get(account, 0) + n

    def count(self, wallet: WalletId, *counts: Counted) -> None:
        """Another till sold something."""
        self.history[wallet] = self.history.get(wallet, NO_HISTORY).plus(counts)
        self._touch([wallet])

    def grant(self, account: Account, n: int) -> None:
        """Send a right out of the pool."""
        n = min(n, self.pool.get(account, 0))
        if n > 0:
            self.pool[account] -= n
            self.granted += 1
            name = (self.timeline, self.granted)
            self.sent[name] = Grant(
                timeline=self.timeline, number=self.granted, account=account, n=n
            )
            self._touch([account.wallet])

    def apply(self, most: int = 1000, *, park: bool = False) -> None:
        """Apply what is stored; ``park`` keeps the next sale out."""
        for log in self.logs.values():
            for seq in range(log.applied + 1, min(len(log.facts), log.applied + most) + 1):
                fact = decode(log.facts[seq - 1])
                log.applied = seq
                if park and fact.kind == "SaleRecorded":
                    log.parked.add(seq)
                    park = False
                    continue
                self._apply(fact)

    def unpark(self) -> None:
        """An upgrade understands what it did not."""
        for log in self.logs.values():
            for seq in sorted(log.parked):
                self._apply(decode(log.facts[seq - 1]))
            log.parked.clear()

    def answer(self, request: SyncRequest, **more: object) -> SyncReply:
        """One round trip, over the wire's own bytes."""
        request = read_message(SyncRequest, write_message(request))
        for mark in request.logs:
            if mark.incarnation not in self.foreign:
                self.logs.setdefault(mark.incarnation, Log())
        behind = any(
            mark.seq > len(self.logs[mark.incarnation].facts)
            for mark in request.acknowledged
            if mark.incarnation in self.logs
        )
        for stored in (
            *(one.encode() for one in request.facts),
            *(base64.b64decode(one.base64) for one in request.opaque),
        ):
            self._store(stored)
        if behind or request.timeline != self.timeline:
            assert request.timeline != self.timeline, "a restored server takes a new timeline"
            return self._reply(request, verdict=Verdict.TIMELINE)
        cursor = min(request.cursor + self.at_once, len(self.feed))
        wallets = dict.fromkeys(self.feed[request.cursor : cursor])
        reply = self._reply(
            request,
            cursor=cursor,
            more=cursor < len(self.feed),
            statements=tuple(self.statement(wallet) for wallet in wallets),
            grants=tuple(self.sent.values()),
            recalls=tuple(self.recalls),
            includes=tuple(
                LogMark(incarnation=one, seq=log.applied) for one, log in self.logs.items()
            ),
            parked=tuple(
                ParkedFact(incarnation=one, seq=seq, reason="beyond me")
                for one, log in self.logs.items()
                for seq in sorted(log.parked)
            ),
            records_taken=tuple(record.id for record in request.records),
        )
        reply = replace(reply, **more)  # type: ignore[arg-type]
        return read_message(SyncReply, write_message(reply))

    def statement(self, wallet: WalletId) -> Statement:
        """A wallet as it is folded now."""
        return Statement(
            wallet=wallet,
            version=self.versions.get(wallet, 0),
            accounts=tuple(
                AccountStatement(unit=account.unit, sums=sums)
                for account, sums in self.sums.items()
                if account.wallet == wallet
            ),
            movements=self.movements.get(wallet, ()),
            history=self.history.get(wallet, NO_HISTORY).counted if self.tells_history else None,
        )

    def tell(self, wallets: Iterable[WalletId]) -> None:
        """Put wallets into the feed."""
        self._touch(wallets)

    def restored(self, facts_left: int) -> SmallServer:
        """This server out of a backup that had so many facts of each log; all is to be learnt."""
        again = SmallServer(timeline=self.timeline + 1, granted=self.granted)
        for incarnation, log in self.logs.items():
            again.logs[incarnation] = Log(facts=log.facts[:facts_left])
        again.tell(self.versions)
        return again

    def _reply(self, request: SyncRequest, **more: object) -> SyncReply:
        shape: dict[str, object] = {"verdict": Verdict.OK, "cursor": request.cursor, **more}
        return SyncReply(
            request=request.request,
            random=request.random,
            timeline=self.timeline,
            nonce=f"{request.request}-{'0' * 32}",
            acknowledged=tuple(
                LogMark(incarnation=one, seq=len(log.facts)) for one, log in self.logs.items()
            ),
            server_ms=request.clock.wall_ms - 3_000,
            **shape,  # type: ignore[arg-type]
        )

    def _store(self, stored: bytes) -> None:
        fact = decode(stored)
        if fact.incarnation in self.foreign:
            return
        log = self.logs.setdefault(fact.incarnation, Log())
        if fact.seq == len(log.facts) + 1:
            log.facts.append(stored)
        elif fact.seq <= len(log.facts):
            assert log.facts[fact.seq - 1] == stored, "the same fact again, or a fork"

    def _apply(self, fact: Fact) -> None:
        self._move(fact.entries)
        counts = counts_of_fact(fact.kind, fact.body)
        if counts and counts.wallet:
            self.count(WalletId(counts.wallet), *counts.counts)
        for entry in fact.entries:
            if entry.kind is EntryKind.RELEASE:
                self.pool[entry.account] = self.pool.get(entry.account, 0) + entry.n
                self.recalls = [one for one in self.recalls if one.wallet != entry.account.wallet]
        is_received = fact.kind == "RightsReceived"
        if is_received and self.sent.pop(_grant_name(fact.body), None) is None:
            # Given after the backup was made that this server comes from.
            (entry,) = fact.entries
            self.pool[entry.account] = self.pool.get(entry.account, 0) - entry.n

    def _move(self, entries: Sequence[Entry]) -> None:
        self.sums = fold(entries, self.sums)
        self._touch(entry.account.wallet for entry in entries)

    def _touch(self, wallets: Iterable[WalletId]) -> None:
        for wallet in dict.fromkeys(wallets):
            self.versions[wallet] = self.versions.get(wallet, 0) + 1
            self.feed.append(wallet)

    def rights_in_all(self, account: Account) -> int:
        """E − U − X − P + D."""
        return self.sums.get(account, NOTHING).rights_in_all


def _grant_name(body: bytes) -> tuple[int, int]:
    import json

    content = json.loads(body)
    return content["timeline"], content["number"]
