"""Starts Qt and shows one window until it is closed."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget

from terminal.till.gui.style import dress, look_for_screen


def application() -> QApplication:
    """The one QApplication, dressed; made if there is none yet."""
    running = QApplication.instance()
    made = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("Tenth")
    dress(made, look_for_screen())
    return made


def show_window(window: Callable[[], QWidget], *, full_screen: bool = False) -> int:
    """Make the window, show it, and return Qt's exit code once it was closed."""
    running = application()
    shown = window()
    if full_screen:
        shown.showFullScreen()
    else:
        shown.resize(1280, 800)
        shown.show()
    return running.exec()
