"""What was taken so far, in one row: a tap hands it back. The newest are in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.gui.controls import KeyButton, plain_button
from terminal.till.gui.look import Look
from terminal.wording.labels import Label
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words

RECEIVED = {
    TenderKind.CASH: Label.ASK_CASH,
    TenderKind.CARD: Label.RECEIVED_CARD,
    TenderKind.VOUCHER: Label.RECEIVED_VOUCHER,
    TenderKind.TRANSFER: Label.RECEIVED_TRANSFER,
    TenderKind.GIFT_CARD: Label.RECEIVED_GIFT_CARD,
    TenderKind.STORE_CREDIT: Label.RECEIVED_CREDIT,
    TenderKind.EXCHANGE: ReturnLabel.RETURN,
}


class TenderRow(QWidget):
    """Never higher than one row, so that the digits below keep their place; ◀ ▶ turn to the rest."""

    def __init__(self, look: Look, words: Words, on_back: Callable[[int], None]) -> None:
        super().__init__()
        self._look, self._words, self._on_back = look, words, on_back
        self._gap = look.mm(1)
        self._tenders: Sequence[Tender] = ()
        self._buttons: list[KeyButton] = []
        self._last = 0
        """How many stand before the end of the page that is in front."""
        self._in_front = 1
        self._earlier = self._page_key("◀", Label.EARLIER_TENDERS, -1)
        self._further = self._page_key("▶", Label.FURTHER_TENDERS, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_tenders(self, tenders: Sequence[Tender]) -> None:
        """Show these, the last ones in front."""
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._tenders = tenders
        self._buttons = [self._button(at, tender) for at, tender in enumerate(tenders)]
        self._last = len(tenders)
        self.setVisible(bool(tenders))
        self.updateGeometry()
        self._lay()

    def sizeHint(self) -> QSize:
        return QSize(0, max((one.sizeHint().height() for one in self._buttons), default=0))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        first, room = 0, self.width()
        turns = self._needed(self._buttons) > room
        if turns:
            room -= 2 * (self._look.target + self._gap)
            first = self._last - self._fit(self._buttons[: self._last][::-1], room)
        shown = self._buttons[first : self._last]
        left = self._look.target + self._gap if turns else 0
        for at, button in enumerate(shown):
            share = (room - self._gap * (len(shown) - 1)) // len(shown)
            button.setGeometry(left + at * (share + self._gap), 0, share, self.height())
        for button in self._buttons:
            button.setVisible(button in shown)
        size = self._look.target
        top = (self.height() - size) // 2
        self._earlier.setGeometry(0, top, size, size)
        self._further.setGeometry(self.width() - size, top, size, size)
        self._earlier.setEnabled(first > 0)
        self._further.setEnabled(self._last < len(self._buttons))
        for key in (self._earlier, self._further):
            key.setVisible(turns)
        self._in_front = len(shown)

    def _needed(self, buttons: Sequence[KeyButton]) -> int:
        """Each as wide as the widest: they look alike then."""
        widest = max((one.sizeHint().width() for one in buttons), default=0)
        return len(buttons) * (widest + self._gap) - self._gap

    def _fit(self, buttons: Sequence[KeyButton], room: int) -> int:
        count = 1
        while count < len(buttons) and self._needed(buttons[: count + 1]) <= room:
            count += 1
        return count

    def _turn(self, by: int) -> None:
        self._last = min(max(1, self._last + by * self._in_front), len(self._buttons))
        self._lay()

    def _button(self, at: int, tender: Tender) -> KeyButton:
        words = self._words
        money, received = words.money(tender.amount), RECEIVED.get(tender.kind)
        button = KeyButton(
            money,
            self._look,
            key=f"✕ {words.label(received)}" if received else "✕",
            upright=True,
            on_click=partial(self._on_back, at),
        )
        button.setParent(self)
        button.setAccessibleName(words.label(Label.TAKE_BACK, amount=money))
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        return button

    def _page_key(self, glyph: str, label: Label, by: int) -> QPushButton:
        key = plain_button(
            glyph, role="bare", name=self._words.label(label), on_click=lambda: self._turn(by)
        )
        key.setParent(self)
        return key
