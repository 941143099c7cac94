"""Facts of several stores in one transaction: their logs in order, their feeds last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from terminal.loyalty.wallet import WalletId
from terminal.server.database.connection import Connection
from terminal.server.ledger.minting import Coin, mint_quietly, own_log, tell_changed
from terminal.server.registry.local_days import LocalDays


def mint_by_store(
    connection: Connection, coins: Mapping[str, Sequence[Coin]], *, now_ms: int, days: LocalDays
) -> None:
    """Make facts of each store's own day; everybody who is interested is told once, at the end."""
    changed: set[WalletId] = set()
    for store in sorted(coins, key=lambda one: own_log(connection, one)[0]):
        _, wallets = mint_quietly(
            connection, coins[store], store=store, now_ms=now_ms, business_day=days.at(store)
        )
        changed |= wallets
    tell_changed(connection, changed)
