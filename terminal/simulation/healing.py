"""Healing: faults end, the owner decides what is open, everybody speaks; then all must agree."""

from __future__ import annotations

from collections.abc import Callable

from terminal.server.database.connection import ServerDatabase
from terminal.simulation import background, deep, owner
from terminal.simulation.clocks import MINUTE_MS, moment_at
from terminal.simulation.invariants import demand
from terminal.simulation.world import World
from terminal.till.line_port import LineTrouble

ROUNDS_MOST = 24
"""Rounds in which every till may speak; more is no convergence."""
DECISIONS_MOST = 3
TURNS_MOST = 12
"""Messages of one till in one round."""


def heal(world: World) -> None:
    """Let the world come to rest, and demand what must hold then.

    Raises:
        Violation: it does not come to rest, or not rightly.
    """
    world.network.heal()
    world.office.doom.spare()
    for till in world.tills:
        if not world.timeless:
            till.clock.set(0)
        if till.doom.disk_failed:
            till.stop()
        till.doom.spare()
        till.room = None
        if till.runs:
            till.leave_room(None)
        else:
            till.start()
    world.tell("healing begins")
    world.network.bring_everything()
    world.deliver(world.clockwork.now_ms + 1000)
    world.look()
    _rest(world)
    if world.office.look().parked:
        # Its tills count what it parked as long as it does not.
        deep.check_parked(world)
    if world.office.old or world.office.look().parked:
        background.update(world.office, world.clockwork.now_ms)
        world.tell("server: is updated")
        world.look()
        _rest(world)
    if world.has_friends:
        # Whose last purchase came back since the last day began: the next one takes thanks back.
        world.office.work(_next_day(world))
        world.look()
        _rest(world)
    world.office.work(_background(world, checked_most=2 * background.CHECKED_MOST))
    world.look()
    deep.check(world)
    deep.check_tables(world)
    deep.check_healed(world)
    world.tell("healed")


def _rest(world: World) -> None:
    """Come to rest, with what decisions of the owner that takes."""
    rest = _come_to_rest(world)
    for _ in range(DECISIONS_MOST):
        if rest:
            break
        _decide(world)
        rest = _come_to_rest(world)
    demand("comes to rest", [] if rest else list(_restless(world)))


def _background(world: World, checked_most: int) -> Callable[[ServerDatabase], None]:
    return lambda database: background.work(
        database, world.clockwork.now_ms, checked_most=checked_most
    )


def _next_day(world: World) -> Callable[[ServerDatabase], None]:
    now_ms = world.clockwork.now_ms
    return lambda database: background.calendar(database, now_ms, moment_at(now_ms).business_day)


def _come_to_rest(world: World) -> bool:
    """Rounds until nobody has anything to say; whether that came."""
    quiet = 0
    for _ in range(ROUNDS_MOST):
        before = _marks(world)
        for till in world.tills:
            for _ in range(TURNS_MOST):
                if not world.exchange(till):
                    break
            world.look()
        # No round comes to rest sooner because old sales were worked out anew: once is enough.
        world.office.work(_background(world, checked_most=0))
        world.look()
        world.deliver(world.clockwork.now_ms + 2 * MINUTE_MS)
        quiet = quiet + 1 if _marks(world) == before else 0
        if quiet >= 1 and not list(_restless(world)):
            return True
        if quiet >= 3:
            return False
    return False


def _marks(world: World) -> tuple[object, ...]:
    look = world.watcher.server
    return (
        look.timeline,
        tuple(sorted((name, log.stored, log.applied) for name, log in look.logs.items())),
        tuple(sorted((store, feed.upcoming) for store, feed in look.feeds.items())),
        tuple(
            (own.incarnation, own.cursor, own.acknowledged, own.waiting)
            for own in (world.watcher.till(till.name) for till in world.tills)
        ),
    )


def _restless(world: World) -> list[str]:
    """What keeps the world from resting."""
    look = world.watcher.server
    found = [f"{name} is in quarantine" for name, log in look.logs.items() if log.quarantined]
    for till in world.tills:
        own = world.watcher.till(till.name)
        log = look.logs.get(own.incarnation)
        if log is None or log.standing != "active":
            found.append(f"{till.name}: its log is {log.standing if log else 'unknown'}")
            continue
        if own.waiting:
            found.append(f"{till.name}: {own.waiting} facts wait")
        if older := till.older_waiting():
            found.append(f"{till.name}: {older} facts of older logs wait")
        if own.cursor != look.feeds[log.store].upcoming - 1:
            found.append(f"{till.name}: at {own.cursor} of {look.feeds[log.store].upcoming - 1}")
    return found


def _decide(world: World) -> None:
    """What nobody can say any more ends by the owner's decision; who was turned away comes back."""
    look = world.office.look()
    alive = {till.look().incarnation for till in world.tills}
    for name, log in sorted(look.logs.items()):
        if log.role == "till" and log.quarantined and name not in alive:
            owner.give_up(world, name)
    for till in tuple(world.tills):
        if till.courier.contact().trouble is LineTrouble.REVOKED:
            owner.let_in_again(world, till)
    world.look()
