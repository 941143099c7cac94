"""Brings writes to the disk a moment later, beside the counter's work.

A shop's disk takes up to 10 ms to say that a write has reached it: more than a scan may take
altogether. What a scan keeps is written at once, so that no crash of the program loses it, and a
thread that does nothing but wait for the disk sees to the power cut. SQLite's log is a sequence:
a later durable write brings all before it along, in its order.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Condition, Thread


class Flusher:
    """Flushes SQLite's log of writes whenever it is told that there is something in it."""

    def __init__(
        self,
        log: Path,
        *,
        lost: Callable[[str], None],
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        """``lost`` is told why, if the disk failed: what it holds nobody knows then."""
        self._log = log
        self._lost = lost
        self._sync = sync
        self._changed = Condition()
        self._due = self._ended = False
        self._thread: Thread | None = None

    def due(self) -> None:
        """Something was written that the disk should have soon; returns at once."""
        with self._changed:
            self._due = True
            self._changed.notify()
            if self._thread is None and not self._ended:
                self._thread = Thread(target=self._work, name="flusher", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Flush what is due and end."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._due or self._ended)
                if not self._due:
                    return
                self._due = False
            self._flush()

    def _flush(self) -> None:
        # SQLite locks other files than this one, so that closing it here gives no lock away.
        try:
            log = os.open(self._log, os.O_RDWR)
            try:
                self._sync(log)
            finally:
                os.close(log)
        except FileNotFoundError:
            return  # tidied away, so all of it is in the file
        except OSError as error:
            self._lost(str(error))
