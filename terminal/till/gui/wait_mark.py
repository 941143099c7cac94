"""A ring that fills while the server is asked: it shows how much patience is left, and ends by itself."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from terminal.till.gui.style import Look
from terminal.till.line_port import PATIENCE_MS

_STEP_MS = 75
_CIRCLE = 360 * 16
_AT_REST = 0.5


class WaitMark(QWidget):
    """Paints nothing but itself, some ten times a second, and rests while it is hidden.

    Where nothing may move it is a ring that is half full.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._since = QElapsedTimer()
        self._steps = QTimer(self)
        self._steps.setInterval(_STEP_MS)
        self._steps.timeout.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(look.mm(5), look.mm(5))
        self.hide()

    def show_waiting(self, *, on: bool) -> None:
        """Begin to fill, go on filling, or go."""
        if on and not self._steps.isActive():
            self._since.start()
            if not self._look.still:
                self._steps.start()
        if not on:
            self._steps.stop()
        if self.isHidden() == on:
            self.setVisible(on)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        palette, wide = self._look.palette, max(2, self._look.mm(0.7))
        part = min(1.0, self._since.elapsed() / PATIENCE_MS) if self._since.isValid() else 0.0
        part = _AT_REST if self._look.still else part
        ring = QRectF(self.rect()).adjusted(wide, wide, -wide, -wide)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.line), wide))
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor(palette.accent), wide))
        painter.drawArc(ring, _CIRCLE // 4, -round(part * _CIRCLE))
        painter.end()

    def hideEvent(self, event: QHideEvent) -> None:
        self._steps.stop()
        super().hideEvent(event)
