"""A real till of a scenario: its folder, the process that sells, and the courier that this starts."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from terminal.till.settings import Settings, read_settings
from tests.scenarios.processes.server import PYTHON, ROOT, children, kill, tenth, until

SELLER = Path(__file__).with_name("seller.py")
END_S = 120.0


def pair(home: Path, name: str, url: str, code: str) -> Settings:
    """Let a till join, by the command that people use."""
    lane = name.replace("till", "Till ")
    told = tenth("pair", "--url", url, "--code", code, "--lane", lane, "--shop", name, home=home)
    assert told["ok"], told
    return read_settings(Path(told["folder"]))


class TillProcess:
    """One till that is opened, killed and opened again."""

    def __init__(self, settings: Settings, seed: str, pause_ms: int = 60) -> None:
        self.settings = settings
        self.sales: list[str] = []
        """Reported as recorded, in order."""
        self.enrolled: list[tuple[str, str]] = []
        self.asked: list[tuple[int, str]] = []
        """(ms, what the counter said) of each wait for the server."""
        self._seed, self._pause_ms = seed, pause_ms
        self._lives = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._answers: list[dict[str, Any]] = []
        self._ready = threading.Event()

    # --- its life ----------------------------------------------------------------------------

    def open(self, *, wait: bool = True) -> None:
        """Open it, and wait until it is ready."""
        self._lives += 1
        self._ready.clear()
        errors = self.settings.folder / "seller.log"
        with errors.open("ab") as kept:
            self._process = subprocess.Popen(
                [
                    PYTHON,
                    str(SELLER),
                    str(self.settings.folder),
                    f"{self._seed} {self._lives}",
                    str(self._pause_ms),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=kept,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                cwd=ROOT,
            )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        if not wait:
            return
        until(lambda: self._ready.is_set() or not self.lives(), f"{self.name} opens")
        assert self.lives(), self.said()

    def close(self) -> None:
        """Let it end by itself."""
        process = self._process
        if process is None:
            return
        self.say("end")
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            self._bury()
        assert process.returncode == 0, self.said()

    def kill(self) -> None:
        """Kill it where it stands; its courier ends by itself."""
        process = self._process
        assert process is not None
        process.kill()
        process.wait()
        self._bury()

    def put_down(self) -> None:
        """Whatever became of the test, nothing of it goes on."""
        if self._process is not None:
            self.kill()

    def kill_courier(self) -> bool:
        """Kill the courier, if there is one at this moment."""
        assert self._process is not None
        found = children(self._process.pid)
        for pid in found:
            kill(pid)
        return bool(found)

    def lives(self) -> bool:
        """Whether it did not end by itself."""
        process = self._process
        return process is None or process.poll() is None

    def say(self, word: str) -> None:
        """Tell it a word."""
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(word.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise AssertionError(f"{self.name} ended by itself: {self.said()}") from error

    # --- what it tells -----------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.settings.lane.name

    def stands(self) -> dict[str, Any]:
        """How it stands with its server, as it says itself."""
        self._answers.clear()
        self.say("stand")
        self.in_time(lambda: bool(self._answers), f"{self.name} answers", END_S)
        return self._answers[-1]

    def is_well(self) -> bool:
        """Whether it says that the server answers and has everything."""
        stands = self.stands()
        return (stands["trouble"], stands["waiting"]) == ("", 0)

    def counts(self) -> dict[str, int]:
        """What happened at the counter in this life."""
        count: dict[str, int] = self.stands()["count"]
        return count

    def said(self) -> str:
        """What it complained of."""
        errors = self.settings.folder / "seller.log"
        return errors.read_text(encoding="utf-8") if errors.exists() else ""

    def in_time(self, found: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait for something while it lives."""
        until(lambda: found() or not self.lives(), what, seconds)
        assert self.lives(), self.said()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for raw in process.stdout:
            if not raw.endswith(b"\n"):
                return
            told = json.loads(raw)
            match told["what"]:
                case "ready":
                    self._ready.set()
                case "recorded":
                    self.sales.append(told["sale"])
                case "enrolled":
                    self.enrolled.append((told["member"], told["card"]))
                case "asked":
                    self.asked.append((told["ms"], told["notice"]))
                case "stands":
                    self._answers.append(told)
                case _:
                    pass

    def _bury(self) -> None:
        process, self._process = self._process, None
        assert process is not None
        if self._reader is not None:
            self._reader.join(END_S)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
