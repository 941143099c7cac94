"""Whether there is a display at all, asked before Qt starts: without one Qt ends the program."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Whether a window could open: Linux says so in its environment, the others always have one."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
