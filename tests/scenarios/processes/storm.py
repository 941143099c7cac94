"""The storm: who is killed when, drawn from a seed, until the time is over; and the calm after it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from terminal.server.database.connection import ServerDatabase
from tests.scenarios.processes.postgres import Postgres
from tests.scenarios.processes.proof import read_books, waits_at
from tests.scenarios.processes.server import ServerProcess, kill, until
from tests.scenarios.processes.till import TillProcess
from tests.scenarios.proxy import Proxy

NATURAL_S = 100.0
"""After a long trouble a courier may wait a whole minute before it tries again."""


HURRY_S = 10.0
LONG_S = 10.0
"""Whoever waits longer wants to know for what."""


@dataclass(slots=True)
class World:
    """Everything that may be killed."""

    proxy: Proxy
    server: ServerProcess
    tills: dict[str, TillProcess]
    postgres: Postgres | None = None
    happened: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    """Seconds until what was killed stood again."""


class _Side:
    """One sequence of events."""

    def __init__(self, world: World, chance: random.Random, rest_s: float) -> None:
        self.chance = chance
        self.events: dict[Callable[[], None], int] = {}
        self._world, self._rest_s = world, rest_s

    def blow(self, ends: float) -> None:
        """One event after the other."""
        while True:
            self.pause(0, self._rest_s)
            if time.monotonic() >= ends:
                return
            event = self.chance.choices(list(self.events), list(self.events.values()))[0]
            begun = time.monotonic()
            event()
            name, took = event.__name__.strip("_"), round(time.monotonic() - begun, 1)
            self._world.happened[name] += 1
            self._world.longest[name] = max(self._world.longest.get(name, 0.0), took)
            for till in self._world.tills.values():
                assert till.lives(), till.said()

    def pause(self, least: float, most: float) -> None:
        time.sleep(self.chance.uniform(least, most))


class Storm:
    """Draws what happens next: at the counters and on the lines, and behind the server's door."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._front = _Side(world, random.Random(f"front {seed}"), 1.0)
        self._front.events = {
            self._kill_courier: 4,
            self._kill_seller: 3,
            self._close_seller: 1,
            self._cut_line: 3,
        }
        self._back = _Side(world, random.Random(f"back {seed}"), 6.0)
        self._back.events = {
            self._kill_worker: 5,
            self._kill_server: 2,
            self._kill_listener: 1,
        }
        if world.postgres is not None:
            self._back.events[self._throw_postgres] = 3

    def blow(self, seconds: float) -> None:
        """Until the time is over; what was killed stands again then."""
        ends = time.monotonic() + seconds
        self._world.proxy.storm()
        with ThreadPoolExecutor(2) as both:
            for side in [both.submit(one.blow, ends) for one in (self._front, self._back)]:
                side.result()
        self._world.proxy.calm()

    def _till(self) -> TillProcess:
        return self._front.chance.choice(list(self._world.tills.values()))

    def _kill_courier(self) -> None:
        if not self._till().kill_courier():
            self._world.happened["no courier to kill"] += 1

    def _kill_seller(self) -> None:
        till = self._till()
        till.kill()
        self._front.pause(0, 0.5)
        till.open(wait=False)
        till.say("sell")

    def _close_seller(self) -> None:
        till = self._till()
        till.close()
        till.open(wait=False)
        till.say("sell")

    def _kill_worker(self) -> None:
        workers = self._world.server.workers()
        if workers:
            kill(self._back.chance.choice(workers))
        else:
            self._world.happened["no worker to kill"] += 1

    def _kill_server(self) -> None:
        self._world.server.kill()
        self._back.pause(0, 1.5)
        self._world.server.start()

    def _kill_listener(self) -> None:
        """The workers notice that nobody watches over them any more, and end."""
        self._world.server.kill(whole=False)
        self._world.server.start()

    def _cut_line(self) -> None:
        name = self._front.chance.choice(list(self._world.tills))
        self._world.proxy.cut(name)
        self._front.pause(0.5, 3)
        self._world.proxy.restore(name)

    def _throw_postgres(self) -> None:
        assert self._world.postgres is not None
        self._world.postgres.fall()
        self._back.pause(0, 1)
        self._world.postgres.stand_up()


def until_quiet(
    tills: Collection[TillProcess],
    database: ServerDatabase,
    seconds: float = NATURAL_S,
    *,
    hurry: bool = False,
) -> float:
    """Wait until everything is everywhere; how long it took.

    ``hurry``: couriers are killed, at once and once more. The next one asks at once, where this
    one would wait out its pause, or hear within 25 s of news that no bell rings for.
    """
    begun = time.monotonic()
    hurries = [begun, begun + HURRY_S] if hurry else []
    last, told = "", [""]

    def quiet() -> bool:
        nonlocal last
        if hurries and time.monotonic() >= hurries[0]:
            del hurries[0]
            for till in tills:
                till.kill_courier()
        waits = {till.name: waits_at(till.settings) for till in tills}
        books = read_books(database)
        last = f"{waits}, {books.waiting} to apply, {books.sent} sent, news {books.news}"
        if last != told[-1].partition(" s: ")[2]:
            told.append(f"{time.monotonic() - begun:.1f} s: {last}")
        there = all(one == (0, books.news) for one in waits.values())
        return there and not (books.waiting or books.sent)

    try:
        until(quiet, "everything is everywhere", seconds, step_s=0.3)
        # Rights that were asked back late may still move; nothing may change twice in a row.
        time.sleep(1)
        until(quiet, "everything is everywhere", seconds, step_s=0.3)
    except AssertionError as error:
        stands = [till.stands() for till in tills]
        raise AssertionError(f"{error}; {last}; {stands}") from error
    took = time.monotonic() - begun
    if took > LONG_S:
        print("\nwhat was waited for:", *told, sep="\n")
    return took
