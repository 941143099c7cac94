"""What the checkout must know of the shop that it stands in."""

from __future__ import annotations

from terminal.loyalty.refund import RefundLaw
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What the checkout must know of the shop."""

    currency: str
    country: str
    prices_include_tax: bool = True
    unknown_vat: int = 0
    """VAT in basis points of goods that no price list knows; the standard rate is the safe one."""
    ask_above: int | None = 1_000_000
    """Minor units: a dearer price that is typed wants a second Enter; None: none does."""
    amounts_only: bool = False
    """Goods and money are another till's: a card and a total are all that is counted here."""
    amount_name: str = "Purchase"
    """What a purchase is called that is known by its total only."""
    balance_hours: int = 24
    """So long after the server's last word a balance is no certain thing any more."""
    refund_law: RefundLaw = RefundLaw.PRO_RATA
    refund_pin: str = ""
    """The shop's PIN: with it goods come back without their slip; empty: never."""
    pin_for_goodwill: bool = True
    """Where the shop has a PIN, units that a cashier gives by hand need it."""
    pin_for_household: bool = True
    """Where the shop has a PIN, members who begin to share their units need it."""
    offers_on_slip: int = 2
    """So many offers that stayed away are told on paper; 0: none."""
    offers_on_display: int = 2
    """So many of them are told on the customer's display; 0: none."""
