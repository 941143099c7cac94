"""Whoever looks at places, at what can be seen or at pictures looks when nothing moves any more."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from terminal.till.gui.sale_window import SaleWindow

ENDLESS_S = 240
"""Far beyond what the slowest machine needs."""
_QUIET_ROUNDS = 4
"""A place that is given anew asks for another, and what was posted then may post once more."""
_SOON_MS = 20
"""A timer no longer than this puts something off for a turn; longer ones are a matter of their own."""
_MOVES = frozenset(
    (
        QEvent.Type.LayoutRequest,
        QEvent.Type.Resize,
        QEvent.Type.Move,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.ShowToParent,
        QEvent.Type.HideToParent,
        QEvent.Type.FontChange,
        QEvent.Type.StyleChange,
        QEvent.Type.PolishRequest,
        QEvent.Type.MetaCall,
        QEvent.Type.DeferredDelete,
    )
)
"""After any of them something may have its place anew; a call that was posted may do anything."""


class _Moves(QObject):
    """Whether anything moved, in the whole program."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.seen = self.seen or event.type() in _MOVES
        return False


def settled(*windows: QWidget) -> None:
    """Let Qt go on until nothing happens to these windows any more, however slow the machine.

    One turn of Qt's loop may be one event. So nothing counts turns: it goes on as long as places are
    asked for or given, calls are posted, or a timer that ends at once runs.
    """
    ends, before, quiet = time.monotonic() + ENDLESS_S, None, 0
    application, moves = QApplication.instance(), _Moves()
    assert application is not None
    application.installEventFilter(moves)
    try:
        while quiet < _QUIET_ROUNDS:
            assert time.monotonic() < ends, "it does not come to rest"
            moves.seen = False
            _once_around()
            now = [_places(window) for window in windows]
            quiet = 0 if moves.seen or now != before or any(map(_puts_off, windows)) else quiet + 1
            before = now
    finally:
        application.removeEventFilter(moves)


def at_rest(window: SaleWindow) -> None:
    """All panels of a till that nobody uses are made, in their places and painted."""
    while window.counter.make_next():
        pass
    settled(window)
    window.repaint()
    settled(window)


def _once_around() -> None:
    """All that is posted and all timers that have ended by now had their turn."""
    beat = QTimer()
    beat.setSingleShot(True)
    beat.start(0)
    while beat.isActive():
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.sendPostedEvents()


def _places(window: QWidget) -> list[tuple[object, ...]]:
    return [
        (one.geometry().getRect(), one.isVisible())
        for one in (window, *window.findChildren(QWidget))
    ]


def _puts_off(window: QWidget) -> bool:
    return any(
        one.isActive() and one.isSingleShot() and one.interval() <= _SOON_MS
        for one in window.findChildren(QTimer)
    )
