"""Brings writes to the disk a moment later, beside the counter's work.

A shop's disk takes up to 10 ms to say that a write has reached it: more than a scan may take
altogether. What a scan keeps is written at once, so that no crash of the program loses it, and a
thread that does nothing but wait for the disk sees to the power cut. SQLite's log is a sequence:
a later durable write brings all before it along, in its order.

Bringing the log over into the file, which SQLite does within whichever write makes the log too
long, waits for the disk several times. That is done here, too, between two scans.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Condition, Thread

TIDY_AFTER = 128
"""Flushes after which the log is brought over into the file: some 500 pages, 2 MiB."""


class Flusher:
    """Flushes SQLite's log of writes whenever it is told that there is something in it."""

    def __init__(
        self,
        log: Path,
        *,
        lost: Callable[[str], None],
        tidy: Callable[[], None] = lambda: None,
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        """``lost`` is told why, if the disk failed: what it holds nobody knows then.

        ``tidy`` is called now and then; it brings the log over into the file.
        """
        self._log = log
        self._lost = lost
        self._tidy = tidy
        self._flushes = 0
        self._open: int | None = None
        self._sync = sync
        self._changed = Condition()
        self._due = self._busy = self._ended = False
        self._thread: Thread | None = None

    def due(self) -> None:
        """Something was written that the disk should have soon; returns at once."""
        with self._changed:
            self._due = True
            self._changed.notify()
            if self._thread is None and not self._ended:
                self._thread = Thread(target=self._work, name="flusher", daemon=True)
                self._thread.start()

    def rest(self) -> None:
        """Wait until the disk has everything that is due, as it has between any two scans."""
        with self._changed:
            self._changed.wait_for(lambda: self._thread is None or not (self._due or self._busy))

    def close(self) -> None:
        """Flush what is due and end."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        if self._open is not None:
            os.close(self._open)
            self._open = None

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._due or self._ended)
                if not self._due:
                    return
                self._due, self._busy = False, True
            try:
                self._flush()
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()

    def _flush(self) -> None:
        # SQLite locks other files than this one, so that closing it here gives no lock away. It is
        # the same file as long as the till has its own open, and each step on the way to the disk
        # takes the interpreter from a scan that is being painted: it stays open.
        try:
            if self._open is None:
                self._open = os.open(self._log, os.O_RDWR)
            self._sync(self._open)
            self._flushes += 1
            if self._flushes % TIDY_AFTER == 0:
                self._tidy()
        except FileNotFoundError:
            return  # tidied away, so all of it is in the file
        except OSError as error:
            self._lost(str(error))
