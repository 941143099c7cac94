"""Goods come back: the lines of the sale, each with − and +, and what is left of it to come back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame

from terminal.till.checkout.refund_view import RefundLineView, RefundState, RefundView
from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.controls import (
    column,
    mark,
    plain_button,
    row,
    say,
    sheet,
    text,
)
from terminal.till.gui.fitted_labels import ElidedLabel, Heading
from terminal.till.gui.kept_rows import KeptRows
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words

SetPieces = Callable[[int, int], None]
"""(line key, how many pieces come back)."""


class RefundRow(QFrame):
    """One line; a tap takes all of it that is left, or lets go of it."""

    def __init__(self, look: Look, words: Words, on_pieces: SetPieces) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._words, self._on_pieces = words, on_pieces
        self._line: RefundLineView | None = None
        self._knows_money = True
        self._name = ElidedLabel("", "bold")
        self._more = text("", "small", wrap=True)
        self._pieces = text("", "strong-price")
        self._pieces.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pieces.setMinimumWidth(look.mm(9))
        self._less = plain_button("−", name=words.label(Label.LESS), on_click=lambda: self._by(-1))
        self._plus = plain_button("+", name=words.label(Label.MORE), on_click=lambda: self._by(1))
        texts = column(None, look, margin=0)
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(self._name)
        texts.addWidget(self._more)
        texts.addStretch(1)
        outer = row(self, look, margin=look.mm(1))
        outer.addLayout(texts, 1)
        for widget in (self._less, self._pieces, self._plus):
            outer.addWidget(widget)
        for button in (self._less, self._plus):
            button.setFixedSize(look.target, look.target)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_line(self, line: RefundLineView, shown: RefundView) -> None:
        """Show one line of the sale of a return."""
        self._line, self._knows_money = line, shown.worked_out
        open_for_choice = shown.state is RefundState.CHOOSING
        marked = line.key == shown.selected
        self._name.say(line.name)
        say(self._more, self._told(line))
        number = self._words.number
        self._pieces.setText(number(line.back) if line.back else "–")
        self._less.setEnabled(open_for_choice and line.back > 0)
        self._plus.setEnabled(open_for_choice and line.back < line.left)
        mark(self, "card", "accent" if marked and open_for_choice else "true")
        self.setEnabled(line.left > 0)
        self.setAccessibleName(f"{line.name}, {self._told(line)}, {number(line.back)}")

    def _told(self, line: RefundLineView) -> str:
        words = self._words
        whole = line.back == line.pieces and line.money == line.net
        parts = [] if whole else [words.amount(line.net)]
        if line.pieces != 1 or line.grams is not None:
            parts.insert(0, words.quantity(line.pieces, line.grams, line.unit_price))
        if not line.left:
            parts.append(words.label(ReturnLabel.RETURNED_BEFORE))
        elif line.left < line.pieces:
            parts.append(words.label(ReturnLabel.RETURN_LEFT, n=words.number(line.left)))
        if line.back or line.money:
            parts.append("↩ " + (words.amount(line.money) if self._knows_money else "…"))
        return " · ".join(parts)

    def _by(self, change: int) -> None:
        if self._line is not None:
            self._on_pieces(self._line.key, self._line.back + change)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        line = self._line
        if line is not None and line.left and self.rect().contains(event.position().toPoint()):
            self._on_pieces(line.key, 0 if line.back == line.left else line.left)


class RefundPanel(QFrame):
    """The lines over the basket's place, with the slip that they are of."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_pieces: SetPieces,
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words, self._on_pieces = look, words, on_pieces
        self._shown: RefundView | None = None
        self._heading = Heading(look, words.label(ReturnLabel.RETURN_HEADING))
        self._of = text("", "small", wrap=True)
        layout = sheet(self, look, words, self._heading, on_close)
        layout.setSpacing(look.mm(1))
        layout.addWidget(self._of)
        self._empty = text(words.label(ReturnLabel.RETURN_HOW), "price", wrap=True)
        layout.addWidget(self._empty)
        self._rows = KeptRows(look, words, self._row, spacing=look.mm(1))
        layout.addWidget(self._rows, 1)
        layout.addStretch()

    def show_view(self, view: CheckoutView) -> None:
        """Show the return of a view."""
        shown = view.refund
        if shown is None or shown == self._shown:
            return
        before, self._shown = self._shown, shown
        words = self._words
        of_slip = bool(shown.sale)
        label = ReturnLabel.RETURN_VOID_HEADING if shown.voids else ReturnLabel.RETURN_HEADING
        self._heading.say(words.label(label))
        say(self._of, self._of_which(shown) if of_slip else "")
        say(self._empty, "" if of_slip else words.label(ReturnLabel.RETURN_HOW))
        self._rows.setVisible(of_slip)
        rows = self._rows.show_rows(len(shown.lines))
        for line, one in zip(shown.lines, rows, strict=True):
            one.show_line(line, shown)
        if before is None or before.selected != shown.selected:
            self._reveal(shown)

    def spoken(self) -> list[str]:
        """All rows as a screen reader says them."""
        return [one.accessibleName() for one in self._rows.shown]

    def _row(self, _at: int) -> RefundRow:
        return RefundRow(self._look, self._words, self._on_pieces)

    def _reveal(self, shown: RefundView) -> None:
        keys = [line.key for line in shown.lines]
        if shown.selected in keys:
            self._rows.reveal(self._rows.shown[keys.index(shown.selected)])

    def _of_which(self, shown: RefundView) -> str:
        words, at = self._words, shown.at
        parts = [words.label(Label.SALE_NUMBER, n=str(shown.seq))]
        if at is not None:
            when = words.time(at) if shown.of_today else f"{words.date(at.date())} {words.time(at)}"
            parts.append(when)
        parts.append(words.money(shown.paid))
        if shown.member:
            parts.append(shown.member)
        return " · ".join(parts)


def stepping(shown: RefundView, by: int) -> int | None:
    """The key of the line that an arrow goes to; None where there is none."""
    keys = [line.key for line in shown.lines]
    if not keys:
        return None
    at = keys.index(shown.selected) if shown.selected in keys else 0
    return keys[min(max(0, at + by), len(keys) - 1)]


def pieces_of(shown: RefundView, key: int | None) -> int:
    """How many pieces of a line come back now."""
    return next((line.back for line in shown.lines if line.key == key), 0)
