"""The sale is recorded: the change in the largest letters of the till, and the slip."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.view import CheckoutView, DoneView
from terminal.till.gui.controls import (
    KeyButton,
    WrappingButton,
    beside,
    column,
    mark,
    rule,
    say,
    text,
)
from terminal.till.gui.fitted_labels import FittedLabel
from terminal.till.gui.refund_side import WAYS
from terminal.till.gui.style import MONOSPACED, Look
from terminal.wording.labels import Label
from terminal.wording.marks import AnyLabel
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words


class SlipPaper(QPlainTextEdit):
    """A slip as it will be printed, in letters that let its whole width be read."""

    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self._look = look
        self._columns = 42
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(words.label(Label.SLIP_PREVIEW))

    def show_slip(self, lines: Sequence[str]) -> None:
        """Show the lines of a slip."""
        self._columns = max([32, *(len(line) for line in lines)])
        self._fit()
        self.setPlainText("\n".join(lines))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.viewport().width() - self._look.mm(5)
        font = QFont(MONOSPACED)
        for pixels in range(self._look.price, 7, -1):
            font.setPixelSize(pixels)
            if QFontMetrics(font).horizontalAdvance("0") * self._columns <= room:
                break
        self.setFont(font)
        # The sheet's general size would win over the font otherwise.
        self.setStyleSheet(f"font-family: '{MONOSPACED}'; font-size: {font.pixelSize()}px;")


class DonePanel(QFrame):
    """Change, slip, print, next."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_print: Callable[[], None] | None,
        on_always: Callable[[], None],
        asks: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.setProperty("card", "accent")
        self._words, self._asks = words, asks
        self._shown: object = None
        self._caption = text("", "good-heading")
        self.change = FittedLabel(look, look.mm(18), look.mm(9))
        self._paid = text("", "small", wrap=True)
        self.paper = SlipPaper(look, words)
        layout = column(self, look, margin=look.mm(3))
        layout.setSpacing(look.mm(0.6))
        layout.addWidget(self._caption)
        layout.addWidget(self.change)
        layout.addWidget(self._paid)
        self._rule = rule(look)
        layout.addWidget(self._rule)
        self._nothing = text(words.label(Label.SLIP_PREVIEW), "quiet")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        layout.addWidget(self._nothing, 1)
        layout.addWidget(self.paper, 1)
        keys = beside(look)
        self._print: KeyButton | None = None
        if on_print is not None:
            self._print = KeyButton(
                words.label(Label.PRINT_SLIP), look, key="F11", on_click=on_print
            )
            keys.addWidget(self._print, 1)
        self._always = WrappingButton(
            words.label(Label.ALWAYS_PRINT), look, key="Shift+F11", on_click=on_always
        )
        keys.addWidget(self._always, 1)
        layout.addLayout(keys)

    def show_view(self, view: CheckoutView, slip: Callable[[], Sequence[str]]) -> None:
        """Show the sale that was just recorded; its slip is asked for once."""
        done, words = view.done, self._words
        if done is None or done == self._shown:
            return
        self._shown = done
        self._show_paper(on=True)
        told: AnyLabel = Label.CHANGE if done.change else Label.NO_CHANGE
        told = Label.AMOUNT_COUNTED if view.amounts_only else told
        told = ReturnLabel.RETURN_RECORDED if done.refund else told
        large = done.due if done.refund else done.change
        self._caption.setText("✓ " + words.label(told))
        self.change.say(words.money(large) if large else "")
        self.change.setVisible(bool(large))
        if self._print is not None:
            self._print.show()
        self.offer_always(on=self._asks())
        paid = f"{words.label(Label.PAID)} {words.money(done.paid)} · "
        paid += words.label(Label.SALE_NUMBER, n=str(done.seq))
        if done.refund or any(one.kind is not TenderKind.CASH for one in done.back):
            paid = returned_words(done, words)
        say(self._paid, paid)
        self.paper.show_slip(slip())

    def offer_always(self, *, on: bool) -> None:
        """Whether the button stands there that ends all asking."""
        self._always.setVisible(on)

    def _show_paper(self, *, on: bool) -> None:
        """Where no slip is to be seen, the place says what is seen there else."""
        self.paper.setVisible(on)
        self._rule.setVisible(on)
        self._caption.setVisible(on)
        self._nothing.setVisible(not on)
        mark(self, "card", "accent" if on else "true")

    def show_earlier(self, lines: Sequence[str], number: str) -> None:
        """Show the slip of an earlier sale, to print it again."""
        self._shown = None
        self._caption.setText(number)
        if self._print is not None:
            self._print.setVisible(bool(lines))
        self.change.hide()
        self.offer_always(on=False)
        self._show_paper(on=bool(lines))
        say(self._paid, "")
        self.paper.show_slip(lines)


def returned_words(done: DoneView, words: Words) -> str:
    """How the money went back, and the number of the return."""
    ways = [f"{words.label(WAYS[one.kind])} {words.money(one.amount)}" for one in done.back]
    number = ReturnLabel.RETURN_NUMBER if done.refund else Label.SALE_NUMBER
    return " · ".join([*ways, words.label(number, n=str(done.seq))])
