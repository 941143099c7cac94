"""Members who brought each other are thanked: never twice, and not for who brought everything back."""

from __future__ import annotations

from collections.abc import Iterator

from terminal.loyalty.history import PURCHASES, THANKED
from terminal.server.database import counts
from terminal.simulation.world import World

_WALLETS = "SELECT wallet, member FROM wallets"


def thanked_once(world: World) -> Iterator[str]:
    """21: at rest whoever came is thanked for once, and only while they have a purchase."""
    with world.office.database.reading() as connection:
        found = counts.all_counts(connection)
    # Whose card was met at two tills has two wallets, and may have bought with the other one.
    whose = {row[0]: row[1] for row in world.office.rows(_WALLETS)}
    totals: dict[tuple[str, str], int] = {}
    for (wallet, name, _), n in found.items():
        one = whose.get(wallet) or wallet
        totals[one, name] = totals.get((one, name), 0) + n
    for (member, name), n in sorted(totals.items()):
        if name != THANKED:
            continue
        world.figures["thanked"] += n
        if n not in (0, 1):
            yield f"{member[:8]} is thanked for {n} times"
        elif n and totals.get((member, PURCHASES), 0) <= 0:
            yield f"{member[:8]} is thanked for, and has bought nothing"
