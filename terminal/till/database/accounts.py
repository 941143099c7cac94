"""All accounts one after the other, as the tables have them and as the facts come to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from terminal.loyalty.ledger import NOTHING, RIGHT_SIGN, Entry, EntryKind, Sums, apply
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database.balances import day_of, drop_balances, put_rights, sums_of, write_sums
from terminal.till.database.gathered import IN_WALLETS
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.side_by_side import side_by_side
from terminal.till.database.statements import NOT_TOLD, kept_in_order

_SUMS = "SELECT wallet, unit, used, pending, debt FROM balances ORDER BY wallet, unit"
_DAYS = """SELECT wallet, unit, day, earned, expired FROM balance_days
ORDER BY wallet, unit, day"""
_RIGHTS = "SELECT wallet, unit, n FROM rights ORDER BY wallet, unit"

ACCOUNTS_TOGETHER = 1_000

Held = tuple[str, str, Sums, int]
"""Wallet, unit, its sums, and how much of it may be spent here."""


def stored_accounts(connection: Connection) -> Iterator[Held]:
    """As the tables have them, in order."""
    quick = Quick(connection)
    tables = quick.each(_SUMS), quick.each(_DAYS), quick.each(_RIGHTS)
    for (wallet, unit), rows in side_by_side(2, *tables):
        counts, days, right = (0, 0, 0), [], 0
        for table, (_, _, *columns) in rows:
            if table == 0:
                used, pending, debt = columns
                counts = (used, pending, debt)
            elif table == 1:
                day, earned, expired = columns
                days.append((day, earned, expired))
            else:
                (right,) = columns
        yield wallet, unit, sums_of(*counts, days), right


def computed_accounts(connection: Connection, incarnation: str) -> Iterator[Held]:
    """As statements and the gathered facts come to them, in order.

    ``incarnation`` is the own log: only its facts make rights.
    """
    tail = Quick(connection).each(IN_WALLETS)
    for (wallet,), rows in side_by_side(1, kept_in_order(connection), tail):
        kept = NOT_TOLD
        sums: dict[UnitId, Sums] = {}
        rights: dict[UnitId, int] = {}
        for table, (_, *columns) in rows:
            if table == 0:
                (kept,) = columns
                sums |= kept.sums
                continue
            unit, log, seq, kind, n, day = columns
            entry = Entry(Account(WalletId(wallet), unit), EntryKind(kind), n, day_of(day))
            if not kept.has(log, seq):
                sums[unit] = apply(sums.get(unit, NOTHING), entry)
            if log == incarnation:
                rights[unit] = rights.get(unit, 0) + RIGHT_SIGN[entry.kind] * n
        for unit in sorted({*sums, *rights}):
            yield wallet, unit, sums.get(unit, NOTHING), rights.get(unit, 0)


def write_accounts(connection: Connection, accounts: Iterable[Held]) -> None:
    """Replace all rows of sums and rights."""
    drop_balances(connection)
    left = iter(accounts)
    while together := list(islice(left, ACCOUNTS_TOGETHER)):
        keyed = [(_account(wallet, unit), sums, right) for wallet, unit, sums, right in together]
        write_sums(connection, [(account, NOTHING, sums) for account, sums, _ in keyed])
        put_rights(connection, {account: right for account, _, right in keyed if right})


def _account(wallet: str, unit: str) -> Account:
    return Account(WalletId(wallet), UnitId(unit))
