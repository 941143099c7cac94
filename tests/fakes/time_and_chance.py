"""A clock that stands until it is set, and chance that counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from terminal.loyalty.facts import ClockQuality
from terminal.loyalty.standing import Moment

NOON = datetime(2026, 6, 15, 12, 0)  # noqa: DTZ001 - local time, as moments carry it


class FakeClock:
    """``ports.Clock``; a Monday in June, noon in Warsaw, until a test says otherwise."""

    def __init__(self, local: datetime = NOON, offset_minutes: int = 120) -> None:
        self.local = local
        self.offset_minutes = offset_minutes
        self.astray = False

    def now(self) -> Moment:
        return Moment(
            local=self.local,
            offset_minutes=self.offset_minutes,
            business_day=self.local.date(),
        )

    def quality(self) -> ClockQuality:
        return ClockQuality.SUSPECT if self.astray else ClockQuality.TRUSTED

    def advance(self, **by: int) -> Moment:
        """Move on (or back) by ``minutes=…``, ``days=…`` and tell the new time."""
        self.local += timedelta(**by)
        return self.now()


class FakeIds:
    """``ports.Ids``: 1, 2, 3 … as 32 hex digits; a sale's id has its version's bits."""

    def __init__(self) -> None:
        self._last = 0

    def sale_id(self) -> str:
        return f"01980000000070008000{self._next():012x}"

    def random_id(self) -> str:
        return f"{self._next():032x}"

    def _next(self) -> int:
        self._last += 1
        return self._last
