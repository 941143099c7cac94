"""Several baskets are on hold: big rows to choose from, the latest first, in pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from terminal.till.checkout.view import CheckoutView, ParkedView
from terminal.till.gui.choice_list import HitButton
from terminal.till.gui.controls import (
    clear,
    column,
    mark,
    plain_button,
    row,
    sheet,
    text,
    without_checked,
)
from terminal.till.gui.fitted_labels import ElidedLabel, Heading
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_ROW_MM, _GAP_MM = 17, 2


class RecallPanel(QFrame):
    """Rows with a mark on one of them; arrows move it over the edge of a page."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_basket: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words, self._on_basket = look, words, on_basket
        self._shown: tuple[ParkedView, ...] = ()
        self._rows: list[QPushButton] = []
        self._marked = 0
        self._row_high = max(look.mm(_ROW_MM), look.row)
        heading = Heading(look, words.label(Label.HELD_HEADING))
        layout = sheet(self, look, words, heading, on_close)
        layout.setSpacing(look.mm(1.4))
        self._earlier = self._page_key("▲", Label.EARLIER_BASKETS, -1)
        self._further = self._page_key("▼", Label.FURTHER_BASKETS, 1)
        self._body = column(None, look, margin=0)
        self._body.setSpacing(look.mm(_GAP_MM))
        beside = row(None, look, margin=0)
        beside.setDirection(look.sideways)
        rows = column(None, look, margin=0)
        rows.addLayout(self._body)
        rows.addStretch(1)
        beside.addLayout(rows, 1)
        pages = column(None, look, margin=0)
        pages.addWidget(self._earlier)
        pages.addStretch(1)
        pages.addWidget(self._further)
        beside.addLayout(pages)
        layout.addLayout(beside, 1)

    def show_view(self, view: CheckoutView) -> None:
        """Show the baskets of a view."""
        if view.parked_choices != self._shown:
            self._shown, self._marked = view.parked_choices, 0
            self._lay()

    def step(self, by: int) -> None:
        """Move the mark up or down, on to the next page too."""
        self._go(self._marked + by)

    def pick(self) -> None:
        """Take the marked one."""
        if self._shown:
            self._on_basket(self._shown[self._marked].key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _go(self, to: int) -> None:
        page = self._marked // self._room()
        self._marked = min(max(0, to), max(0, len(self._shown) - 1))
        if self._marked // self._room() == page:
            self._mark()
        else:
            self._lay()

    def _room(self) -> int:
        """How many rows there is room for."""
        look = self._look
        # In large letters the heading has two lines, and may be higher than its keys.
        top = max(look.target, 2 * look.line(look.heading) if look.folds else 0)
        free = self.height() - top - look.mm(6)
        return max(1, free // (self._row_high + look.mm(_GAP_MM)))

    def _lay(self) -> None:
        clear(self._body)
        room = self._room()
        first = self._marked // room * room
        self._rows = [self._row(one) for one in self._shown[first : first + room]]
        self._earlier.setEnabled(first > 0)
        self._further.setEnabled(first + room < len(self._shown))
        for key in (self._earlier, self._further):
            key.setVisible(len(self._shown) > room)
        self._mark()

    def _row(self, parked: ParkedView) -> QPushButton:
        words, look = self._words, self._look
        when = words.time(parked.local)
        if not parked.of_today:
            day = words.date(parked.local.date())
            when = words.label(Label.HELD_ON, date=day, time=when)
        pieces = words.label(
            Label.HELD_PIECES_ONE if parked.pieces == 1 else Label.HELD_PIECES,
            n=words.number(parked.pieces),
        )
        more = f"{parked.member} · {pieces}" if parked.member else pieces
        total = words.money(parked.total)
        button = HitButton(self._row_high)
        button.setProperty("role", "row")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        button.setAccessibleName(f"{when}, {more}, {total}")
        layout = QHBoxLayout(button)
        layout.setContentsMargins(look.gap, 0, look.gap, 0)
        both = column(None, look, margin=0)
        both.setSpacing(0)
        both.addStretch(1)
        both.addWidget(ElidedLabel(when, "bold"))
        both.addWidget(ElidedLabel(more, "small"))
        both.addStretch(1)
        layout.addLayout(both, 1)
        figure = text(total, "strong-price")
        figure.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout.addWidget(figure)
        button.clicked.connect(without_checked(partial(self._on_basket, parked.key)))
        self._body.addWidget(button)
        return button

    def _page_key(self, glyph: str, label: Label, by: int) -> QPushButton:
        def turn() -> None:
            self._go((self._marked // self._room() + by) * self._room())

        key = plain_button(glyph, name=self._words.label(label), on_click=turn)
        key.setFixedSize(self._look.target, self._look.target)
        return key

    def _mark(self) -> None:
        for at, button in enumerate(self._rows):
            mark(button, "lit", "true" if at == self._marked % self._room() else "false")
