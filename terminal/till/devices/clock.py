"""The computer's clock, and whether it may be believed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from terminal.loyalty.clock_doubt import OLDEST_MS
from terminal.loyalty.facts import ClockQuality
from terminal.loyalty.standing import Moment

ASTRAY_MOST = 5 * 60
"""Seconds; a clock that jumps further than this within one run was set, or is broken."""


def steady() -> float:
    """Seconds that run on while the computer sleeps; on Linux the usual steady clock stands still."""
    asleep_too = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if asleep_too is None else time.clock_gettime(asleep_too)


class SystemClock:
    """``ports.Clock`` on the wall clock, watched with the steady one beside it."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady,
    ) -> None:
        """Both in seconds; only how far they run apart is asked of them."""
        self._wall, self._steady = wall, steady
        self._ahead = wall() - steady()

    def now(self) -> Moment:
        """Local time and its offset. Until shifts are built the business day is the local date."""
        wall = datetime.now().astimezone()
        offset = wall.utcoffset() or timedelta(0)
        local = wall.replace(tzinfo=None)
        return Moment(
            local=local,
            offset_minutes=int(offset.total_seconds()) // 60,
            business_day=local.date(),
        )

    def quality(self) -> ClockQuality:
        """Suspect once the wall clock ran otherwise than time did since the program began."""
        wall = self._wall()
        astray = abs(wall - self._steady() - self._ahead) > ASTRAY_MOST
        return ClockQuality.SUSPECT if astray or wall * 1000 < OLDEST_MS else ClockQuality.TRUSTED
