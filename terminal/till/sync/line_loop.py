"""The thin loop around the courier: carries its messages, hears the till, waits for the bell.

One thread runs it and owns the courier. Others only put into its box what they heard: the till's
words, the bell, the end.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from terminal.till.line_port import Contact, LineTrouble
from terminal.till.sync.courier import Courier
from terminal.till.sync.errands import Answered, Message, Pause
from terminal.till.sync.link import NobodyThere
from terminal.till.sync.talk import Ask, Recorded, Renewed, Said, Stands, Told

BELL_AGAIN_MS = 5_000
"""After a bell line broke; the courier notices by itself and backs off."""
BELL_LEAST_MS = 100
IDLE_MS = 2_000
"""A pause that is long enough for what could wait."""
DISK_MS = 30_000
"""After that a file that cannot be written is closed: the next courier opens it anew and sees what
is really there."""
FLUSH_MS = 1_500
"""How long a till that closes still brings up what waits."""

_LOG = logging.getLogger(__name__)


class Way(Protocol):
    """What carries a message to the server: `link.Way`, or anything else in a test."""

    def carry(self, message: Message) -> tuple[int, bytes]:
        """Send it and wait for the answer; raises `NobodyThere`."""
        ...


class _Heard(Enum):
    BELL = "bell"
    END = "end"


class LineLoop:
    """Runs a courier until the till ends."""

    def __init__(
        self,
        courier: Courier,
        way: Way,
        tell: Callable[[Said], None],
        *,
        bell: Way | None = None,
        tidy: Callable[[], object] = lambda: None,
    ) -> None:
        """``tell`` says something to the till; ``bell`` is a second connection to wait on; what
        may wait for an idle moment is ``tidy``, and raises nothing.
        """
        self._courier = courier
        self._way = way
        self._tell = tell
        self._bell = bell
        self._tidy = tidy
        self._box: queue.SimpleQueue[Said | _Heard] = queue.SimpleQueue()
        self._tickets: dict[int, int] = {}
        self._contact: Contact | None = None
        self._bell_message: Message | None = None
        self._rings = threading.Event()
        self._ended = False
        self._ends_ms: int | None = None
        self._disk_ms: int | None = None

    # --- from other threads ------------------------------------------------------------------

    def hear(self, said: Said) -> None:
        """The till said something."""
        self._box.put(said)

    def end(self) -> None:
        """The till is gone: bring up what waits, briefly, and stop."""
        self._box.put(_Heard.END)

    # --- the thread that runs it -------------------------------------------------------------

    def run(self) -> None:
        """Until the end."""
        if self._bell is not None:
            threading.Thread(target=self._wait_for_bell, args=(self._bell,), daemon=True).start()
        while True:
            step = self._courier.next(_now_ms())
            self._report()
            if self._is_over(step):
                break
            if isinstance(step, Pause):
                if step.ms >= IDLE_MS and self._ends_ms is None:
                    self._tidy()
                self._listen(step.ms)
            else:
                self._carry(step)
                self._listen(0)
        self._ended = True
        self._rings.set()

    def _carry(self, message: Message) -> None:
        try:
            code, body = self._way.carry(message)
        except NobodyThere as error:
            _LOG.info("no line: %s", error)
            self._courier.failed(_now_ms(), stranger=error.stranger)
        else:
            if code != 200:
                _LOG.warning("%s was answered by %d", message.path, code)
            self._courier.answered(code, body, _now_ms())
        self._report()

    def _listen(self, wait_ms: int) -> None:
        """Take what was heard, waiting for the first of it."""
        if self._ends_ms is not None:
            wait_ms = min(wait_ms, max(0, self._ends_ms - _now_ms()))
        try:
            heard = self._box.get(timeout=wait_ms / 1000) if wait_ms else self._box.get_nowait()
            while True:
                self._take(heard)
                heard = self._box.get_nowait()
        except queue.Empty:
            return

    def _take(self, heard: Said | _Heard) -> None:
        now_ms = _now_ms()
        match heard:
            case Ask():
                self._tickets[self._courier.ask(heard.question)] = heard.ticket
            case Recorded():
                self._courier.recorded(now_ms)
            case _Heard.BELL:
                self._courier.woken(now_ms)
            case _Heard.END:
                self._ends_ms = now_ms + FLUSH_MS
                self._courier.hurry(now_ms)
            case _:
                _LOG.warning("the till says what only a courier says")

    def _is_over(self, step: Message | Pause) -> bool:
        if self._contact is None or self._contact.trouble is not LineTrouble.LOCAL_DISK:
            self._disk_ms = None
        elif self._disk_ms is None:
            self._disk_ms = _now_ms()
        elif _now_ms() - self._disk_ms > DISK_MS:
            _LOG.error("the till's file cannot be written; the next courier opens it anew")
            return True
        if self._ends_ms is None:
            return False
        contact = self._contact
        done = contact is None or not contact.waiting or contact.trouble is not LineTrouble.NONE
        return (done and isinstance(step, Pause)) or _now_ms() >= self._ends_ms

    def _report(self) -> None:
        """Tell the till what is new, in the order that it can rely on: contents before answers."""
        news = self._courier.news()
        answers = [one for one in news if isinstance(one, Answered)]
        if len(answers) < len(news):
            self._tell(Renewed())
        for one in answers:
            self._tell(Told(self._tickets.pop(one.ticket), one.reached))
        contact = self._courier.contact()
        if contact != self._contact:
            if self._contact is None or contact.trouble is not self._contact.trouble:
                _LOG.info("the line: %s", contact.trouble.value or "well")
            self._contact = contact
            self._tell(Stands(contact))
        self._bell_message = self._courier.wake()
        if self._bell_message is not None:
            self._rings.set()

    # --- the thread that waits for the bell --------------------------------------------------

    def _wait_for_bell(self, bell: Way) -> None:
        while not self._ended:
            message = self._bell_message
            if message is None:
                self._rings.clear()
                self._rings.wait(BELL_AGAIN_MS / 1000)
                continue
            try:
                code, _ = bell.carry(message)
            except NobodyThere:
                code = 0
            if code == 200:
                self._box.put(_Heard.BELL)
                # By then the courier has asked, and the bell knows what it has been told.
                time.sleep(BELL_LEAST_MS / 1000)
            elif code != 204:
                time.sleep(BELL_AGAIN_MS / 1000)


def _now_ms() -> int:
    """Steady time: a wall clock that is set must not stop the line for a day."""
    return time.monotonic_ns() // 1_000_000
