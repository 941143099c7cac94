"""Taking money: what is due in cash, which notes are likely, how much goes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from terminal.loyalty.money import round_cash
from terminal.loyalty.sale import Tender, TenderKind

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
        """What is still to be paid if it is paid in cash: rounded to the coins that there are."""
        return round_cash(self.left, self.step)

    @property
    def rounding(self) -> int:
        """What paying the rest in cash adds to the total; below zero it takes off."""
        return self.cash_left - self.left

    def refuses(self, kind: TenderKind, amount: int) -> bool:
        """Whether a tender makes no sense: nothing, or more by card than is due."""
        if self.left <= 0:
            return amount != 0
        return amount <= 0 or (kind is TenderKind.CARD and amount > self.left)

    def after(self, kind: TenderKind, amount: int) -> Payment:
        """The payment with one more tender."""
        tenders = (*self.tenders, Tender(kind=kind, amount=amount)) if amount else self.tenders
        return Payment(self.total, self.step, tenders)

    def settled(self) -> tuple[int, int] | None:
        """(rounding, change) once enough was handed over, else None.

        Cash rounding holds if the last of the money was cash: then the rest before it was due in
        coins.
        """
        last_is_cash = bool(self.tenders) and self.tenders[-1].kind is TenderKind.CASH
        if not last_is_cash:
            return (0, 0) if self.left == 0 else None
        before = Payment(self.total, self.step, self.tenders[:-1])
        change = self.tenders[-1].amount - before.cash_left
        return (before.rounding, change) if change >= 0 else None

    def quick(self, currency: str) -> tuple[int, ...]:
        """Amounts of cash worth a button: sums of one kind of note that people really hand over."""
        due = self.cash_left
        likely = {-(-due // note) * note for note in NOTES.get(currency, NOTES["EUR"])}
        return tuple(sorted(amount for amount in likely if amount > due))[:QUICK_MOST]
