"""A window with the scripted till behind it, and a cashier's hand in front of it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from terminal.loyalty.money import Currency
from terminal.till.devices.wedge import Wedge
from terminal.till.gui.edge import Voice
from terminal.till.gui.preferences import Preferences
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.gui.style import Look, dress
from terminal.wording.words import Words
from tests.till.gui.scripted import ScriptedTill
from tests.till.gui.scripted_slips import scripted_printing
from tests.till.gui.settled import ENDLESS_S, settled

PLAIN = Qt.KeyboardModifier.NoModifier


def wait_until(happened: Callable[[], bool]) -> None:
    """Let Qt go on until something has happened, however slow the machine."""
    ends = time.monotonic() + ENDLESS_S
    while not happened():
        assert time.monotonic() < ends, "it did not happen"
        QTest.qWait(5)


@dataclass
class Hand:
    """Types at a person's pace and scans at a scanner's; time is its own."""

    window: SaleWindow
    till: Any
    at: int = 1_000

    def __post_init__(self) -> None:
        self.window.tap._now = lambda: self.at

    def scan(self, code: str, gap: int = 4, end: bool = True) -> None:
        self.at += 500
        for sign in code:
            self.at += gap
            self._strike(sign)
        if end:
            self.at += gap
            QTest.keyClick(self._goal(), Qt.Key.Key_Return)
        else:
            wait_until(lambda: not self.window.tap._silence.isActive())

    def type(self, text: str, gap: int = 120) -> None:
        for sign in text:
            self.at += gap
            self._strike(sign)
        self.at += gap

    def enter(self, text: str = "") -> None:
        self.type(text)
        self.press(Qt.Key.Key_Return)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        self.at += 100
        QTest.keyClick(self._goal(), key, modifiers)

    def plus_or_minus(self, sign: str) -> None:
        self.type(sign)
        wait_until(lambda: not self.window.tap._release.isActive())

    def _strike(self, sign: str) -> None:
        control = ord(sign) < 32
        key = (
            Qt.Key.Key_BracketRight
            if control
            else Qt.Key(ord(sign.upper()))
            if sign.isascii()
            else Qt.Key.Key_unknown
        )
        modifiers = Qt.KeyboardModifier.ControlModifier if control else PLAIN
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, sign)
            event.setTimestamp(self.at)
            QApplication.sendEvent(self._goal(), event)

    def _goal(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    @property
    def field(self) -> str:
        return self.window.counter.entry.field.text()

    @property
    def sentence(self) -> str:
        return self.window.counter.notice.sentence

    def button(self, name: str) -> QWidget:
        """The visible button that a screen reader would call so, in its place."""
        settled(self.window)
        found = [
            child
            for child in self.window.findChildren(QWidget)
            if child.accessibleName().startswith(name) and child.isVisible()
        ]
        assert found, f"no visible {name!r}"
        named_so = (one for one in found if one.accessibleName() == name)
        return next((one for one in named_so if isinstance(one, QAbstractButton)), found[0])

    def click(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)


def make_window(
    till: Any,
    language: str = "en",
    preferences: Preferences | None = None,
    voice: Voice | None = None,
) -> SaleWindow:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    look = Look()
    if not application.styleSheet():
        dress(application, look)
    return SaleWindow(
        till,
        Words(language, Currency("PLN")),
        listen=Wedge(),
        till_name="Till 1",
        printing=scripted_printing(till.printer) if isinstance(till, ScriptedTill) else None,
        look=look,
        preferences=preferences,
        voice=voice,
    )


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Hand]:
    till = ScriptedTill()
    window = make_window(till)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    yield Hand(window, till)
    window.tap.disarm()
