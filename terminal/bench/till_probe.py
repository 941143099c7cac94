"""Runs in a process of its own: the till as a shop runs it, and somebody who scans without a pause.

    python -m terminal.bench.till_probe FOLDER SCANS CARD CODE…

When the first frame stands and the till can hear, it scans the card and then goods by keys, as a
scanner sends them, and takes one off again after each, so that the basket stays as long. Then it
prints a line and rests. It ends, as by the window's cross, when its stdin closes.
"""

from __future__ import annotations

import runpy
import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

from terminal.bench.start_probe import burst
from terminal.till import opening

GAP_MS = 25
"""Between two scans: nobody at a counter is as fast."""
SCANNED = "scanned"


def main() -> int:
    """Be the till of a folder, with a busy hour first."""
    folder, scans, card, *codes = sys.argv[1:]
    till = getattr(opening, "_run")  # noqa: B009 - of this process only, as all that is set here

    def watched(*settings: Any, **wishes: Any) -> int:
        _watch(card, codes, int(scans))
        return int(till(*settings, **wishes))

    setattr(opening, "_run", watched)  # noqa: B010
    sys.argv[1:] = ["till", "--folder", folder]
    runpy.run_module("terminal", run_name="__main__", alter_sys=True)
    return 0


def _watch(card: str, codes: list[str], scans: int) -> None:
    from PySide6.QtCore import QTimer

    from terminal.till.gui.first_frame import FirstFrame

    hold = FirstFrame.hold

    def held(frame: FirstFrame, window: Any, focus: Any) -> None:
        hold(frame, window, focus)
        left = _steps(window, card, codes, scans)
        timer = QTimer(frame)
        timer.timeout.connect(partial(next, left, None))
        timer.start(GAP_MS)
        threading.Thread(target=_end_with_stdin, daemon=True).start()

    setattr(FirstFrame, "hold", held)  # noqa: B010


def _steps(window: Any, card: str, codes: list[str], scans: int) -> Iterator[bool]:
    """One scan for each turn of the window."""
    burst(window, card)
    yield True
    for done in range(scans):
        burst(window, codes[done % len(codes)])
        yield True
        if done >= len(codes):
            window.steps.by_name()["undo"]()
            yield True
    print(SCANNED, flush=True)


def _end_with_stdin() -> None:
    from PySide6.QtCore import QMetaObject, Qt
    from PySide6.QtWidgets import QApplication

    sys.stdin.buffer.read()
    running = QApplication.instance()
    if running is not None:
        QMetaObject.invokeMethod(running, "quit", Qt.ConnectionType.QueuedConnection)


if __name__ == "__main__":
    sys.exit(main())
