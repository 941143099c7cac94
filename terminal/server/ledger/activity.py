"""Units that end by inactivity: until when what all tills counted gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from weakref import WeakKeyDictionary

from terminal.loyalty.activity import moved_on_by
from terminal.loyalty.history import PURCHASES
from terminal.loyalty.last_days import until_of
from terminal.loyalty.units import ends_by_inactivity
from terminal.loyalty.wallet import Account, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import counts, revisions
from terminal.server.database.connection import Connection
from terminal.server.database.revisions import PROGRAMME
from terminal.server.ledger.published import published
from terminal.server.members import households


class Active(NamedTuple):
    """What purchases say of an account."""

    until: date | None = None
    """The last day that those give which did not come back."""
    shown: tuple[tuple[date, date], ...] = ()
    """(last day, when) of all of them: what each one told."""


NOT_ACTIVE = Active()


def active(
    connection: Connection, accounts: Iterable[Account], before: date = date.max
) -> Mapping[Account, Active]:
    """What purchases before a day say of accounts; those of other units are left out."""
    idle = _idle_units(connection)
    asked = [one for one in accounts if one.unit in idle]
    if not asked:
        return {}
    programmes = published(connection)
    used = households.used_with(connection, {one.wallet for one in asked})
    bought: dict[str, list[tuple[date, int]]] = {}
    every = sorted({wallet for purse in used.values() for wallet in purse})
    for wallet, counted in counts.counts_of(connection, every, date.min):
        if counted.name == PURCHASES and counted.day < before:
            bought.setdefault(wallet, []).append((counted.day, counted.n))
    found: dict[Account, Active] = {}
    for account in asked:
        days = [one for wallet in used[account.wallet] for one in bought.get(wallet, ())]
        kept = {day for day, n in days if n > 0}
        told = (
            (until_of(moved_on_by(programmes, {day}), account.unit), day)
            for day in sorted({day for day, _ in days})
        )
        found[account] = Active(
            until=until_of(moved_on_by(programmes, kept), account.unit),
            shown=tuple((last, day) for last, day in told if last is not None),
        )
    return found


def active_on(connection: Connection, account: Account, day: date) -> date | None:
    """The last day that purchases before a day give an account."""
    return active(connection, [account], day).get(account, NOT_ACTIVE).until


def with_ended(
    connection: Connection, late: Mapping[Account, date], bought: Mapping[WalletId, date]
) -> dict[Account, date]:
    """By account the earliest day that facts of now tell of, with the accounts of which units ended
    by inactivity put in: of wallets that purchases are counted on, and of those that share them.
    """
    found = dict(late)
    if not bought or not (units := _idle_units(connection)):
        return found
    used = households.used_with(connection, bought)
    every = {wallet for purse in used.values() for wallet in purse}
    for account, (sums, _) in account_table.accounts_of(connection, sorted(every)).items():
        if account.unit not in units or not sums.expired:
            continue
        for wallet, day in bought.items():
            if account.wallet in used[wallet]:
                found[account] = min(day, found.get(account, day))
    return found


_IDLE: WeakKeyDictionary[object, tuple[int, frozenset[str]]] = WeakKeyDictionary()
"""Revisions are added and never change, so as many of them name the same units."""


def _idle_units(connection: Connection) -> frozenset[str]:
    """The units that any revision lets end by inactivity."""
    n = revisions.how_many(connection, PROGRAMME)
    known = _IDLE.get(connection.engine)
    if known is None or known[0] != n:
        known = (
            n,
            frozenset(
                one.unit.id
                for one in published(connection)
                if one.unit is not None and ends_by_inactivity(one.unit.expiry)
            ),
        )
        _IDLE[connection.engine] = known
    return known[1]
