"""The morning after: sixteen tills that were offline for a day, and the server comes back to all.

They must bring up everything soon, and none may knock more often than it gets an answer.
"""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.server.database.connection import open_database as open_server_database
from terminal.till import joining
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.ports import Member
from terminal.till.settings import Settings
from tests.fakes.paid_sale import paid_sale
from tests.scenarios.processes.postgres import Postgres
from tests.scenarios.processes.proof import read_books, waits_at
from tests.scenarios.processes.server import PYTHON, ROOT, ServerProcess, until
from tests.scenarios.processes.shop import publication
from tests.scenarios.proxy import Proxy, running_proxy

pytestmark = pytest.mark.slow

TILLS, FACTS = 16, 300
MEMBERS = 2
"""Of each till: everybody hears of them."""
OFFLINE_S = 6.0
DRAINED_S = 480.0
A_SECOND_MOST = 4 * TILLS
EACH_MOST = 40
"""Requests of one till from the server's first moment until everything is there."""


def record(database: TillDatabase, lane: str) -> None:
    """A day of sales without a line, some of them to members."""
    clock, ids = SystemClock(), SystemIds()
    for number in range(MEMBERS):
        card = f"77{int(ids.random_id(), 16) % 10**11:011d}"
        member = Member(id=ids.random_id(), name=f"Member {number} of {lane}")
        database.journal.enrol(member, card, clock.now())
        standing = database.members.standing(member.id)
        sale = paid_sale(ids.sale_id(), clock.now(), standing, lines=2, earn=50)
        database.journal.record_sale(sale)
    sale = paid_sale(ids.sale_id(), clock.now(), lines=2)
    for _ in range(FACTS - 2 * MEMBERS):
        database.journal.record_sale(replace(sale, id=ids.sale_id(), at=clock.now()))


def join(server: ServerProcess, proxy: Proxy, home: Path) -> Iterator[Settings]:
    for number in range(1, TILLS + 1):
        name = f"till{number}"
        settings = joining.pair(home / name, proxy.url(name), server.code(), name)
        database = open_database(
            settings.database, clock=SystemClock(), ids=SystemIds(), lane=settings.lane.name
        )
        record(database, name)
        database.close()
        yield settings


def test_a_crowd_that_was_offline_comes_back(postgres: Postgres, home: Path) -> None:
    names = [f"till{number}" for number in range(1, TILLS + 1)]
    with ExitStack() as stack:
        server = ServerProcess(home / "server", postgres.fresh("crowd"), workers=2)
        stack.callback(server.stop)
        server.start()
        server.publish(publication())
        proxy = stack.enter_context(running_proxy(server.port, names))
        tills = list(join(server, proxy, home))
        server.stop()
        for settings in tills:
            stack.enter_context(courier(settings))
        time.sleep(OFFLINE_S)
        offline = len(proxy.passed)
        server.start()
        begun = time.monotonic()
        database = open_server_database(server.database)
        stack.callback(database.close)
        until(lambda: read_books(database).waiting == 0 and drained(tills), "all is up", DRAINED_S)
        took = time.monotonic() - begun
        time.sleep(3)  # whoever goes on without need is seen
        requests = [one for one in proxy.passed if one.path == "/sync"]
        seconds = Counter(int(one.at) for one in requests)
        each = Counter(one.line for one in requests if one.at >= begun)
        print(
            f"\n{TILLS} tills, {FACTS} facts each: all up {took:.1f} s after the server began to"
            f" listen; {offline} tries before, {sum(each.values())} requests after,"
            f" {max(seconds.values())} in the busiest second, {max(each.values())} of one till"
        )
        facts = read_books(database).facts
    assert len(facts) == TILLS * FACTS
    assert max(seconds.values()) <= A_SECOND_MOST, seconds
    assert max(each.values()) <= EACH_MOST, each


def drained(tills: list[Settings]) -> bool:
    return all(waits_at(settings)[0] == 0 for settings in tills)


@contextmanager
def courier(settings: Settings) -> Iterator[None]:
    """A courier without a till at the other end of its pipe."""
    with subprocess.Popen(
        [PYTHON, "-m", "terminal", "courier", "--folder", str(settings.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
    ) as process:
        try:
            yield
        finally:
            process.kill()
