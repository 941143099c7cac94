"""F8 and what follows: steps with goods that come back."""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.refund_view import RefundState, RefundView
from terminal.till.checkout.refunds import Refunds
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.refund_panel import pieces_of, stepping
from terminal.till.gui.step_table import StepTable

_ASKED = {
    RefundState.ASKING: Asking.RETURN,
    RefundState.CHOOSING: Asking.RETURN_GOODS,
    RefundState.RETURNED: Asking.RETURN,
    RefundState.APPROVING: Asking.PIN,
}


class RefundSteps(StepTable):
    """Each has a key, a button or a row to tap."""

    def by_name(self) -> dict[str, Callable[[], None]]:
        """Step and what it does."""
        return {
            "refund": lambda: self._begin(Refunds.begin),
            "without_slip": lambda: self._begin(Refunds.without_slip),
            "refund_all": lambda: self._do(Refunds.choose_all),
            "exchange": self._exchange,
        }

    @property
    def shown(self) -> RefundView | None:
        """The return on the screen."""
        return self._screen.view.refund

    def settle(self, view: CheckoutView) -> None:
        """The field asks for what the return waits for, and for nothing of it afterwards."""
        entry = self._screen.counter.entry
        if view.refund is not None:
            entry.ask(_ASKED[view.refund.state])
        elif entry.asking in _ASKED.values() and not (view.goodwill or view.household):
            entry.ask(Asking.ANYTHING)

    def enter(self) -> None:
        """Enter, F9 and the large button: everything, then confirm."""
        self._ask_till(lambda: self._checkout.enter(""))
        self._screen.counter.entry.field.setFocus()

    def set_pieces(self, key: int, pieces: int) -> None:
        """A tap on a row, or its − and +."""
        self._do(lambda refunds: refunds.set_pieces(key, pieces))

    def pay_by(self, kind: TenderKind) -> None:
        """By what the money goes back."""
        self._do(lambda refunds: refunds.pay_by(kind))

    def add_pieces(self, by: int) -> None:
        """+ and − on the marked row."""
        shown = self.shown
        if shown is not None and shown.selected is not None:
            self.set_pieces(shown.selected, pieces_of(shown, shown.selected) + by)

    def let_go(self) -> None:
        """Del: nothing of the marked row comes back."""
        shown = self.shown
        if shown is not None and shown.selected is not None:
            self.set_pieces(shown.selected, 0)

    def arrow(self, by: int) -> None:
        """The mark goes up or down."""
        shown = self.shown
        key = stepping(shown, by) if shown is not None else None
        if key is not None:
            self._do(lambda refunds: refunds.select(key))

    def _exchange(self) -> None:
        if self.shown is not None:
            self._do(Refunds.exchange)

    def _begin(self, step: Callable[[Refunds], None]) -> None:
        if self._screen.view.stage is not Stage.PAYING:
            self._screen.close()
            self._do(step)

    def _do(self, step: Callable[[Refunds], None]) -> None:
        self._ask_till(lambda: self._checkout.with_refunds(step))
        self._screen.counter.entry.field.setFocus()
