"""Processes that listen on one socket share the tills, though tills keep their connections."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from terminal.server.workers import LETS_OTHERS_MOST_S, SharedListener
from tests.postgres import Postgres
from tests.server.running import WAIT_S, Running, start

TILLS = 8
PYTHONPATH = [one for one in (os.environ.get("PYTHONPATH"),) if one]
POLITE = """
import time
from terminal.server import workers
workers.LETS_OTHERS_S, workers.LETS_OTHERS_MOST_S = 1e-6, 1e-3
given = workers.SharedListener.__init__.__kwdefaults__
given["pause"] = lambda wait_s: time.sleep(wait_s * 200_000)
"""
"""Read by each of the processes as it starts: it waits a fifth of a second for each connection that it
has, however slow the machine, and no two tills come together, however quick it is."""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


class Pause:
    """Time that goes by when somebody waits; the other process is quick meanwhile."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.waited_s: list[float] = []
        self.other: SharedListener | None = None

    def steady_s(self) -> float:
        return self.now_s

    def __call__(self, wait_s: float) -> None:
        self.now_s += wait_s
        self.waited_s.append(wait_s)
        if self.other is not None:
            self.other.accept()[0].close()

    def shared(self, listener: socket.socket, connections: int) -> SharedListener:
        made = SharedListener(os.dup(listener.fileno()), steady_s=self.steady_s, pause=self)
        made.connections = lambda: connections
        return made


def test_who_has_more_tills_lets_another_take_the_next(listener: socket.socket) -> None:
    pause = Pause()
    with (
        pause.shared(listener, 3) as busy,
        pause.shared(listener, 0) as idle,
        socket.create_connection(listener.getsockname()),
    ):
        pause.other = idle
        with pytest.raises(BlockingIOError):
            busy.accept()
    assert len(pause.waited_s) == 1


def test_who_is_alone_takes_it_after_a_blink(listener: socket.socket) -> None:
    pause = Pause()
    with (
        pause.shared(listener, 1_000) as busy,
        socket.create_connection(listener.getsockname()),
    ):
        busy.accept()[0].close()
    assert pause.waited_s == [LETS_OTHERS_MOST_S]


def test_many_that_come_together_are_waited_for_once(listener: socket.socket) -> None:
    pause = Pause()
    with pause.shared(listener, 5) as busy, ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        for _ in range(4):
            stack.enter_context(busy.accept()[0])
    assert len(pause.waited_s) == 1


@pytest.fixture
def two_workers(postgres: Postgres, tmp_path: Path) -> Iterator[Running]:
    url = postgres.fresh()
    (tmp_path / "sitecustomize.py").write_text(POLITE, encoding="utf-8")
    server = start(
        tmp_path / "server",
        *("--listen", "127.0.0.1:0", "--workers", "2", "--database", url),
        environment={"PYTHONPATH": os.pathsep.join((str(tmp_path), *PYTHONPATH))},
    )
    yield server
    server.end()
    server.process.communicate()
    postgres.give_back(url)


@pytest.mark.slow
def test_tills_that_stay_connected_are_shared_by_two_workers(two_workers: Running) -> None:
    _until_both_answer(two_workers)
    with ExitStack() as stack:
        tills = [stack.enter_context(_connection(two_workers)) for _ in range(TILLS)]
        answered_by = [_process(till, two_workers.folder) for till in tills]
    counted = sorted(map(answered_by.count, set(answered_by)))
    assert len(counted) == 2
    assert counted[0] >= TILLS // 4


def _until_both_answer(server: Running) -> None:
    """One of them may be up long before the other."""
    ends, met = time.monotonic() + WAIT_S, set[str]()
    while len(met) < 2:
        assert time.monotonic() < ends, met
        with ExitStack() as stack:
            tills = [stack.enter_context(_connection(server)) for _ in range(3)]
            met |= {_process(till, server.folder) for till in tills}


def _connection(server: Running) -> httpx2.Client:
    return httpx2.Client(base_url=server.url, timeout=WAIT_S, trust_env=False)


def _process(till: httpx2.Client, folder: Path) -> str:
    """Which process has the connection of a till."""
    till.get("/healthz").raise_for_status()  # its figures name a process that has answered before
    key = (folder / "owner.key").read_text().strip()
    text = till.get("/metrics", headers={"Authorization": f"Bearer {key}"}).text
    return text.partition('process="')[2].partition('"')[0]
