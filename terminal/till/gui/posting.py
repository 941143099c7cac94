"""The way into the window's thread: whatever another thread has to say is said there, in order."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Posting(QObject):
    """Call it from any thread with a task; Qt runs the task in the thread that made this object."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def __call__(self, task: Callable[[], None]) -> None:
        """Run the task soon."""
        self._posted.emit(task)

    @Slot(object)
    def _run(self, task: Callable[[], None]) -> None:
        task()
