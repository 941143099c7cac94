"""Wallets and accounts: who holds what, before anything is counted.

A wallet belongs to a member, to a bearer code (a gift card or a voucher is a wallet of its own)
or to a programme (a budget). A member may link to several wallets: a household, a merged double.
An account is one unit in one wallet, and every entry of the ledger names one.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple, NewType

WalletId = NewType("WalletId", str)
"""32 lower-case hex digits, 128 random bits: never derived from a name, phone or card."""

UnitId = NewType("UnitId", str)
"""A short name that the shop chose, such as ``points`` or ``stamps:coffee``."""


class Account(NamedTuple):
    """One unit in one wallet."""

    wallet: WalletId
    unit: UnitId


def wallet_id(random_bits: int) -> WalletId:
    """Make a wallet's id from 128 random bits; the caller brings the chance."""
    if not 0 <= random_bits < 2**128:
        raise ValueError("a wallet id is made of 128 bits")
    return WalletId(f"{random_bits:032x}")


BUDGET_UNIT = UnitId("budget")
"""What is left of an offer's budget: minor units, times or units, as the offer says."""


def budget_wallet(programme: int, rule: str) -> WalletId:
    """The wallet of the budget of a reward or an earn rule: derived, so that everybody knows it."""
    return WalletId(sha256(f"budget {programme}/{rule}".encode()).hexdigest()[:32])


def budget_account(programme: int, rule: str) -> Account:
    """The account of the budget of a reward or an earn rule."""
    return Account(budget_wallet(programme, rule), BUDGET_UNIT)
