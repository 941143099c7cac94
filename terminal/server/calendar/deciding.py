"""Lots that wait for a person: let them stay until a day, or let them end.

Nobody was told in time that they end, and they have stayed for as long as the owner lets units
stay by themselves. What is decided here is done by the calendar from then on.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from hashlib import sha256

from terminal.loyalty.bodies import LotExtended
from terminal.loyalty.expiry import Because, ExpiryTerms, in_good_time
from terminal.loyalty.facts import FactKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.calendar import endings
from terminal.server.calendar.minting import mint_by_store
from terminal.server.database import accounts, lots
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.lots import FIRST, DecisionRow
from terminal.server.ledger.minting import Coin
from terminal.server.registry.local_days import LocalDays

AT_ONCE = 200
"""Lots in one transaction."""
READ_AT_ONCE = 1_000


class UnfitDay(ValueError):
    """Units cannot stay until then; the message says why."""


def lot_id(row: DecisionRow) -> str:
    """What people call a listed lot: short, and the same every day."""
    return sha256(f"{row.wallet}|{row.unit}|{row.day}".encode()).hexdigest()[:8]


def waiting(connection: Connection) -> list[DecisionRow]:
    """The lots that nobody has decided about."""
    found: list[DecisionRow] = []
    after: tuple[str, str, str] = FIRST
    while rows := lots.decisions(connection, after, READ_AT_ONCE):
        found += [row for row in rows if not row.ruling]
        after = (rows[-1].wallet, rows[-1].unit, rows[-1].day)
    return found


def let_stay(
    database: ServerDatabase,
    rows: Collection[DecisionRow],
    until: date,
    *,
    now_ms: int,
    days: LocalDays,
) -> None:
    """Let lots be usable until a day, of which their members can still be told.

    Raises:
        UnfitDay: that day is too soon for that.
    """
    if not in_good_time(days.begun, until):
        raise UnfitDay(f"{until} is too soon: nobody could be told in time that it ends then.")

    def work(connection: Connection, batch: Collection[DecisionRow]) -> None:
        coins: dict[str, list[Coin]] = {}
        wallets = sorted({row.wallet for row in batch})
        accounts.lock_wallets(connection, wallets, "")
        homes = {row.wallet: row.store for row in accounts.wallet_rows(connection, wallets)}
        for row in batch:
            body = LotExtended(
                wallet=WalletId(row.wallet),
                unit=UnitId(row.unit),
                day=date.fromisoformat(row.day),
                until=until,
                reason=Because.OWNER.value,
            )
            coin = Coin(kind=FactKind.LOT_EXTENDED, entries=(), body=body)
            coins.setdefault(homes[row.wallet], []).append(coin)
        lots.forget_decisions(connection, batch)
        mint_by_store(connection, coins, now_ms=now_ms, days=days)

    for batch in _batches(rows):
        database.run(lambda connection, batch=batch: work(connection, batch))  # type: ignore[misc]


def let_end(
    database: ServerDatabase,
    rows: Collection[DecisionRow],
    *,
    now_ms: int,
    days: LocalDays,
    terms: ExpiryTerms,
) -> endings.Done:
    """Let lots end although nobody was told; what tills hold of them is asked back first."""
    done = endings.Done()
    for batch in _batches(rows):
        database.run(lambda connection, batch=batch: _rule_end(connection, batch))  # type: ignore[misc]
        wanted = {Account(WalletId(row.wallet), UnitId(row.unit)) for row in batch}
        done += endings.end(database, sorted(wanted), now_ms=now_ms, days=days, terms=terms)
    return done


def _rule_end(connection: Connection, rows: Collection[DecisionRow]) -> None:
    for row in rows:
        lots.rule(connection, row, lots.ENDS)


def _batches(rows: Collection[DecisionRow]) -> list[list[DecisionRow]]:
    listed = list(rows)
    return [listed[begin : begin + AT_ONCE] for begin in range(0, len(listed), AT_ONCE)]
