"""What is still to be done when the window was closed is told, and can be stopped."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from terminal.till.gui.program import show_while

pytestmark = pytest.mark.usefixtures("qapp")


def shown() -> QWidget:
    """The one window that stands."""
    (window,) = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    return window


def test_the_sentence_stands_until_the_work_is_done(qtbot: Any) -> None:
    seen: list[str] = []
    looked = Event()

    def look() -> None:
        seen.extend(label.text() for label in shown().findChildren(QLabel))
        looked.set()

    QTimer.singleShot(0, look)
    show_while("Tenth", "Please wait.", lambda: assert_set(looked), stop=pytest.fail)
    assert seen == ["Please wait."]
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible()]


def assert_set(event: Event) -> None:
    assert event.wait(60)


def test_who_closes_the_window_stops_the_work(qtbot: Any) -> None:
    stopped = Event()
    QTimer.singleShot(0, lambda: shown().close())
    show_while("Tenth", "Please wait.", lambda: assert_set(stopped), stop=stopped.set)
    assert stopped.is_set()
