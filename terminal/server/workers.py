"""Several processes on one socket: started, watched, started again if one dies, ended together."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from terminal.server.settings import Settings

_LOG = logging.getLogger(__name__)

ENVIRONMENT = "TENTH_SERVER_WORKER"
"""Carries what a worker is told: a command line can be read by everybody on the computer."""
ROUNDS = 0
"""The number of the process that answers nobody and goes the rounds: in one that answers, they
would take the interpreter away from requests, which give it up at every question to the database."""
LOOK_S = 0.2
AGAIN_S = 1.0
"""A worker that dies at once is not started more often than this."""
END_S = 15.0
LETS_OTHERS_S, LETS_OTHERS_MOST_S = 0.001, 0.008
"""How long a process waits for each connection that it has, before it takes one more."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Which one a process is, and the descriptor of the socket that it was given."""

    number: int
    descriptor: int


class SharedListener(socket.socket):
    """A socket on which several processes listen; who has fewer connections takes the next one.

    Tills keep their connections for hours. Whoever has answered last is awake first, and would
    take those of all tills of a shop while another process has none.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        steady_s: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(fileno=descriptor)
        self.connections: Callable[[], int] = lambda: 0
        """How many this process has."""
        self._steady_s, self._pause = steady_s, pause
        self._taken_s = float("-inf")

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection, if nobody else takes it first.

        Of those that came together only the first is waited for, as nobody else is answered
        meanwhile.

        Raises:
            BlockingIOError: there is none any more.
        """
        wait_s = min(LETS_OTHERS_MOST_S, LETS_OTHERS_S * self.connections())
        if wait_s and self._steady_s() - self._taken_s > wait_s:
            self._pause(wait_s)
        try:
            return super().accept()
        finally:
            self._taken_s = self._steady_s()


class Workers:
    """The processes of one server."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._running: dict[int, tuple[subprocess.Popen[bytes], float]] = {}

    def run(self, stop: threading.Event) -> None:
        """Keep all of them running until ``stop`` is set, then end them."""
        try:
            while not stop.wait(LOOK_S):
                self._start_missing()
        finally:
            self._end()

    def _start_missing(self) -> None:
        for number in (*range(1, self._settings.workers + 1), ROUNDS):
            running = self._running.get(number)
            if running is not None and running[0].poll() is None:
                continue
            if running is not None:
                if time.monotonic() < running[1] + AGAIN_S:
                    continue
                _LOG.error("worker %s ended with %s", number, running[0].returncode)
                _close_stdin(running[0])
            self._running[number] = (self._start(number), time.monotonic())

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        descriptor = self._listener.fileno()
        told = _to_text(Worker(number, descriptor), self._settings)
        return subprocess.Popen(  # noqa: S603 - our own program
            [*_own_command(), "server", "--worker"],
            stdin=subprocess.PIPE,
            pass_fds=(descriptor,),
            env={**os.environ, ENVIRONMENT: told},
        )

    def _end(self) -> None:
        ends = time.monotonic() + END_S
        for process, _ in self._running.values():
            _close_stdin(process)
        for process, _ in self._running.values():
            try:
                process.wait(max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def told_worker() -> tuple[Worker, Settings]:
    """What the process that started us told us.

    Raises:
        LookupError: nobody started us.
    """
    told = os.environ.pop(ENVIRONMENT, "")
    if not told:
        raise LookupError(ENVIRONMENT)
    plain: dict[str, Any] = json.loads(told)
    settings = plain["settings"]
    for name in ("folder", "certificate", "certificate_key"):
        settings[name] = None if settings[name] is None else Path(settings[name])
    return Worker(**plain["worker"]), Settings(**settings)


def _to_text(worker: Worker, settings: Settings) -> str:
    return json.dumps({"worker": asdict(worker), "settings": asdict(settings)}, default=str)


def _own_command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "terminal"]


def _close_stdin(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
