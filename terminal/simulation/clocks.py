"""Clocks as tills have them: set right, set wrong, jumping, back in 1970 after a flat battery."""

from __future__ import annotations

from datetime import datetime, timedelta

from terminal.loyalty.facts import ClockQuality
from terminal.loyalty.standing import Moment
from terminal.simulation.chance import Clockwork

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - moments carry no zone
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

BEGINNING_MS = (datetime(2027, 3, 1, 8) - EPOCH) // timedelta(milliseconds=1)  # noqa: DTZ001
"""When every world begins: a Monday morning."""

_OLDEST = datetime(2025, 1, 1)  # noqa: DTZ001 - before it, the computer forgot the time
_BACK_MOST_MS = 5 * MINUTE_MS


def moment_at(ms: int, offset_minutes: int = 60) -> Moment:
    """The moment that a clock set right shows at an instant."""
    local = EPOCH + timedelta(milliseconds=ms, minutes=offset_minutes)
    return Moment(local=local, offset_minutes=offset_minutes, business_day=local.date())


class TillClock:
    """``ports.Clock``: the world's time, and by how much this computer is wrong about it.

    As the real one it compares how the wall clock ran with how time did since the program began.
    """

    def __init__(self, clockwork: Clockwork, ahead_ms: int = 0) -> None:
        self._clockwork = clockwork
        self.ahead_ms = ahead_ms
        self._ahead_at_start = ahead_ms

    def set(self, ahead_ms: int) -> None:
        """Somebody or something sets the clock."""
        self.ahead_ms = ahead_ms

    def begin(self) -> None:
        """The program starts anew, and knows nothing of an earlier jump."""
        self._ahead_at_start = self.ahead_ms

    def now(self) -> Moment:
        """What the clock shows."""
        return moment_at(self._clockwork.now_ms + self.ahead_ms)

    def quality(self) -> ClockQuality:
        """How far the program may believe it."""
        astray = abs(self.ahead_ms - self._ahead_at_start) > _BACK_MOST_MS
        forgotten = self.now().local < _OLDEST
        return ClockQuality.SUSPECT if astray or forgotten else ClockQuality.TRUSTED
