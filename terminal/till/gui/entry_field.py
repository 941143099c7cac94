"""The one field into which everything is typed: codes, phones, names, prices, pieces, cash.

What is being asked stands as a chip before it. So the eyes stay in one place, and the number
keys on the screen always know where to write.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
)

from terminal.till.gui.controls import mark, say, text
from terminal.till.gui.look import PADDING
from terminal.till.gui.style import Look
from terminal.wording.care_labels import CareLabel
from terminal.wording.labels import Label
from terminal.wording.marks import AnyLabel
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words


class Asking(StrEnum):
    """What the field waits for."""

    ANYTHING = "anything"
    PRICE = "price"
    PIECES = "pieces"
    MEMBER = "member"
    CASH = "cash"
    CARD = "card"
    SLIP = "slip"
    WEIGHT = "weight"
    GOODS = "goods"
    LINK = "link"
    TOTAL = "total"
    PROOF = "proof"
    RETURN = "return"
    RETURN_GOODS = "return_goods"
    PIN = "pin"
    REASON = "reason"
    PARTNER = "partner"


_CHIPS: dict[Asking, AnyLabel] = {
    Asking.PRICE: Label.ASK_PRICE,
    Asking.PIECES: Label.ASK_PIECES,
    Asking.MEMBER: Label.ASK_MEMBER,
    Asking.CASH: Label.ASK_CASH,
    Asking.CARD: Label.CARD,
    Asking.SLIP: Label.SLIP,
    Asking.WEIGHT: Label.ASK_WEIGHT,
    Asking.GOODS: Label.ASK_GOODS,
    Asking.LINK: Label.ASK_LINK,
    Asking.TOTAL: Label.ASK_TOTAL,
    Asking.PROOF: Label.ASK_PROOF,
    Asking.RETURN: ReturnLabel.ASK_RETURN,
    Asking.RETURN_GOODS: ReturnLabel.ASK_RETURN,
    Asking.PIN: Label.ASK_PIN,
    Asking.REASON: CareLabel.ASK_REASON,
    Asking.PARTNER: CareLabel.ASK_PARTNER,
}
_HINTS: dict[Asking, AnyLabel] = {
    Asking.ANYTHING: Label.SCAN_OR_TYPE,
    Asking.PRICE: Label.HINT_PRICE,
    Asking.PIECES: Label.HINT_PIECES,
    Asking.MEMBER: Label.HINT_MEMBER,
    Asking.CASH: Label.HINT_CASH,
    Asking.CARD: Label.HINT_CARD,
    Asking.SLIP: Label.HINT_SLIP,
    Asking.WEIGHT: Label.HINT_WEIGHT,
    Asking.GOODS: Label.HINT_GOODS,
    Asking.LINK: Label.HINT_LINK,
    Asking.TOTAL: Label.HINT_TOTAL,
    Asking.PROOF: Label.HINT_PROOF,
    Asking.RETURN: ReturnLabel.HINT_RETURN,
    Asking.RETURN_GOODS: ReturnLabel.HINT_RETURN_GOODS,
    Asking.PIN: Label.HINT_PIN,
    Asking.REASON: CareLabel.HINT_REASON,
    Asking.PARTNER: CareLabel.HINT_PARTNER,
}

_CARET = 3
"""Qt writes so many pixels beside the edge of a field."""


class _Field(QLineEdit):
    """In an empty field Del and Undo are not for the field, but for the basket.

    Nor is Undo beside what nobody typed, such as the word that brought up a list. What may be
    typed stands in it in letters that shrink before they would be cut.
    """

    def __init__(self, look: Look, on_delete: Callable[[], None]) -> None:
        super().__init__()
        self._look, self._on_delete = look, on_delete
        self.hint = ""
        """What stands in it while it is empty."""
        self._fitted: tuple[str, int, QFont] | None = None

    def show_hint(self, words: str) -> None:
        """Say what may be typed."""
        if words != self.hint:
            self.hint = words
            self.setAccessibleDescription(words)
            self.update()

    @property
    def is_hint_cut(self) -> bool:
        """Whether the hint has too little room even in small letters."""
        return QFontMetrics(self._hint_font()).horizontalAdvance(self.hint) > self._room().width()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hint and not self.text():
            painter, font, room = QPainter(self), self._hint_font(), self._room()
            painter.setFont(font)
            painter.setPen(QColor(self._look.palette.quiet))
            elided = QFontMetrics(font).elidedText(
                self.hint, Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, elided)
            painter.end()

    def _room(self) -> QRect:
        edge = PADDING + _CARET
        return self.rect().adjusted(edge, 0, -edge, 0)

    def _hint_font(self) -> QFont:
        """As large as what is typed, or smaller; found once for a width."""
        room = self._room().width()
        if self._fitted is None or self._fitted[:2] != (self.hint, room):
            font = self._look.fitting(self.hint, room, self._look.heading)
            self._fitted = self.hint, room, font
        return self._fitted[2]

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            steps_back = event.matches(QKeySequence.StandardKey.Undo)
            steps_back = steps_back or event.matches(QKeySequence.StandardKey.Redo)
            typed = self.isUndoAvailable() or self.isRedoAvailable()
            if steps_back and not (self.text() and typed):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and not self.text():
            self._on_delete()
            return
        # Alt and a letter that no step has is a slip of the hand: left in the field, it would spoil
        # what is typed next. AltGr, which writes letters, is another key or Ctrl and Alt.
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.text().isalpha():
            event.ignore()
            return
        super().keyPressEvent(event)


class EntryField(QFrame):
    """The field with its chip."""

    def __init__(self, look: Look, words: Words, on_delete: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("entry")
        self._words = words
        self.asking = Asking.ANYTHING
        self.on_ask: Callable[[], None] = lambda: None
        """Called when something else is asked."""
        self.on_focus: Callable[[], None] = lambda: None
        """Called when the focus came to the field, or left it."""
        self._chip = text()
        self._chip.setObjectName("asking")
        self._chip.hide()
        self.field = _Field(look, on_delete)
        self.field.setMaxLength(400)
        self.field.setAccessibleName(words.label(Label.ENTRY_FIELD))
        self.field.setMinimumHeight(look.primary - 12)
        self.field.installEventFilter(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.gap, 3, look.gap, 3)
        layout.addWidget(self._chip)
        layout.addWidget(self.field, 1)
        self.ask(Asking.ANYTHING)

    def ask(self, what: Asking, name: str = "") -> None:
        """Wait for something else; what was typed for the one before is not it."""
        other = what is not self.asking
        if other:
            self.field.clear()
        hidden = QLineEdit.EchoMode.Password if what is Asking.PIN else QLineEdit.EchoMode.Normal
        self.field.setEchoMode(hidden)
        self.asking = what
        chip = _CHIPS.get(what)
        say(self._chip, self._words.label(chip) if chip else "")
        self.field.show_hint(self._words.label(_HINTS[what], name=name))
        mark(self, "asking", "true" if chip else "false")
        if other:
            self.on_ask()

    def take(self) -> str:
        """What was typed; the field is empty afterwards."""
        typed = self.field.text().strip()
        self.field.clear()
        return typed

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            mark(self, "lit", "true" if event.type() == QEvent.Type.FocusIn else "false")
            self.on_focus()
        return super().eventFilter(watched, event)
