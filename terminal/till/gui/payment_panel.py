"""Paying: quick amounts, a number pad, exact cash, and the card terminal beside the till.

What is to be paid stands in the total card below, where the total always stands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal.till.checkout.view import CheckoutView, PaymentView
from terminal.till.gui.controls import KeyButton, Stack, beside, column, plain_button, row, text
from terminal.till.gui.even_rows import EvenRows
from terminal.till.gui.fitted_labels import FittedLabel
from terminal.till.gui.number_pad import NumberPad
from terminal.till.gui.style import Look
from terminal.till.gui.tender_row import RECEIVED, TenderRow
from terminal.wording.labels import Label
from terminal.wording.words import Words

_QUICK_MOST = 4
_QUICK_MM = 13.5
_PURSE_KEYS = ("F7", "Shift+F7")
"""Of gift cards and store credit that can pay; more than two nobody brings along."""


class PaymentPanel(QFrame):
    """Three pages in one place: how to pay, did the card go through, recording."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_cash: Callable[[int], None],
        on_exact: Callable[[], None],
        on_card: Callable[[], None],
        on_card_paid: Callable[[], None],
        on_card_failed: Callable[[], None],
        on_voucher: Callable[[], None],
        on_transfer: Callable[[], None],
        on_purse: Callable[[int], None],
        on_back: Callable[[int], None],
        on_enter: Callable[[], None],
        field: Callable[[], QLineEdit],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words, self._on_cash = look, words, on_cash
        self._shown: object = None
        self._payment: PaymentView | None = None
        self._tenders = TenderRow(look, words, on_back)
        self._quick = QHBoxLayout()
        self._quick.setSpacing(look.mm(1))
        self._amounts: list[int] = []
        self._quick_buttons = [self._quick_button(at) for at in range(_QUICK_MOST)]
        self._purses = [
            KeyButton("", look, key=key, role="offer", upright=True, on_click=partial(on_purse, at))
            for at, key in enumerate(_PURSE_KEYS)
        ]
        self._pad = NumberPad(look, words, field=field, on_enter=on_enter)
        self._asked = FittedLabel(look, look.mm(14), look.mm(7))
        self._asked.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = Stack()
        self._pages.addWidget(self._ways(on_exact, on_card, on_voucher, on_transfer))
        self._pages.addWidget(self._card_page(on_card_paid, on_card_failed))
        self._pages.addWidget(self._recording_page())
        layout = column(self, look)
        layout.setContentsMargins(look.mm(2.2), look.mm(1), look.mm(2.2), look.mm(1))
        layout.setSpacing(look.mm(1.4))
        layout.addWidget(self._tenders)
        layout.addWidget(self._pages, 1)

    @property
    def asks_for_card(self) -> bool:
        """Whether the question about the card terminal is open."""
        return self._pages.currentIndex() == 1

    def shows(self, payment: PaymentView | None) -> bool:
        """Whether this is what it shows already."""
        return payment is not None and payment == self._shown

    def show_view(self, view: CheckoutView) -> None:
        """Show the payment in work."""
        payment = view.payment
        if payment is None or payment == self._shown:
            return
        self._shown = self._payment = payment
        self._pages.setCurrentIndex(0)
        self._tenders.show_tenders(payment.tenders)
        self._show_purses(payment)
        self._show_quick(payment)

    def _show_purses(self, payment: PaymentView) -> None:
        """Gift cards and store credit: what each would pay, and what stays in it."""
        words = self._words
        for at, button in enumerate(self._purses):
            button.setVisible(at < len(payment.purses))
            if at < len(payment.purses):
                purse = payment.purses[at]
                name, amount = words.name(purse.name), words.money(purse.amount)
                key = self._look.keys.caption(_PURSE_KEYS[at])
                button.key.setText(f"{key} {words.label(RECEIVED[purse.kind])}")
                button.say(amount)
                rest = words.label(Label.CODE_REST, amount=words.money(purse.rest))
                button.setToolTip(rest)
                button.setAccessibleName(f"{name} {amount}, {rest}")

    def ask_for_card(self, amount: int) -> None:
        """Ask whether the card terminal took the money: only the cashier can see it."""
        self._asked.say(self._words.money(amount))
        self._pages.setCurrentIndex(1)

    def show_typed(self, amount: int | None) -> None:
        """Each way but cash says how much of it would be paid so; None is all that is left."""
        for label, button in self._ways_in_part.items():
            words = self._words.label(label)
            if amount is not None:
                part = self._words.amount(amount)
                words = self._words.label(Label.TENDER_PART, tender=words, amount=part)
            button.say(words)

    def show_ways(self) -> None:
        """Back to the ways to pay."""
        self._pages.setCurrentIndex(0)

    def show_recording(self) -> None:
        """The sale is on its way to the disk; nobody may believe that it is done."""
        self._pages.setCurrentIndex(2)
        self._shown = None
        self.repaint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._payment is not None:
            self._show_quick(self._payment)

    def _show_quick(self, payment: PaymentView) -> None:
        """One row of amounts; fewer where large ones would be cut, none before the digits are."""
        for button in self._quick_buttons:
            button.hide()
        above = self.parentWidget()  # where the panel is higher than that, it is scrolled
        free = (above or self).height() - self.minimumSizeHint().height()
        if free < self._look.mm(_QUICK_MM + 1.4) and not self._look.folds:
            return
        amounts = {amount: self._words.short_money(amount) for amount in payment.quick}
        room = self._quick_room(list(amounts.values()))
        self._amounts = list(amounts)[:room]
        for amount, button in zip(self._amounts, self._quick_buttons, strict=False):
            button.setText(amounts[amount])
            button.setAccessibleName(self._words.amount(amount))
            button.setToolTip(self._words.amount(amount))
            button.show()

    def _quick_button(self, at: int) -> QPushButton:
        button = plain_button("", role="quick", on_click=lambda: self._on_cash(self._amounts[at]))
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._quick.addWidget(button, 1)
        button.hide()
        return button

    def _quick_room(self, amounts: list[str]) -> int:
        look = self._look
        metrics = QFontMetrics(look.font(look.price, bold=True))
        room = self.width() - 2 * look.mm(2.2)
        for count in range(min(_QUICK_MOST, len(amounts)), 1, -1):
            widest = max(metrics.horizontalAdvance(amount) for amount in amounts[:count])
            if count * (widest + look.mm(5) + look.mm(1)) <= room:
                return count
        return 1

    def _ways(
        self,
        on_exact: Callable[[], None],
        on_card: Callable[[], None],
        on_voucher: Callable[[], None],
        on_transfer: Callable[[], None],
    ) -> QWidget:
        words, look = self._words, self._look
        page = QWidget()
        layout = column(page, look, margin=0)
        layout.setSpacing(look.mm(1.4))
        layout.addLayout(self._quick)
        layout.addWidget(self._pad, 1)
        purses = beside(look)
        purses.setSpacing(look.mm(1))
        for button in self._purses:
            purses.addWidget(button, 1)
            button.hide()
        layout.addLayout(purses)
        ways = [
            KeyButton(words.label(label), look, key=key, role="offer", upright=True, on_click=step)
            for label, key, step in (
                (Label.EXACT_CASH, "F10", on_exact),
                (Label.CARD, "Shift+F10", on_card),
            )
        ]
        others = [
            KeyButton(words.label(label), look, on_click=step)
            for label, step in ((Label.VOUCHER, on_voucher), (Label.TRANSFER, on_transfer))
        ]
        self._ways_in_part = {
            Label.CARD: ways[1],
            Label.VOUCHER: others[0],
            Label.TRANSFER: others[1],
        }
        for buttons in (ways, others):
            self._add_pair(layout, buttons)
        return page

    def _add_pair(self, layout: QVBoxLayout, buttons: list[KeyButton]) -> None:
        """In equal halves; in large letters as wide as their words, below each other at need."""
        if self._look.folds:
            rows = EvenRows(self._look.mm(1), firm=True)
            rows.add(*buttons)
            layout.addWidget(rows)
            return
        line = row(None, self._look, margin=0)
        line.setSpacing(self._look.mm(1))
        for button in buttons:
            line.addWidget(button, 1)
        layout.addLayout(line)

    def _card_page(self, on_paid: Callable[[], None], on_failed: Callable[[], None]) -> QWidget:
        words, look = self._words, self._look
        page = QWidget()
        layout = column(page, look, margin=0)
        question = text(words.label(Label.CARD_QUESTION), "heading", wrap=True)
        question.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(1)
        layout.addWidget(self._asked)
        layout.addWidget(question)
        layout.addStretch(1)
        yes = KeyButton(
            words.label(Label.CARD_YES), look, key="Enter", role="primary", on_click=on_paid
        )
        no = KeyButton(words.label(Label.CARD_NO), look, key="Esc", on_click=on_failed)
        answers = beside(look)
        for button, wide in ((no, 2), (yes, 3)):
            button.setFixedHeight(look.mm(20))
            answers.addWidget(button, wide)
        layout.addLayout(answers)
        return page

    def _recording_page(self) -> QWidget:
        page = QWidget()
        layout = column(page, self._look, margin=0)
        layout.addStretch(1)
        self.recording = text(self._words.label(Label.RECORDING), "heading")
        self.recording.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.recording)
        layout.addStretch(1)
        return page
