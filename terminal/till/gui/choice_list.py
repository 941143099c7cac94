"""Several members or products fit what was typed: big rows to pick from, inside the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from terminal.till.checkout.view import CheckoutView, MemberChoice, ProductChoice
from terminal.till.gui.controls import clear, column, mark, sheet, text, without_checked
from terminal.till.gui.fitted_labels import ElidedLabel, Heading
from terminal.till.gui.scrolled import Scrolled
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_FEW = 5
"""So many hits have room for rows that are easy to tap."""


class HitButton(QPushButton):
    """A row as high as it was told; a style sheet's height for all buttons would win over a fixed one."""

    def __init__(self, high: int) -> None:
        super().__init__()
        self._high = high

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._high)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._high)


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
        self._shown: tuple[tuple[MemberChoice, ...], tuple[ProductChoice, ...]] = ((), ())
        self._rows: list[QPushButton] = []
        self._marked = 0
        self._high = look.row
        self._heading = Heading(look)
        self._body = column(None, look, margin=0)
        self._body.setSpacing(look.mm(1.1))
        layout = sheet(self, look, words, self._heading, on_close)
        layout.setSpacing(look.mm(1.4))
        rows = QWidget()
        rows.setLayout(self._body)
        self._scrolled = Scrolled(look, words, rows)
        layout.addWidget(self._scrolled, 1)

    def show_view(self, view: CheckoutView) -> None:
        """Show the choices of a view."""
        shown = (view.member_choices, view.product_choices)
        if shown != self._shown:
            self._shown, self._marked = shown, 0
            self._lay(*shown)

    def _lay(self, members: tuple[MemberChoice, ...], products: tuple[ProductChoice, ...]) -> None:
        clear(self._body)
        self._rows = []
        words, look = self._words, self._look
        few = len(members) + len(products) <= _FEW
        self._high = max(look.row, look.primary) if few else look.row
        label = Label.CHOOSE_MEMBER if members else Label.CHOOSE_PRODUCT
        self._heading.say(words.label(label))
        for member in members:
            self._add_member(member)
        for product in products:
            price = words.amount(product.price)
            if product.open_price:
                price = words.label(Label.OPEN_PRICE)
            if product.by_weight:
                price = words.label(Label.PER_KILOGRAM, amount=price)
            self._add(product.name, price, partial(self._on_product, product.sku), figure=True)
        self._body.addStretch(1)
        self._scrolled.place_anew()
        self._mark()

    def _add_member(self, member: MemberChoice) -> None:
        tails = []
        if member.phone_tail:
            tails.append(self._words.label(Label.PHONE_TAIL, tail=member.phone_tail))
        if member.card_tail:
            tails.append(self._words.label(Label.CARD_TAIL, tail=member.card_tail))
        name = member.name or self._words.label(Label.UNNAMED_MEMBER)
        self._add(name, " · ".join(tails), partial(self._on_member, member.id))

    def step(self, by: int) -> None:
        """Move the mark up or down."""
        if self._rows:
            self._marked = min(max(0, self._marked + by), len(self._rows) - 1)
            self._mark()

    def pick(self) -> None:
        """Take the marked row."""
        if self._rows:
            self._rows[self._marked].click()

    def _add(
        self, name: str, more: str, on_click: Callable[[], None], *, figure: bool = False
    ) -> None:
        button = HitButton(self._high)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        button.setProperty("role", "row")
        button.setFocusPolicy(self._heading.focusPolicy())
        button.setAutoDefault(False)
        button.setAccessibleName(f"{name}, {more}")
        layout = QHBoxLayout(button)
        layout.setContentsMargins(self._look.gap, 0, self._look.gap, 0)
        if figure:
            layout.addWidget(ElidedLabel(name, "bold"), 1)
            layout.addWidget(text(more, "strong-price"))
        else:
            # A name may be long and phones must be told apart: each has its own line.
            both = column(None, self._look, margin=0)
            both.setSpacing(0)
            both.addStretch(1)
            both.addWidget(ElidedLabel(name, "bold"))
            small = self._look.small
            # Their last digits tell them apart: the letters shrink before one is cut.
            sizes = range(small, small * 3 // 5, -1) if self._look.folds else range(0)
            tails = ElidedLabel(more, "small", sizes=sizes) if sizes else text(more, "small")
            both.addWidget(tails)
            both.addStretch(1)
            layout.addLayout(both, 1)
        button.clicked.connect(without_checked(on_click))
        self._body.addWidget(button)
        self._rows.append(button)

    def _mark(self) -> None:
        for at, button in enumerate(self._rows):
            mark(button, "lit", "true" if at == self._marked else "false")
        if self._rows:
            self._scrolled.reveal(self._rows[self._marked])
