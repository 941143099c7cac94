"""Garbage is looked for between two scans, never within one.

Python looks for circles of objects that nobody needs whenever enough of them were made: half a
millisecond in nearly every scan, two or three in every twelfth. A cashier's hand takes longer than
that from one piece of goods to the next, so the till does it then, as `QUIET_MS` tells.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

QUIET_MS = 120
"""After so long without a new picture nobody is in the middle of anything."""
_USUAL = gc.get_threshold()
MOST = 100_000
"""So many new objects are looked through in any case: some hundred scans without a pause."""


def begin() -> None:
    """From now on: what the start made is never looked through, the rest when it is quiet."""
    gc.freeze()
    gc.set_threshold(MOST, 50, 100)
    gc.enable()


def end() -> None:
    """As it was: for whoever goes on after the window."""
    gc.set_threshold(*_USUAL)
    gc.unfreeze()


class Garbage:
    """Waits for quiet moments of a window."""

    def __init__(self, parent: QObject) -> None:
        self._soon = QTimer(parent)
        self._soon.setSingleShot(True)
        self._soon.setInterval(QUIET_MS)
        self._soon.timeout.connect(self.collect)

    def put_off(self) -> None:
        """There is a new picture: whoever made it may go on."""
        self._soon.start()

    def collect(self) -> None:
        """Look through all that was made since the start; it takes two to five milliseconds."""
        gc.collect()
