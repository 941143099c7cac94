"""Several members or products fit what was typed: big rows to pick from, inside the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.controls import (
    ElidedLabel,
    KeyButton,
    clear,
    column,
    mark,
    text,
    without_checked,
)
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_ROWS_MOST = 6


class ChoiceList(QFrame):
    """Rows with a mark on one of them; the window moves the mark, so typing can go on."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_member: Callable[[str], None],
        on_product: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words = look, words
        self._on_member, self._on_product = on_member, on_product
        self._shown: object = None
        self._rows: list[QPushButton] = []
        self._marked = 0
        self._heading = text("", "heading", wrap=True)
        self._body = column(None, look, margin=0)
        self._body.setSpacing(look.mm(1))
        layout = column(self, look, margin=look.mm(3))
        layout.addWidget(self._heading)
        layout.addWidget(text(words.label(Label.CHOICE_KEYS), "small", wrap=True))
        layout.addLayout(self._body)
        layout.addStretch(1)
        layout.addWidget(KeyButton(words.label(Label.CLOSE), look, key="Esc", on_click=on_close))

    def show_view(self, view: CheckoutView) -> None:
        """Show the choices of a view."""
        shown = (view.member_choices, view.product_choices)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._body)
        self._rows, self._marked = [], 0
        members = bool(view.member_choices)
        self._heading.setText(
            self._words.label(Label.CHOOSE_MEMBER if members else Label.CHOOSE_PRODUCT)
        )
        for member in view.member_choices[:_ROWS_MOST]:
            tails = []
            if member.phone_tail:
                tails.append(self._words.label(Label.PHONE_TAIL, tail=member.phone_tail))
            if member.card_tail:
                tails.append(self._words.label(Label.CARD_TAIL, tail=member.card_tail))
            name = member.name or self._words.label(Label.UNNAMED_MEMBER)
            self._add(name, " · ".join(tails), partial(self._on_member, member.id))
        for product in view.product_choices[:_ROWS_MOST]:
            price = self._words.amount(product.price)
            if product.by_weight:
                price = self._words.label(Label.PER_KILOGRAM, amount=price)
            self._add(product.name, price, partial(self._on_product, product.sku))
        self._mark()

    def step(self, by: int) -> None:
        """Move the mark up or down."""
        if self._rows:
            self._marked = min(max(0, self._marked + by), len(self._rows) - 1)
            self._mark()

    def pick(self) -> None:
        """Take the marked row."""
        if self._rows:
            self._rows[self._marked].click()

    def _add(self, name: str, more: str, on_click: Callable[[], None]) -> None:
        button = QPushButton()
        button.setProperty("role", "row")
        button.setFocusPolicy(self._heading.focusPolicy())
        button.setAutoDefault(False)
        button.setAccessibleName(f"{name}, {more}")
        layout = QHBoxLayout(button)
        layout.setContentsMargins(self._look.gap, 0, self._look.gap, 0)
        layout.addWidget(ElidedLabel(name, "bold"), 1)
        layout.addWidget(text(more, "small"))
        button.clicked.connect(without_checked(on_click))
        self._body.addWidget(button)
        self._rows.append(button)

    def _mark(self) -> None:
        for at, button in enumerate(self._rows):
            mark(button, "lit", "true" if at == self._marked else "false")
