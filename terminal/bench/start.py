"""How long the till takes to open, held against a bare window of the same run.

Each side is a fresh process, turn by turn, so that both meet the same machine: a bare PySide6
window, the same with `import sqlalchemy` and one question, and the till itself, in front of which
somebody scans as soon as its first frame stands. Medians of several starts; beside the time on
the wall stands the processor's, which other people's work disturbs less.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from terminal.bench.report import Figure, Progress

FRAME_RATIO, SCAN_RATIO = 1.5, 1.5
STARTS = 7
LONGEST_S = 120

_BARE = """
import json, sys, time
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    painted = False
    def paintEvent(self, event):
        self.painted = True
application = QApplication([])
window = Window()
window.setGeometry(application.primaryScreen().availableGeometry())
window.show()
while not window.painted:
    application.processEvents()
seen = {"frame": [time.monotonic_ns(), time.process_time_ns()]}
import sqlalchemy
engine = sqlalchemy.create_engine("sqlite:///" + sys.argv[1])
with engine.connect() as connection:
    connection.exec_driver_sql("SELECT name FROM products LIMIT 1").all()
seen["scan"] = [time.monotonic_ns(), time.process_time_ns()]
print(json.dumps(seen))
"""
"""The other side: a window, then a database and one question."""


@dataclass(slots=True)
class _Side:
    """What was seen of one program: since its start, in ms."""

    wall: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)

    def take(self, began: int, seen: dict[str, list[int]]) -> None:
        """One more start."""
        for what, (at, spent) in seen.items():
            self.wall.setdefault(what, []).append((at - began) / 1e6)
            self.processor.setdefault(what, []).append(spent / 1e6)


def start_figures(
    folder: Path, database: Path, code: str, progress: Progress, starts: int = STARTS
) -> list[Figure]:
    """First frame and first scan of the till of a folder; ``code`` is of a product that it has."""
    till, bare = _Side(), _Side()
    probe = [sys.executable, "-m", "terminal.bench.start_probe", str(folder), code]
    other = [sys.executable, "-c", _BARE, str(database)]
    for done in range(starts + 1):
        for side, command in ((bare, other), (till, probe)):
            began, seen = _seen(command)
            if done:  # the first start of each only fills the system's caches
                side.take(began, seen)
        progress("starts", done, starts)
    return [
        *_compared("first frame", "a bare window", "frame", till, bare, FRAME_RATIO),
        *_compared(
            "first scan accepted",
            "a bare window, SQLAlchemy, a query",
            "scan",
            till,
            bare,
            SCAN_RATIO,
        ),
    ]


def _compared(
    name: str, other: str, what: str, till: _Side, bare: _Side, goal: float
) -> list[Figure]:
    walls = median(till.wall[what]), median(bare.wall[what])
    spent = median(till.processor[what]), median(bare.processor[what])
    return [
        Figure(name=f"{name} p50", value=round(walls[0], 1), unit="ms"),
        Figure(name=f"{other} p50", value=round(walls[1], 1), unit="ms"),
        Figure(
            name=f"{name} : {other} (p50 : p50)",
            value=round(walls[0] / walls[1], 2),
            unit="times",
            goal=goal,
        ),
        Figure(
            name=f"{name} : {other}, processor time",
            value=round(spent[0] / spent[1], 2),
            unit="times",
        ),
    ]


def _seen(command: list[str]) -> tuple[int, dict[str, list[int]]]:
    """When a program was started, and what it told."""
    began = time.monotonic_ns()
    ended = subprocess.run(  # noqa: S603 - our own program
        command,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    if ended.returncode or not ended.stdout:
        raise RuntimeError(f"a start came to nothing: {ended.stderr[-2_000:]}")
    return began, json.loads(ended.stdout.splitlines()[-1])
