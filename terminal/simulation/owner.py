"""The owner's decisions: tills that are gone, stolen or taken for stolen, copies that want in again."""

from __future__ import annotations

from terminal.server.database.connection import ServerDatabase
from terminal.server.intake import rulings
from terminal.simulation.clocks import moment_at
from terminal.simulation.founding import join
from terminal.simulation.tills import Till
from terminal.simulation.world import World


def give_up(world: World, incarnation: str) -> None:
    """Fence a log and write its rights off: they go back to the pool, the loss is on the books."""
    now = world.clockwork.now_ms
    today = moment_at(now).business_day
    look = world.office.look()
    if incarnation not in look.logs:
        return
    on_way = [
        (grant.account, grant.n) for grant in look.sent if grant.name.incarnation == incarnation
    ]

    def work(database: ServerDatabase) -> None:
        rulings.fence(database, incarnation, "the owner said so", now)
        world.watcher.truth.book("written off on the way", on_way)
        rulings.write_off(database, incarnation, reason="lost", now_ms=now, today=today)

    lived = world.office.work(work)
    world.figures["written off"] += lived
    world.tell(f"server: {incarnation} is fenced and written off{'' if lived else ', died'}")


def say_restored(world: World) -> None:
    """The operator who put the backup back says so."""
    lived = world.office.work(lambda database: rulings.restored(database, world.clockwork.now_ms))
    world.tell(f"server: the operator says that it was restored{'' if lived else ', died'}")


def let_in_again(world: World, till: Till) -> None:
    """A second copy of a till gets a key, a log and a code of its own."""
    turned_away = till.look().terminal
    till.take_key(bytes.fromhex(world.chance.hex(256)))
    joined = join(till, world.office, world.clockwork, again=True)
    assert joined, "nobody dies while a world heals"
    # What it received under its first name stays there, though it tells anew of what it spent.
    world.watcher.truth.let_in[till.look().terminal] = turned_away
    # That it began anew has its cause here, even where no till was ever harmed.
    world.watcher.forget_till(till.name)
    world.figures["let in again"] += 1
    world.tell(f"{till.name}: is let in again")
