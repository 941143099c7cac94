"""The steps of money: on to payment and back, tenders, totals of another till, the next sale."""

from __future__ import annotations

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.steps import Steps, without_trouble
from terminal.till.checkout.view import CheckoutView


class PaymentSteps(Steps):
    """From the whole basket to the recorded sale."""

    @without_trouble
    def finish(self) -> CheckoutView:
        """On to payment, if nothing waits for a price. What costs nothing is recorded at once."""
        self._quiet()
        self._care.close()
        if self._rooms.refunds.on:
            self._rooms.refunds.confirm()
        elif self._amounts.on:
            self._amounts.count(None)
        elif self._selling:
            if (asking := self._asking.current) and asking.card:
                # The customer showed a card; the sale shall count for it all the same.
                self._asking.give_up()
                self._telling.quiet()
            self._paying.finish()
        return self._paid()

    def back(self) -> CheckoutView:
        """From payment back to the goods; what was handed over is handed back."""
        self._quiet()
        self._paying.back()
        self._asking.line_changed()
        return self.view()

    @without_trouble
    def tender(self, kind: TenderKind, amount: int) -> CheckoutView:
        """Money taken. When it suffices the sale is recorded, and only then is it done."""
        self._quiet()
        self._paying.tender(kind, amount)
        return self._paid()

    @without_trouble
    def take_back(self, at: int | None = None) -> CheckoutView:
        """One tender is handed back: the last, or the one at a place."""
        self._quiet()
        self._paying.take_back(at)
        return self.view()

    def begin_next(self) -> CheckoutView:
        """An empty basket for the next customer."""
        self._quiet()
        self._paying.begin_next()
        return self.view()

    @without_trouble
    def put_total(self, amount: int) -> CheckoutView:
        """The total of a purchase at the other till, to see what it brings."""
        self._quiet()
        self._amounts.put(amount)
        return self.view()

    @without_trouble
    def count_total(self, amount: int | None = None) -> CheckoutView:
        """The total counts on the customer's card, and is recorded. None: the one that is shown."""
        self._quiet()
        self._amounts.count(amount)
        return self._paid()
