"""Shares below one percent: told to whoever writes a programme, because who writes 20 means 20 %.

A programme's file counts in basis points and has no other way to say 0.2 %. So nothing is refused
where it is checked or published: it is said how much it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from terminal.loyalty.benefits import AmountOff, Benefit, PercentOff
from terminal.loyalty.programme import Programme
from terminal.wire.amounts import LEAST_RATE


def small_rates(programme: Programme) -> Iterator[tuple[str, str]]:
    """What comes off by less than one percent: its path, and how much it is."""
    for number, reward in enumerate(programme.rewards):
        path = f"rewards[{number}]"
        yield from _of(f"{path}.benefit", reward.benefit)
        for nth, step in enumerate(reward.steps):
            yield from _of(f"{path}.steps[{nth}].benefit", step.benefit)


def _of(path: str, benefit: Benefit) -> Iterator[tuple[str, str]]:
    if isinstance(benefit, PercentOff):
        key, n = "basis_points", benefit.basis_points
    elif isinstance(benefit, AmountOff) and benefit.at_most_basis_points is not None:
        key, n = "at_most_basis_points", benefit.at_most_basis_points
    else:
        return
    if n < LEAST_RATE:
        text = f"{n} basis points are 0.{n:02} %; write {n * 100} if {n} % is meant"
        yield f"{path}.{key}", text
