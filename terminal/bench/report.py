"""Figures beside their goals: as one JSON object for scripts, as a table for people."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure. Without a goal it only informs; a goal is the most it may be, or the
    least where it says ``at_least``.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def ok(self) -> bool:
        """Whether the goal is kept."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def as_plain(self) -> dict[str, object]:
        """As part of the JSON object."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "goal": self.goal,
            "ok": self.ok,
        }


def spread(name: str, nanoseconds: Sequence[int], *, goal: float | None = None) -> list[Figure]:
    """The median and the 99th percentile of times, in ms; the goal is that of the latter."""
    return [
        Figure(name=f"{name} p50", value=_ms(percentile(nanoseconds, 50)), unit="ms"),
        Figure(name=f"{name} p99", value=_ms(percentile(nanoseconds, 99)), unit="ms", goal=goal),
    ]


def percentile(times: Sequence[int], percent: int) -> int:
    """The least time that so many percent of all do not exceed; 0 where nothing was measured."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else 0


def machine() -> dict[str, object]:
    """What the figures were measured on; no name of anybody's computer."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processors": os.cpu_count(),
        "load": None if load is None else round(load, 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def show(figures: Sequence[Figure], where: Mapping[str, object], *, as_json: bool) -> None:
    """Print what was measured."""
    if as_json:
        told = {"figures": [one.as_plain() for one in figures], "machine": dict(where)}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    wide = max((len(one.name) for one in figures), default=0)
    for one in figures:
        goal = (
            ""
            if one.goal is None
            else f"goal {'≥' if one.at_least else '≤'} {one.goal:g}  {'✓' if one.ok else '✗ missed'}"
        )
        print(f"{one.name:<{wide}}  {one.value:>9.2f} {one.unit:<5} {goal}".rstrip())
    print(" · ".join(f"{name} {worth}" for name, worth in where.items()))


class Progress:
    """How far it is, on a terminal; nothing where nobody looks."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()

    def __call__(self, what: str, done: int, of: int) -> None:
        """Tell it, in one line that is written over."""
        if self._watched and (done % 20 == 0 or done == of):
            end = "\n" if done == of else ""
            print(f"\r\x1b[K{what}: {done} of {of}", end=end, file=sys.stderr, flush=True)


def resident_mebibytes() -> float | None:
    """How much memory this process holds, None where the system does not tell so simply."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def _ms(nanoseconds: int) -> float:
    return round(nanoseconds / 1e6, 3)
