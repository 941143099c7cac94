"""How often somebody may try a pairing code: guessing 64 bits is hopeless, trying is stopped too."""

from __future__ import annotations

from collections import deque
from threading import Lock

WINDOW_MS = 10 * 60_000
MOST = 10
"""Wrong codes from one address within the window."""
MOST_OF_ALL = 200
"""Wrong codes from everywhere."""


class Tries:
    """Wrong tries of the last ten minutes; in memory, because a restart gives nobody much."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._wrong: deque[tuple[int, str]] = deque()

    def wait_ms(self, address: str, now_ms: int) -> int:
        """For how long an address has to wait before it may try again, 0 for not at all."""
        with self._lock:
            self._forget(now_ms)
            own = [at for at, whose in self._wrong if whose == address]
            if len(own) >= MOST:
                return own[-MOST] + WINDOW_MS - now_ms
            if len(self._wrong) >= MOST_OF_ALL:
                return self._wrong[-MOST_OF_ALL][0] + WINDOW_MS - now_ms
            return 0

    def failed(self, address: str, now_ms: int) -> None:
        """Somebody showed a code that opens nothing."""
        with self._lock:
            self._forget(now_ms)
            self._wrong.append((now_ms, address))

    def _forget(self, now_ms: int) -> None:
        # A clock that was set back must not keep anybody out for longer than the window.
        while self._wrong and not now_ms - WINDOW_MS < self._wrong[0][0] <= now_ms:
            self._wrong.popleft()
