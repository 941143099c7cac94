"""Whether a clock can be right, by what was recorded before.

A shop's only computer has nobody to ask for the time. But what it recorded it recorded at some
time, and no honest clock says an earlier one; and one that is months ahead of it is rarely right.
"""

from __future__ import annotations

from enum import StrEnum

STEP_BACK_MS = 5 * 60 * 1000
"""A clock that stands this much behind the latest time it ever showed is not believed."""

LEAP_MS = 60 * 24 * 60 * 60 * 1000
"""Nor is one that stands this much ahead of it, until somebody says that the date is right."""

OLDEST_MS = 1_735_689_600_000
"""2025, before this program was written: the computer forgot the time (a flat battery says 1970)."""


class ClockDoubt(StrEnum):
    """What is wrong with a clock, or may be."""

    NONE = ""
    BEHIND = "behind"
    """It is wrong for certain, or it was when the latest fact was recorded."""
    LEAPT = "leapt"
    """Far ahead of everything that was recorded: a shop that was closed, or a wrong date."""


def doubt(now_ms: int, latest_ms: int) -> ClockDoubt:
    """Of a clock that says ``now_ms`` where a believed one said ``latest_ms`` (0: none ever did).

    Both are Unix ms.
    """
    if now_ms < OLDEST_MS or now_ms < latest_ms - STEP_BACK_MS:
        return ClockDoubt.BEHIND
    leapt = latest_ms > 0 and now_ms > latest_ms + LEAP_MS
    return ClockDoubt.LEAPT if leapt else ClockDoubt.NONE
