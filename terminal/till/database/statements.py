"""Statements as the till keeps them, and the sums that come of them with the own tail on top.

A row says which of the till's own facts its statement includes. What is parked at the server is
not in it though its number is below: those facts stand beside the mark and stay in the tail.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

from terminal.loyalty.ledger import Entry, EntryKind, Sums
from terminal.loyalty.plain import from_plain, to_plain
from terminal.loyalty.statement import (
    AccountStatement,
    PastMovement,
    PlacedRight,
    Statement,
    with_tail,
)
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database.balances import day_of, days_of, sums_of
from terminal.till.database.quick import Connection, Quick, Row
from terminal.values import dataclass

PUT_STATEMENT = """INSERT INTO statements
(wallet, version, timeline, includes, sums, lots, elsewhere, movements)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (wallet) DO UPDATE SET version = excluded.version, timeline = excluded.timeline,
includes = excluded.includes,
sums = excluded.sums, lots = excluded.lots, elsewhere = excluded.elsewhere,
movements = excluded.movements"""
_COLUMNS = "SELECT wallet, version, includes, sums FROM statements"
_IN_ORDER = f"{_COLUMNS} ORDER BY wallet"
_OF_WALLETS = f"{_COLUMNS} WHERE wallet IN (SELECT value FROM json_each(?))"  # noqa: S608
DROP_STATEMENT = "DELETE FROM statements WHERE wallet = ?"
_UNTOLD = """SELECT DISTINCT w.member FROM statements s
JOIN member_wallets w ON w.wallet = s.wallet WHERE s.timeline < ?1 OR s.timeline > ?1 LIMIT ?2"""
_UNTOLD_OF = """SELECT s.wallet FROM member_wallets w
JOIN statements s ON s.wallet = w.wallet WHERE w.member = ? AND s.timeline <> ?"""
_NOTES_OF = """SELECT wallet, version, lots, elsewhere FROM statements
WHERE wallet IN (SELECT value FROM json_each(?))"""
_LOTS = """SELECT wallet, lots FROM statements
WHERE wallet IN (SELECT value FROM json_each(?))"""
_MOVEMENTS = """SELECT wallet, movements FROM statements
WHERE wallet IN (SELECT value FROM json_each(?))"""
_TAILS = """SELECT incarnation, seq, wallet, unit, kind, n, day FROM entries
WHERE wallet IN (SELECT value FROM json_each(?))"""

Tail = list[tuple[str, int, Entry]]
"""Entries of own facts: incarnation, seq, entry."""
Lots = tuple[tuple[tuple[date, date], ...], tuple[date, ...]]
"""Of one account: (day as earned, last day now) of what was extended, and the days warned of."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a statement says of sums, and which own facts are in it."""

    version: int = 0
    includes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By log: up to which fact, then the parked ones that are not in it all the same."""
    sums: Mapping[UnitId, Sums] = field(default_factory=dict)

    def has(self, incarnation: str, seq: int) -> bool:
        """Whether an own fact is in the statement."""
        up_to, *parked = self.includes.get(incarnation, (0,))
        return seq <= up_to and seq not in parked

    def with_tail(self, wallet: WalletId, tail: Tail) -> dict[Account, Sums]:
        """The sums of a wallet that the till shows."""
        accounts = tuple(AccountStatement(unit=unit, sums=one) for unit, one in self.sums.items())
        return with_tail(
            Statement(wallet=wallet, version=self.version, accounts=accounts),
            (entry for log, seq, entry in tail if not self.has(log, seq)),
        )


NOT_TOLD = Kept()
"""Of a wallet that no server has told of: everything is in the own tail."""


def kept_of(statement: Statement, includes: Mapping[str, Sequence[int]]) -> Kept:
    """A statement that just came."""
    sums = {one.unit: one.sums for one in statement.accounts}
    return Kept(version=statement.version, includes=includes, sums=sums)


def statement_row(statement: Statement, kept: Kept, timeline: int) -> Row:
    """The row of a statement that a server told on this timeline."""
    sums = {
        unit: [
            one.used,
            one.pending,
            one.debt,
            [[day, *counts] for day, counts in days_of(one).items()],
        ]
        for unit, one in kept.sums.items()
    }
    lots = {
        one.unit: to_plain((one.extended, one.warned))
        for one in statement.accounts
        if one.extended or one.warned
    }
    return (
        statement.wallet,
        kept.version,
        timeline,
        _text(kept.includes),
        _text(sums),
        _text(lots) if lots else "",
        _text(to_plain(statement.elsewhere)) if statement.elsewhere else "",
        # Packed, because pages under the lock are what the counter waits for.
        zlib.compress(_text(to_plain(statement.movements)).encode(), 1),
    )


def kept_statements(connection: Connection, wallets: Collection[str]) -> dict[WalletId, Kept]:
    """The statements of these wallets; those without one are left out."""
    rows = Quick(connection).rows(_OF_WALLETS, (json.dumps(list(wallets)),))
    return {WalletId(row[0]): _kept(row) for row in rows}


def kept_in_order(connection: Connection) -> Iterator[tuple[str, Kept]]:
    """All wallets that a server told of, in order, each with its statement."""
    return ((row[0], _kept(row)) for row in Quick(connection).each(_IN_ORDER))


def _kept(row: Row) -> Kept:
    _, version, includes, sums = row
    return Kept(
        version=version,
        includes=json.loads(includes),
        sums={
            UnitId(unit): sums_of(used, pending, debt, [(d, e, x) for d, e, x in days])
            for unit, (used, pending, debt, days) in json.loads(sums).items()
        },
    )


def untold(connection: Connection, timeline: int, most: int) -> list[str]:
    """Members of whose wallets a server was told by another timeline than its present one.

    A restored server forgot who asked for whom, so its feed does not tell of them again.
    """
    return [member for (member,) in Quick(connection).rows(_UNTOLD, (timeline, most))]


def untold_wallets(connection: Connection, timeline: int, member: str) -> list[WalletId]:
    """A member's wallets whose statement is of another timeline."""
    rows = Quick(connection).rows(_UNTOLD_OF, (member, timeline))
    return [WalletId(wallet) for (wallet,) in rows]


