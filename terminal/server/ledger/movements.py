"""The last ten movements of a wallet, kept as text so that adding one is cheap.

The text is a JSON list with one movement on each line, latest first. Which ten they are depends
on the movements alone, never on the order in which facts arrived. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from terminal.loyalty.facts import Fact
from terminal.loyalty.ledger import EntryKind
from terminal.loyalty.statement import MOVEMENTS_MOST, PastMovement
from terminal.loyalty.wallet import UnitId, WalletId

NONE = "[]"
_BETWEEN = ",\n"


class Line(NamedTuple):
    """A movement that is new; lines compare in the order of what they tell."""

    wall_ms: int
    incarnation: str
    seq: int
    position: int
    text: str


def lines_of(fact: Fact) -> list[tuple[WalletId, Line]]:
    """The movements of a fact, by wallet."""
    wall_ms, incarnation, seq = fact.wall_ms, fact.incarnation, fact.seq
    begin = f'[{wall_ms},"{incarnation}",{seq},'
    kind, on = _quoted(fact.kind), _day(fact.business_day)
    found: list[tuple[WalletId, Line]] = []
    for position, ((wallet, unit), entry, n, day) in enumerate(fact.entries):
        # Rights that moved between till and server changed nothing for the member.
        if entry is not EntryKind.RECEIVE and entry is not EntryKind.RELEASE:
            what = f'{kind},"{entry}",{_quoted(unit)},{n},"{_day(day)}","{on}"]'
            line = Line(wall_ms, incarnation, seq, position, f"{begin}{position},{what}")
            found.append((wallet, line))
    return found


def added(text: str, lines: Iterable[Line]) -> str:
    """The last ten of what was there and what is new."""
    new = sorted(lines, reverse=True)[:MOVEMENTS_MOST]
    there = [] if text == NONE else text[1:-1].split(_BETWEEN)
    # Nearly always what is new is later than all that is there.
    if there and new and new[-1] < _line(there[0]):
        told = [one.text for one in sorted({*map(_line, there), *new}, reverse=True)]
    else:
        told = [*(one.text for one in new), *there]
    return f"[{_BETWEEN.join(told[:MOVEMENTS_MOST])}]"


def read(text: str, places: Mapping[str, str]) -> tuple[PastMovement, ...]:
    """Movements read back; ``places`` are the tills' names by incarnation."""
    return tuple(
        PastMovement(
            incarnation=incarnation,
            seq=seq,
            fact=fact,
            entry=entry,
            unit=UnitId(unit),
            n=n,
            day=_read_day(day) if day else None,
            wall_ms=wall_ms,
            business_day=_read_day(business_day),
            place=places.get(incarnation, ""),
        )
        for wall_ms, incarnation, seq, _, fact, entry, unit, n, day, business_day in json.loads(
            text
        )
    )


def writers(text: str) -> set[str]:
    """The incarnations of which movements are told."""
    return {line.split('"', 2)[1] for line in text[1:-1].split(_BETWEEN)} if text != NONE else set()


def _line(text: str) -> Line:
    wall_ms, incarnation, seq, position, _ = text[1:].split(",", 4)
    return Line(int(wall_ms), incarnation[1:-1], int(seq), int(position), text)


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return json.dumps(text)


# Days are few and come again and again.
@lru_cache(maxsize=4096)
def _read_day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=4096)
def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
