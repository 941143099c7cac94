"""The owner's decisions about tills that are gone, stolen or taken for stolen."""

from __future__ import annotations

from terminal.server.database.connection import ServerDatabase
from terminal.server.rights.bank import fence, write_off
from terminal.simulation.clocks import moment_at
from terminal.simulation.world import World


def give_up(world: World, incarnation: str) -> None:
    """Fence a log and write its rights off: they go back to the pool, the loss is on the books."""
    today = moment_at(world.clockwork.now_ms).business_day

    def work(database: ServerDatabase) -> None:
        raise NotImplementedError(fence, write_off, today, database)

    lived = world.office.work(work)
    world.figures["written off"] += lived
    world.tell(f"server: {incarnation} is fenced and written off{'' if lived else ', died'}")
