"""Statements: what a till is told of wallets, as they stand in this moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from terminal.loyalty.expiry import Told, warned_days
from terminal.loyalty.ledger import Sums
from terminal.loyalty.statement import AccountStatement, PlacedRight, Statement
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import entries as entry_table
from terminal.server.database import grants, logs
from terminal.server.database.accounts import HoldingRow
from terminal.server.database.connection import Connection
from terminal.server.database.grants import GrantRow
from terminal.server.ledger import movements
from terminal.server.ledger.histories import histories_of

_POOL = ""
"""The place of rights that sit at the server."""


def statements_of(
    connection: Connection, wallets: Iterable[str], incarnation: str, now_ms: int
) -> tuple[Statement, ...]:
    """The statements of wallets for one log, in the order of their ids.

    Wallets that the server does not know have none. ``elsewhere`` tells where rights are that
    this log neither holds nor was sent: the pool (place ''), other tills, on their way to others.
    """
    asked = sorted(set(wallets))
    if not asked:
        return ()
    rows = account_table.wallet_rows(connection, asked)
    accounts = account_table.accounts_of(connection, asked)
    held = [
        one
        for one in account_table.holdings_of(connection, asked)
        if one.incarnation != incarnation
    ]
    sent = [one for one in grants.sent_of(connection, asked) if one.incarnation != incarnation]
    writers = {one for row in rows for one in movements.writers(row.movements)}
    told_of = writers.union(one.incarnation for one in held).union(one.incarnation for one in sent)
    lanes = logs.lanes(connection, told_of)
    elsewhere = _elsewhere(accounts, held, sent, lanes)
    told = _accounts(connection, asked, accounts)
    histories = histories_of(connection, asked, now_ms)
    return tuple(
        Statement(
            wallet=WalletId(row.wallet),
            version=row.version,
            accounts=tuple(told.get(row.wallet, ())),
            elsewhere=tuple(elsewhere.get(row.wallet, ())),
            movements=movements.read(row.movements, lanes),
            history=histories.get(row.wallet, ()),
        )
        for row in rows
    )


def _elsewhere(
    accounts: dict[Account, tuple[Sums, int]],
    held: Sequence[HoldingRow],
    sent: Sequence[GrantRow],
    lanes: dict[str, str],
) -> dict[str, list[PlacedRight]]:
    """By wallet; what lies in several logs of one till, or is on its way there, is added up."""
    counted: dict[tuple[str, str, str], int] = {}
    for account, (_, pool) in accounts.items():
        counted[account.wallet, account.unit, _POOL] = pool
    holding = [(one.account, one.incarnation, one.n) for one in held]
    coming = [(one.account, one.incarnation, one.n) for one in sent]
    for account, incarnation, n in holding + coming:
        key = (account.wallet, account.unit, lanes[incarnation])
        counted[key] = counted.get(key, 0) + n
    found: dict[str, list[PlacedRight]] = {}
    for wallet, unit, place in sorted(counted):
        n = counted[wallet, unit, place]
        if n > 0:
            right = PlacedRight(unit=UnitId(unit), place=place, n=n)
            found.setdefault(wallet, []).append(right)
    return found


def _accounts(
    connection: Connection, wallets: Sequence[str], accounts: dict[Account, tuple[Sums, int]]
) -> dict[str, list[AccountStatement]]:
    extended: dict[Account, list[tuple[date, date]]] = {}
    for one in entry_table.extensions_of(connection, wallets):
        days = (date.fromisoformat(one.day), date.fromisoformat(one.until))
        extended.setdefault(entry_table.account_of(one), []).append(days)
    warned: dict[Account, list[tuple[Told, date]]] = {}
    for told in entry_table.warnings_of(connection, wallets):
        what = Told(date.fromisoformat(told.day), date.fromisoformat(told.last_day))
        on = date.fromisoformat(told.warned_on)
        warned.setdefault(entry_table.account_of(told), []).append((what, on))
    found: dict[str, list[AccountStatement]] = {}
    for account, (sums, _) in accounts.items():
        until = tuple(extended.get(account, ()))
        found.setdefault(account.wallet, []).append(
            AccountStatement(
                unit=account.unit,
                sums=sums,
                extended=until,
                warned=warned_days(warned.get(account, ()), until),
            )
        )
    return found
