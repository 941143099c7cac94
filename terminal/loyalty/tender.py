"""What a customer settles with."""

from __future__ import annotations

from collections.abc import Iterable
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


PaidWith = tuple[tuple[TenderKind, int], ...]
"""What was paid how, in minor units: each kind once, in order."""


def paid_with(tenders: Iterable[Tender], change: int) -> PaidWith:
    """What was paid how, the change taken off, which is given out of cash."""
    paid: dict[TenderKind, int] = {}
    for one in tenders:
        paid[one.kind] = paid.get(one.kind, 0) + one.amount
    if change:
        paid[TenderKind.CASH] = paid.get(TenderKind.CASH, 0) - change
    return tuple(sorted((kind, n) for kind, n in paid.items() if n))
