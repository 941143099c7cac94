"""Rewards on top of others: off what is left of a piece, whatever took part there.

What is left of each piece follows from the shares that are told: of so many pieces of a line a
reward took so much, which is split evenly. So whoever checks a sale finds the same pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.engine.classes import PieceClass
from terminal.loyalty.engine.evaluation import Applied, Share
from terminal.loyalty.engine.goods import Candidate, off_price
from terminal.loyalty.engine.question import Question


class Pieces(NamedTuple):
    """The pieces of one line: what each cost on the shelf, and how many have how much left."""

    line: int
    price: int
    rests: Counter[int]
    kilograms: tuple[int, int] | None
    """What each weighs; None: they are counted."""


def pieces_left(
    classes: Iterable[PieceClass], applied: Iterable[Applied]
) -> dict[int, list[Pieces]]:
    """By class, the pieces of its lines after rewards on goods."""
    shares: dict[int, list[Share]] = {}
    for one in applied:
        for share in one.shares:
            if share.pieces > 0:
                shares.setdefault(share.line, []).append(share)
    return {
        index: [
            Pieces(key, one.price, _rests(one.price, pieces, shares.get(key, ())), one.kilograms)
            for key, pieces in one.lines
        ]
        for index, one in enumerate(classes)
    }


def _rests(price: int, pieces: int, shares: Sequence[Share]) -> Counter[int]:
    rests = Counter({price: pieces})
    for share in shares:
        n = min(share.pieces, rests[price])
        if n < 1:
            continue
        each, odd = divmod(share.amount, n)
        rests[price] -= n
        rests[max(0, price - each - 1)] += odd
        rests[max(0, price - each)] += n - odd
    return +rests


def off_piece(
    candidate: Candidate, price: int, rest: int, kilograms: tuple[int, int] | None
) -> int:
    """What comes off a piece of which so much is left."""
    shelf = candidate.programme.stacking.percent_of == "shelf"
    on = price if shelf and isinstance(candidate.benefit, PercentOff) else rest
    return min(rest, off_price(candidate.benefit, on, kilograms))


def take_on_top(
    candidate: Candidate, lines: Iterable[Pieces], most: int | None
) -> tuple[Share, ...]:
    """What comes off which line; the pieces that lose most go first, and have less left then."""
    found = [
        (-off, place, rest, one, n)
        for place, one in enumerate(lines)
        for rest, n in one.rests.items()
        if (off := off_piece(candidate, one.price, rest, one.kilograms)) > candidate.worth
    ]
    taken: dict[int, tuple[int, int]] = {}
    for less, _, rest, one, there in sorted(found, key=lambda pair: pair[:3]):
        n = there if most is None else min(there, most)
        if n:
            most = None if most is None else most - n
            one.rests[rest] -= n
            one.rests[rest + less] += n
            pieces, amount = taken.get(one.line, (0, 0))
            taken[one.line] = (pieces + n, amount - n * less)
    return tuple(
        Share(line=key, amount=amount, pieces=pieces)
        for key, (pieces, amount) in sorted(taken.items())
    )


def most_on_top(question: Question, candidates: Iterable[Candidate]) -> int:
    """What rewards on top could take off at most, in minor units."""
    classes = question.classes
    return sum(
        off_piece(one, classes[index].price, classes[index].price, classes[index].kilograms)
        * classes[index].pieces
        for one in candidates
        for index in question.classes_of(one)
    )
