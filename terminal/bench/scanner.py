"""A wedge scanner in front of the real window: posts keys and waits for the painted frame.

The keys go through Qt's queue, the keyboard tap and the wedge, as a scanner's do. The clock runs
from the posting of Enter until Qt has painted the widget that must show the scan and has handed
the frame over: painting happens within ``processEvents``, so no sleep stands in the figure.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter_ns, process_time_ns

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

KEY_GAP_MS = 4
PAUSE_MS = 500
"""Between two scans, as the keys' own time stamps tell it; nobody really waits."""
ROUNDS_MOST = 200

_PLAIN = Qt.KeyboardModifier.NoModifier


class NothingPainted(Exception):
    """A scan changed nothing on the screen, so there is no frame to measure."""


class _Witness(QObject):
    """Sees the widgets being painted that it was asked to look at."""

    def __init__(self, *watched: QWidget) -> None:
        super().__init__()
        self.painted = False
        for widget in watched:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted = True
        return super().eventFilter(watched, event)


class Scanner:
    """Scans into a window that is shown."""

    def __init__(self, window: QWidget, *shows: QWidget) -> None:
        """``shows`` are the widgets of which one must be painted after every scan."""
        self._window = window
        self._witness = _Witness(*shows)
        self._at = perf_counter_ns() // 1_000_000
        self.spent = 0
        """The processor's share of the last scan, in ns: what other programs hardly disturb."""

    def scan(self, code: str) -> int:
        """One burst; nanoseconds from Enter to the painted frame.

        Raises:
            NothingPainted: no frame came of it.
        """
        self._at += PAUSE_MS
        for sign in code:
            self._post(ord(sign), sign)
            self._at += KEY_GAP_MS
        self.settle()
        self._witness.painted = False
        began, spent = perf_counter_ns(), process_time_ns()
        self._post(Qt.Key.Key_Return, "\r")
        for _ in range(ROUNDS_MOST):
            QCoreApplication.processEvents()
            if self._witness.painted:
                break
        else:
            raise NothingPainted(code)
        took = perf_counter_ns() - began
        self.spent = process_time_ns() - spent
        self.settle()
        return took

    @staticmethod
    def settle() -> None:
        """Let the window do what is left, so that each scan is measured by itself."""
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()

    def _post(self, key: int, text: str) -> None:
        goal = QApplication.focusWidget() or self._window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            stroke = QKeyEvent(kind, key, _PLAIN, text)
            stroke.setTimestamp(self._at)
            QCoreApplication.postEvent(goal, stroke)


@contextmanager
def quiet() -> Iterator[None]:
    """Let Qt not complain that a screen in memory has no window manager."""

    def tell(_kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
        if message and "propagateSizeHints" not in message:
            print(message, file=sys.stderr)

    before = qInstallMessageHandler(tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
