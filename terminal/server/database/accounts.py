"""Wallets, accounts and what logs hold: what is computed from the facts, read and written in bulk.

Everything that changes a wallet's accounts or holdings holds the wallet's row, so those need no
lock of their own. Wallets that are not there yet are made before they are locked, so that two
first earnings at once add up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.engine import Connection

from terminal.loyalty.ledger import ByDay, Sums, lots
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import schema
from terminal.server.database.bulk import Bulk

NEVER = ""
"""The day of units that never expire, as tables and their order know it."""


class WalletRow(NamedTuple):
    """One row of ``wallets``; the fields are the columns."""

    wallet: str
    member: str
    store: str
    version: int
    movements: str


class HoldingRow(NamedTuple):
    """One row of ``holdings``."""

    wallet: str
    unit: str
    incarnation: str
    n: int

    @property
    def account(self) -> Account:
        """Whose rights."""
        return Account(WalletId(self.wallet), UnitId(self.unit))


_WALLET_COLUMNS = "wallet, member, store, version, movements"
_WALLETS = """SELECT wallet, member, store, version, movements FROM wallets
WHERE wallet {keys} ORDER BY wallet"""
_LOCK_WALLETS = _WALLETS + " {lock}"
_ACCOUNT_COLUMNS = "wallet, unit, earned, expired, used, pending, debt, days, next_day, pool"
_ACCOUNTS = """SELECT wallet, unit, used, pending, debt, days, pool FROM accounts
WHERE wallet {keys} ORDER BY wallet, unit"""
_ALL_ACCOUNTS = """SELECT wallet, unit, used, pending, debt, days, pool, earned, expired, next_day
FROM accounts ORDER BY wallet, unit"""
_INDEBTED = "SELECT wallet, unit, debt FROM accounts WHERE debt < 0 ORDER BY wallet, unit"
_POOLS_BELOW = "SELECT wallet, unit, pool FROM accounts WHERE pool < 0 ORDER BY wallet, unit"
_HOLDINGS_BELOW = """SELECT wallet, unit, incarnation, n FROM holdings WHERE n < 0
ORDER BY wallet, unit, incarnation"""
_HOLDINGS = """SELECT wallet, unit, incarnation, n FROM holdings
WHERE wallet {keys} AND n <> 0 ORDER BY wallet, unit, incarnation"""
_ALL_HOLDINGS = """SELECT wallet, unit, incarnation, n FROM holdings WHERE n <> 0
ORDER BY wallet, unit, incarnation"""
_HOLES = """SELECT wallet, unit, n FROM holdings
WHERE incarnation = ? AND n < 0 AND wallet {keys} ORDER BY wallet, unit"""


# --- wallets -------------------------------------------------------------------------------------


def lock_wallets(
    connection: Connection, wallets: Iterable[str], store: str
) -> dict[str, WalletRow]:
    """Wallets, held by this transaction; new ones are made, at home in ``store``.

    Whoever holds a wallet's row holds its accounts and holdings too: nobody changes those
    without it, so they need no lock of their own.
    """
    bulk, ordered = Bulk(connection), sorted(set(wallets))
    held = {row[0]: WalletRow(*row) for row in bulk.keyed(_LOCK_WALLETS, ordered)}
    # Nearly always all are there. What is not is made first and locked then, so that two who
    # make it at once take turns.
    missing = [wallet for wallet in ordered if wallet not in held]
    if missing:
        new = [(wallet, "", store, 0, "[]") for wallet in missing]
        bulk.put("wallets", _WALLET_COLUMNS, new, conflict="(wallet) DO NOTHING")
        held |= {row[0]: WalletRow(*row) for row in bulk.keyed(_LOCK_WALLETS, missing)}
    return held


def wallet_rows(connection: Connection, wallets: Iterable[str]) -> list[WalletRow]:
    """Wallets that are there, in order."""
    return [WalletRow(*row) for row in Bulk(connection).keyed(_WALLETS, wallets)]


def write_wallets(connection: Connection, rows: Sequence[WalletRow]) -> None:
    """Write versions and movements of wallets that this transaction holds."""
    Bulk(connection).put(
        "wallets",
        _WALLET_COLUMNS,
        rows,
        conflict="(wallet) DO UPDATE SET version = excluded.version,"
        " movements = excluded.movements",
    )


# --- accounts ------------------------------------------------------------------------------------


def accounts_of(connection: Connection, wallets: Iterable[str]) -> dict[Account, tuple[Sums, int]]:
    """(sums, pool) of all accounts of wallets, in order."""
    return dict(_read(Bulk(connection).keyed(_ACCOUNTS, wallets)))


def write_accounts(connection: Connection, rows: Iterable[tuple[Account, Sums, int]]) -> None:
    """Write (account, sums, pool), new or not; the caller holds their wallets."""
    Bulk(connection).put(
        "accounts",
        _ACCOUNT_COLUMNS,
        [account_row(*row) for row in rows],
        conflict="(wallet, unit) DO UPDATE SET earned = excluded.earned,"
        " expired = excluded.expired, used = excluded.used, pending = excluded.pending,"
        " debt = excluded.debt, days = excluded.days, next_day = excluded.next_day,"
        " pool = excluded.pool",
    )


AccountRow = tuple[str, str, int, int, int, int, int, str, str, int]
"""A row of the table, in the order of ``_ACCOUNT_COLUMNS``."""


def account_row(account: Account, sums: Sums, pool: int) -> AccountRow:
    """How the table writes an account."""
    return (
        *account,
        sums.earned_in_all,
        sums.expired_in_all,
        sums.used,
        sums.pending,
        sums.debt,
        _days_text(sums.earned, sums.expired),
        _next_day(sums),
        pool,
    )


def all_account_rows(connection: Connection) -> Iterator[AccountRow]:
    """Every row, as it stands there."""
    for wallet, unit, used, pending, debt, days, pool, earned, expired, next_day in Bulk(
        connection
    ).rows(_ALL_ACCOUNTS):
        yield wallet, unit, earned, expired, used, pending, debt, days, next_day, pool


def repaid_twice(connection: Connection) -> dict[Account, int]:
    """Accounts whose debt is below zero, and by how much."""
    rows = Bulk(connection).rows(_INDEBTED)
    return {Account(WalletId(wallet), UnitId(unit)): -debt for wallet, unit, debt in rows}


def pools_below_zero(connection: Connection) -> dict[Account, int]:
    """Accounts of which the pool gave more than it had."""
    rows = Bulk(connection).rows(_POOLS_BELOW)
    return {Account(WalletId(wallet), UnitId(unit)): pool for wallet, unit, pool in rows}


def _read(
    rows: Iterable[tuple[str, str, int, int, int, str, int]],
) -> Iterator[tuple[Account, tuple[Sums, int]]]:
    for wallet, unit, used, pending, debt, days, pool in rows:
        earned, expired = _days(days)
        sums = Sums(earned=earned, expired=expired, used=used, pending=pending, debt=debt)
        yield Account(WalletId(wallet), UnitId(unit)), (sums, pool)


def _days(text: str) -> tuple[ByDay, ByDay]:
    earned: list[tuple[date | None, int]] = []
    expired: list[tuple[date | None, int]] = []
    for day, n, gone in json.loads(text):
        real = day_of(day)
        if n:
            earned.append((real, n))
        if gone:
            expired.append((real, gone))
    return tuple(earned), tuple(expired)


def _days_text(earned: ByDay, expired: ByDay) -> str:
    """``[[day, earned, expired], …]`` in the order of days, units without expiry last."""
    if not expired:
        return "[" + ",".join(f'["{day_text(day)}",{n},0]' for day, n in earned) + "]"
    gone = dict(expired)
    rows = [(day, n, gone.pop(day, 0)) for day, n in earned]
    rows += [(day, 0, n) for day, n in gone.items()]
    rows.sort(key=lambda row: (row[0] is None, row[0] or date.max))
    return "[" + ",".join(f'["{day_text(day)}",{n},{gone}]' for day, n, gone in rows) + "]"


def _next_day(sums: Sums) -> str:
    if not sums.earned or sums.earned[0][0] is None:
        return NEVER
    if not sums.expired and sums.earned[0][1] > max(0, sums.used) and _no_holes(sums):
        return day_text(sums.earned[0][0])  # what nearly every account comes to
    return next((day_text(lot.day) for lot in lots(sums) if lot.day is not None), NEVER)


def _no_holes(sums: Sums) -> bool:
    return all(n > 0 for _, n in sums.earned)


# Days are few and come again and again.
@lru_cache(maxsize=4096)
def day_text(day: date | None) -> str:
    """How a table writes a day; ``NEVER`` for None."""
    return NEVER if day is None else day.isoformat()


@lru_cache(maxsize=4096)
def day_of(text: str) -> date | None:
    """A day read back from a table."""
    return date.fromisoformat(text) if text else None


# --- holdings ------------------------------------------------------------------------------------


def add_to_holdings(connection: Connection, changes: Iterable[HoldingRow]) -> None:
    """Add to what logs hold; the caller holds the accounts' rows."""
    Bulk(connection).put(
        "holdings",
        "wallet, unit, incarnation, n",
        sorted(changes),
        conflict="(wallet, unit, incarnation) DO UPDATE SET n = holdings.n + excluded.n",
    )


def holdings_of(connection: Connection, wallets: Iterable[str]) -> list[HoldingRow]:
    """What logs hold of wallets, in order."""
    return [HoldingRow(*row) for row in Bulk(connection).keyed(_HOLDINGS, wallets)]


def all_holdings(connection: Connection) -> list[HoldingRow]:
    """Everything that any log holds, in order."""
    return [HoldingRow(*row) for row in Bulk(connection).rows(_ALL_HOLDINGS)]


def holdings_below_zero(connection: Connection) -> list[HoldingRow]:
    """Where any log spent more than it held, in order."""
    return [HoldingRow(*row) for row in Bulk(connection).rows(_HOLDINGS_BELOW)]


def holes(connection: Connection, incarnation: str, wallets: Iterable[str]) -> dict[Account, int]:
    """Accounts of which a log spent more than it held, as far as its facts tell; below zero."""
    rows = Bulk(connection).keyed(_HOLES, wallets, (incarnation,))
    return {Account(WalletId(wallet), UnitId(unit)): n for wallet, unit, n in rows}


def forget_all(connection: Connection) -> None:
    """Before accounts and holdings are written anew."""
    for table in (schema.accounts, schema.holdings):
        connection.execute(delete(table))
