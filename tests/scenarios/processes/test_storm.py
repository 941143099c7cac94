"""Real processes in a storm: PostgreSQL, a server of two processes, three tills, and a bad line.

Everything is killed at random while three tills sell to the same members and spend the same
units. When it is over, everything that any till ever recorded is at the server once, and nobody
spent what was not there. ``--storm-seconds`` and ``--storm-seed`` make other storms.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from terminal.loyalty.facts import decode
from terminal.server.database.connection import ServerDatabase, open_database
from tests.scenarios.processes.postgres import Postgres
from tests.scenarios.processes.proof import Books, prove, read_books, read_till, waits_at
from tests.scenarios.processes.server import ServerProcess, until
from tests.scenarios.processes.shop import publication
from tests.scenarios.processes.storm import Storm, World, until_quiet
from tests.scenarios.processes.till import TillProcess, pair
from tests.scenarios.proxy import running_proxy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir() or os.name != "posix", reason="needs Linux"),
]

NAMES = ("till1", "till2", "till3")
SHARED = 6
SHORT_S = 60.0
"""After a shorter storm couriers that may pause for a minute are killed instead of waited for."""


@pytest.fixture
def world(postgres: Postgres, home: Path, storm_seed: int) -> Iterator[World]:
    """Three tills that are paired through the proxy, and know each other's first members."""
    with ExitStack() as stack:
        server = ServerProcess(home / "server", postgres.fresh("tenth"), workers=2)
        server.start()
        stack.callback(server.stop)
        server.publish(publication())
        proxy = stack.enter_context(running_proxy(server.port, NAMES, storm_seed))
        tills: dict[str, TillProcess] = {}
        for name in NAMES:
            settings = pair(home, name, proxy.url(name), server.code())
            till = tills[name] = TillProcess(settings, f"{storm_seed} {name}")
            till.open()
            stack.callback(till.put_down)
            if len(tills) == 1:
                first_members(till)
        yield World(proxy, server, tills, postgres)


def first_members(till: TillProcess) -> None:
    """Before the others join: they fetch at once what they would hear of within 25 s."""
    till.say(f"enrol {SHARED}")
    until(lambda: len(till.enrolled) == SHARED, "the first members join")
    until(lambda: waits_at(till.settings)[0] == 0, "the server knows them")


def test_storm(world: World, storm_seed: int, storm_seconds: float) -> None:
    with opened(world) as database:
        until_quiet(world.tills.values(), database)
    for till in world.tills.values():
        till.say("sell")
    Storm(world, storm_seed).blow(storm_seconds)
    count: Counter[str] = Counter()
    for till in world.tills.values():
        till.say("rest")
        count.update(till.counts())
    with opened(world) as database:
        took = until_quiet(world.tills.values(), database, hurry=storm_seconds < SHORT_S)
        for till in world.tills.values():
            # A courier that was killed a moment ago has yet to say that it has a line.
            until(till.is_well, f"{till.name} says that all is well")
            till.close()
        books = read_books(database)
        report(world, books, storm_seed, took, count)
        sales = [sale for till in world.tills.values() for sale in till.sales]
        assert sales
        prove(books, database, [read_till(till.settings) for till in world.tills.values()], sales)
    assert not world.proxy.replayed[200], "an old request was done again"


@contextmanager
def opened(world: World) -> Iterator[ServerDatabase]:
    """The server's database, looked at from outside."""
    database = open_database(world.server.database)
    try:
        yield database
    finally:
        database.close()


def report(world: World, books: Books, seed: int, took: float, count: Counter[str]) -> None:
    """What there was to see, for whoever runs it with ``-s``."""
    waits = sorted(ms for till in world.tills.values() for ms, _ in till.asked)
    told = {
        "sales": sum(len(till.sales) for till in world.tills.values()),
        "facts": len(books.facts),
        "kinds": dict(Counter(decode(one).kind for one in books.facts.values())),
        "synced after": round(took, 1),
        "requests": len(world.proxy.passed),
        "old requests again": dict(world.proxy.replayed),
        "happened": dict(world.happened),
        "seconds until it stood again": world.longest,
        "faults": world.proxy.faults(),
        "waits at the counter": len(waits),
        "longest wait, ms": waits[-1] if waits else 0,
        "alarms": books.alarms,
        "last lives": dict(count),
    }
    print(f"\nstorm {seed}: {told}")
