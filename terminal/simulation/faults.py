"""The faults of a world, and what each puts on the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.ledger import EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.simulation import background, owner
from terminal.simulation.clocks import DAY_MS, HOUR_MS, MINUTE_MS
from terminal.simulation.disk import ask_image
from terminal.simulation.losses import FACTS, PLACES, destroy, facts_of, lose_disk
from terminal.simulation.mixture import Fault
from terminal.simulation.steps import TILLS_MOST, any_till
from terminal.simulation.tills import Copy, Till
from terminal.simulation.watcher import spends_of
from terminal.simulation.world import World

_RIGHTS = "SELECT wallet, unit, n FROM rights WHERE n > 0 ORDER BY wallet, unit"
_GRANTS = "SELECT incarnation, timeline, number, wallet, unit, n FROM grants"
_LOGS = "SELECT incarnation, terminal FROM logs"
YEAR_MS = 365 * DAY_MS


def strike(world: World, fault: Fault) -> None:
    """Let one fault happen, if there is something that it can happen to."""
    _FAULTS[fault](world)


def _cut(world: World) -> None:
    till = any_till(world)
    if till is not None:
        world.tell(f"{till.name}: line cut, {world.network.cut(till.name)}")


def _crash_till(world: World) -> None:
    """It dies within its next commits, or right now, between two of them."""
    till = any_till(world)
    if till is None:
        return
    if world.chance.happens(0.2):
        till.stop()
        till.start()
        world.figures["till crashes"] += 1
        world.tell(f"{till.name}: dies between two transactions")
        return
    after = world.chance.between(0, 5)
    till.doom.strike(after)
    world.tell(f"{till.name}: will die after {after} points")


def _crash_server(world: World) -> None:
    after = world.chance.between(0, 7)
    world.office.doom.strike(after)
    world.tell(f"server: will die after {after} points")


def _copy(world: World) -> None:
    till = any_till(world)
    if till is not None:
        world.copies.append(till.copy())
        world.tell(f"{till.name}: its disk is copied")


def _restore_till(world: World) -> None:
    copies = [copy for copy in world.copies if _till_of(world, copy) is not None]
    if not copies:
        return
    copy = world.chance.pick(copies)
    till = _till_of(world, copy)
    assert till is not None, "chosen among those that are there"
    harm_tills(world)
    _book(world, "till restored", copy)
    _book_received_since(world, till, copy)
    lose_disk(world, till, copy.image)
    till.stop()
    till.put(copy.image)
    world.watcher.forget_till(till.name)
    till.start()
    world.figures["restored tills"] += 1
    age = (world.clockwork.now_ms - copy.made_ms) // MINUTE_MS
    world.tell(f"{till.name}: its disk is restored, {age} minutes old")


def _clone(world: World) -> None:
    if not world.copies or len(world.tills) >= TILLS_MOST:
        return
    copy = world.chance.pick(tuple(world.copies))
    harm_tills(world)
    _book(world, "clone", copy)
    world.figures["clones"] += 1
    clone = world.add_till(copy, f"clone {world.figures['clones']}")
    world.tell(f"{clone.name}: a computer with a copy of {copy.till}'s disk")


def _lose_till(world: World) -> None:
    if len(world.tills) < 2:
        return
    till = world.chance.pick(world.tills)
    harm_tills(world)
    incarnation = till.program.journal.identity().incarnation
    lose_disk(world, till)
    world.remove_till(till)
    world.figures["lost tills"] += 1
    world.tell(f"{till.name}: is gone with its disk")
    if world.chance.happens(0.5):
        owner.give_up(world, incarnation)


def _fence(world: World) -> None:
    """The owner takes a till for stolen that is not."""
    till = any_till(world)
    if till is None:
        return
    harm_tills(world)
    owner.give_up(world, till.program.journal.identity().incarnation)


def _copy_server(world: World) -> None:
    world.server_copies.append((world.clockwork.now_ms, world.office.database.image()))
    world.tell("server: a backup is made")


def _restore_server(world: World) -> None:
    if not world.server_copies:
        return
    made_ms, image = world.chance.pick(tuple(world.server_copies))
    lost = world.office.stop()
    _book_forgotten(world, lost, image)
    world.office.start(image)
    world.watcher.forget_server()
    if not world.office.old:
        # Whoever starts on a backup of an older program tries what that one had parked.
        background.update(world.office, world.clockwork.now_ms)
    world.figures["restored servers"] += 1
    age = (world.clockwork.now_ms - made_ms) // MINUTE_MS
    world.tell(f"server: restored from a backup, {age} minutes old")
    if world.chance.happens(0.3):
        owner.say_restored(world)


def _clock(world: World) -> None:
    till = any_till(world)
    if till is None:
        return
    ways = {
        "right again": 0,
        "an hour ahead": HOUR_MS,
        "an hour behind": -HOUR_MS,
        "days ahead": world.chance.between(2, 20) * DAY_MS,
        "days behind": -world.chance.between(2, 20) * DAY_MS,
        "in 1970": -world.clockwork.now_ms,
        "years ahead": world.chance.between(1, 30) * YEAR_MS,
    }
    allowed = sorted(ways)
    if world.timeless:
        # Rules that hold from an instant on are read by the clock; there are none after 2024.
        allowed = [way for way in allowed if way not in {"in 1970", "years ahead"}]
    way = world.chance.pick(allowed)
    if not world.timeless:
        till.clock.set(ways[way])
    world.tell(f"{till.name}: its clock is {way}")


def _replay(world: World) -> None:
    """Somebody, or a proxy gone mad, sends an old message once more."""
    network = world.network
    if network.old_requests and world.chance.happens(0.7):
        request = world.chance.pick(tuple(network.old_requests))
        world.tell(f"server: {request.till}'s request {request.number} comes once more")
        network.put_again(request)
        world.deliver(world.clockwork.now_ms)
        return
    replies = tuple(network.old_replies)
    till = any_till(world)
    if not replies or till is None:
        return
    reply = world.chance.pick(replies)
    sent, _ = world.begin_request(till)
    if sent is not None and till.name == reply.till:
        world.tell(f"{till.name}: the answer to {reply.number} comes instead of another")
        world.give(till, reply)
    if till.waiting is not None:
        till.waiting = None
        till.courier.failed(world.clockwork.now_ms)


def _old_server(world: World) -> None:
    """An update goes wrong and is taken back, or goes well."""
    if world.office.old:
        lived = background.update(world.office, world.clockwork.now_ms)
        world.tell(f"server: is updated{'' if lived else ', died'}")
    else:
        world.office.old = True
        world.tell("server: is of an older version from now on")


def _full_disk(world: World) -> None:
    """Somebody's disk fills up, or one that is full is tidied.

    Which sale is the one that finds no page any more hangs on how long the instants are that are
    written into it: where clocks must change nothing no disk fills up.
    """
    if world.timeless:
        return
    full = [till for till in world.tills if till.runs and till.room is not None]
    if full:
        till = world.chance.pick(full)
        till.leave_room(None)
        world.tell(f"{till.name}: its disk has room again")
        return
    some = any_till(world)
    if some is not None:
        some.leave_room(world.chance.pick((0, 0, 1, 3)))
        world.tell(f"{some.name}: its disk has room for {some.room} pages more")


def _disk_error(world: World) -> None:
    till = any_till(world)
    if till is not None:
        after = world.chance.between(0, 5)
        till.doom.strike(after, by_disk=True)
        world.tell(f"{till.name}: its disk will fail after {after} points")


# --- books ---------------------------------------------------------------------------------------


def harm_tills(world: World) -> None:
    """From here on a server that forgot may have nobody to remind it: what it forgot is booked."""
    world.watcher.harmed = True
    for amounts in world.forgotten:
        world.watcher.truth.book("server and till restored", sorted(amounts.items()))
    world.forgotten.clear()


def _book(world: World, cause: str, copy: Copy) -> None:
    world.watcher.truth.book(
        cause, ((_account(wallet, unit), n) for wallet, unit, n in ask_image(copy.image, _RIGHTS))
    )


def _book_received_since(world: World, till: Till, copy: Copy) -> None:
    """Grants delivered since the copy was made are gone from this disk, and may come once more."""
    known = {tuple(row) for row in ask_image(copy.image, PLACES)}
    for *place, stored in till.disk.rows(FACTS):
        fact = decode(bytes(stored))
        if tuple(place) not in known and fact.kind == FactKind.RIGHTS_RECEIVED:
            amounts = ((entry.account, entry.n) for entry in fact.entries)
            world.watcher.truth.book("received since the copy", amounts)


def _book_forgotten(world: World, lost: bytes, image: bytes) -> None:
    """What a restored server does not know: grants that it gave, spends that it was told of.

    The tills tell it again, unless one of them was harmed as well.
    """
    known = {tuple(row[:3]) for row in ask_image(image, FACTS)}
    rows = [row for row in ask_image(lost, FACTS) if tuple(row[:3]) not in known]
    destroy(world, rows, facts_of(world))
    facts = [decode(bytes(row[3])) for row in rows]
    for row, fact in zip(rows, facts, strict=True):
        world.watcher.truth.forget(fact, row[2])
        if fact.kind == FactKind.UNITS_VESTED:
            for entry in fact.entries:
                world.watcher.truth.unvested[entry.account] += entry.n
    forgotten = spends_of(facts)
    given = {tuple(row[:3]) for row in ask_image(image, _GRANTS)}
    unknown = _logs_that_joined_since(lost, image)
    unasked: Counter[Account] = Counter()
    for *name, wallet, unit, n in ask_image(lost, _GRANTS):
        if tuple(name) not in given:
            kept = unasked if name[0] in unknown else forgotten
            kept[_account(wallet, unit)] += n
    # Nobody waits for a till that joined after the backup: it has to be let in again first. What it
    # gave back others may have had since, and tell of it while nobody tells of the giving back.
    for fact in facts:
        if fact.incarnation in unknown:
            for entry in fact.entries:
                if entry.kind is EntryKind.RELEASE:
                    world.watcher.truth.unvested[entry.account] += entry.n
    world.watcher.truth.book("held by a till that joined since the backup", unasked.items())
    if world.watcher.harmed:
        world.watcher.truth.book("server and till restored", sorted(forgotten.items()))
    else:
        world.forgotten.append(forgotten)


def _logs_that_joined_since(lost: bytes, image: bytes) -> set[str]:
    """The logs of tills that a backup knows nothing of, under no log."""
    known = {terminal for _, terminal in ask_image(image, _LOGS)}
    return {log for log, terminal in ask_image(lost, _LOGS) if terminal not in known}


def _till_of(world: World, copy: Copy) -> Till | None:
    return next((till for till in world.tills if till.name == copy.till and till.runs), None)


def _account(wallet: str, unit: str) -> Account:
    return Account(WalletId(wallet), UnitId(unit))


_FAULTS: Mapping[Fault, Callable[[World], None]] = {
    Fault.CUT: _cut,
    Fault.CRASH_TILL: _crash_till,
    Fault.CRASH_SERVER: _crash_server,
    Fault.COPY: _copy,
    Fault.RESTORE_TILL: _restore_till,
    Fault.CLONE: _clone,
    Fault.LOSE_TILL: _lose_till,
    Fault.FENCE: _fence,
    Fault.COPY_SERVER: _copy_server,
    Fault.RESTORE_SERVER: _restore_server,
    Fault.CLOCK: _clock,
    Fault.REPLAY: _replay,
    Fault.OLD_SERVER: _old_server,
    Fault.FULL_DISK: _full_disk,
    Fault.DISK_ERROR: _disk_error,
}
