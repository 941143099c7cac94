"""What a server does by itself, every few seconds: nothing of it waits for a till to speak.

A round that fails is logged and raises an alarm, and the next one comes all the same.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import NamedTuple

from terminal.server.failures import words_of_failure

_LOG = logging.getLogger(__name__)

TICK_S = 1.0
ONCE = float("inf")
"""For what is due at the start and never again."""
JOIN_S = 10.0


class Round(NamedTuple):
    """A piece of work that comes again."""

    name: str
    every_s: float
    work: Callable[[], object]


@dataclass(slots=True)
class _Planned:
    round: Round
    due: float


class Rounds:
    """A thread that goes its rounds until it is stopped.

    ``failed`` is told the name of a round and in words what went wrong; ``well`` the name of one
    that works again after it had failed.
    """

    def __init__(
        self,
        rounds: tuple[Round, ...],
        *,
        failed: Callable[[str, str], None],
        steady_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._steady_s = steady_s
        self._planned = [_Planned(one, 0.0) for one in rounds]
        self._failed = failed
        self._ended = Event()
        self._thread = Thread(target=self._go, name="rounds", daemon=True)

    def start(self) -> None:
        """Begin; everything is due at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round that is being made."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(JOIN_S)

    def tick(self) -> None:
        """Do what is due."""
        for planned in self._planned:
            if self._ended.is_set():
                return
            now_s = self._steady_s()
            if planned.due and now_s < planned.due:
                continue
            planned.due = now_s + planned.round.every_s
            self._try(planned.round)

    def _go(self) -> None:
        while not self._ended.is_set():
            self.tick()
            self._ended.wait(TICK_S)

    def _try(self, one: Round) -> None:
        try:
            one.work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round comes
            words = words_of_failure(error)
            _LOG.error("the round %s failed: %s", one.name, words)
            try:
                self._failed(one.name, type(error).__name__)
            except Exception as worse:  # noqa: BLE001 - the database may be what failed
                _LOG.error("no alarm could be raised: %s", words_of_failure(worse))
