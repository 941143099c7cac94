"""The customer's display: the basket's last line, the sum in the largest letters, the card's worth.

It paints itself in one go, so that it costs the till one moment after its own frame, and its
letters grow with the glass: displays at counters have from 800×480 to 1920×1080 dots.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QCloseEvent, QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from terminal.till.gui.display_text import DisplayText, Row
from terminal.till.gui.look import FAMILY
from terminal.till.gui.palette import Palette

WIDTH, HEIGHT = 1024, 600
"""Dots of a window of its own; the sizes below are for this height."""
_MARGIN, _GAP = 28, 14
_MEMBER_SHARE = 0.42
_FIGURE, _CAPTION, _HEAD, _ROW, _NOTE = 96, 30, 40, 25, 25
_LEAST = 13
"""Nothing is written smaller; what does not fit then ends in an ellipsis."""


class CustomerDisplay(QWidget):
    """A window that shows and is never asked: it takes no key and no focus from the till."""

    def __init__(self, title: str, palette: Palette) -> None:
        flags = Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus
        super().__init__(None, flags)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        # The program ends with the till's window, not with this one.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setObjectName("customer")
        self.setWindowTitle(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(320, 200)
        self.resize(WIDTH, HEIGHT)
        self._palette = palette
        self.shown = DisplayText(head="")
        self.closed_by_hand = False

    def dress(self, palette: Palette) -> None:
        """Other colours."""
        self._palette = palette
        self.update()

    def show_text(self, told: DisplayText) -> None:
        """Show this from now on."""
        if told == self.shown:
            return
        self.shown = told
        spoken = (told.head, told.beside, *told.notes, told.caption, told.figure, told.who)
        rows = (f"{row.words} {row.value}".strip() for row in told.rows)
        self.setAccessibleName(". ".join(part for part in (*spoken, *rows) if part))
        self.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed_by_hand = event.spontaneous()
        super().closeEvent(event)

    # --- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._palette.page))
        room = self.rect().adjusted(*self._sides(_MARGIN))
        told = self.shown
        if told.rows or told.who:
            wide = round(room.width() * _MEMBER_SHARE)
            beside = QRect(room.right() - wide + 1, room.top(), wide, room.height())
            self._paint_member(painter, beside, told)
            room.setRight(beside.left() - self._dots(_MARGIN))
        if told.figure:
            self._paint_sale(painter, room, told)
        else:
            self._paint_greeting(painter, room, told)
        painter.end()

    def _paint_greeting(self, painter: QPainter, room: QRect, told: DisplayText) -> None:
        head = self._fitting(told.head, room.width(), _FIGURE)
        notes = [self._fitting(note, room.width(), _CAPTION) for note in told.notes]
        fonts = [head, *notes]
        high = sum(QFontMetrics(font).height() for font in fonts) + self._dots(_GAP) * len(notes)
        top = room.top() + max(0, (room.height() - high) // 2)
        for words, font in zip((told.head, *told.notes), fonts, strict=True):
            colour = self._palette.text if font is head else self._palette.quiet
            top = self._line(painter, QRect(room.left(), top, room.width(), 0), words, font, colour)
            top += self._dots(_GAP)

    def _paint_sale(self, painter: QPainter, room: QRect, told: DisplayText) -> None:
        palette = self._palette
        top = room.top()
        beside = self._font(_HEAD, bold=True)
        wide = QFontMetrics(beside).horizontalAdvance(told.beside)
        left = QRect(room.left(), top, room.width() - wide - self._dots(_GAP), 0)
        if told.beside:
            end = QRect(room.left(), top, room.width(), 0)
            self._line(painter, end, told.beside, beside, palette.text, right=True)
        top = self._wrapped(painter, left, told.head, _HEAD, palette.text)
        for note in told.notes:
            font = self._fitting(note, room.width(), _NOTE)
            place = QRect(room.left(), top + self._dots(4), room.width(), 0)
            top = self._line(painter, place, note, font, palette.quiet)
        figure = self._fitting(told.figure, room.width(), _FIGURE, bold=True)
        caption = self._fitting(told.caption, room.width(), _CAPTION)
        high = QFontMetrics(figure).height() + QFontMetrics(caption).height()
        low = QRect(room.left(), room.bottom() - high, room.width(), 0)
        between = QRect(room.left(), top, room.width(), low.top() - top).adjusted(
            0, self._dots(_GAP), 0, -self._dots(_GAP)
        )
        self._paint_lines(painter, between, told.lines)
        below = self._line(painter, low, told.caption, caption, palette.quiet)
        self._line(painter, low.translated(0, below - low.top()), told.figure, figure, palette.text)

    def _paint_lines(self, painter: QPainter, room: QRect, lines: Sequence[Row]) -> None:
        """As many as there is room for; what they cost stands in a column."""
        font, high = self._font(_ROW), QFontMetrics(self._font(_ROW)).height()
        top = room.top()
        for line in lines:
            if top + high > room.bottom():
                break
            place = QRect(room.left(), top, room.width(), 0)
            self._line(painter, place, line.value, font, self._palette.quiet, right=True)
            wide = QFontMetrics(font).horizontalAdvance(line.value) + self._dots(_GAP)
            place.setWidth(room.width() - wide)
            top = self._line(painter, place, line.words, font, self._palette.quiet)
            top += self._dots(4)

    def _paint_member(self, painter: QPainter, room: QRect, told: DisplayText) -> None:
        palette = self._palette
        painter.setPen(QColor(palette.edge))
        painter.setBrush(QColor(palette.card))
        painter.drawRoundedRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5), 14, 14)
        inner = room.adjusted(*self._sides(20))
        top = inner.top()
        for words, size, bold in ((told.who, _HEAD, True), (told.card, _NOTE, False)):
            if words and words != told.head:
                font = self._fitting(words, inner.width(), size, bold=bold)
                colour = palette.text if bold else palette.quiet
                place = QRect(inner.left(), top, inner.width(), 0)
                top = self._line(painter, place, words, font, colour)
        for row in told.rows:
            if row.weight == "alone":
                self._paint_alone(painter, inner, row.words)
                return
            top += self._dots(_GAP if row.weight == "strong" else 6)
            if top + QFontMetrics(self._font(_ROW)).height() * 2 > inner.bottom() + 1:
                break
            place = QRect(inner.left(), top, inner.width(), inner.bottom() - top)
            top = self._paint_row(painter, place, row)

    def _paint_alone(self, painter: QPainter, room: QRect, words: str) -> None:
        """One sentence with all the room, in its middle."""
        painter.setFont(self._font(_CAPTION))
        painter.setPen(QColor(self._palette.text))
        middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, middle, words)

    def _paint_row(self, painter: QPainter, room: QRect, row: Row) -> int:
        colour = self._palette.good if row.weight == "good" else self._palette.text
        size, bold = (_ROW + 3, True) if row.weight == "strong" else (_ROW, False)
        wide = 0
        if row.value:
            font = self._font(size, bold=True)
            wide = QFontMetrics(font).horizontalAdvance(row.value) + self._dots(_GAP)
            self._line(painter, room, row.value, font, colour, right=True)
        place = QRect(room.left(), room.top(), room.width() - wide, room.height())
        return self._wrapped(painter, place, row.words, size, colour, bold=bold)

    # --- letters -----------------------------------------------------------------------------

    def _dots(self, size: int) -> int:
        """A size for the usual height, on this glass."""
        grow = min(self.height() / HEIGHT, self.width() / WIDTH)
        return max(1, round(size * grow))

    def _sides(self, size: int) -> tuple[int, int, int, int]:
        dots = self._dots(size)
        return dots, dots, -dots, -dots

    def _font(self, size: int, *, bold: bool = False) -> QFont:
        font = QFont(FAMILY)
        font.setPixelSize(max(_LEAST, self._dots(size)))
        font.setBold(bold)
        return font

    def _fitting(self, words: str, wide: int, size: int, *, bold: bool = False) -> QFont:
        """The largest letters, up to a size, in which the words fit on one line."""
        font = self._font(size, bold=bold)
        needed = QFontMetrics(font).horizontalAdvance(words)
        if needed > wide > 0:
            font.setPixelSize(max(_LEAST, font.pixelSize() * wide // needed))
        return font

    def _line(
        self,
        painter: QPainter,
        place: QRect,
        words: str,
        font: QFont,
        colour: str,
        *,
        right: bool = False,
    ) -> int:
        """One line from the top of a place; where the next one begins."""
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        told = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        box = QRect(place.left(), place.top(), place.width(), metrics.height())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, told)
        return box.bottom() + 1

    def _wrapped(
        self,
        painter: QPainter,
        place: QRect,
        words: str,
        size: int,
        colour: str,
        *,
        bold: bool = True,
    ) -> int:
        """Words on up to two lines, smaller where they need more; where the next ones begin."""
        font = self._font(size, bold=bold)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        while True:
            metrics = QFontMetrics(font)
            box = metrics.boundingRect(QRect(0, 0, place.width(), 10_000), flags, words)
            fits = box.height() <= 2 * metrics.height() and box.width() <= place.width()
            if fits or font.pixelSize() <= _LEAST:
                break
            font.setPixelSize(font.pixelSize() - 1)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        high = min(box.height(), 2 * metrics.height())
        painter.drawText(QRect(place.left(), place.top(), place.width(), high), flags, words)
        return place.top() + high
