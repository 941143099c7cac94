"""Taking money: cash, and the card terminal that only the cashier can see."""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import Weight
from terminal.till.checkout.view import PaymentView, Stage
from terminal.till.gui.amounts import read_amount
from terminal.till.gui.plugs import Till
from terminal.till.gui.step_table import AskTill, Screen, StepTable
from terminal.wording.labels import Label


class Paying(StepTable):
    """The steps between Finish and done."""

    def __init__(self, checkout: Till, screen: Screen, ask_till: AskTill) -> None:
        super().__init__(checkout, screen, ask_till)
        self._asked = 0
        """What the card terminal was asked for."""

    def by_name(self) -> dict[str, Callable[[], None]]:
        """The steps that have a key or a button."""
        return {
            "exact": self.exact,
            "card": self.ask_for_card,
            "card_paid": self.card_paid,
            "card_failed": self.card_failed,
            "voucher": lambda: self.other(TenderKind.VOUCHER),
            "transfer": lambda: self.other(TenderKind.TRANSFER),
        }

    def exact(self) -> None:
        """Exactly what is due, in cash."""
        payment = self._payment()
        if payment is not None:
            self.tender(TenderKind.CASH, payment.cash_due)

    def ask_for_card(self) -> None:
        """The terminal beside the till gets the rest, or the amount that was typed."""
        self._with_amount(self._screen.counter.entry.field.text(), self._ask_for_card)

    def _ask_for_card(self, amount: int) -> None:
        # The field is free for Enter now, which says that the card went through.
        self._asked = amount
        self._screen.counter.entry.field.clear()
        self._screen.counter.payment.ask_for_card(amount)
        self._screen.show_view(self._screen.view)

    def show_typed(self, typed: str) -> None:
        """What stands in the field is what each way to pay would take of it."""
        payment = self._payment()
        if payment is not None:
            self._screen.counter.payment.show_typed(self._part(payment, typed) if typed else None)

    def card_paid(self) -> None:
        """The cashier has seen that the card went through."""
        payment = self._payment()
        if payment is not None and self._screen.counter.payment.asks_for_card:
            self.tender(TenderKind.CARD, self._asked)

    def other(self, kind: TenderKind) -> None:
        """A voucher or a transfer, seen by the cashier: the amount typed, or all that is left."""
        typed = self._screen.counter.entry.field.text()
        self._with_amount(typed, lambda amount: self.tender(kind, amount))

    def card_failed(self) -> None:
        """It did not; nothing happened."""
        self._screen.counter.payment.show_ways()
        self._screen.show_view(self._screen.view)

    def answer(self, amount: int) -> None:
        """An amount and Enter: cash, but while the terminal is asked what that shall take."""
        payment = self._payment()
        if payment is None or not self._screen.counter.payment.asks_for_card:
            self.cash(amount)
        elif amount:
            self._ask_for_card(min(amount, payment.remaining))
        else:
            self._screen.tell(Weight.REFUSED, Label.NOT_A_PRICE)

    def cash(self, amount: int) -> None:
        """Notes and coins, as they were counted."""
        self.tender(TenderKind.CASH, amount)

    def tender(self, kind: TenderKind, amount: int) -> None:
        """Hand over money. The screen says Recording until the till has said done."""
        counter = self._screen.counter
        counter.entry.field.clear()
        counter.payment.show_recording()
        if not self._ask_till(lambda: self._checkout.tender(kind, amount)):
            counter.payment.show_ways()
        counter.entry.field.setFocus()

    def _payment(self) -> PaymentView | None:
        view = self._screen.view
        return view.payment if view.stage is Stage.PAYING else None

    def _with_amount(self, typed: str, take: Callable[[int], None]) -> None:
        """Go on with what was typed, or with all that is left; what is no amount is told so."""
        payment = self._payment()
        if payment is None:
            return
        amount = self._part(payment, typed) if typed.strip() else payment.remaining
        if amount is None:
            self._screen.tell(Weight.REFUSED, Label.NOT_A_PRICE)
        else:
            take(amount)

    def _part(self, payment: PaymentView, typed: str) -> int | None:
        """Only cash is given change for, so never more than what is left."""
        amount = read_amount(typed, self._screen.view.currency)
        return min(amount, payment.remaining) if amount else None
