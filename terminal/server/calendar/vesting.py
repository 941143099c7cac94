"""Pending units become spendable when the return window of their sale closes.

What was taken back meanwhile is pending no more: of a sale that came back nothing vests, and never
more than an account has pending, so that what was bought later waits its own time. A
till may have taken units back as pending that had vested here; then they are earned and taken
back once more, and both sums and rights come to nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from terminal.loyalty import ledger
from terminal.loyalty.bodies import UnitsVested, VestingCorrected
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.giving import fact_name
from terminal.loyalty.ledger import Entry, Sums
from terminal.loyalty.wallet import Account, WalletId
from terminal.server.calendar.minting import mint_by_store
from terminal.server.database import accounts as account_table
from terminal.server.database import entries as entry_table
from terminal.server.database import logs, lots
from terminal.server.database.accounts import day_text
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.deeds import Place
from terminal.server.database.entries import PendingRow
from terminal.server.ledger.minting import Coin
from terminal.server.ledger.settling import stored_at
from terminal.server.registry.local_days import LocalDays


def vest(
    database: ServerDatabase, sales: Sequence[tuple[str, int]], *, now_ms: int, days: LocalDays
) -> int:
    """Vest what is due of some sales, by the day in their stores; returns of how many."""

    def work(connection: Connection) -> int:
        seen = _due(connection, days, sales)
        sums = _locked(connection, {entry_table.account_of(row) for row in seen})
        # Read again under the lock: another server may have been here.
        rows = _due(connection, days, sales)
        coins = _coins(rows, sums, days, _taken_back(connection, rows))
        mint_by_store(connection, coins, now_ms=now_ms, days=days)
        return sum(len(ofs) for ofs in coins.values())

    return database.run(work)


def correct(database: ServerDatabase, *, now_ms: int, days: LocalDays, most: int) -> int:
    """Put accounts right of which more vested than was pending; returns how many.

    While logs are missing after a restore, the sale itself may be what is missing; then it waits.
    """

    def work(connection: Connection) -> int:
        wanted = lots.over_vested(connection, most)
        if not wanted or logs.any_quarantined(connection):
            return 0
        homes = _homes(connection, wanted)
        found = _locked_with_pools(connection, set(wanted))
        coins: dict[str, list[Coin]] = {}
        for account in sorted(found):
            sums, pool = found[account]
            if account in homes and sums.pending < 0:
                coins.setdefault(homes[account], []).append(
                    Coin(
                        kind=FactKind.VESTING_CORRECTED,
                        entries=ledger.vested_twice(account, -sums.pending, rights_here=pool),
                        body=VestingCorrected(wallet=account.wallet, unit=account.unit),
                    )
                )
        mint_by_store(connection, coins, now_ms=now_ms, days=days)
        return sum(len(ofs) for ofs in coins.values())

    done = 0
    while n := database.run(work):
        done += n
    return done


def _due(
    connection: Connection, days: LocalDays, sales: Sequence[tuple[str, int]]
) -> list[PendingRow]:
    rows = lots.units_due(connection, days.begun, sales)
    return [row for row in rows if row.vests <= day_text(days.at(row.store))]


def _coins(
    rows: Iterable[PendingRow],
    sums: Mapping[Account, Sums],
    days: LocalDays,
    taken: Mapping[tuple[Place, Account], int],
) -> dict[str, list[Coin]]:
    """One fact for each sale, by store."""
    pending = {account: max(0, one.pending) for account, one in sums.items()}
    owed = {account: max(0, one.debt) for account, one in sums.items()}
    by_sale: dict[tuple[str, int], list[PendingRow]] = {}
    for row in rows:
        by_sale.setdefault((row.incarnation, row.seq), []).append(row)
    coins: dict[str, list[Coin]] = {}
    for (incarnation, seq), due in by_sale.items():
        entries: list[Entry] = []
        for account, n in _by_account(due).items():
            left = max(0, n - taken.get((Place(incarnation, seq), account), 0))
            vested = min(left, pending.get(account, 0))
            if vested:
                entries += ledger.vesting(account, vested, debt=owed[account])
                pending[account] -= vested
                owed[account] = max(0, owed[account] - vested)
        body = UnitsVested(incarnation=incarnation, seq=seq, up_to=days.at(due[0].store))
        coin = Coin(kind=FactKind.UNITS_VESTED, entries=tuple(entries), body=body)
        coins.setdefault(due[0].store, []).append(coin)
    return coins


def _taken_back(
    connection: Connection, rows: Sequence[PendingRow]
) -> dict[tuple[Place, Account], int]:
    """What returns of these very sales, or the undoing of these gifts, took before it vested."""
    found = entry_table.taken_back_pending(connection, sorted({row.wallet for row in rows}))
    if not found:
        return {}
    by_name: Counter[tuple[str, Account]] = Counter()
    for account, n, stored in found:
        by_name[_told(stored, "undoes") or _told(stored, "sale"), account] += n
    taken: dict[tuple[Place, Account], int] = {}
    for row in rows:
        place, account = Place(row.incarnation, row.seq), entry_table.account_of(row)
        names = {fact_name(*place), _told(stored_at(connection, place), "id")} - {""}
        if n := sum(by_name[name, account] for name in names):
            taken[place, account] = n
    return taken


def _told(stored: bytes | None, key: str) -> str:
    """A name in a fact's body; empty where it has none, or cannot be read here."""
    try:
        told = json.loads(decode(stored).body).get(key) if stored is not None else ""
    except (ValueError, AttributeError, RecursionError):
        return ""
    return told if isinstance(told, str) else ""


def _by_account(rows: Iterable[PendingRow]) -> dict[Account, int]:
    found: dict[Account, int] = {}
    for row in rows:
        account = entry_table.account_of(row)
        found[account] = found.get(account, 0) + row.n
    return found


def _homes(connection: Connection, accounts: Iterable[Account]) -> dict[Account, str]:
    ordered = list(accounts)
    rows = account_table.wallet_rows(connection, sorted({one.wallet for one in ordered}))
    homes = {WalletId(row.wallet): row.store for row in rows}
    return {one: homes[one.wallet] for one in ordered if one.wallet in homes}


def _locked(connection: Connection, accounts: set[Account]) -> dict[Account, Sums]:
    return {one: pair[0] for one, pair in _locked_with_pools(connection, accounts).items()}


def _locked_with_pools(
    connection: Connection, accounts: set[Account]
) -> dict[Account, tuple[Sums, int]]:
    """Sums and pools, with the wallets held first, as everybody does."""
    wallets = {one.wallet for one in accounts}
    account_table.lock_wallets(connection, wallets, "")
    found = account_table.accounts_of(connection, sorted(wallets))
    return {one: found[one] for one in accounts}
