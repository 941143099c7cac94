"""Who is told in a story that units end: the same that a till's slip and a message tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from terminal.loyalty.expiry import LotToWarn, Told, lots_to_warn
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.sold_units import codes_that_end, ends_told
from terminal.loyalty.story.shop import StoryShop
from terminal.loyalty.story.told import Warned
from terminal.loyalty.wallet import BUDGET_UNIT, Account, UnitId, WalletId


def tell_endings(shop: StoryShop, wallets: Iterable[WalletId]) -> tuple[Warned, ...]:
    """A message names the last days of all units of some wallets."""
    return _told(shop, _ending(shop, wallets, None))


def tell_at_sale(
    shop: StoryShop, wallets: Iterable[WalletId], record: SaleRecord
) -> tuple[Warned, ...]:
    """A slip names of each unit the nearest last day, and that of the codes that it gives."""
    told = _ending(shop, wallets, ends_told(record.balances, shop.today))
    told += [
        (Account(one.wallet, UnitId(one.unit)), LotToWarn(day=day, last_day=day, n=one.next_n))
        for one, day in codes_that_end(record.bearers, shop.today)
    ]
    return _told(shop, told)


def _ending(
    shop: StoryShop, wallets: Iterable[WalletId], shown: Mapping[str, date] | None
) -> list[tuple[Account, LotToWarn]]:
    """What ends soon and was not told yet; where only some days are ``shown``, of those."""
    of = set(wallets)
    return [
        (account, lot)
        for account in shop.sums
        if account.wallet in of and account.unit != BUDGET_UNIT
        for lot in lots_to_warn(
            shop.stated(account), shop.today, [one for one, _ in shop.warnings.get(account, ())]
        )
        if shown is None or shown.get(account.unit) == lot.last_day
    ]


def _told(shop: StoryShop, lots: Iterable[tuple[Account, LotToWarn]]) -> tuple[Warned, ...]:
    """It is told, and known here; elsewhere once the line is there."""
    today = shop.today
    whose = {one.wallet: name for name, one in shop.members.items()}
    whose |= {wallet: name for name, wallet in shop.names.codes.items()}
    warned = []
    for account, lot in lots:
        _note(shop, account, lot.told, today)
        _tell_others(shop, account, lot.told, today)
        name = whose.get(account.wallet, "")
        warned.append(Warned(name, account.unit, lot.n, lot.last_day))
    return tuple(warned)


def _tell_others(shop: StoryShop, account: Account, told: Told, on: date) -> None:
    shop.later(lambda other: _note(other, account, told, on))


def _note(shop: StoryShop, account: Account, told: Told, on: date) -> None:
    shop.warnings.setdefault(account, []).append((told, on))
