"""What truly happened: the ledger of somebody who sees every disk, and the exposure on the books.

A *deed* is something that happened once in the world, in however many facts it stands: a sale
that was recorded anew after a fork is one deed and two facts. Rights are true if deeds and the
server's own facts make them; nothing that programs believe enters here.

*Allowed* is what SYNC calls booked exposure: per account, how many rights more than there truly
are may be spendable, each n with a cause that the simulator itself made (a clone, a restored
disk, a write-off). Where no such fault happened it is nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from terminal.loyalty.facts import Fact, FactKind
from terminal.loyalty.ledger import RIGHT_SIGN, Entry, EntryKind
from terminal.loyalty.wallet import Account

MOVES_RIGHTS_ONLY = frozenset({EntryKind.RECEIVE, EntryKind.RELEASE})


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happened once."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Truth:
    """The omniscient ledger."""

    deeds: dict[str, Deed] = field(default_factory=dict)
    promised: set[str] = field(default_factory=set)
    """Deeds of which a program said that they are recorded: goods left the shop."""
    destroyed: set[str] = field(default_factory=set)
    """Deeds that stood on no disk any more once: they may be missing in the end."""
    rights: Counter[Account] = field(default_factory=Counter)
    """E − U − X − P + D of all deeds."""
    vested: dict[str, int] = field(default_factory=dict)
    """What the server ever vested, by the fact that earned it: it stays so in the world, even if
    a restored server has to say it again."""
    unvested: Counter[Account] = field(default_factory=Counter)
    """What restored servers forgot to have vested, given back, or had back from a till of which
    they know nothing: until they know it again, rights that they gave of it leave their pool
    below zero."""
    due_again: Counter[tuple[str, Account]] = field(default_factory=Counter)
    """What restored servers forgot to have given back, by its cause: units of a refund that they
    settled, a debt that was repaid twice. They find it again, and until then tills may hold it."""
    forgotten: set[str] = field(default_factory=set)
    """Hashes of the facts that gave it."""
    minted: Counter[Account] = field(default_factory=Counter)
    """The same sum over what the server itself wrote and holds today, vesting apart."""
    restored_servers: int = 0
    """After one a debt may look repaid twice, until every log has spoken."""
    allowed: Counter[Account] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    """Booked exposure by its cause."""
    contents: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    """Hashes seen of each (incarnation, seq), over all disks."""
    received: dict[tuple[str, int, int], set[str]] = field(default_factory=dict)
    """Hashes of the facts by which each grant was received; two are two lives of one till."""
    incarnations: dict[str, str] = field(default_factory=dict)
    """Every incarnation that was ever begun, and the till that began it."""
    let_in: dict[str, str] = field(default_factory=dict)
    """Which terminal was one before, that was turned away and let in again under this name."""

    def take(self, fact: Fact, fact_hash: str) -> Deed | None:
        """A fact was found on some till's disk; its deed, if it is news."""
        self.contents.setdefault((fact.incarnation, fact.seq), set()).add(fact_hash)
        if fact.kind == FactKind.RIGHTS_RECEIVED:
            self._receive(fact, fact_hash)
        name = deed_of(fact)
        if name is None or name in self.deeds:
            return None
        deed = self.deeds[name] = Deed(name, fact.entries)
        add_rights(self.rights, fact.entries)
        return deed

    def of(self, account: Account) -> int:
        """How many rights to this account there truly are."""
        return self.rights[account] + self.minted[account]

    def terminals_of(self, terminal: str) -> list[str]:
        """A terminal, and what it was called each time before it was let in again."""
        names = [terminal]
        while (before := self.let_in.get(names[-1])) is not None:
            names.append(before)
        return names

    def book(self, cause: str, amounts: Iterable[tuple[Account, int]]) -> None:
        """Allow so many rights more than there are, for a cause that the simulator made."""
        for account, n in amounts:
            if n > 0:
                self.allowed[account] += n
                self.causes[cause] += n

    def vest(self, fact: Fact) -> None:
        """The server let pending units vest; once for each fact that earned them."""
        body = json.loads(fact.body)
        for entry in fact.entries:
            name = (
                f"{body['incarnation']}.{body['seq']}.{entry.account.wallet}.{entry.account.unit}"
            )
            known = self.vested.get(name, 0)
            if entry.n > known:
                # A restored server vests again; less where facts were missing, the rest later.
                self.vested[name] = entry.n
                self.rights[entry.account] += entry.n - known

    def forget(self, fact: Fact, fact_hash: str) -> None:
        """A restored server forgot a fact of its own: rights that it gave by it are true all the same."""
        cause = _gives_back(fact)
        if cause is None or fact_hash in self.forgotten:
            return
        self.forgotten.add(fact_hash)
        for account, n in _given(fact):
            self.due_again[cause, account] += n
            self.unvested[account] += n
            self.rights[account] += n

    def mint(self, fact: Fact, fact_hash: str, *, is_news: bool) -> None:
        """The server wrote a fact; it may be one that it forgot, or what it writes in its place."""
        cause = _gives_back(fact)
        if cause is not None and (is_news or fact_hash in self.forgotten):
            self.forgotten.discard(fact_hash)
            for account, n in _given(fact):
                again = min(n, self.due_again[cause, account])
                self.due_again[cause, account] -= again
                self.unvested[account] -= again
                self.rights[account] -= again
        add_rights(self.minted, fact.entries)

    def _receive(self, fact: Fact, fact_hash: str) -> None:
        body = json.loads(fact.body)
        grant = (fact.incarnation, body["timeline"], body["number"])
        lives = self.received.setdefault(grant, set())
        if fact_hash not in lives and lives:
            # Delivered since a copy was made, and received by both: without a hardware counter
            # nobody can tell the two apart before they speak.
            self.book("received twice", ((one.account, one.n) for one in fact.entries))
        lives.add(fact_hash)


def deed_of(fact: Fact) -> str | None:
    """What happened, whatever fact tells it; None for facts that only move rights or tell."""
    match fact.kind:
        case FactKind.SALE_RECORDED:
            return f"sale {json.loads(fact.body)['id']}"
        case FactKind.REFUND_RECORDED:
            return f"refund {json.loads(fact.body)['id']}"
        case FactKind.UNITS_ADJUSTED:
            body = json.loads(fact.body)
            # Thanks are given and taken back by the server alone; ``thanks`` looks at those.
            return None if body.get("newcomer") else f"adjusted {body['reason']}"
        case FactKind.MEMBER_ENROLLED | FactKind.CARD_MET:
            return f"member {json.loads(fact.body)['member']}"
        case _:
            return None


def _gives_back(fact: Fact) -> str | None:
    """Of what the server gives back rights by a fact of its own; None where it does not so."""
    match fact.kind:
        case FactKind.REFUND_SETTLED:
            body = json.loads(fact.body)
            return f"refund {body['refund_incarnation']}.{body['refund_seq']}"
        case FactKind.DEBT_CORRECTED:
            return "debt"
        case _:
            return None


def _given(fact: Fact) -> list[tuple[Account, int]]:
    rights: Counter[Account] = Counter()
    add_rights(rights, fact.entries)
    return [(account, n) for account, n in rights.items() if n > 0]


def add_rights(counter: Counter[Account], entries: Iterable[Entry]) -> None:
    """Add what entries make of true rights; moving them from place to place makes none."""
    for entry in entries:
        if entry.kind not in MOVES_RIGHTS_ONLY:
            counter[entry.account] += RIGHT_SIGN[entry.kind] * entry.n
