"""Sums and rights as tables: the ledger's own fold, one account at a time.

``apply`` decides, these rows only remember; ``rebuild`` proves that they remember well. Sums
commute, so what a fact moves is folded from nothing and added to the rows unread.

What stands between a customer and their change goes to the driver by ``quick``; what runs once in
a while is written with the tables of ``schema``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from terminal.loyalty.ledger import (
    RIGHT_SIGN,
    Entry,
    EntryKind,
    Sums,
    fold,
    rights_of,
)
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database.quick import Connection, Quick, Row
from terminal.values import dataclass

NEVER = ""
"""The day of units that never expire, as tables and their order know it."""

_WALLET_SUMS = """SELECT wallet, unit, used, pending, debt FROM balances
WHERE wallet IN (SELECT value FROM json_each(?))"""
_WALLET_DAYS = """SELECT wallet, unit, day, earned, expired FROM balance_days
WHERE wallet IN (SELECT value FROM json_each(?))"""
_DROP_RIGHTS = "DELETE FROM rights"
_RIGHT = "SELECT n FROM rights WHERE wallet = ? AND unit = ?"
_PUT_SUMS = """INSERT INTO balances (wallet, unit, used, pending, debt) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (wallet, unit) DO UPDATE
SET used = excluded.used, pending = excluded.pending, debt = excluded.debt"""
_PUT_DAY = """INSERT INTO balance_days (wallet, unit, day, earned, expired) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (wallet, unit, day) DO UPDATE
SET earned = excluded.earned, expired = excluded.expired"""
_DROP_DAY = "DELETE FROM balance_days WHERE wallet = ? AND unit = ? AND day = ?"
_ADD_SUMS = """INSERT INTO balances (wallet, unit, used, pending, debt) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (wallet, unit) DO UPDATE SET
used = used + excluded.used, pending = pending + excluded.pending, debt = debt + excluded.debt
WHERE excluded.used <> 0 OR excluded.pending <> 0 OR excluded.debt <> 0"""
_ADD_DAY = """INSERT INTO balance_days (wallet, unit, day, earned, expired) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (wallet, unit, day) DO UPDATE
SET earned = earned + excluded.earned, expired = expired + excluded.expired"""
_DROP_EMPTY_DAY = f"{_DROP_DAY} AND earned = 0 AND expired = 0"
_ADD_RIGHT = """INSERT INTO rights (wallet, unit, n) VALUES (?, ?, ?)
ON CONFLICT (wallet, unit) DO UPDATE SET n = n + excluded.n"""

Day = tuple[str, int, int]
"""Day, earned, expired: a row of ``balance_days``."""


def day_text(day: date | None) -> str:
    """How a table writes an expiry day."""
    return NEVER if day is None else day.isoformat()


def day_of(text: str) -> date | None:
    """An expiry day read back from a table."""
    return date.fromisoformat(text) if text else None


def sums_of(used: int, pending: int, debt: int, days: Iterable[Day]) -> Sums:
    """The value that the ledger counts with, from rows in any order."""
    # '' would sort first, but units that never expire stand last in Sums.
    ordered = sorted(days, key=lambda row: (row[0] == NEVER, row[0]))
    return Sums(
        earned=tuple((day_of(day), earned) for day, earned, _ in ordered if earned),
        expired=tuple((day_of(day), expired) for day, _, expired in ordered if expired),
        used=used,
        pending=pending,
        debt=debt,
    )


def days_of(sums: Sums) -> dict[str, tuple[int, int]]:
    """The rows of ``balance_days``, by day, that sums come to."""
    earned = {day_text(day): n for day, n in sums.earned}
    expired = {day_text(day): n for day, n in sums.expired}
    return {day: (earned.get(day, 0), expired.get(day, 0)) for day in earned | expired}


def missing_rights(
    connection: Connection, entries: tuple[Entry, ...]
) -> tuple[tuple[Account, int], ...]:
    """The rights that entries would need and that this till does not hold.

    What a fact earns cannot be spent in the same fact, so spends are held against the rights
    before it; nothing else may take a right below zero either.
    """
    spent: dict[Account, int] = {}
    for entry in entries:
        if RIGHT_SIGN[entry.kind] < 0:
            is_spent = entry.kind in (EntryKind.SPEND, EntryKind.RELEASE)
            spent[entry.account] = spent.get(entry.account, 0) + is_spent * entry.n
    changes = rights_of(entries)
    missing = []
    for account, n in spent.items():
        here = right_here(connection, account)
        change = changes.get(account, 0)
        lacking = max(n - max(0, here), -(here + change) if change < 0 else 0)
        if lacking > 0:
            missing.append((account, lacking))
    return tuple(missing)


def right_here(connection: Connection, account: Account) -> int:
    """How many units of an account this till may spend."""
    found = Quick(connection).row(_RIGHT, account)
    return int(found[0]) if found else 0


def add_up(connection: Connection, entries: tuple[Entry, ...]) -> None:
    """Bring the tables of sums and rights up to date with the entries of one fact."""
    moved = fold(entries)
    days = [
        (*account, day, *counts)
        for account, by in moved.items()
        for day, counts in days_of(by).items()
    ]
    quick = Quick(connection)
    quick.run_many(
        _ADD_SUMS, [(*account, by.used, by.pending, by.debt) for account, by in moved.items()]
    )
    quick.run_many(_ADD_DAY, days)
    # Only what is taken away may leave nothing of a day.
    quick.run_many(_DROP_EMPTY_DAY, [row[:3] for row in days if row[3] < 0 or row[4] < 0])
    put_rights(connection, rights_of(entries))


def sums_of_wallets(connection: Connection, wallets: Iterable[str]) -> dict[Account, Sums]:
    """The sums of every account in these wallets."""
    quick, asked = Quick(connection), (json.dumps(list(wallets)),)
    return _together(quick.rows(_WALLET_SUMS, asked), quick.rows(_WALLET_DAYS, asked))


def _together(sums: Iterable[Sequence[Any]], days: Iterable[Sequence[Any]]) -> dict[Account, Sums]:
    by_account: dict[Account, list[Day]] = {}
    for wallet, unit, day, earned, expired in days:
        by_account.setdefault(_account(wallet, unit), []).append((day, earned, expired))
    found = {account: sums_of(0, 0, 0, rows) for account, rows in by_account.items()}
    for wallet, unit, used, pending, debt in sums:
        account = _account(wallet, unit)
        found[account] = sums_of(used, pending, debt, by_account.get(account, ()))
    return found


def drop_rights(connection: Connection) -> None:
    """A new log holds no rights."""
    Quick(connection).run(_DROP_RIGHTS)


def drop_balances(connection: Connection) -> None:
    """Forget all sums and rights, to write them afresh."""
    for drop in ("DELETE FROM balances", "DELETE FROM balance_days", _DROP_RIGHTS):
        Quick(connection).run(drop)


def put_rights(connection: Connection, changes: Mapping[Account, int]) -> None:
    """Write rights that changed."""
    Quick(connection).run_many(*rights_added(changes))


Change = tuple[Account, Sums, Sums]
"""An account, its sums before and after."""


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """What tables of sums have to learn."""

    sums: list[tuple[str, str, int, int, int]]
    days: list[tuple[str, str, str, int, int]]
    gone: list[tuple[str, str, str]]

    def statements(self) -> tuple[tuple[str, Sequence[Row]], ...]:
        """Each statement with its rows."""
        return ((_PUT_SUMS, self.sums), (_PUT_DAY, self.days), (_DROP_DAY, self.gone))


def changed_rows(changes: Iterable[Change]) -> ChangedRows:
    """The rows of sums that changed."""
    changes = list(changes)
    days: list[tuple[str, str, str, int, int]] = []
    gone: list[tuple[str, str, str]] = []
    for account, before, after in changes:
        if before.earned == after.earned and before.expired == after.expired:
            continue
        old, new = days_of(before), days_of(after)
        days += [(*account, day, *counts) for day, counts in new.items() if old.get(day) != counts]
        gone += [(*account, day) for day in old if day not in new]
    sums: list[tuple[str, str, int, int, int]] = [
        (*account, after.used, after.pending, after.debt) for account, _, after in changes
    ]
    return ChangedRows(sums, days, gone)


def rights_added(changes: Mapping[Account, int]) -> tuple[str, Sequence[Row]]:
    """The statement by which rights change, with its rows."""
    return _ADD_RIGHT, [(*account, n) for account, n in changes.items() if n]


def write_sums(connection: Connection, changes: Iterable[Change]) -> None:
    """Write sums that changed."""
    quick = Quick(connection)
    for statement, rows in changed_rows(changes).statements():
        quick.run_many(statement, rows)


def _account(wallet: str, unit: str) -> Account:
    return Account(WalletId(wallet), UnitId(unit))
