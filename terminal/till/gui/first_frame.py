"""The first frame: the window stands, in its colours and places, before the till behind it does.

A cashier who opens the till sees it in the time that a bare window takes; the database, the rules
and the panels are loaded after that. Keys that come meanwhile are kept in their order and with
their times, so that the first scan of the day may be quicker than the till.

This module is imported before all others, so it imports Qt, the colours and nothing else.
"""

from __future__ import annotations

import builtins
import sys

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import (
    QBrush,
    QCloseEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from terminal.till.gui.palette import BY_THEME, DARK, LIGHT, Palette

_ROUNDS_MOST = 50
"""A desktop that shows no window for so long paints it when it likes."""
_MILLIMETRES_PER_INCH = 25.4
_DARKER_THAN = 128
"""Of 255: such a ground is dark."""
_LEFT, _RIGHT = 56, 44
"""Parts of the width, as on the counter."""


class FirstFrame(QWidget):
    """The till's window: at first an empty counter, later whatever it is given to hold."""

    def __init__(self, palette: Palette, *, left_handed: bool = False) -> None:
        super().__init__()
        self._palette: Palette | None = palette
        self._left_handed = left_handed
        self._painted = False
        self._kept: list[QKeyEvent] = []
        self._held: QWidget | None = None
        self.setWindowTitle(QApplication.applicationName())

    def appear(self, *, full_screen: bool = False, size: tuple[int, int] | None = None) -> None:
        """Show it and wait until it is painted. It fills the screen unless a size is asked for."""
        # Where no window manager runs nobody makes the window large, so it is made so before.
        room = QApplication.primaryScreen().availableGeometry()
        self.setGeometry(room)
        if full_screen:
            self.showFullScreen()
        elif size is None or (size[0] >= room.width() and size[1] >= room.height()):
            # As large as the screen: then a title bar must come off the window, not hang over it.
            self.showMaximized()
        else:
            self.resize(QSize(*size))
            self.show()
        # Without a window manager nobody gives the window the keyboard, and no key would act.
        self.activateWindow()
        for _ in range(_ROUNDS_MOST):
            QApplication.processEvents()
            if self._painted:
                break

    def hold(self, window: QWidget, focus: QWidget) -> None:
        """Be the window of somebody else from now on, who gets the keys that were kept."""
        self._held, self._palette = window, None
        place = QVBoxLayout(self)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(window)
        self.setWindowTitle(window.windowTitle())
        window.windowTitleChanged.connect(self.setWindowTitle)
        window.show()
        focus.setFocus()
        kept, self._kept = self._kept, []
        for stroke in kept:
            QApplication.sendEvent(QApplication.focusWidget() or window, stroke)

    def event(self, event: QEvent) -> bool:
        # Every key, Tab included: scanners end with it too.
        if self._held is None and isinstance(event, QKeyEvent):
            # The names of all events are made when they are asked for the first time, and that
            # takes a tenth of a frame: not before somebody types.
            if event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                self._kept.append(event.clone())
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painted = True
        if self._palette is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        page, card, line = map(_brush, (self._palette.page, self._palette.card, self._palette.line))
        ground = QPainterPath()
        ground.addRect(QRectF(self.rect()))
        painter.fillPath(ground, page)
        radius = self._mm(2.4)
        for place in self._places():
            for brush, within in ((line, place), (card, place.adjusted(1, 1, -1, -1))):
                shape = QPainterPath()
                shape.addRoundedRect(within, radius, radius)
                painter.fillPath(shape, brush)
        painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._held is not None:
            self._held.close()
        super().closeEvent(event)

    def _places(self) -> tuple[QRectF, ...]:
        """Where the counter will have its cards: the field, the basket, the member."""
        gap, top = self._mm(1.8), self._mm(12)
        room = QRectF(self.rect()).adjusted(gap, top, -gap, -gap)
        field = QRectF(room.topLeft(), QPointF(room.right(), room.top() + self._mm(14)))
        left = room.width() * (_RIGHT if self._left_handed else _LEFT) / (_LEFT + _RIGHT)
        below = field.bottom() + gap
        return (
            field,
            QRectF(QPointF(room.left(), below), QPointF(room.left() + left, room.bottom())),
            QRectF(QPointF(room.left() + left + gap, below), room.bottomRight()),
        )

    def _mm(self, millimetres: float) -> float:
        return millimetres * self.logicalDpiX() / _MILLIMETRES_PER_INCH


def _brush(colour: str) -> QBrush:
    """A brush of a colour.

    Whatever may as well be given a name out of ``Qt``, as pens and brushes may when they are made
    and set, makes PySide6 load all of that namespace: a tenth of the time until this frame.
    """
    return QPalette(QColor(colour), QColor(colour)).window()


def read_modules_plainly() -> None:
    """Let Qt not look into every module that is imported after it.

    For switches such as ``from __feature__ import snake_case`` PySide6 reads the source of each
    module once more, and takes a tenth of the start for that. Nobody here uses them.
    """
    plain = getattr(builtins, "__orig_import__", None)
    if callable(plain):
        setattr(builtins, "__import__", plain)  # noqa: B010 - its own way back


def first_colours(theme: str) -> Palette:
    """The colours of a theme; for the system's they are told by the ground that Qt would paint.

    `system_wishes` asks the system itself, but its answer is a name out of ``Qt`` (see `_brush`);
    whoever wishes more contrast gets it with the till.
    """
    own = BY_THEME.get(theme)
    if own is not None:
        return own
    ground = QApplication.palette().window().color()
    return DARK if ground.lightness() < _DARKER_THAN else LIGHT


def first_frame(
    theme: str,
    *,
    left_handed: bool = False,
    full_screen: bool = False,
    size: tuple[int, int] | None = None,
) -> FirstFrame:
    """The window of the program, shown and painted; makes the QApplication if there is none."""
    if QApplication.instance() is None:
        QApplication(sys.argv[:1])
    read_modules_plainly()
    QApplication.setApplicationName("Tenth")
    frame = FirstFrame(first_colours(theme), left_handed=left_handed)
    frame.appear(full_screen=full_screen, size=size)
    return frame
