"""Runs in a process of its own: starts the till, scans at once, tells when what was painted.

    python -m terminal.bench.start_probe FOLDER CODE

The burst comes as soon as the first frame is painted, long before the till can know of products.
It prints one JSON object: instants of the system's steady clock in ns, processor time in ns.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from typing import Any

from terminal.till import opening

GAP_MS = 4


def main() -> int:
    """Start the till of a folder, and end it when its first scan is painted."""
    folder, code = sys.argv[1:]
    seen: dict[str, list[int]] = {}
    till = getattr(opening, "_run")  # noqa: B009 - of this process only, as all that is set here

    def watched(*settings: Any, **wishes: Any) -> int:
        _watch(seen, code)
        return int(till(*settings, **wishes))

    setattr(opening, "_run", watched)  # noqa: B010
    # As ``tenth till`` is run: the command line stands above the benches, so it is not imported.
    sys.argv[1:] = ["till", "--no-server", "--folder", folder]
    try:
        runpy.run_module("terminal", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        print(json.dumps(seen))
        return ended.code if isinstance(ended.code, int) else 1
    print(json.dumps(seen))
    return 0


def _watch(seen: dict[str, list[int]], code: str) -> None:
    """Look on at the frame, which is imported here where the till does it: as its first deed."""
    from terminal.till.gui.first_frame import FirstFrame

    appear, hold = FirstFrame.appear, FirstFrame.hold

    def appeared(frame: FirstFrame, **wishes: Any) -> None:
        appear(frame, **wishes)
        seen["frame"] = [time.monotonic_ns(), time.process_time_ns()]
        burst(frame, code)

    def held(frame: FirstFrame, window: Any, focus: Any) -> None:
        # The wrapper of what Python itself does not keep would be collected at once.
        frame.setProperty("witness", _witness(window, seen))
        hold(frame, window, focus)

    setattr(FirstFrame, "appear", appeared)  # noqa: B010
    setattr(FirstFrame, "hold", held)  # noqa: B010


def burst(frame: Any, code: str) -> None:
    """A scanner's keys, while nothing but the frame is there."""
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    at = time.monotonic_ns() // 1_000_000
    for sign in (*code, "\r"):
        key = Qt.Key.Key_Return if sign == "\r" else ord(sign)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            stroke = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, sign)
            stroke.setTimestamp(at)
            QApplication.sendEvent(frame, stroke)
        at += GAP_MS


def _witness(window: Any, seen: dict[str, list[int]]) -> Any:
    """Sees the basket being painted with a line in it."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    def painted() -> None:
        if "scan" not in seen:
            seen["scan"] = [time.monotonic_ns(), time.process_time_ns()]
            QApplication.quit()

    class Witness(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and window.view.lines:
                QTimer.singleShot(0, painted)
            return super().eventFilter(watched, event)

    witness = Witness(window)
    window.counter.basket.viewport().installEventFilter(witness)
    return witness


if __name__ == "__main__":
    sys.exit(main())
