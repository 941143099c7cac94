"""Guessing takes time: who types wrong numbers too often has to wait a little."""

from __future__ import annotations

from datetime import datetime, timedelta

from terminal.till.ports import Clock

WITHIN = timedelta(minutes=10)
MOST = 5
"""Misses within that time; with the next one typed numbers begin to wait."""
PAUSE = timedelta(seconds=30)


class Misses:
    """The misses of this till, all members and cashiers together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at: list[datetime] = []

    def add(self) -> None:
        """One more."""
        self._at.append(self._clock.now().utc)
        del self._at[:-MOST]

    def pause(self) -> timedelta:
        """For how long nothing typed is taken, counted from the last miss; zero: go on."""
        now = self._clock.now().utc
        # A clock that was set back must not lock anybody out.
        recent = [at for at in self._at if timedelta(0) <= now - at <= WITHIN]
        if len(recent) < MOST:
            return timedelta(0)
        return max(timedelta(0), PAUSE - (now - recent[-1]))
