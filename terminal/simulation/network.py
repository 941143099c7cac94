"""The network between tills and server: it loses, doubles, delays, reorders, cuts one way or both.

Messages lie in one heap by the instant at which they arrive, then by the order in which they were
sent, so that nothing depends on anything but the seed.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, replace

from terminal.simulation.chance import Chance, Clockwork
from terminal.simulation.clocks import DAY_MS, HOUR_MS, MINUTE_MS
from terminal.simulation.mixture import Mixture

KEPT = 12
"""Old messages of each direction that may come once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a till sent: by which process (``run``), and the how-manieth of that process."""

    till: str
    run: int
    number: int
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server answered to one request."""

    till: str
    run: int
    number: int
    code: int
    body: bytes


@dataclass(slots=True)
class Cut:
    """A till's line is down until an instant, one way or both."""

    up: bool
    down: bool
    until_ms: int


class Network:
    """Whatever is on its way."""

    def __init__(self, clockwork: Clockwork, chance: Chance, mixture: Mixture) -> None:
        self._clockwork = clockwork
        self._chance = chance
        self._mixture = mixture
        self._on_way: list[tuple[int, int, Request | Reply]] = []
        self._order = 0
        self._cuts: dict[str, Cut] = {}
        self.old_requests: deque[Request] = deque(maxlen=KEPT)
        self.old_replies: deque[Reply] = deque(maxlen=KEPT)
        self.healed = False

    def send(self, message: Request | Reply) -> bool:
        """Put a message on its way; says whether it left at all."""
        if isinstance(message, Request):
            self.old_requests.append(message)
        else:
            self.old_replies.append(message)
        if self.is_cut(message.till, up=isinstance(message, Request)):
            return False
        if self.healed:
            self._put(message, 20)
            return True
        if self._chance.happens(self._mixture.loss):
            return True
        self._put(message, self._delay())
        if self._chance.happens(self._mixture.doubled):
            self._put(_again(message), self._delay(again=True))
        return True

    def is_cut(self, till: str, *, up: bool) -> bool:
        """Whether the till's line is down in this direction."""
        cut = self._cuts.get(till)
        if cut is None or self.healed:
            return False
        if cut.until_ms <= self._clockwork.now_ms:
            del self._cuts[till]
            return False
        return cut.up if up else cut.down

    def cut(self, till: str) -> str:
        """The line of a till goes down; says how."""
        way = self._chance.pick(("both", "both", "both", "up", "down"))
        long = self._chance.pick((10 * MINUTE_MS, HOUR_MS, 8 * HOUR_MS, 3 * DAY_MS, 10 * DAY_MS))
        until = self._clockwork.now_ms + self._chance.between(long // 2, long)
        self._cuts[till] = Cut(way != "down", way != "up", until)
        return f"{way}, for {long // MINUTE_MS} min at most"

    def heal(self) -> None:
        """Nothing goes wrong any more; what is on its way still comes."""
        self.healed = True
        self._cuts.clear()

    def put_again(self, message: Request | Reply) -> None:
        """An old message comes once more, now."""
        self._put(_again(message), 0)

    def next_due(self, until_ms: int) -> Request | Reply | None:
        """The next message that arrives until then; time goes on to its arrival."""
        if not self._on_way or self._on_way[0][0] > until_ms:
            return None
        at, _, message = heapq.heappop(self._on_way)
        self._clockwork.now_ms = max(self._clockwork.now_ms, at)
        return message

    def bring_everything(self) -> None:
        """All that is on its way arrives now, in an order of chance."""
        waiting = [message for _, _, message in self._on_way]
        self._on_way = []
        for message in self._chance.some(waiting, len(waiting)):
            self._put(message, 0)

    def _put(self, message: Request | Reply, delay_ms: int) -> None:
        self._order += 1
        heapq.heappush(self._on_way, (self._clockwork.now_ms + delay_ms, self._order, message))

    def _delay(self, *, again: bool = False) -> int:
        if self._chance.happens(self._mixture.slow):
            long = self._chance.pick((30_000, 10 * MINUTE_MS, 6 * HOUR_MS, 3 * DAY_MS))
            return self._chance.between(long // 2, long)
        return self._chance.between(5, 20_000 if again else 400)


def _again(message: Request | Reply) -> Request | Reply:
    return replace(message, replayed=True) if isinstance(message, Request) else message
