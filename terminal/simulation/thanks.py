"""Members who brought each other are thanked: never twice, and not for who brought everything back."""

from __future__ import annotations

from collections.abc import Iterator

from terminal.loyalty.history import PURCHASES, THANKED
from terminal.server.database import counts
from terminal.simulation.world import World


def thanked_once(world: World) -> Iterator[str]:
    """21: at rest whoever came is thanked for once, and only while they have a purchase."""
    with world.office.database.reading() as connection:
        found = counts.all_counts(connection)
    totals: dict[tuple[str, str], int] = {}
    for (wallet, name, _), n in found.items():
        totals[wallet, name] = totals.get((wallet, name), 0) + n
    for (wallet, name), n in sorted(totals.items()):
        if name != THANKED:
            continue
        world.figures["thanked"] += n
        if n not in (0, 1):
            yield f"{wallet[:8]} is thanked for {n} times"
        elif n and totals.get((wallet, PURCHASES), 0) <= 0:
            yield f"{wallet[:8]} is thanked for, and has bought nothing"
