"""Logs of tills for the sync bench: facts of real sales, copied onto members of the bench's own.

What is measured is the server, so a log is written before the clock starts. Bodies are those of
the demo's sales; ids, entries and the chain of hashes are made anew, as a till makes them.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from terminal.loyalty.bodies import MemberEnrolled, RightsReturned, body_bytes
from terminal.loyalty.facts import FIRST_HASH, Fact, FactKind, decode, encode, fact_hash
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId

MEMBERS = 100
"""Regulars of one till."""
FIRST_MS, BETWEEN_MS = 1_790_000_000_000, 40_000
UNIT = UnitId("points")
BANKED = 1_000_000

_SALES = "SELECT stored FROM facts WHERE kind = 'SaleRecorded' ORDER BY incarnation, seq"


@dataclass(frozen=True, slots=True)
class Template:
    """A sale of the demo that earned and spent nothing else."""

    fact: Fact
    sale: bytes
    member: bytes
    wallet: bytes
    """Where its units went, and what it counts."""


def templates(file: Path) -> tuple[Template, ...]:
    """Sales of members in a till's file."""
    with closing(sqlite3.connect(file)) as plain:
        facts = [decode(bytes(stored)) for (stored,) in plain.execute(_SALES)]
    found = []
    for fact in facts:
        sale, member = _named(fact.body, b'"id":"'), _named(fact.body, b'"member":"')
        wallets = {one.account.wallet for one in fact.entries}
        earned = all(one.kind is EntryKind.EARN for one in fact.entries)
        if sale and member and earned and len(wallets) == 1:
            found.append(Template(fact, sale, member, wallets.pop().encode()))
    assert found, "the demo shop sold nothing to members"
    return tuple(found)


def smallest(sources: Sequence[Template]) -> tuple[Template, ...]:
    """The tenth of sales with the fewest bytes: a coffee, a newspaper."""
    ordered = sorted(sources, key=lambda one: len(one.fact.body))
    return tuple(ordered[: max(1, len(ordered) // 10)])


@dataclass(slots=True)
class MadeLog:
    """The log of one till, whole, and where its facts begin and end."""

    incarnation: str
    stored: list[bytes]
    hashes: list[str]
    wallets: list[WalletId]

    @property
    def head(self) -> str:
        """The hash of the last fact."""
        return self.hashes[-1] if self.hashes else FIRST_HASH


def made_log(
    sources: Sequence[Template], sales: int, *, seed: str, members: int = MEMBERS
) -> MadeLog:
    """Members who join, and that many sales to them."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    log = MadeLog(f"{chance.getrandbits(64):016x}", [], [], [])
    people = []
    for _ in range(members):
        member, card = f"{chance.getrandbits(128):032x}", f"{chance.getrandbits(128):032x}"
        wallet = WalletId(f"{chance.getrandbits(128):032x}")
        people.append(member.encode())
        log.wallets.append(wallet)
        joined = body_bytes(MemberEnrolled(member=member, wallet=wallet, card=card))
        _append(log, sources[0].fact, FactKind.MEMBER_ENROLLED, (), joined)
    for _ in range(sales):
        template = chance.choice(sources)
        place = chance.randrange(members)
        sale = b"%032x" % chance.getrandbits(128)
        body = template.fact.body.replace(template.sale, sale)
        body = body.replace(template.member, people[place])
        # Were it the demo's, all tills would count the sales of a handful of people, in turns.
        body = body.replace(template.wallet, log.wallets[place].encode())
        entries = tuple(
            one._replace(account=Account(log.wallets[place], one.account.unit))
            for one in template.fact.entries
        )
        _append(log, template.fact, FactKind.SALE_RECORDED, entries, body)
    return log


def bank(log: MadeLog, like: Fact, places: Sequence[int]) -> None:
    """Points of some members earned here and returned to the server's pool."""
    accounts = [Account(log.wallets[place], UNIT) for place in places]
    earned = tuple(Entry(one, EntryKind.EARN, BANKED, date(2099, 12, 31)) for one in accounts)
    given = tuple(Entry(one, EntryKind.RELEASE, BANKED) for one in accounts)
    _append(log, like, FactKind.UNITS_ADJUSTED, earned, b'{"member":"","reason":"opening"}')
    returned = body_bytes(RightsReturned(reason="over_cap"))
    _append(log, like, FactKind.RIGHTS_RETURNED, given, returned)


def _append(
    log: MadeLog, like: Fact, kind: FactKind, entries: tuple[Entry, ...], body: bytes
) -> None:
    seq = len(log.stored) + 1
    fact = replace(
        like,
        incarnation=log.incarnation,
        seq=seq,
        before=log.head,
        wall_ms=FIRST_MS + seq * BETWEEN_MS,  # one after the other, as a till writes them
        kind=kind.value,
        entries=entries,
        body=body,
    )
    stored = encode(fact)
    log.stored.append(stored)
    log.hashes.append(fact_hash(stored))


def _named(body: bytes, key: bytes) -> bytes:
    """The 32 digits after a key, empty where there are none."""
    place = body.find(key)
    found = body[place + len(key) : place + len(key) + 32] if place >= 0 else b""
    return found if len(found) == 32 and found.isalnum() else b""
