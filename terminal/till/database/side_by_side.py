"""Tables read beside each other in the order of their keys, so that nothing has to be held.

A journal of years and a town of a million go through a few rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby, repeat
from typing import Any

from terminal.till.database.quick import Row

Numbered = tuple[int, Row]
"""From which of the streams, and the row."""


def side_by_side(width: int, *streams: Iterable[Row]) -> Iterator[tuple[Row, Iterator[Numbered]]]:
    """Each key that any stream has, in order, with the rows that have it, stream after stream.

    The first ``width`` columns are the key, and every stream comes in its order. As with
    ``groupby``, the rows of a key are gone when the next key is asked for.
    """

    def place(one: Numbered) -> tuple[Row, int]:
        return one[1][:width], one[0]

    def key(one: Numbered) -> Row:
        return one[1][:width]

    numbered: list[Iterator[Any]] = [
        zip(repeat(number), stream, strict=False) for number, stream in enumerate(streams)
    ]
    return groupby(merge(*numbered, key=place), key)


def on_one_side(stored: Iterable[Row], computed: Iterable[Row], width: int) -> Iterator[Numbered]:
    """The rows whose key only one of two streams has: 0 with what is stored, 1 with what should be.

    No stream has a key twice.
    """
    for _, rows in side_by_side(width, stored, computed):
        first, *more = rows
        if not more:
            yield first
