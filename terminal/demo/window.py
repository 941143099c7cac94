"""The demo shop's till in a window of a chosen size."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from terminal.till.app import open_till, open_window
from terminal.till.gui.program import show_window
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.settings import Settings


def show_till(settings: Settings, language: str, size: tuple[int, int]) -> int:
    """Show the till until its window is closed; returns the exit code.

    Raises:
        Trouble: the database cannot be used.
    """
    till = open_till(settings, language=language)

    def sized_window() -> SaleWindow:
        window = open_window(till)
        # After it was shown at the usual size, so that the chosen one has the last word.
        QTimer.singleShot(0, lambda: window.resize(*size))
        return window

    try:
        return show_window(sized_window)
    finally:
        till.close()
