"""What follows from single facts: entries by wallet, units that vest later, warnings, extensions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.engine import Connection

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import schema
from terminal.server.database.accounts import day_of
from terminal.server.database.bulk import Bulk


class EntryRow(NamedTuple):
    """One row of ``entries``; the fields are the columns."""

    incarnation: str
    seq: int
    position: int
    wallet: str
    unit: str
    kind: str
    n: int
    day: str
    business_day: str


class PendingRow(NamedTuple):
    """One row of ``pending``: n units of a sale that vest on a day."""

    incarnation: str
    seq: int
    wallet: str
    unit: str
    vests: str
    n: int
    store: str


class WarningRow(NamedTuple):
    """One row of ``warnings``."""

    wallet: str
    unit: str
    day: str
    warned_on: str
    last_day: str
    how: str


class ExtensionRow(NamedTuple):
    """One row of ``extensions``."""

    wallet: str
    unit: str
    day: str
    until: str
    reason: str


_ENTRY_COLUMNS = "incarnation, seq, position, wallet, unit, kind, n, day, business_day"
_OF_ACCOUNT = """SELECT kind, n, day, business_day FROM entries
WHERE wallet = ? AND unit = ?"""
_ALL_ENTRIES = """SELECT incarnation, seq, position, wallet, unit, kind, n, day, business_day
FROM entries WHERE incarnation = ? AND seq >= ? AND seq <= ? ORDER BY seq, position"""
_EARNED_BY_SALES = """SELECT DISTINCT e.incarnation, e.seq, f.wall_ms FROM entries e
JOIN facts f ON f.incarnation = e.incarnation AND f.seq = e.seq
WHERE e.kind IN ('earn', 'earn_pending') AND e.business_day >= ? AND f.kind = 'SaleRecorded'
AND e.wallet {keys} ORDER BY f.wall_ms DESC, e.incarnation, e.seq LIMIT 200"""
_TAKEN_BACK = """SELECT e.wallet, e.unit, e.n, f.stored FROM entries e
JOIN facts f ON f.incarnation = e.incarnation AND f.seq = e.seq WHERE e.kind = 'vest'
AND f.kind IN ('RefundRecorded', 'RefundSettled', 'UnitsAdjusted') AND e.wallet {keys}"""
_PENDING_COLUMNS = "incarnation, seq, wallet, unit, vests, n, store"
_DEALT_WITH = "DELETE FROM pending WHERE incarnation = ? AND seq = ? AND vests <= ?"
_ALL_PENDING = """SELECT incarnation, seq, wallet, unit, vests, n, store FROM pending
ORDER BY incarnation, seq, wallet, unit, vests"""
_WARNINGS = """SELECT wallet, unit, day, warned_on, last_day, how FROM warnings
WHERE wallet {keys} ORDER BY wallet, unit, day"""
_EXTENSIONS = """SELECT wallet, unit, day, until, reason FROM extensions
WHERE wallet {keys} ORDER BY wallet, unit, day"""


def add(connection: Connection, rows: Sequence[EntryRow]) -> None:
    """Keep the entries of facts that are applied."""
    Bulk(connection).put("entries", _ENTRY_COLUMNS, rows)


def of_account(connection: Connection, account: Account) -> list[tuple[Entry, date]]:
    """All entries of an account with their business days, in no order."""
    rows = Bulk(connection).rows(_OF_ACCOUNT, account)
    found: list[tuple[Entry, date]] = []
    for kind, n, day, business_day in rows:
        on = date.fromisoformat(business_day)
        found.append((Entry(account, EntryKind(kind), n, day_of(day)), on))
    return found


def sales_that_earned(
    connection: Connection, wallets: Iterable[str], since: date
) -> list[tuple[str, int]]:
    """Sales that brought units to wallets from a business day on, the latest first; at most 200."""
    rows = Bulk(connection).keyed(_EARNED_BY_SALES, wallets, (since.isoformat(),))
    return [(incarnation, seq) for incarnation, seq, _ in rows]


def of_facts(connection: Connection, incarnation: str, first: int, last: int) -> list[EntryRow]:
    """The entries of some facts of a log, in order."""
    rows = Bulk(connection).rows(_ALL_ENTRIES, (incarnation, first, last))
    return [EntryRow(*row) for row in rows]


def forget_all(connection: Connection) -> None:
    """Before everything is written anew."""
    for table in (schema.entries, schema.pending, schema.warnings, schema.extensions):
        connection.execute(delete(table))


# --- units that vest later -----------------------------------------------------------------------


def add_pending(connection: Connection, rows: Iterable[PendingRow]) -> None:
    """Note what a sale earned that vests later."""
    Bulk(connection).put("pending", _PENDING_COLUMNS, sorted(rows))


def dealt_with(connection: Connection, sales: Iterable[tuple[str, int, str]]) -> None:
    """What sales earned that was to vest by a day waits no more: (incarnation, seq, day)."""
    bulk = Bulk(connection)
    for incarnation, seq, up_to in sorted(sales):
        bulk.run(_DEALT_WITH, (incarnation, seq, up_to))


def taken_back_pending(
    connection: Connection, wallets: Iterable[str]
) -> list[tuple[Account, int, bytes]]:
    """What was taken back before it vested: (account, n, the fact that took it)."""
    rows = Bulk(connection).keyed(_TAKEN_BACK, wallets)
    return [
        (Account(WalletId(wallet), UnitId(unit)), n, bytes(stored))
        for wallet, unit, n, stored in rows
    ]


def all_pending(connection: Connection) -> list[PendingRow]:
    """Everything that vests later, in order."""
    return [PendingRow(*row) for row in Bulk(connection).rows(_ALL_PENDING)]


# --- warnings and extensions ---------------------------------------------------------------------


def add_warnings(connection: Connection, rows: Iterable[WarningRow]) -> None:
    """Note that members were told when lots end.

    A lot has one row. What was told of the latest last day holds, since an extension makes
    earlier warnings void; of two that told the same, the earlier.
    """
    Bulk(connection).put(
        "warnings",
        "wallet, unit, day, warned_on, last_day, how",
        list(holding_warnings(rows).values()),
        conflict="(wallet, unit, day) DO UPDATE SET warned_on = excluded.warned_on,"
        " last_day = excluded.last_day, how = excluded.how"
        " WHERE excluded.last_day > warnings.last_day"
        " OR (excluded.last_day = warnings.last_day"
        " AND (excluded.warned_on < warnings.warned_on OR"
        " (excluded.warned_on = warnings.warned_on AND excluded.how < warnings.how)))",
    )


def add_extensions(connection: Connection, rows: Iterable[ExtensionRow]) -> None:
    """Note that lots stay usable for longer; the latest day holds."""
    Bulk(connection).put(
        "extensions",
        "wallet, unit, day, until, reason",
        list(holding_extensions(rows).values()),
        conflict="(wallet, unit, day) DO UPDATE SET until = excluded.until,"
        " reason = excluded.reason WHERE excluded.until > extensions.until"
        " OR (excluded.until = extensions.until AND excluded.reason > extensions.reason)",
    )


def warnings_of(connection: Connection, wallets: Iterable[str]) -> list[WarningRow]:
    """What members of wallets were told, in order."""
    return [WarningRow(*row) for row in Bulk(connection).keyed(_WARNINGS, wallets)]


def extensions_of(connection: Connection, wallets: Iterable[str]) -> list[ExtensionRow]:
    """What of wallets stays usable for longer, in order."""
    return [ExtensionRow(*row) for row in Bulk(connection).keyed(_EXTENSIONS, wallets)]


def account_of(row: EntryRow | PendingRow | WarningRow | ExtensionRow) -> Account:
    """Whose row it is."""
    return Account(WalletId(row.wallet), UnitId(row.unit))


def holding_warnings(rows: Iterable[WarningRow]) -> dict[tuple[str, str, str], WarningRow]:
    """The warning that holds for each lot, in order."""
    best: dict[tuple[str, str, str], WarningRow] = {}
    # The last one put holds: the latest last day, and of those the earliest telling.
    ordered = sorted(rows, key=lambda row: (row.warned_on, row.how), reverse=True)
    for row in sorted(ordered, key=lambda row: row.last_day):
        best[row.wallet, row.unit, row.day] = row
    return {key: best[key] for key in sorted(best)}


def holding_extensions(
    rows: Iterable[ExtensionRow],
) -> dict[tuple[str, str, str], ExtensionRow]:
    """The extension that holds for each lot, in order."""
    latest: dict[tuple[str, str, str], ExtensionRow] = {}
    for row in sorted(rows, key=lambda one: (one.until, one.reason)):
        latest[row.wallet, row.unit, row.day] = row
    return {key: latest[key] for key in sorted(latest)}
