"""Paying: what is due, cash with quick amounts, the card terminal beside the till."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from terminal.loyalty.sale import TenderKind
from terminal.till.checkout.view import CheckoutView, PaymentView
from terminal.till.gui.controls import KeyButton, clear, column, plain_button, row, say, text
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_QUICK_ACROSS = 2
_QUICK_MOST = 4


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
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words, self._on_cash = look, words, on_cash
        self._shown: object = None
        self._sum = text("", "sum", right=True)
        self._rounded = text("", "small", right=True)
        self._tenders = QVBoxLayout()
        self._remaining = text("", "sum", right=True)
        self._remaining_caption = text(words.label(Label.REMAINING), "bold")
        self._quick = QGridLayout()
        self._quick.setSpacing(look.mm(1.2))
        self._question = text("", "heading", wrap=True)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._ways(on_exact, on_card))
        self._pages.addWidget(self._card_page(on_card_paid, on_card_failed))
        self._pages.addWidget(self._recording_page())
        layout = column(self, look, margin=look.mm(3))
        layout.setSpacing(look.mm(1))
        layout.addLayout(self._line(text(words.label(Label.TO_PAY), "bold"), self._sum))
        layout.addWidget(self._rounded)
        layout.addLayout(self._tenders)
        layout.addLayout(self._line(self._remaining_caption, self._remaining))
        layout.addLayout(self._pages, 1)

    @property
    def asks_for_card(self) -> bool:
        """Whether the question about the card terminal is open."""
        return self._pages.currentIndex() == 1

    def show_view(self, view: CheckoutView) -> None:
        """Show the payment in work."""
        payment = view.payment
        if payment is None or payment == self._shown:
            return
        self._shown = payment
        words = self._words
        self._pages.setCurrentIndex(0)
        self._sum.setText(words.money(payment.due))
        rounded = words.label(Label.ROUNDED, amount=words.money(payment.cash_due))
        say(self._rounded, rounded if payment.rounding else "")
        clear(self._tenders)
        for tender in payment.tenders:
            cash = tender.kind is TenderKind.CASH
            caption = words.label(Label.RECEIVED_CASH if cash else Label.RECEIVED_CARD)
            amount = text(words.money(tender.amount), "price", right=True)
            self._tenders.addLayout(self._line(text(caption), amount))
        partly = bool(payment.tenders)
        self._remaining_caption.setVisible(partly)
        say(self._remaining, words.money(payment.remaining) if partly else "")
        self._show_quick(payment)

    def ask_for_card(self, amount: int) -> None:
        """Ask whether the card terminal took the money: only the cashier can see it."""
        self._question.setText(
            self._words.label(Label.CARD_QUESTION, amount=self._words.money(amount))
        )
        self._pages.setCurrentIndex(1)

    def show_ways(self) -> None:
        """Back to the ways to pay."""
        self._pages.setCurrentIndex(0)

    def show_recording(self) -> None:
        """The sale is on its way to the disk; nobody may believe that it is done."""
        self._pages.setCurrentIndex(2)
        self._shown = None
        self.repaint()

    def _show_quick(self, payment: PaymentView) -> None:
        clear(self._quick)
        for at, amount in enumerate(payment.quick[:_QUICK_MOST]):
            button = plain_button(
                self._words.amount(amount),
                role="quick",
                on_click=partial(self._on_cash, amount),
            )
            self._quick.addWidget(button, at // _QUICK_ACROSS, at % _QUICK_ACROSS)

    def _ways(self, on_exact: Callable[[], None], on_card: Callable[[], None]) -> QWidget:
        words, look = self._words, self._look
        page = QWidget()
        layout = column(page, look, margin=0)
        layout.addLayout(self._quick)
        layout.addStretch(1)
        exact = KeyButton(
            words.label(Label.EXACT_CASH),
            look,
            key="F10",
            role="offer",
            upright=True,
            on_click=on_exact,
        )
        by_card = KeyButton(
            words.label(Label.CARD),
            look,
            key="Shift+F10",
            role="offer",
            upright=True,
            on_click=on_card,
        )
        both = row(None, look, margin=0)
        both.addWidget(exact, 1)
        both.addWidget(by_card, 1)
        layout.addLayout(both)
        return page

    def _card_page(self, on_paid: Callable[[], None], on_failed: Callable[[], None]) -> QWidget:
        words, look = self._words, self._look
        page = QWidget()
        layout = column(page, look, margin=0)
        layout.addStretch(1)
        layout.addWidget(self._question)
        layout.addStretch(1)
        answers = row(None, look, margin=0)
        answers.addWidget(
            KeyButton(words.label(Label.CARD_NO), look, key="Esc", on_click=on_failed)
        )
        answers.addWidget(
            KeyButton(
                words.label(Label.CARD_YES), look, key="Enter", role="primary", on_click=on_paid
            ),
            1,
        )
        layout.addLayout(answers)
        return page

    def _recording_page(self) -> QWidget:
        page = QWidget()
        layout = column(page, self._look, margin=0)
        layout.addStretch(1)
        self.recording = text(self._words.label(Label.RECORDING), "heading")
        layout.addWidget(self.recording)
        layout.addStretch(1)
        return page

    def _line(self, caption: QLabel, amount: QLabel) -> QVBoxLayout:
        line = row(None, self._look, margin=0)
        line.addWidget(caption)
        line.addStretch(1)
        line.addWidget(amount)
        wrap = QVBoxLayout()
        wrap.addLayout(line)
        return wrap
