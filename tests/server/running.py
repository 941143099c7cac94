"""The server as a program of its own, for tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

WAIT_S = 240


@dataclass(slots=True)
class Running:
    """A server that somebody started."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def url(self) -> str:
        return str(self.address()["url"])

    def address(self) -> dict[str, Any]:
        """What it says of itself once it listens."""
        ends = time.monotonic() + WAIT_S
        while time.monotonic() < ends:
            try:
                told: dict[str, Any] = json.loads((self.folder / "address.json").read_bytes())
                return told
            except FileNotFoundError:
                assert self.process.poll() is None, self.words()
                time.sleep(0.02)
        raise AssertionError("it does not listen")

    def words(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def end(self, how: str = "signal") -> int:
        """Ask it to end; returns its exit code."""
        if how == "signal":
            self.process.send_signal(signal.SIGTERM)
        else:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.stdin = None
        return self.process.wait(WAIT_S)

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(self.url + path, timeout=WAIT_S, trust_env=False)


def start(folder: Path, *options: str, environment: dict[str, str] | None = None) -> Running:
    """Start `tenth server` in a folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "terminal", "server", "--folder", str(folder), *options],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    return Running(process, folder)
