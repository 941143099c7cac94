"""Taking money: what is due in cash, which notes are likely, how much goes back."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.loyalty.money import LARGEST_AMOUNT, round_cash
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account
from terminal.values import dataclass

QUICK_MOST = 4

NOTES: Mapping[str, tuple[int, ...]] = {
    "PLN": (1_000, 2_000, 5_000, 10_000, 20_000, 50_000),
    "EUR": (500, 1_000, 2_000, 5_000, 10_000, 20_000),
    "RON": (500, 1_000, 5_000, 10_000, 20_000, 50_000),
    "UAH": (2_000, 5_000, 10_000, 20_000, 50_000, 100_000),
}
"""Banknotes in use, in minor units, for buttons of quick cash."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment in work. ``total`` is what is due before cash rounding, ``step`` that of cash."""

    total: int
    step: int
    tenders: tuple[Tender, ...] = ()

    @property
    def left(self) -> int:
        """What is still to be paid by other means than cash."""
        return self.total - sum(tender.amount for tender in self.tenders)

    @property
    def cash_left(self) -> int:
        """What is still to be paid if it is paid in cash: rounded to the coins that there are.

        All cash is rounded together, so notes handed over one by one come to the same.
        """
        cash = sum(one.amount for one in self.tenders if one.kind is TenderKind.CASH)
        return round_cash(self.left + cash, self.step) - cash

    @property
    def rounding(self) -> int:
        """What paying the rest in cash adds to the total; below zero it takes off."""
        return self.cash_left - self.left

    def refuses(self, kind: TenderKind, amount: int, currency: str) -> bool:
        """Whether a tender makes no sense: nothing, a code for money, more than is due and no cash.

        Change is given out of cash, so a card, a voucher or a transfer pays what is left at most.
        """
        if kind is not TenderKind.CASH:
            return not 0 < amount <= self.left
        if amount <= 0:
            return amount < 0 or self.cash_left > 0
        most = 10 * max(NOTES[currency]) if currency in NOTES else LARGEST_AMOUNT
        return amount - self.cash_left > most

    def after(self, kind: TenderKind, amount: int, account: Account | None = None) -> Payment:
        """The payment with one more tender, out of an account where it is money in a wallet."""
        more = Tender(kind=kind, amount=amount, account=account)
        return Payment(self.total, self.step, (*self.tenders, more) if amount else self.tenders)

    def without(self, at: int) -> Payment:
        """The payment with one tender handed back."""
        return Payment(self.total, self.step, self.tenders[:at] + self.tenders[at + 1 :])

    def settled_by(self, kind: TenderKind) -> tuple[int, int] | None:
        """(rounding, change) if enough was handed over with the last tender, else None."""
        if kind is TenderKind.CASH and self.cash_left <= 0:
            return self.rounding, -self.cash_left
        # To the cent is enough by any means, and in coins that the rounding would do without.
        if self.left == 0:
            return 0, 0
        # Coins that were taken may be more than what the card leaves comes to in cash.
        taken = any(one.kind is TenderKind.CASH for one in self.tenders)
        return (self.rounding, -self.cash_left) if taken and self.cash_left <= 0 else None

    def quick(self, currency: str) -> tuple[int, ...]:
        """Amounts of cash worth a button: sums of one kind of note that people really hand over."""
        due = self.cash_left
        notes = NOTES.get(currency, NOTES["EUR"])
        likely = {-(-due // note) * note for note in notes}
        return tuple(sorted(amount for amount in likely if amount > due))[:QUICK_MOST]
