"""Goods that rewards made cheaper, for rules that bring nothing for such goods.

A reward on pieces or sets reduces the pieces that it takes something off; what comes off the basket
reduces none. Which pieces of a line they are is no question: all of a line cost the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from terminal.loyalty.engine.evaluation import Applied


class Reduced(NamedTuple):
    """So many pieces of a line cost so many minor units less, together."""

    pieces: int
    off: int


def reduced_in(applied: Iterable[Applied]) -> dict[int, Reduced]:
    """By line key, what rewards on goods reduced, as a sale tells it.

    Where one reward came on top of another, pieces may be told twice, so no fewer were reduced.
    """
    found: dict[int, Reduced] = {}
    for one in applied:
        for share in one.shares:
            if share.pieces:
                reduce_more(found, share.line, share.pieces, share.amount)
    return found


def free_in(applied: Iterable[Applied], prices: Mapping[int, int]) -> dict[int, int]:
    """By line key, how many pieces rewards on goods made free, as a sale tells it.

    ``prices`` are those of a piece before rewards. Of a set that costs so much together nobody
    tells which pieces bore how much: those of a line are free if it bore all that they cost.
    """
    found: dict[int, int] = {}
    for one in applied:
        for share in one.shares:
            if share.pieces and share.amount == share.pieces * prices.get(share.line, 0):
                found[share.line] = found.get(share.line, 0) + share.pieces
    return found


def reduce_more(found: dict[int, Reduced], key: int, pieces: int, off: int) -> None:
    """Note that so many more pieces of a line cost so much less."""
    before = found.get(key)
    if before is not None:
        pieces, off = before.pieces + pieces, before.off + off
    found[key] = Reduced(pieces, off)


def at_full_price(
    amount: int, pieces: int, paid: int, reduced: Reduced | None, *, gross: bool
) -> int:
    """What of ``paid`` for a line was paid for pieces that no reward on goods reduced.

    ``amount`` is what its ``pieces`` cost before rewards; ``gross``: that is asked for instead.
    What came off the basket is borne by all pieces alike, by what each cost then; parts of a minor
    unit are left out.
    """
    if reduced is None or not pieces:
        return amount if gross else paid
    full = amount * max(0, pieces - reduced.pieces) // pieces
    if gross:
        return full
    rest = amount - reduced.off
    return paid * full // rest if rest > 0 else 0
