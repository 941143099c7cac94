"""The ordinary steps of a world: what people, tills and the server do all day."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.loyalty.wallet import Account
from terminal.simulation import background, codes, counter, forgers
from terminal.simulation.clocks import DAY_MS, HOUR_MS, MINUTE_MS, moment_at
from terminal.simulation.counter import Person
from terminal.simulation.founding import join, publish_revision
from terminal.simulation.mixture import Step
from terminal.simulation.returning import take_back
from terminal.simulation.scenario import card, takes_back
from terminal.simulation.selling import record, short
from terminal.simulation.tills import Copy, Till
from terminal.simulation.world import World
from terminal.till.journal_port import Recorded
from terminal.till.line_port import Question
from terminal.till.ports import Member

TILLS_MOST = 7
TAKEN_BACK = 0.25
"""In worlds where goods come back, so many of those who come bring something back."""
WITH_CODES = 0.5
"""In worlds with gift cards, so many of those who come are there for one or have a code."""

FORGED = 0.2
"""In worlds with forgers, so many of those who come have a code of their own making."""


def take(world: World, step: Step) -> None:
    """Let one step happen."""
    if step is Step.SELL and takes_back(world.seed) and world.chance.happens(TAKEN_BACK):
        _take_back(world)
        return
    if step is Step.SELL and world.has_forgers and world.chance.happens(FORGED):
        till = any_till(world)
        if till is not None:
            forgers.happen(world, till)
        return
    if step is Step.SELL and world.has_codes and world.chance.happens(WITH_CODES):
        _come_with_codes(world)
        return
    _STEPS[step](world)


def any_till(world: World) -> Till | None:
    """A till that is open."""
    running = [till for till in world.tills if till.runs]
    return world.chance.pick(running) if running else None


def _sell(world: World) -> None:
    till = any_till(world)
    if till is None:
        return
    person = None if world.chance.happens(0.1) else world.chance.pick(world.people)
    with world.dying(till):
        member = None if person is None else _attach(world, till, person)
        record(world, till, counter.judge(till, member, world.chance))
    _sync_soon(world, till)


def _sell_behind(world: World) -> None:
    """The price stands on the screen while the courier settles a reply, or a clone sells."""
    till = any_till(world)
    if till is None:
        return
    with world.dying(till):
        member = _attach(world, till, world.chance.pick(world.people))
        sale, run = counter.judge(till, member, world.chance), till.run
        if world.chance.happens(0.5):
            _sell_to(world, till, member)
        for _ in range(world.chance.between(1, 3)):
            world.exchange(till)
        if till.run == run:
            record(world, till, sale)


def _sell_to(world: World, till: Till, member: Member | None) -> None:
    record(world, till, counter.judge(till, member, world.chance))


def _take_back(world: World) -> None:
    """Somebody comes with a slip, often of a sale of just now."""
    till = any_till(world)
    if till is None or not world.sold:
        return
    sale = world.chance.pick(world.sold[-8:])
    with world.dying(till):
        take_back(world, till, sale, world.chance)
    _sync_soon(world, till)


def _come_with_codes(world: World) -> None:
    till = any_till(world)
    if till is None:
        return
    codes.happen(world, till)
    _sync_soon(world, till)


def _attach(world: World, till: Till, person: Person) -> Member | None:
    """Whoever holds the card: known here, asked for, met, or made a member."""
    member = counter.look_up(till, person)
    if member is not None:
        return member
    if world.chance.happens(0.5):
        world.exchange(till, Question(card=person.card))
        if not till.runs:
            return None
        member = counter.look_up(till, person)
        if member is not None:
            world.tell(f"{till.name}: the server knows {person.name}")
            return member
    if not person.joined or world.chance.happens(0.1):
        return _enrol_at(world, till, person)
    member = till.program.journal.meet_card(person.card, till.clock.now())
    world.watcher.truth.promised.add(f"member {member.id}")
    world.figures["cards met"] += 1
    world.tell(f"{till.name}: meets the card of {person.name} as {short(member.id)}")
    return member


def _enrol_at(world: World, till: Till, person: Person) -> Member | None:
    recorded = counter.enrol(till, person, _who_brought(world, till))
    person.joined = True
    member = counter.look_up(till, person)
    assert member is not None, "a member who was just enrolled has a card"
    world.watcher.truth.promised.add(f"member {member.id}")
    world.figures["enrolments"] += 1
    world.tell(f"{till.name}: enrols {person.name} as {short(member.id)}, {recorded.seq}")
    return member


def _who_brought(world: World, till: Till) -> str:
    """A member whom the till knows, in worlds where members bring each other."""
    if not world.has_friends:
        return ""
    known = (counter.look_up(till, person) for person in world.people)
    return next((one.id for one in known if one is not None), "")


def _enrol(world: World) -> None:
    till = any_till(world)
    if till is None:
        return
    if len(world.people) < 6 and world.chance.happens(0.5):
        number = len(world.people)
        world.people.append(Person(f"Member {number + 1}", card(number)))
    person = world.chance.pick(world.people)
    with world.dying(till):
        if counter.look_up(till, person) is None:
            _enrol_at(world, till, person)


def _meet_card(world: World) -> None:
    till = any_till(world)
    if till is None:
        return
    person = world.chance.pick(world.people)
    with world.dying(till):
        if counter.look_up(till, person) is None:
            member = till.program.journal.meet_card(person.card, till.clock.now())
            world.watcher.truth.promised.add(f"member {member.id}")
            world.figures["cards met"] += 1
            world.tell(f"{till.name}: meets the card of {person.name} as {short(member.id)}")
            _sell_to(world, till, member)


def _adjust(world: World) -> None:
    till = any_till(world)
    if till is None:
        return
    person = world.chance.pick(world.people)
    with world.dying(till):
        member = counter.look_up(till, person)
        if member is None or member.provisional:
            return
        name = f"step-{world.step}"
        recorded = counter.adjust(till, member, name, world.chance, timeless=world.timeless)
        if isinstance(recorded, Recorded):
            world.watcher.truth.promised.add(f"adjusted {name}")
            world.figures["adjustments"] += 1
            world.tell(f"{till.name}: adjusts {short(member.id)}, {recorded.seq}")


def _top_up(world: World) -> None:
    """A member shows the card, the till asks for what is elsewhere, and they redeem."""
    till = any_till(world)
    if till is None:
        return
    with world.dying(till):
        member = counter.look_up(till, world.chance.pick(world.people))
        if member is None:
            return
        wants = _lacking(till, member)
        if wants:
            world.figures["top-ups"] += 1
            world.tell(f"{till.name}: asks for {', '.join(f'{n} {a.unit}' for a, n in wants)}")
            world.exchange(till, Question(wants=wants, member=member.id))
        if till.runs and world.chance.happens(0.8):
            _sell_to(world, till, till.program.members.by_id(member.id))


def _lacking(till: Till, member: Member) -> tuple[tuple[Account, int], ...]:
    standing = till.program.members.standing(member.id)
    return tuple(
        (one.account, one.sums.balance - max(0, one.spendable))
        for one in standing.holdings
        if one.sums.balance > max(0, one.spendable)
    )


def _sync(world: World) -> None:
    till = any_till(world)
    if till is None:
        return
    for _ in range(world.chance.pick((1, 1, 2, 4))):
        if not world.exchange(till):
            return


def _sync_soon(world: World, till: Till) -> None:
    """As the real courier, which is told of a sale and speaks soon after."""
    if till.runs and world.chance.happens(0.25):
        world.exchange(till)


def _wait(world: World) -> None:
    ms = world.chance.pick((MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS, 8 * DAY_MS))
    waited = world.chance.between(ms // 2, ms)
    world.tell(f"{waited // MINUTE_MS} minutes pass")
    world.deliver(world.clockwork.now_ms + waited)


def _background(world: World) -> None:
    lived = world.office.work(lambda database: background.work(database, world.clockwork.now_ms))
    world.tell(f"server: background work{'' if lived else ', died'}")


def _calendar(world: World) -> None:
    if world.timeless:
        return
    today = moment_at(world.clockwork.now_ms).business_day
    lived = world.office.work(
        lambda database: background.calendar(database, world.clockwork.now_ms, today)
    )
    world.tell(f"server: the calendar of {today}{'' if lived else ', died'}")


def _publish(world: World) -> None:
    world.revision += 1
    offered = world.offered(world.revision)
    lived = publish_revision(world.office, world.clockwork, offered, timeless=world.timeless)
    world.tell(f"server: revision {world.revision}{'' if lived else ', died'}")


def _join(world: World) -> None:
    """A till that sold alone for a while is paired, with its whole log."""
    if len(world.tills) >= TILLS_MOST:
        return
    name = f"till {1 + max(_number(name) for name in world.names)}"
    store = world.founding.tills[0].store
    copy = Copy(
        till=name,
        store=store,
        key=bytes.fromhex(world.chance.hex(256)),
        image=world.founding.spare,
        made_ms=world.clockwork.now_ms,
    )
    till = world.add_till(copy, name)
    for _ in range(world.chance.between(0, 3)):
        with world.dying(till):
            member = _attach(world, till, world.chance.pick(world.people))
            _sell_to(world, till, member)
    with world.dying(till):
        joined = join(till, world.office, world.clockwork)
        world.figures["joined"] += joined
        world.tell(f"{till.name}: {'is paired' if joined else 'is not paired, the server died'}")
    if till.program.sync.paired() is None:
        # Whoever stands there tries again at once; a till that never met a server is no news.
        join(till, world.office, world.clockwork)


def _number(name: str) -> int:
    return int("".join(sign for sign in name if sign.isdigit()) or 0)


_STEPS: Mapping[Step, Callable[[World], None]] = {
    Step.SELL: _sell,
    Step.SELL_BEHIND: _sell_behind,
    Step.ENROL: _enrol,
    Step.MEET_CARD: _meet_card,
    Step.ADJUST: _adjust,
    Step.TOP_UP: _top_up,
    Step.SYNC: _sync,
    Step.WAIT: _wait,
    Step.BACKGROUND: _background,
    Step.CALENDAR: _calendar,
    Step.PUBLISH: _publish,
    Step.JOIN: _join,
}
