"""What is lost with a disk: deeds that stand nowhere else may be missing in the end."""

from __future__ import annotations

from typing import Any

from terminal.loyalty.facts import decode
from terminal.simulation.disk import ask_image
from terminal.simulation.tills import Till
from terminal.simulation.truth import deed_of
from terminal.simulation.world import World

FACTS = "SELECT incarnation, seq, hash, stored FROM facts"
PLACES = "SELECT incarnation, seq, hash FROM facts"


def lose_disk(world: World, till: Till, left: bytes | None = None) -> None:
    """A disk's facts that stand nowhere else, nor in what is left, may be missing in the end."""
    world.look()
    elsewhere = facts_of(world, but=till)
    elsewhere |= {tuple(row) for row in world.office.rows(PLACES)}
    if left is not None:
        elsewhere |= {tuple(row) for row in ask_image(left, PLACES)}
    destroy(world, till.disk.rows(FACTS), elsewhere)


def destroy(world: World, rows: list[Any], elsewhere: set[tuple[object, ...]]) -> None:
    for *place, stored in rows:
        if tuple(place) not in elsewhere:
            name = deed_of(decode(bytes(stored)))
            if name is not None:
                world.watcher.truth.destroyed.add(name)


def facts_of(world: World, but: Till | None = None) -> set[tuple[object, ...]]:
    return {
        tuple(row) for other in world.tills if other is not but for row in other.disk.rows(PLACES)
    }
