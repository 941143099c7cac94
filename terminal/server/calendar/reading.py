"""Accounts as the rules of expiry want them: sums, extensions, warnings, and where rights are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
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
from terminal.loyalty.last_days import extended_until
from terminal.loyalty.ledger import Entry, Sums
from terminal.loyalty.statement import AccountStatement
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import entries as entry_table
from terminal.server.database import grants, lots
from terminal.server.database.connection import Connection
from terminal.server.database.lots import EndingKey
from terminal.server.ledger.activity import NOT_ACTIVE, active

_GivenBack = Mapping[Account, Sequence[tuple[date, int]]]
_Came = Mapping[Account, Sequence[tuple[Entry, date]]]


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
    warned = sorted({account.wallet for account, (one, _) in stated.items() if one.warned})
    back, came = _came_late(connection, [one for one, _ in stated.values()], warned)
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
            came=tuple(came.get(account, ())),
            let_go=frozenset(let_go.get(account, ())),
            renewed_to=until,
        )
        for account, (one, until) in sorted(stated.items())
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
    waiting = [
        (account, lot)
        for account in accounts
        for lot in lots_to_warn(_now(*stated[account]), today)
    ]
    return waiting, keys[-1] if len(keys) == most else None


def _now(stated: AccountStatement, until: date | None) -> AccountStatement:
    """With the days that hold; its warnings are of them already."""
    return replace(stated, extended=extended_until(stated.sums, stated.extended, until))


def _stated(
    connection: Connection, sums: Mapping[Account, Sums]
) -> dict[Account, tuple[AccountStatement, date | None]]:
    """Accounts with the extensions that facts tell of and warnings of the days that hold, each with
    what purchases give it.
    """
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
    purchases = active(connection, sums)
    found: dict[Account, tuple[AccountStatement, date | None]] = {}
    for account, one in sums.items():
        until, shown = purchases.get(account, NOT_ACTIVE)
        stay = tuple(extended.get(account, ()))
        days_now = extended_until(one, stay, until)
        stated = AccountStatement(
            unit=account.unit,
            sums=one,
            extended=stay,
            warned=warned_days(warned.get(account, ()), days_now, shown),
        )
        found[account] = stated, until
    return found


def _came_late(
    connection: Connection, stated: Iterable[AccountStatement], wallets: Collection[str]
) -> tuple[_GivenBack, _Came]:
    """What was given back, and what came. Only of lots that may end, because somebody was told, it
    matters.
    """
    days = [day for one in stated for day in one.warned]
    if not days:
        return {}, {}
    since = min(days) - WARNED_AHEAD + timedelta(days=1)
    return lots.given_back(connection, wallets, since), lots.came(connection, wallets, since)
