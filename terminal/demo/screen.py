"""A screen in memory, where there is no display."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

SIZE = (1280, 800)
"""The counter screen that the window is made for."""

_NO_MANAGER = "propagateSizeHints"


def go_offscreen(size: tuple[int, int], folder: Path) -> None:
    """Make Qt paint into memory, on a screen of a size; `folder` keeps a small file for it.

    To be called before Qt starts.
    """
    width, height = size
    screen = {
        "name": "counter",
        "x": 0,
        "y": 0,
        "width": width,
        "height": height,
        "logicalDpi": 96,
        "logicalBaseDpi": 96,
        "dpr": 1,
    }
    file = folder / "screen.json"
    file.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


def silence_offscreen() -> None:
    """Keep Qt from complaining that a screen in memory has no window manager to tell things."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    def tell(_kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
        if message and _NO_MANAGER not in message:
            print(message, file=sys.stderr)

    qInstallMessageHandler(tell)
