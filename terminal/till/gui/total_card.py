"""What is to be paid, readable from the customer's side, and the key that goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.controls import KeyButton, announce, row, say, text
from terminal.till.gui.fitted_labels import FittedLabel
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words


class TotalCard(QFrame):
    """What is to be paid, readable from the customer's side, and the key that goes on."""

    def __init__(self, look: Look, words: Words, on_click: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._words = words
        self._caption = text(words.label(Label.TOTAL), "bold")
        self._below = FittedLabel(look, look.body, look.mm(4))
        self._below.setProperty("tone", "good")
        self._below.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._sum = FittedLabel(look, look.total, look.mm(6))
        self.button = KeyButton(
            words.label(Label.FINISH), look, key="F9", role="primary", on_click=on_click
        )
        self.button.setFixedHeight(look.primary + 6)
        side = QVBoxLayout()
        side.setSpacing(0)
        top = row(None, look, margin=0)
        if look.folds:
            # The sum has a line of its own: it is what everybody looks for.
            side.setDirection(QVBoxLayout.Direction.LeftToRight)
            side.setSpacing(look.gap)
            top.setDirection(QVBoxLayout.Direction.TopToBottom)
            top.setSpacing(0)
            self._caption.setWordWrap(True)
        else:
            side.addStretch(1)
        side.addWidget(self._caption)
        side.addWidget(self._below)
        if not look.folds:
            side.addStretch(1)
        top.addLayout(side)
        top.addWidget(self._sum, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.mm(3), look.mm(1.4), look.mm(3), look.mm(2.4))
        layout.addLayout(top)
        layout.addWidget(self.button)

    def show_view(self, view: CheckoutView) -> None:
        """Show the total and the next step of a view."""
        words = self._words
        caption, shown, below = told_total(view, words)
        say(self._caption, caption)
        self._sum.say(shown)
        told = f"{caption} {shown}"
        if told != self._sum.accessibleName():
            self._sum.setAccessibleName(told)
            announce(self._sum, told)
        self._below.say(below)
        self._below.setVisible(bool(below))
        captions = {
            Stage.SELLING: (Label.FINISH, "F9"),
            Stage.PAYING: (Label.BACK, "Esc"),
            Stage.DONE: (Label.NEXT_SALE, "Enter"),
            Stage.RETURNING: (ReturnLabel.GIVE_BACK, "F9"),
        }
        label, key = captions[view.stage]
        if view.amounts_only and view.stage is Stage.SELLING:
            label = Label.AMOUNT_COUNT
        self.button.say(words.label(label))
        self.button.show_key(key)
        self.button.set_role("plain" if view.stage is Stage.PAYING else "primary")
        if view.done is not None and view.done.refund and view.lines:
            self.button.say(words.label(ReturnLabel.ON_WITH_SALE))
        ready = bool(view.lines) or view.amounts_only
        if view.stage is Stage.RETURNING:
            ready = view.refund is not None and view.refund.can_confirm
        elif view.stage is not Stage.SELLING:
            ready = True
        self.button.setEnabled(ready)


def told_total(view: CheckoutView, words: Words) -> tuple[str, str, str]:
    """The caption, the figure, and what stands small below the caption."""
    if view.refund is not None and not view.refund.worked_out:
        return words.label(ReturnLabel.BACK_TO_CUSTOMER), "…", ""
    caption, amount, below = _total(view, words)
    return caption, words.money(amount), below


def _total(view: CheckoutView, words: Words) -> tuple[str, int, str]:
    payment = view.payment
    if payment is not None:
        # What the hand must hold is the large figure; a card pays to the last cent.
        rounded = payment.cash_due != payment.remaining
        label = Label.TO_PAY_CASH if rounded else Label.TO_PAY
        label = Label.REMAINING if payment.tenders else label
        exact = words.label(Label.ROUNDED, amount=words.money(payment.remaining))
        return words.label(label), payment.cash_due, exact if rounded else ""
    if view.refund is not None:
        return words.label(ReturnLabel.BACK_TO_CUSTOMER), view.refund.money, ""
    if view.done is not None and view.done.refund:
        return words.label(ReturnLabel.GIVEN_BACK_TOTAL), view.done.due, ""
    if view.done is not None:
        # The basket of a sale that is done is the next one's, and empty.
        return words.label(Label.PAID_TOTAL), view.done.due, ""
    if view.exchange:
        pays = words.label(ReturnLabel.EXCHANGE_PAYS, amount=words.money(view.exchange))
        return words.label(Label.TOTAL), view.total, pays
    saved = view.evaluation.discount
    told = words.label(Label.SAVED_AMOUNT, amount=words.money(saved)) if saved else ""
    return words.label(Label.TOTAL), view.total, told
