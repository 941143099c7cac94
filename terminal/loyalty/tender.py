"""What a customer settles with."""

from __future__ import annotations

from enum import StrEnum

from terminal.loyalty.wallet import Account
from terminal.values import dataclass


class TenderKind(StrEnum):
    """What the customer settles with.

    Change is given out of cash alone; every other kind pays at most what is left.
    """

    CASH = "cash"
    CARD = "card"
    """On the payment terminal beside the till; the cashier confirms that it went through."""
    VOUCHER = "voucher"
    """Paper of somebody else that the shop takes for money: a meal voucher, a town's coupon."""
    TRANSFER = "transfer"
    """A bank transfer that the cashier has seen arrive."""
    OTHER_TILL = "other_till"
    """Taken at the till beside this one, which told only the total; how, nobody here knows."""
    GIFT_CARD = "gift_card"
    """Money in a bearer wallet; the sale spends units of it."""
    STORE_CREDIT = "store_credit"
    """Money in the member's own wallet; the sale spends units of it."""
    EXCHANGE = "exchange"
    """Goods of an earlier sale came back in exchange: what their refund kept in the shop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """What was handed over, in minor units; for cash it may be more than is due."""

    kind: TenderKind
    amount: int
    account: Account | None = None
    """The account that pays, for gift cards and store credit."""
