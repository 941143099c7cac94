"""What the calendar asks: units due to vest, lots whose day has come, and what a person decides.

Days are ISO text here as in the tables, so that they compare in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database.accounts import day_of, day_text
from terminal.server.database.bulk import Bulk
from terminal.server.database.connection import Connection
from terminal.server.database.entries import PendingRow


class EndingKey(NamedTuple):
    """An account with units left whose earliest expiry day is ``next_day``; in this order."""

    next_day: str
    wallet: str
    unit: str

    @property
    def account(self) -> Account:
        """Which one."""
        return Account(WalletId(self.wallet), UnitId(self.unit))


class DecisionRow(NamedTuple):
    """A lot that waits for a person, a row of ``decisions``."""

    wallet: str
    unit: str
    day: str
    n: int
    listed_ms: int
    ruling: str = ""
    """`ENDS` where somebody decided that it ends; it may wait for rights that are out."""


ENDS = "end"
FIRST = EndingKey("", "", "")
"""Before all accounts that have an earliest day."""

_SALES_DUE = """SELECT DISTINCT incarnation, seq FROM pending
WHERE vests <= ? AND (incarnation, seq) > (?, ?) ORDER BY incarnation, seq LIMIT ?"""
_DUE = """SELECT incarnation, seq, wallet, unit, vests, n, store FROM pending
WHERE vests <= ? AND incarnation {keys} ORDER BY incarnation, seq, vests, wallet, unit"""
_OVER_VESTED = """SELECT wallet, unit FROM accounts WHERE pending < 0
ORDER BY wallet, unit LIMIT ?"""
_ENDING = """SELECT next_day, wallet, unit FROM accounts
WHERE next_day <> '' AND next_day <= ? AND (next_day, wallet, unit) > (?, ?, ?)
ORDER BY next_day, wallet, unit LIMIT ?"""
_UNSPENT = """SELECT wallet, unit, business_day, n FROM entries
WHERE kind = 'unspend' AND business_day >= ? AND wallet {keys}"""
_CAME = """SELECT wallet, unit, kind, n, day, business_day FROM entries
WHERE (kind = 'earn_pending' OR (kind IN ('earn', 'vest') AND business_day >= ?))
AND wallet {keys}"""
_DECISIONS = """SELECT wallet, unit, day, n, listed_ms, ruling FROM decisions
WHERE wallet {keys} ORDER BY wallet, unit, day"""
_DECISIONS_AFTER = """SELECT wallet, unit, day, n, listed_ms, ruling FROM decisions
WHERE (wallet, unit, day) > (?, ?, ?) ORDER BY wallet, unit, day LIMIT ?"""
_RULE = "UPDATE decisions SET ruling = ? WHERE wallet = ? AND unit = ? AND day = ?"
_DECIDED = "DELETE FROM decisions WHERE wallet = ? AND unit = ? AND day = ?"
_ASKED = """SELECT incarnation, wallet, unit, n FROM recalls WHERE wallet {keys}"""


# --- vesting -------------------------------------------------------------------------------------


def sales_due(
    connection: Connection, today: date, after: tuple[str, int], most: int
) -> list[tuple[str, int]]:
    """Sales, as (incarnation, seq), that earned units due to vest; beyond one of them, in order."""
    rows = Bulk(connection).rows(_SALES_DUE, (day_text(today), *after, most))
    return [(row[0], row[1]) for row in rows]


def units_due(
    connection: Connection, today: date, sales: Iterable[tuple[str, int]]
) -> list[PendingRow]:
    """Everything of these sales that is due, the earliest days of a sale first."""
    wanted = set(sales)
    incarnations = sorted({incarnation for incarnation, _ in wanted})
    rows = Bulk(connection).keyed(_DUE, incarnations, (day_text(today),))
    return [PendingRow(*row) for row in rows if (row[0], row[1]) in wanted]


def over_vested(connection: Connection, most: int) -> list[Account]:
    """Accounts of which more vested than was pending."""
    rows = Bulk(connection).rows(_OVER_VESTED, (most,))
    return [Account(WalletId(wallet), UnitId(unit)) for wallet, unit in rows]


# --- lots that end -------------------------------------------------------------------------------


def ending(connection: Connection, up_to: date, after: EndingKey, most: int) -> list[EndingKey]:
    """Accounts with units left that were earned for a day up to this one, in order."""
    rows = Bulk(connection).rows(_ENDING, (day_text(up_to), *after, most))
    return [EndingKey(*row) for row in rows]


def given_back(
    connection: Connection, wallets: Iterable[str], since: date
) -> dict[Account, list[tuple[date, int]]]:
    """(business day, n) of spent units that were given back on a day or later."""
    found: dict[Account, list[tuple[date, int]]] = {}
    for wallet, unit, day, n in Bulk(connection).keyed(_UNSPENT, wallets, (day_text(since),)):
        account = Account(WalletId(wallet), UnitId(unit))
        found.setdefault(account, []).append((date.fromisoformat(day), n))
    return found


def came(
    connection: Connection, wallets: Iterable[str], since: date
) -> dict[Account, list[tuple[Entry, date]]]:
    """Entries by which units came or vested on a day or later, and all by which any are pending."""
    found: dict[Account, list[tuple[Entry, date]]] = {}
    rows = Bulk(connection).keyed(_CAME, wallets, (day_text(since),))
    for wallet, unit, kind, n, day, on in rows:
        account = Account(WalletId(wallet), UnitId(unit))
        entry = Entry(account, EntryKind(kind), n, day_of(day))
        found.setdefault(account, []).append((entry, date.fromisoformat(on)))
    return found


def asked_back(connection: Connection, wallets: Iterable[str]) -> dict[tuple[str, Account], int]:
    """What logs are asked to give back of wallets already, by (incarnation, account)."""
    rows = Bulk(connection).keyed(_ASKED, wallets)
    return {
        (incarnation, Account(WalletId(wallet), UnitId(unit))): n
        for incarnation, wallet, unit, n in rows
    }


# --- decisions -----------------------------------------------------------------------------------


def decisions_of(connection: Connection, wallets: Iterable[str]) -> list[DecisionRow]:
    """What waits for a person in these wallets."""
    return [DecisionRow(*row) for row in Bulk(connection).keyed(_DECISIONS, wallets)]


def decisions(
    connection: Connection, after: tuple[str, str, str] = FIRST, most: int = 1_000
) -> list[DecisionRow]:
    """What waits for a person, beyond (wallet, unit, day), in that order."""
    return [DecisionRow(*row) for row in Bulk(connection).rows(_DECISIONS_AFTER, (*after, most))]


def list_decisions(connection: Connection, rows: Sequence[DecisionRow]) -> None:
    """List lots for a person; one that is listed keeps its instant and has its newest count."""
    Bulk(connection).put(
        "decisions",
        "wallet, unit, day, n, listed_ms, ruling",
        rows,
        conflict="(wallet, unit, day) DO UPDATE SET n = excluded.n",
    )


def rule(connection: Connection, row: DecisionRow, ruling: str) -> None:
    """Write down what somebody decided about a listed lot."""
    Bulk(connection).run(_RULE, (ruling, row.wallet, row.unit, row.day))


def forget_decisions(connection: Connection, rows: Iterable[DecisionRow]) -> None:
    """Lots that are spent, or that somebody decided about."""
    bulk = Bulk(connection)
    for row in rows:
        bulk.run(_DECIDED, (row.wallet, row.unit, row.day))