def tails(connection: Connection, wallets: Iterable[str]) -> dict[WalletId, Tail]:
    """All entries of own facts on these wallets, those in a statement too."""
    found: dict[WalletId, Tail] = {}
    asked = (json.dumps(list(wallets)),)
    for log, seq, wallet, unit, kind, n, day in Quick(connection).rows(_TAILS, asked):
        account = Account(WalletId(wallet), UnitId(unit))
        entry = Entry(account, EntryKind(kind), n, day_of(day))
        found.setdefault(account.wallet, []).append((log, seq, entry))
    return found


def refolded(connection: Connection, wallets: Collection[str]) -> dict[Account, Sums]:
    """The sums of these wallets from their statements and the own tail, as they should stand."""
    kept, tail = kept_statements(connection, wallets), tails(connection, wallets)
    sums: dict[Account, Sums] = {}
    for wallet in map(WalletId, wallets):
        sums |= kept.get(wallet, NOT_TOLD).with_tail(wallet, tail.get(wallet, []))
    return sums


@dataclass(frozen=True, slots=True)
class Notes:
    """What statements say of a member's wallets beside the sums."""

    versions: tuple[tuple[WalletId, int], ...] = ()
    lots: Mapping[Account, Lots] = field(default_factory=dict)
    elsewhere: tuple[PlacedRight, ...] = ()


def notes_of_wallets(connection: Connection, wallets: Collection[str]) -> Notes:
    """What statements say of these wallets."""
    return _notes(Quick(connection).rows(_NOTES_OF, (json.dumps(list(wallets)),)))


def _notes(rows: Iterable[Sequence[Any]]) -> Notes:
    versions: list[tuple[WalletId, int]] = []
    lots: dict[Account, Lots] = {}
    elsewhere: list[PlacedRight] = []
    for wallet, version, kept_lots, placed in rows:
        versions.append((WalletId(wallet), version))
        lots |= _lots(wallet, kept_lots)
        if placed:
            elsewhere += from_plain(tuple[PlacedRight, ...], json.loads(placed))
    return Notes(tuple(versions), lots, tuple(elsewhere))


def lots_of(connection: Connection, wallets: Iterable[str]) -> dict[Account, Lots]:
    """What was extended and warned of, by account; accounts with neither are left out."""
    lots: dict[Account, Lots] = {}
    for wallet, kept_lots in Quick(connection).rows(_LOTS, (json.dumps(list(wallets)),)):
        lots |= _lots(wallet, kept_lots)
    return lots


def movements_of(
    connection: Connection, wallets: Collection[str]
) -> list[tuple[WalletId, PastMovement]]:
    """The last movements of these wallets at all tills, as statements told."""
    return [
        (WalletId(wallet), movement)
        for wallet, kept in Quick(connection).rows(_MOVEMENTS, (json.dumps(list(wallets)),))
        for movement in from_plain(tuple[PastMovement, ...], json.loads(zlib.decompress(kept)))
    ]


def _lots(wallet: str, kept: str) -> dict[Account, Lots]:
    if not kept:
        return {}
    return {
        Account(WalletId(wallet), UnitId(unit)): (
            tuple((date.fromisoformat(day), date.fromisoformat(until)) for day, until in extended),
            tuple(date.fromisoformat(day) for day in warned),
        )
        for unit, (extended, warned) in json.loads(kept).items()
    }


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
