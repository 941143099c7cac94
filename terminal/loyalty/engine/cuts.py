"""Rows that every whole choice of uses keeps and the relaxation breaks: halves rounded down.

Where rows are added up so that their room is odd, half of the sum, rounded down on both sides,
still holds for whole uses (Chvátal 1973). Which rows to add is found by elimination modulo two on
bits (Koster, Zymolka and Kutschka 2009): of five pieces no more than two pairs can be made, nor
of the pieces of any odd number of sets that stand in each other's way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from terminal.loyalty.engine.relaxation import DIGITS, NEARLY, ONE, Matrix

STEPS_MOST = 6
"""So many rows are made of one whose uses take unequally much."""

CUTS_MOST = 6
"""New rows of one round, those that are broken most."""


class _Half(NamedTuple):
    """A sum of rows, modulo two: its odd columns and room, what is left, and which rows."""

    odd: int
    room: int
    left: int
    rows: frozenset[int]


class Cut(NamedTuple):
    """A row for the matrix."""

    row: Mapping[int, int]
    room: int


def steps_of(matrix: Matrix, row: int) -> Iterator[Cut]:
    """Of a row whose uses take unequally much: no more than k of those that take over 1/(k + 1).

    The row times (k + 1) / (room + 1), rounded down on both sides (Chvátal 1973 as well).
    """
    entries, room = matrix.rows[row], matrix.rooms[row]
    known: set[tuple[tuple[int, int], ...]] = set()
    for k in range(1, STEPS_MOST + 1):
        steps = tuple((column, m) for column, n in entries if (m := n * (k + 1) // (room + 1)) > 0)
        if len(steps) > 1 and steps not in known and steps != entries:
            known.add(steps)
            yield Cut(dict(steps), k)


def cuts_for(
    matrix: Matrix, rows: Sequence[int], uses: Mapping[int, int], left: Mapping[int, int]
) -> list[Cut]:
    """New rows that these uses break, from rows that hold everywhere; ``left`` is what they leave."""
    columns = sorted(uses, key=lambda column: (-uses[column], column))
    place_of = {column: place for place, column in enumerate(columns)}
    amounts = [uses[column] for column in columns]
    halves = []
    for row in rows:
        over = left.get(row, 0)
        if over < ONE:
            odd = 0
            for column, n in matrix.rows[row]:
                if n & 1 and column in place_of:
                    odd |= 1 << place_of[column]
            halves.append(_Half(odd, matrix.rooms[row] & 1, over, frozenset((row,))))
    found: dict[frozenset[int], int] = {}
    for half in _sums(halves, len(columns)):
        if half.room:
            over = half.left + _amount(half.odd, amounts)
            if over < ONE - (NEARLY << 4) and half.rows not in found:
                found[half.rows] = over
    ranked = sorted(found, key=lambda rows: (found[rows], len(rows), sorted(rows)))
    made = [_cut(matrix, sorted(rows)) for rows in ranked[:CUTS_MOST]]
    return [cut for cut in made if cut.row and _breaks(cut, uses)]


def _sums(halves: list[_Half], columns: int) -> Iterator[_Half]:
    """Rows, pairs of them, and what elimination leaves."""
    yield from halves
    for at, first in enumerate(halves):
        for second in halves[:at]:
            if first.odd & second.odd:
                yield _added(first, second)
    active = halves
    for place in range(columns):
        bit = 1 << place
        having = [half for half in active if half.odd & bit]
        if not having:
            continue
        pivot = min(having, key=lambda half: (half.left, half.odd.bit_count(), sorted(half.rows)))
        after = []
        for half in active:
            if half is pivot:
                continue
            if not half.odd & bit:
                after.append(half)
                continue
            both = _added(half, pivot)
            if both.left < ONE:
                after.append(both)
                yield both
        active = after


def _added(first: _Half, second: _Half) -> _Half:
    return _Half(
        first.odd ^ second.odd,
        first.room ^ second.room,
        first.left + second.left,
        first.rows ^ second.rows,
    )


def _amount(bits: int, amounts: Sequence[int]) -> int:
    total = 0
    while bits:
        lowest = bits & -bits
        total += amounts[lowest.bit_length() - 1]
        bits ^= lowest
    return total


def _cut(matrix: Matrix, rows: Sequence[int]) -> Cut:
    row: dict[int, int] = {}
    room = 0
    for number in rows:
        room += matrix.rooms[number]
        for column, n in matrix.rows[number]:
            row[column] = row.get(column, 0) + n
    return Cut({column: n // 2 for column, n in row.items() if n > 1}, room // 2)


def _breaks(cut: Cut, uses: Mapping[int, int]) -> bool:
    taken = sum(n * uses.get(column, 0) for column, n in cut.row.items())
    return taken > (cut.room << DIGITS) + NEARLY
