"""Budgets of offers: what the owner set aside becomes rights in the pool, once.

How much of a budget was put in is what its account earned, so whoever looks again, after a crash or
beside another server, finds nothing to do. More is added; less takes only what the pool still has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from terminal.loyalty.bodies import UnitsAdjusted
from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, Sums
from terminal.loyalty.wallet import Account
from terminal.server.clock import day_of
from terminal.server.database import accounts, registry
from terminal.server.database.connection import Connection
from terminal.server.ledger.histories import relevant_programmes
from terminal.server.ledger.minting import Coin, mint_quietly

BUDGET = "budget"
"""The reason of the facts by which budgets are put in."""


def fund(connection: Connection, now_ms: int) -> int:
    """Put in what budgets of now and of days to come lack; returns how many accounts changed.

    Nothing while there is no store: its own log writes them.
    """
    stores = [row.id for row in registry.all_stores(connection)]
    wanted = budgets_of(relevant_programmes(connection, now_ms)) if stores else {}
    if not wanted:
        return 0
    wallets = sorted({account.wallet for account in wanted})
    if not list(_coins(wanted, accounts.accounts_of(connection, wallets))):
        return 0
    store = min(stores)
    accounts.lock_wallets(connection, wallets, store)
    # Another server may have been quicker.
    coins = list(_coins(wanted, accounts.accounts_of(connection, wallets)))
    mint_quietly(connection, coins, store=store, now_ms=now_ms, business_day=day_of(now_ms))
    return len(coins)


def _coins(
    wanted: Mapping[Account, int], known: Mapping[Account, tuple[Sums, int]]
) -> Iterator[Coin]:
    for account, amount in sorted(wanted.items()):
        sums, pool = known.get(account, (NOTHING, 0))
        lacking = amount - sums.earned_in_all
        too_much = min(-lacking, max(0, pool))
        if lacking > 0:
            entry = Entry(account, EntryKind.EARN, lacking, None)
        elif too_much > 0:
            entry = Entry(account, EntryKind.UNEARN, too_much, None)
        else:
            continue
        body = UnitsAdjusted(reason=BUDGET, member="")
        yield Coin(kind=FactKind.UNITS_ADJUSTED, entries=(entry,), body=body)
