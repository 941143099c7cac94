"""A cashier's fingers and a scanner, as real key events into the real window.

Nothing here calls the till: what it does goes the whole way through Qt, the keyboard tap and the
wedge, so a guided sale proves the same path that a person uses.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

SCANNER_GAP_MS = 4
"""Between two keys of a scanner; the slowest ones measured need 30."""
TYPING_GAP_MS = 90
"""Between two keys of a quick cashier."""
SETTLE_MS = 70
"""Longer than the pause that tells a person from a scanner, so that each step stands by itself."""

_ASCII = 128
_TABS_MOST = 40
_PLAIN = Qt.KeyboardModifier.NoModifier


class Fingers:
    """Acts on a window that is shown and active."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def scan(self, code: str) -> None:
        """A scanner's burst: the keys of the code and Enter, some milliseconds apart."""
        at = time.monotonic_ns() // 1_000_000
        for sign in code:
            self._strike(ord(sign), sign, at)
            at += SCANNER_GAP_MS
        self._strike(Qt.Key.Key_Return, "\r", at)
        self.settle()

    def typed(self, text: str) -> None:
        """Text and Enter, at the pace of a person."""
        self.write(text)
        self.press(Qt.Key.Key_Return)

    def write(self, text: str) -> None:
        """Text at the pace of a person."""
        for sign in text:
            if ord(sign) < _ASCII:
                QTest.keyClick(self._goal(), ord(sign))
            else:
                # A key of another alphabet is known by what it writes alone.
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    stroke = QKeyEvent(kind, Qt.Key.Key_unknown, _PLAIN, sign)
                    QApplication.sendEvent(self._goal(), stroke)
            QTest.qWait(TYPING_GAP_MS)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _PLAIN) -> None:
        """One key, such as F6."""
        QTest.keyClick(self._goal(), key, modifiers)
        self.settle()

    def tap(self, name: str) -> None:
        """A tap on the button of this name.

        Raises:
            LookupError: there is none that can be tapped.
        """
        for button in self._window.findChildren(QAbstractButton):
            if name in (button.accessibleName(), button.text()) and button.isVisible():
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                self.settle()
                return
        raise LookupError(f"no button {name!r} to tap")

    def go_to(self, goal: QWidget) -> None:
        """Tab, until this has the focus.

        Raises:
            LookupError: Tab does not lead there.
        """
        for _ in range(_TABS_MOST):
            if QApplication.focusWidget() is goal:
                return
            self.press(Qt.Key.Key_Tab)
        raise LookupError(f"no Tab leads to {goal.accessibleName() or goal}")

    def settle(self) -> None:
        """Let the window do what is due, and paint."""
        QTest.qWait(SETTLE_MS)

    def picture(self, file: Path) -> None:
        """Save what the window shows.

        Raises:
            OSError: the file cannot be written.
        """
        if not self._window.grab().save(str(file), "PNG"):
            raise OSError(f"the picture {file} cannot be written")

    def _strike(self, key: int, text: str, at: int) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            stroke = QKeyEvent(kind, key, _PLAIN, text)
            stroke.setTimestamp(at)
            QApplication.sendEvent(self._goal(), stroke)

    def _goal(self) -> QWidget:
        return QApplication.focusWidget() or self._window
