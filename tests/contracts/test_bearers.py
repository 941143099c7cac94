"""What the wallets of vouchers and gift cards promise."""

from __future__ import annotations

from datetime import date
from typing import Any

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.standing import Holding
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.ports import Bearers

Shop = Any
CARD, VOUCHER, BLANK = (WalletId(digit * 32) for digit in "123")
MONEY, VOUCHERS = UnitId("gift-card"), UnitId("vouchers")


def move(shop: Shop, *entries: Entry) -> None:
    shop.journal.adjust(entries, "opening", "")


def held(shop: Shop, *wallets: WalletId) -> list[tuple[WalletId, str, int, int]]:
    bearers: Bearers = shop.bearers
    standing = bearers.standing(wallets)
    assert standing.bearers == wallets
    assert standing.traits is None
    return [_told(one) for one in standing.holdings]


def _told(one: Holding) -> tuple[WalletId, str, int, int]:
    return one.account.wallet, one.account.unit, one.sums.balance, one.spendable


def test_a_code_that_nobody_filled_holds_nothing(shop: Shop) -> None:
    assert held(shop, BLANK) == []


def test_what_is_in_each_wallet_and_may_be_used_here_in_the_order_they_were_shown(
    shop: Shop,
) -> None:
    move(
        shop,
        Entry(Account(VOUCHER, VOUCHERS), EntryKind.EARN, 2, date(2026, 12, 31)),
        Entry(Account(CARD, MONEY), EntryKind.EARN, 5000),
    )
    move(shop, Entry(Account(CARD, MONEY), EntryKind.RELEASE, 3000))
    assert held(shop, CARD, BLANK, VOUCHER) == [
        (CARD, MONEY, 5000, 2000),
        (VOUCHER, VOUCHERS, 2, 2),
    ]
    assert held(shop, VOUCHER) == [(VOUCHER, VOUCHERS, 2, 2)]
