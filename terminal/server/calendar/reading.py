"""Accounts as the rules of expiry want them: sums, extensions, warnings, and where rights are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from terminal.loyalty.expiry import (
    WARNED_AHEAD,
    WARNED_AT_MOST_AHEAD,
    EndingAccount,
    LotToWarn,
    Told,
    lots_to_warn,
    warned_days,
)
from terminal.loyalty.history import PURCHASES
from terminal.loyalty.ledger import Sums
from terminal.loyalty.statement import AccountStatement
from terminal.loyalty.units import NeverExpires, renewed_to
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import counts, grants, lots
from terminal.server.database import entries as entry_table
from terminal.server.database.connection import Connection
from terminal.server.database.lots import EndingKey
from terminal.server.ledger.published import published
from terminal.server.members import households

_NEVER = NeverExpires()


def ending_accounts(
    connection: Connection, accounts: Collection[Account], *, lock: bool = False
) -> dict[Account, EndingAccount]:
    """Accounts with everything that their end depends on; ``lock`` holds their rows."""
    wallets = sorted({account.wallet for account in accounts})
    if lock:
        account_table.lock_wallets(connection, wallets, "")
    found = account_table.accounts_of(connection, wallets)
    out: dict[Account, int] = {}
    for row in account_table.holdings_of(connection, wallets):
        out[row.account] = out.get(row.account, 0) + max(0, row.n)
    for grant in grants.sent_of(connection, wallets):
        out[grant.account] = out.get(grant.account, 0) + grant.n
    stated = _stated(connection, {one: found[one][0] for one in accounts if one in found})
    back = _given_back(connection, stated)
    renewed = _renewed(connection, stated)
    let_go: dict[Account, set[date]] = {}
    for ruled in lots.decisions_of(connection, wallets):
        if ruled.ruling == lots.ENDS:
            account = Account(WalletId(ruled.wallet), UnitId(ruled.unit))
            let_go.setdefault(account, set()).add(date.fromisoformat(ruled.day))
    return {
        account: EndingAccount(
            stated=one,
            pool=found[account][1],
            rights_out=out.get(account, 0),
            given_back=tuple(back.get(account, ())),
            let_go=frozenset(let_go.get(account, ())),
            renewed_to=renewed.get(account),
        )
        for account, one in sorted(stated.items())
    }


def unwarned(
    connection: Connection, today: date, after: EndingKey, most: int
) -> tuple[list[tuple[Account, LotToWarn]], EndingKey | None]:
    """Lots of whose end nobody was told and still may be in good time, and where to go on.

    Of ``most`` accounts beyond ``after``; the key is None where there are no more.
    """
    keys = lots.ending(connection, today + WARNED_AT_MOST_AHEAD, after, most)
    accounts = [key.account for key in keys]
    found = account_table.accounts_of(connection, sorted({one.wallet for one in accounts}))
    stated = _stated(connection, {one: found[one][0] for one in accounts})
    waiting = [(one, lot) for one in accounts for lot in lots_to_warn(stated[one], today)]
    return waiting, keys[-1] if len(keys) == most else None


def _stated(
    connection: Connection, sums: Mapping[Account, Sums]
) -> dict[Account, AccountStatement]:
    wallets = sorted({account.wallet for account in sums})
    extended: dict[Account, list[tuple[date, date]]] = {}
    for row in entry_table.extensions_of(connection, wallets):
        days = (date.fromisoformat(row.day), date.fromisoformat(row.until))
        extended.setdefault(entry_table.account_of(row), []).append(days)
    warned: dict[Account, list[tuple[Told, date]]] = {}
    for warning in entry_table.warnings_of(connection, wallets):
        told = Told(date.fromisoformat(warning.day), date.fromisoformat(warning.last_day))
        on = date.fromisoformat(warning.warned_on)
        warned.setdefault(entry_table.account_of(warning), []).append((told, on))
    return {
        account: AccountStatement(
            unit=account.unit,
            sums=one,
            extended=tuple(extended.get(account, ())),
            warned=warned_days(warned.get(account, ()), extended.get(account, ())),
        )
        for account, one in sums.items()
    }


def _renewed(connection: Connection, accounts: Iterable[Account]) -> dict[Account, date]:
    """Of units that end by inactivity the last day that the last purchase gives them."""
    policies = {
        one.unit.id: one.unit.expiry
        for one in sorted(published(connection), key=lambda one: one.revision)
        if one.unit is not None
    }
    idle = [one for one in accounts if renewed_to(policies.get(one.unit, _NEVER), date.min)]
    if not idle:
        return {}
    used = households.used_with(connection, {one.wallet for one in idle})
    bought: dict[str, date] = {}
    every = sorted({wallet for purse in used.values() for wallet in purse})
    for wallet, counted in counts.counts_of(connection, every, date.min):
        if counted.name == PURCHASES and counted.n > 0:
            bought[wallet] = max(counted.day, bought.get(wallet, counted.day))
    last = {
        one: max((bought[wallet] for wallet in used[one.wallet] if wallet in bought), default=None)
        for one in idle
    }
    return {
        one: until
        for one in idle
        if (until := renewed_to(policies[one.unit], last[one])) is not None
    }


def _given_back(
    connection: Connection, stated: Mapping[Account, AccountStatement]
) -> dict[Account, list[tuple[date, int]]]:
    """Only of lots that may end, because somebody was told, it matters."""
    days = [day for one in stated.values() for day in one.warned]
    if not days:
        return {}
    wallets = sorted({account.wallet for account, one in stated.items() if one.warned})
    return lots.given_back(connection, wallets, min(days) - WARNED_AHEAD + timedelta(days=1))
