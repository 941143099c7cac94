"""The keys of vouchers, gift cards and store credit."""

from __future__ import annotations

from collections.abc import Callable

from terminal.till.checkout.view import Stage
from terminal.till.gui.amounts import read_amount
from terminal.till.gui.step_table import StepTable


class CodeSteps(StepTable):
    """F7 takes the last code off the sale; while money is taken it pays with a gift card."""

    def by_name(self) -> dict[str, Callable[[], None]]:
        """The steps that have a key or a button."""
        return {"code": self._code, "code_more": lambda: self.pay(1)}

    def remove(self, wallet: str) -> None:
        """The button beside a voucher or a gift card."""
        self._ask_till(lambda: self._checkout.with_bearers(lambda bearers: bearers.remove(wallet)))
        self._screen.counter.entry.field.setFocus()

    def pay(self, at: int) -> None:
        """Money out of one of the wallets that can pay: the amount typed, or all that helps."""
        screen, view = self._screen, self._screen.view
        payment, counter = view.payment, screen.counter
        if view.stage is not Stage.PAYING or payment is None or counter.payment.asks_for_card:
            return
        account = payment.purses[at].account if at < len(payment.purses) else None
        if account is None and at:
            return
        amount = read_amount(counter.entry.field.text(), view.currency) or None
        counter.entry.field.clear()
        counter.payment.show_recording()
        if not self._ask_till(
            lambda: self._checkout.with_bearers(lambda bearers: bearers.pay(account, amount))
        ):
            counter.payment.show_ways()
        counter.entry.field.setFocus()

    def _code(self) -> None:
        if self._screen.view.stage is Stage.PAYING:
            self.pay(0)
        elif self._screen.view.stage is Stage.SELLING:
            self._ask_till(lambda: self._checkout.with_bearers(lambda bearers: bearers.key()))
