"""From other threads into the window's: what arrives is called there, one after the other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Mailbox(QObject):
    """Made in the window's thread, posted to from any; its thread calls what was posted, later.

    What is posted to a window that is gone falls silent with it.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Have it called in the window's thread, never before this returns."""
        self._posted.emit(call)

    def _open(self, call: Callable[[], None]) -> None:
        call()
