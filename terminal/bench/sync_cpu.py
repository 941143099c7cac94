"""How much of the processor server, database and load take: what share of the figures is whose."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import process_time

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of processor by name, as far as they can be known."""

    seconds: Mapping[str, float]

    def since(self, before: Usage) -> Usage:
        """What was used between two looks."""
        return Usage({name: n - before.seconds.get(name, 0.0) for name, n in self.seconds.items()})


def usage(roots: Mapping[str, int | None]) -> Usage:
    """What processes and all that they started have used; this one is the load."""
    seconds = {"load": process_time()}
    if _PROC.joinpath("self/stat").exists():
        known = _processes()
        seconds |= {name: _of_tree(known, root) for name, root in roots.items() if root}
    return Usage(seconds)


def _processes() -> dict[int, tuple[int, float]]:
    """(the one that started it, seconds) of each process."""
    tick = os.sysconf("SC_CLK_TCK")
    found: dict[int, tuple[int, float]] = {}
    for folder in _PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            told = folder.joinpath("stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it ended meanwhile
        # The name stands in brackets and may hold anything.
        columns = told.rpartition(")")[2].split()
        # Its own time, and that of those that it started and saw end.
        found[int(folder.name)] = int(columns[1]), sum(map(int, columns[11:15])) / tick
    return found


def _of_tree(known: Mapping[int, tuple[int, float]], root: int) -> float:
    total, todo = 0.0, [root]
    while todo:
        pid = todo.pop()
        if pid in known:
            total += known[pid][1]
            todo += [other for other, (parent, _) in known.items() if parent == pid]
    return total
