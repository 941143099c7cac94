"""How often the courier asks, and how much it sends at once: plain figures, no clock, no chance."""

from __future__ import annotations

from collections.abc import Callable

from terminal.wire.signing import FACT_BYTES_MOST, FACTS_MOST

IDLE_MS = 30_000
"""Between two requests when nothing waits: this, and up to as much again."""
SOON_MS = 1_000
"""From a sale to its way up: what is scanned meanwhile may come along."""
LEISURE_MS = 2_000
"""Between two requests for something that nobody waits for."""
LEISURE_TIMES = 9
"""For so many times as long as it takes, it then leaves line, server and disk to others."""
WAKE_SPREAD_MS = 50
"""A bell wakes many tills; they do not knock in the same instant."""
LIGHT = 30
"""So many sales get through in a few seconds even where a line has but a few kilobytes a second."""
LIGHT_FOR = 16
"""Requests that a slow line is left in peace for, before it is tried with more."""
SLOW_MS = 5_000
"""Who is not there fails sooner; a request that takes longer was too much for the line."""
FIRST_RETRY_MS = 1_000
LONGEST_RETRY_MS = 60_000


class Pace:
    """When the next request may go.

    After a failure the pause is drawn from nothing to a bound that doubles (full jitter): a
    thousand tills whose server comes back spread over the whole minute.
    """

    def __init__(self, jitter: Callable[[], float], longest_ms: int = LONGEST_RETRY_MS) -> None:
        self._jitter = jitter
        self._longest_ms = longest_ms
        self._failures = 0
        self.due_ms = 0

    def wait_ms(self, now_ms: int) -> int:
        """How long still; 0: now."""
        return max(0, self.due_ms - now_ms)

    def idle(self, now_ms: int) -> None:
        """All is well and nothing waits."""
        self._failures = 0
        self.due_ms = now_ms + IDLE_MS + int(self._jitter() * IDLE_MS)

    def at_once(self, now_ms: int) -> None:
        """More waits."""
        self.due_ms = now_ms

    def within(self, now_ms: int, wait_ms: int) -> None:
        """Something came up: not later than this."""
        self.due_ms = min(self.due_ms, now_ms + wait_ms)

    def at_leisure(self, now_ms: int, took_ms: int) -> None:
        """More waits that nobody waits for; the last of it took so long."""
        self.within(now_ms, max(LEISURE_MS, LEISURE_TIMES * took_ms))

    def spread(self, now_ms: int, most_ms: int) -> None:
        """Something came up for many tills at once: within that time."""
        self.within(now_ms, int(self._jitter() * most_ms))

    def back_off(self, now_ms: int) -> None:
        """It went wrong: later, and later each time."""
        bound = min(self._longest_ms, FIRST_RETRY_MS << min(self._failures, 16))
        self._failures += 1
        self.due_ms = now_ms + max(100, int(self._jitter() * bound))

    def slowest(self, now_ms: int) -> None:
        """It will not get better by asking: seldom."""
        self.due_ms = now_ms + self._longest_ms // 2 + int(self._jitter() * self._longest_ms // 2)


class Batch:
    """How many facts go at once. What the server fails over is cut in half down to one fact,
    and that one goes as bytes: it is kept there unread, and the log flows on.
    """

    def __init__(self) -> None:
        self.most_facts = FACTS_MOST
        self.most_bytes = FACT_BYTES_MOST
        self.opaque = False
        self._stays = 0

    def cut(self, sent: int) -> bool:
        """Less next time; whether there was anything to cut of the facts that were sent."""
        if sent == 0 or self.opaque:
            return False
        if sent == 1:
            self.most_facts, self.opaque = 1, True
            return True
        self.most_facts = sent // 2
        self.most_bytes = max(1024, self.most_bytes // 2)
        return True

    def lighten(self, sent: int) -> None:
        """It took too long: half of it for a while, as the line may be too slow for all."""
        if sent > LIGHT:
            self.most_facts, self._stays = max(LIGHT, sent // 2), LIGHT_FOR

    def grow(self) -> None:
        """It went well: as text again, and twice as much."""
        if self.opaque:
            self.opaque = False
            return
        if self._stays:
            self._stays -= 1
            return
        self.most_facts = min(FACTS_MOST, self.most_facts * 2)
        self.most_bytes = min(FACT_BYTES_MOST, self.most_bytes * 2)
