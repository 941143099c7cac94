"""What facts that came late show to be wrong, and the facts by which the server puts it right.

A debt that two tills repaid, neither knowing of the other, is owed again and the right given back
to the pool. Rights that come back to an account that owes repay it. Units that had expired
although, as a late fact shows, they were spent in time come back; so do those that end by inactivity
of somebody who had bought in time, and those of goods that came back later, which are taken back
and did expire, and so would be lost twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial

from terminal.loyalty.bodies import DebtCorrected, LotExpired
from terminal.loyalty.expiry import brought_back, ended_while_active
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import entries as entry_table
from terminal.server.database import logs
from terminal.server.database.connection import Connection
from terminal.server.ledger.activity import active_on
from terminal.server.ledger.book import earliest_days
from terminal.server.ledger.minting import Coin, mint_quietly, tell_changed
from terminal.server.registry.local_days import LocalDays

Extensions = Mapping[Account, Mapping[date, date]]


def correct(
    connection: Connection,
    *,
    repaid_twice: Mapping[Account, int],
    covered: Mapping[Account, int],
    late: Mapping[Account, date],
    store: str,
    now_ms: int,
    business_day: date,
) -> frozenset[WalletId]:
    """Mint what accounts need that this transaction holds; returns whose statements changed.

    While logs are missing after a restore a debt may look repaid twice and is not; then it waits.
    Nor is one repaid then: of what came back to the pool the missing tills may have a part by
    grants of which only they know. It is when rights come back the next time.
    """
    coins: list[Coin] = []
    if (repaid_twice or covered) and not logs.any_quarantined(connection):
        coins = _debts(repaid_twice)
        coins += [_repaid(account, n) for account, n in sorted(covered.items())]
    if late:
        coins += _back_from_expiry(connection, late, covered)
    _, wallets = mint_quietly(
        connection, coins, store=store, now_ms=now_ms, business_day=business_day
    )
    return wallets


def correct_waiting(connection: Connection, *, now_ms: int, days: LocalDays) -> int:
    """Put debts right that had to wait; returns how many. For the background."""
    waiting = account_table.repaid_twice(connection)
    if not waiting or logs.any_quarantined(connection):
        return 0
    wallets = sorted({account.wallet for account in waiting})
    rows = account_table.lock_wallets(connection, wallets, "")
    homes = {row.wallet: row.store for row in rows.values()}
    still = account_table.repaid_twice(connection)
    changed: set[WalletId] = set()
    for store in sorted(set(homes.values())):
        own = {account: n for account, n in still.items() if homes.get(account.wallet) == store}
        _, told = mint_quietly(
            connection, _debts(own), store=store, now_ms=now_ms, business_day=days.at(store)
        )
        changed |= told
    tell_changed(connection, changed)
    return len(still)


def _debts(repaid_twice: Mapping[Account, int]) -> list[Coin]:
    return [
        Coin(
            kind=FactKind.DEBT_CORRECTED,
            entries=(Entry(account, EntryKind.OWE, n),),
            body=DebtCorrected(wallet=account.wallet, unit=account.unit),
        )
        for account, n in sorted(repaid_twice.items())
    ]


def _repaid(account: Account, n: int) -> Coin:
    """What is owed is taken of rights that came back, as if they had been here before."""
    return Coin(
        kind=FactKind.DEBT_CORRECTED,
        entries=(Entry(account, EntryKind.REPAY, n),),
        body=DebtCorrected(wallet=account.wallet, unit=account.unit),
    )


def taken_back(
    connection: Connection,
    entries: Iterable[Entry],
    *,
    store: str,
    now_ms: int,
    business_day: date,
) -> frozenset[WalletId]:
    """Mint what accounts need of which the server just took units back; their wallets are held.

    Returns whose statements changed.
    """
    late = earliest_days((one, business_day) for one in entries if one.kind is EntryKind.UNEARN)
    coins = _back_from_expiry(connection, late, {})
    _, wallets = mint_quietly(
        connection, coins, store=store, now_ms=now_ms, business_day=business_day
    )
    return wallets


def _back_from_expiry(
    connection: Connection, late: Mapping[Account, date], covered: Mapping[Account, int]
) -> list[Coin]:
    """``covered`` is what is repaid of debts besides: it is repaid once."""
    coins: list[Coin] = []
    if not late:
        return coins
    wallets = {account.wallet for account in late}
    extended = _extensions(connection, wallets)
    known = account_table.accounts_of(connection, wallets)
    for account in sorted(late):
        entries = entry_table.of_account(connection, account)
        own = extended.get(account, {})
        if not _came_late(entries, own, late[account]):
            continue
        found = brought_back(entries, own)
        entries += [(one, day) for day, some in found.items() for one in some]
        of_active = ended_while_active(entries, partial(active_on, connection, account))
        came = 0
        for day, back in [*found.items(), *((one.day, (one,)) for one in of_active)]:
            assert day is not None
            body = LotExpired(wallet=account.wallet, unit=account.unit, up_to=day)
            coins.append(Coin(kind=FactKind.LOT_EXPIRED, entries=back, body=body))
            came += sum(one.n for one in back)
        sums, pool = known[account]
        gone = covered.get(account, 0)
        repaid = min(sums.debt - gone, pool - gone + came)
        if came and repaid > 0 and not logs.any_quarantined(connection):
            coins.append(_repaid(account, min(came, repaid)))
    return coins


def _came_late(
    entries: Iterable[tuple[Entry, date]], extended: Mapping[date, date], earliest: date
) -> bool:
    """Whether a fact of that day is as old as a lot that has expired."""
    return any(
        one.kind is EntryKind.EXPIRE
        and one.day is not None
        and earliest <= extended.get(one.day, one.day)
        for one, _ in entries
    )


def _extensions(connection: Connection, wallets: Iterable[str]) -> dict[Account, dict[date, date]]:
    found: dict[Account, dict[date, date]] = {}
    for row in entry_table.extensions_of(connection, sorted(wallets)):
        days = found.setdefault(entry_table.account_of(row), {})
        days[date.fromisoformat(row.day)] = date.fromisoformat(row.until)
    return found
