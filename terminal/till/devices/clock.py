"""The computer's clock, and whether it may be believed."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from terminal.loyalty.facts import ClockQuality
from terminal.loyalty.standing import Moment

BACK_MOST = timedelta(minutes=5)
"""A clock that jumps back further than this within one run was set, or is broken."""

OLDEST = datetime(2025, 1, 1)  # noqa: DTZ001 - a local time like all others here
"""Before this program was written: the computer forgot the time (a flat battery says 1970)."""


class SystemClock:
    """``ports.Clock`` on the wall clock, watched with the steady one beside it."""

    def __init__(self) -> None:
        self._wall = datetime.now().astimezone()
        self._steady = time.monotonic()

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
        wall = datetime.now().astimezone()
        expected = self._wall + timedelta(seconds=time.monotonic() - self._steady)
        astray = abs(wall - expected) > BACK_MOST
        forgotten = wall.replace(tzinfo=None) < OLDEST
        return ClockQuality.SUSPECT if astray or forgotten else ClockQuality.TRUSTED
