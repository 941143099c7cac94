"""The real server program, which may be killed whole or in part, and starts again where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from terminal.server.settings import ADDRESS_FILE, OWNER_KEY_FILE
from terminal.till.sync.answers import Unfit, read_answer
from terminal.till.sync.link import Link
from terminal.wire.registry_json import (
    CODES_PATH,
    PUBLISH_PATH,
    CodeReply,
    CodeRequest,
    PublishReply,
    PublishRequest,
)
from terminal.wire.signing import OWNER_HEADER, squeeze
from terminal.wire.sync_json import write_message
from tests.ports import HOST, kept_port, number_of

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[3]
PYTHON = sys.executable
START_S = 240.0
START_MS = 240_000


def until(found: Callable[[], T], what: str, seconds: float = START_S, step_s: float = 0.05) -> T:
    """Wait for something to be true, and return it."""
    ends = time.monotonic() + seconds
    while True:
        result = found()
        if result:
            return result
        assert time.monotonic() < ends, f"not within {seconds:.0f} s: {what}"
        time.sleep(step_s)


def tenth(*words: str, home: Path, **more: Any) -> dict[str, Any]:
    """Run a command of the program to its end; what it tells as an object."""
    done = subprocess.run(
        [PYTHON, "-m", "terminal", "--json", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "TENTH_HOME": str(home)},
        timeout=START_S,
        **more,
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def children(pid: int) -> list[int]:
    """The processes that a process started, by whichever of its threads."""
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(one) for one in file.read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found


def kill(pid: int) -> None:
    """Kill a process of ours, if it is still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class ServerProcess:
    """`tenth server` at one port."""

    def __init__(self, folder: Path, database: str = "", workers: int = 1) -> None:
        self.folder = folder
        kept = kept_port()  # also while it is down
        weakref.finalize(self, kept.close)
        self.port = number_of(kept)
        self._options = ["--folder", str(folder), "--listen", f"{HOST}:{self.port}"]
        self.database = database
        if database:
            self._options += ["--database", database]
        self._workers = workers
        self._process: subprocess.Popen[bytes] | None = None
        self.complaints = folder.parent / f"{folder.name}.complaints.log"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def owner_key(self) -> str:
        return (self.folder / OWNER_KEY_FILE).read_text(encoding="ascii").strip()

    def start(self) -> None:
        """Start it and wait until it listens.

        What is left of one that was killed may hold the port for a while: then it ends in words,
        and is started again, as whatever watches over a server does.
        """
        ends = time.monotonic() + START_S
        while True:
            self._launch()
            if self._is_up():
                return
            assert time.monotonic() < ends, self.complaints.read_text(encoding="utf-8")
            time.sleep(0.3)

    def kill(self, *, whole: bool = True) -> None:
        """Kill the process that listens; with ``whole`` its workers in the same moment."""
        process = self._process
        assert process is not None
        workers = self.workers() if whole else []
        for pid in (process.pid, *workers):
            kill(pid)
        self._bury()

    def workers(self) -> list[int]:
        """The processes that answer."""
        assert self._process is not None
        return children(self._process.pid)

    def stop(self) -> None:
        """End it cleanly."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def publish(self, request: PublishRequest) -> None:
        """Publish as its owner, from this computer."""
        reply = self._ask(PUBLISH_PATH, request, PublishReply)
        assert not reply.problems, reply.problems

    def code(self) -> str:
        """A one-time code for one more till."""
        return self._ask(CODES_PATH, CodeRequest(), CodeReply).code

    def _ask(self, path: str, request: object, shape: type[T]) -> T:
        link = Link(self.url)
        try:
            body = squeeze(write_message(request))
            headers = {OWNER_HEADER: self.owner_key}
            code, answer = link.send("POST", path, headers=headers, body=body, read_ms=START_MS)
        finally:
            link.close()
        reply = read_answer(shape, code, answer)
        assert not isinstance(reply, Unfit), (code, answer)
        return reply

    def _launch(self) -> None:
        options = [*self._options, "--workers", str(self._workers)]
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.complaints.open("ab") as complaints:
            self._process = subprocess.Popen(
                [PYTHON, "-m", "terminal", "server", *options, "--until-stdin-closes"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                cwd=ROOT,
            )

    def _is_up(self) -> bool:
        """Whether it comes up; it may end instead."""
        process = self._process
        assert process is not None
        while process.poll() is None:
            try:
                told = json.loads((self.folder / ADDRESS_FILE).read_text(encoding="utf-8"))
                if told["pid"] == process.pid:
                    return True
            except (OSError, ValueError, KeyError):
                pass
            time.sleep(0.05)
        self._bury()
        return False

    def _bury(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.wait()
            assert process.stdin is not None
            process.stdin.close()
