"""Labels whose letters shrink before anything is cut: figures, headings, names."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from terminal.till.gui.look import FAMILY
from terminal.till.gui.style import Look


class ElidedLabel(QLabel):
    """A name of goods or of a person: the only texts that may be cut, with the whole one at hand."""

    def __init__(self, words: str = "", tone: str = "", *, sizes: range = range(0)) -> None:
        """``sizes``: letters from the largest down to the least, tried before anything is cut."""
        super().__init__()
        self._whole, self._sizes = words, sizes
        if sizes:
            font = QFont(FAMILY)
            font.setPixelSize(sizes[0])
            font.setBold(True)
            self.setMinimumHeight(QFontMetrics(font).height())
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", tone)
        self.setProperty("elided", "true")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def say(self, words: str) -> None:
        """Give it its words."""
        self._whole = words
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        if self._sizes:
            self._shrink()
        shown = QFontMetrics(self.font()).elidedText(
            self._whole, Qt.TextElideMode.ElideRight, max(0, self.width() - 2)
        )
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")

    def _shrink(self) -> None:
        self.ensurePolished()
        font = QFont(self.font())
        for pixels in self._sizes:
            font.setPixelSize(pixels)
            if QFontMetrics(font).horizontalAdvance(self._whole) <= self.width() - 2:
                break
        if font.pixelSize() != self.font().pixelSize():
            self.setStyleSheet(f"font-size: {font.pixelSize()}px; font-weight: bold;")


class Heading(QLabel):
    """A heading that wraps; its letters shrink before a word of it would be cut."""

    def __init__(self, look: Look, words: str = "") -> None:
        super().__init__(words)
        self._look, self._pixels = look, look.heading
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", "heading")
        self.setWordWrap(True)

    def say(self, words: str) -> None:
        """Give it its words."""
        if words != self.text():
            self.setText(words)
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._longest(self._look.body), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _longest(self, pixels: int) -> int:
        metrics = QFontMetrics(self._look.font(pixels, bold=True))
        return max(map(metrics.horizontalAdvance, self.text().split() or [""])) + 2

    def _fit(self) -> None:
        look, pixels = self._look, self._look.heading
        # A long word of large letters on the small counter: rather small than cut.
        least = look.small * 3 // 4 if look.folds else look.body
        while pixels > least and self._longest(pixels) > self.width():
            pixels -= 1
        if pixels != self._pixels:
            self._pixels = pixels
            self.setStyleSheet(f"font-size: {pixels}px; font-weight: bold;")


class FittedLabel(QLabel):
    """A figure as large as its place allows; it shrinks before it would be cut."""

    def __init__(self, look: Look, largest: int, smallest: int) -> None:
        super().__init__()
        self._look, self._largest, self._smallest = look, largest, smallest
        self._pixels = 0
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumHeight(QFontMetrics(look.font(largest, bold=True)).height())

    def say(self, words: str) -> None:
        """Give it its figure."""
        if self.text() != words:
            self.setText(words)
            self._fit()

    def sizeHint(self) -> QSize:
        return self._measure(self._largest)

    def minimumSizeHint(self) -> QSize:
        return self._measure(self._smallest)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _measure(self, pixels: int) -> QSize:
        metrics = QFontMetrics(self._look.font(pixels, bold=True))
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def _fit(self) -> None:
        pixels = self._largest
        while pixels > self._smallest and self._measure(pixels).width() > self.width():
            pixels -= 1
        if pixels != self._pixels:
            # A style sheet's size would win over a font; an own sheet wins over both.
            self._pixels = pixels
            self.setStyleSheet(f"font-size: {pixels}px; font-weight: bold;")
