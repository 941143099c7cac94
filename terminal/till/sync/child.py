"""The till's end of the line: a courier in a process of its own, which may die at any moment.

Nothing here ever waits for it. Three threads do the waiting: one starts the process, listens to
it and starts it again when it ended, one writes to it, and timers answer for it when it is late.
What they have to say goes to the window's thread by ``post``.
"""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from terminal.till.line_port import PATIENCE_MS, Contact, LineTrouble, Question
from terminal.till.sync.talk import (
    Ask,
    Recorded,
    Renewed,
    Said,
    Stands,
    Told,
    read_line,
    write_line,
)

ANSWER_S = (PATIENCE_MS - 100) / 1000
"""After this the courier itself is what does not answer; the window still waits."""
FIRST_AGAIN_S = 0.5
LONGEST_AGAIN_S = 15.0
STEADY_S = 60.0
"""A courier that lived so long died of something new: it is started again at once."""
CLOSE_S = 6.0
GIVING_WAY = 10
"""How nice a process is that nobody waits for at the counter; 19 is the most."""

_LOG = logging.getLogger(__name__)


def program() -> tuple[str, ...]:
    """How this program is started again, frozen or not."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-m", "terminal")


def start(
    command: Sequence[str], *, errors: Path | None = None, heard: bool = False
) -> subprocess.Popen[bytes]:
    """Start a process that lives as long as its stdin is open; what it complains of is kept.

    It gives way to the window: where there are few cores, a frame goes before a batch.
    ``heard``: somebody reads what it says on stdout.

    Raises:
        OSError: it cannot be started.
    """
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    patient = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    kept = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) if errors else None
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if heard else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if kept is None else kept,
            creationflags=hidden | patient,
        )
        if hasattr(os, "setpriority"):
            with suppress(OSError):  # it has ended already
                os.setpriority(os.PRIO_PROCESS, process.pid, GIVING_WAY)
        return process
    finally:
        if kept is not None:
            os.close(kept)


class CourierChild:
    """``line_port.Line`` in the till."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        post: Callable[[Callable[[], None]], None],
        errors: Path | None = None,
        longest_again_s: float = LONGEST_AGAIN_S,
    ) -> None:
        """``post`` calls something later in the window's thread; ``errors`` is the file for what
        the courier says as it dies. One that dies again and again is started again after a pause
        that grows to ``longest_again_s``.
        """
        self._command = tuple(command)
        self._post = post
        self._errors = errors
        self._longest_again_s = longest_again_s
        self._contact = Contact(trouble=LineTrouble.NO_LINE)
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._open: dict[int, Callable[[bool], None]] = {}
        self._last = 0
        self._words: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="courier", daemon=True)
        self._writer = threading.Thread(target=self._write, name="to courier", daemon=True)

    # --- line_port.Line --------------------------------------------------------------------------

    def contact(self) -> Contact:
        """As the courier said last."""
        return self._contact

    def recorded(self) -> None:
        """It may go up."""
        self._contact = replace(self._contact, waiting=self._contact.waiting + 1)
        self._words.put(Recorded())

    def ask(self, question: Question, answered: Callable[[bool], None]) -> None:
        """Ask; ``answered`` is posted within ``ANSWER_S``, whatever becomes of the courier."""
        with self._lock:
            self._last += 1
            ticket = self._last
            self._open[ticket] = answered
        late = threading.Timer(ANSWER_S, self._answer, args=(ticket,), kwargs={"reached": False})
        late.daemon = True
        late.start()
        if self._process is None:
            self._answer(ticket, reached=False)
        else:
            self._words.put(Ask(ticket, question))

    def listen(self, changed: Callable[[], None]) -> None:
        """Whenever the courier says something new."""
        self._listeners.append(changed)

    # --- its life ----------------------------------------------------------------------------

    def begin(self) -> None:
        """Start it. The till's file must be there: two programs should not make it at once."""
        self._keeper.start()
        self._writer.start()

    @property
    def pid(self) -> int | None:
        """Of the courier, while it lives."""
        process = self._process
        return None if process is None else process.pid

    def close(self) -> None:
        """Let it bring up what waits, briefly, and end."""
        if self._closed.is_set() or not self._keeper.is_alive():
            return
        self._closed.set()
        self._words.put(None)
        self._keeper.join(CLOSE_S)
        process = self._process
        if self._keeper.is_alive() and process is not None:
            _LOG.warning("the courier does not end by itself")
            process.kill()
            self._keeper.join(CLOSE_S)

    def _keep(self) -> None:
        pause = FIRST_AGAIN_S
        while not self._closed.is_set():
            steady = threading.Event()
            timer = threading.Timer(STEADY_S, steady.set)
            timer.daemon = True
            timer.start()
            self._live()
            timer.cancel()
            if self._closed.is_set():
                return
            pause = FIRST_AGAIN_S if steady.is_set() else min(pause * 2, self._longest_again_s)
            _LOG.warning("the courier ended; the next one starts in %.1f s", pause)
            self._say(Stands(replace(self._contact, trouble=LineTrouble.NO_LINE)))
            self._closed.wait(pause)

    def _live(self) -> None:
        """One courier, from its start to its end."""
        try:
            process = start(self._command, errors=self._errors, heard=True)
        except OSError:
            _LOG.exception("the courier cannot be started")
            return
        self._process = process
        if self._closed.is_set():  # while it was being started
            self._words.put(None)
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                said = read_line(line)
                if said is not None:
                    self._say(said)
        self._process = None
        process.wait()
        with suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        with self._lock:
            tickets = tuple(self._open)
        for ticket in tickets:
            self._answer(ticket, reached=False)

    def _write(self) -> None:
        """A pipe that nobody empties blocks: here, and not in the window."""
        while True:
            said = self._words.get()
            process = self._process
            if process is not None and process.stdin is not None:
                # Where it died meanwhile, the next one reads from the disk what waits.
                with suppress(OSError, ValueError):
                    if said is None:
                        process.stdin.close()
                    else:
                        process.stdin.write(write_line(said))
                        process.stdin.flush()
            if said is None and (process is not None or not self._keeper.is_alive()):
                return

    def _say(self, said: Said) -> None:
        match said:
            case Stands():
                self._contact = said.contact
                self._post(self._tell_listeners)
            case Renewed():
                self._post(self._tell_listeners)
            case Told():
                self._answer(said.ticket, reached=said.reached)
            case _:
                _LOG.warning("the courier says what only a till says")

    def _answer(self, ticket: int, *, reached: bool) -> None:
        """Once for each ticket, whoever comes first."""
        with self._lock:
            answered = self._open.pop(ticket, None)
        if answered is not None:
            self._post(lambda: answered(reached))

    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            listener()
