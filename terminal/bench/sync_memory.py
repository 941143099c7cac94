"""What till, courier and local server weigh: the programs as a shop runs them, in processes of their own.

The shop was founded on another day, as it is on all days but one. Thousands of sales wait to be
sent, somebody scans into the till meanwhile, and they are weighed when all was sent and judged.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from terminal.bench.counter import LINES, has_display
from terminal.bench.report import Figure, Progress
from terminal.bench.sync_counter import apart, fill_outbox, goods_and_card
from terminal.bench.sync_server import running_server
from terminal.bench.till_probe import SCANNED
from terminal.till.settings import Settings

MEMORY_MB = 300.0
WAITING = 12_000
SCANS = 300
LONGEST_S = 300.0
REST_S = 75.0
"""A minute after the last request the server has given back what it does not need any more."""
_LOOK_S = 0.2
_OUTBOX = "SELECT count(*) FROM outbox"
_NAMES = ("till", "courier", "local server")


def memory_figures(settings: Settings, progress: Progress) -> list[Figure]:
    """Of the three programs together, and of each; in MB of 1,000,000 bytes, as the goal is."""
    if not Path("/proc/self/smaps_rollup").exists():
        return []
    goods, card = apart(goods_and_card, settings.database)
    apart(fill_outbox, settings, goods[:3], card, WAITING)
    with running_server(settings.local_server):
        pass  # the first start of all makes the tables
    with _till(settings.folder, card, goods[:LINES]) as till:
        pids = _until(lambda: _three(till), "the till starts no courier, or that no server")
        assert till.stdout is not None
        told = till.stdout.readline().decode()
        assert told.strip() == SCANNED, "the till of the bench ended"
        _until(lambda: not _waiting(settings.database), "the courier does not get on")
        progress("programs to weigh", len(pids), len(pids))
        sleep(REST_S)
        held = [weight(pid) for pid in pids]
    return [
        Figure(
            name="memory of till, courier and local server (PSS)",
            value=_mb(sum(pss for pss, _ in held)),
            unit="MB",
            goal=MEMORY_MB,
        ),
        *(
            Figure(name=f"memory of the {name} (PSS)", value=_mb(pss), unit="MB")
            for name, (pss, _) in zip(_NAMES, held, strict=True)
        ),
        Figure(
            name="the three, shared pages counted each time (RSS)",
            value=_mb(sum(rss for _, rss in held)),
            unit="MB",
        ),
    ]


def weight(pid: int) -> tuple[int, int]:
    """Bytes of a process: its fair share of all that it touches (PSS), and all of it (RSS)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    lines = dict(line.split(":", 1) for line in text.splitlines()[1:])
    # The system says kB and means 1,024.
    pss, rss = (int(lines[name].split()[0]) * 1024 for name in ("Pss", "Rss"))
    return pss, rss


@contextmanager
def _till(folder: Path, card: str, goods: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The till of a folder with its line, ended as by its cross, and its courier with it."""
    command = [sys.executable, "-m", "terminal.bench.till_probe", str(folder), str(SCANS), card]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, *goods],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **_screen()},
    )
    try:
        yield process
    finally:
        others = _below(process.pid)
        process.communicate(timeout=LONGEST_S)
        _until(lambda: not any(map(_lives, others)), "courier and server do not end")


def _screen() -> dict[str, str]:
    return {} if has_display() else {"QT_QPA_PLATFORM": "offscreen"}


def _three(till: subprocess.Popen[bytes]) -> list[int]:
    """Till, courier, server; nothing as long as one is missing."""
    assert till.poll() is None, "the till of the bench does not start"
    found = [till.pid, *_below(till.pid)]
    return found if len(found) == len(_NAMES) else []


def _below(pid: int) -> list[int]:
    """What a process started, and what that started."""
    try:
        threads = Path(f"/proc/{pid}/task").iterdir()  # it is a thread that starts the courier
        text = " ".join((one / "children").read_text(encoding="ascii") for one in threads)
    except OSError:
        return []
    return [one for child in map(int, text.split()) for one in (child, *_below(child))]


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _waiting(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (waiting,) = connection.execute(_OUTBOX).fetchone()
        return int(waiting)


def _until(found: Callable[[], list[int] | bool], otherwise: str) -> list[int]:
    ends = monotonic() + LONGEST_S
    while not (result := found()):
        assert monotonic() < ends, otherwise
        sleep(_LOOK_S)
    return result if isinstance(result, list) else []


def _mb(octets: int) -> float:
    return round(octets / 1e6, 1)
