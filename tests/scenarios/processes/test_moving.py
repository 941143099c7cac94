"""A shop with two tills and its own server joins a distant one: real processes, killed on the way."""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from terminal.demo.build import open_demo_shop
from terminal.server.database.connection import open_database
from terminal.till.settings import Settings, read_settings
from tests.scenarios.processes.proof import prove, read_books, read_till
from tests.scenarios.processes.server import PYTHON, ROOT, ServerProcess, tenth, until
from tests.scenarios.processes.shop import publication
from tests.scenarios.processes.storm import until_quiet
from tests.scenarios.processes.till import TillProcess, pair

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir() or os.name != "posix", reason="needs Linux"),
]

KILLS = 6
PAIRED_S = 240.0
SELLS_S = 3.0


def begin_to_pair(home: Path, distant: ServerProcess, seconds: float) -> bool:
    """Begin to join, and be killed after a while; whether it came to its end before."""
    words = ["pair", "--url", distant.url, "--code", distant.code(), "--lane", "Till 1"]
    with subprocess.Popen(
        [PYTHON, "-m", "terminal", *words],
        cwd=ROOT,
        env={**os.environ, "TENTH_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as joining:
        try:
            _, complaint = joining.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            joining.kill()
            return False
    assert joining.returncode == 0 or b"paired with" in complaint, complaint
    return True


def sell(*tills: TillProcess) -> None:
    for till in tills:
        till.say("sell")
    time.sleep(SELLS_S)


def test_a_shop_joins_a_distant_server_while_its_second_till_sells(
    home: Path, storm_seed: int
) -> None:
    first = TillProcess(
        open_demo_shop(home / "shop", "en", small=True), f"first {storm_seed}", pause_ms=20
    )
    distant = ServerProcess(home.parent / "distant")
    second: TillProcess | None = None
    distant.start()
    try:
        distant.publish(publication())
        first.open()
        until(lambda: first.stands()["trouble"] == "", "it is paired", PAIRED_S)
        second = TillProcess(_second(home, first.settings), f"second {storm_seed}", pause_ms=20)
        second.open()
        sell(first, second)
        first.close()  # and with it the shop's own server
        sell(second)

        chance = random.Random(f"moving {storm_seed}")
        for kill in range(KILLS):
            if begin_to_pair(home, distant, 0.4 + 0.4 * kill + chance.random() * 0.4):
                break
        else:
            pair(home, "shop", distant.url, distant.code())
        first.settings = read_settings(first.settings.folder)
        assert first.settings.server.url == distant.url
        first.open()
        sell(first, second)

        second.close()
        told = tenth(
            *("pair", "--url", distant.url, "--code", distant.code(), "--lane", "Till 2"),
            *("--shop", "till2"),
            home=home,
        )
        assert told["line"] == ""
        second.settings = read_settings(second.settings.folder)
        second.open()
        sell(first, second)
        for till in (first, second):
            till.say("rest")
        _prove(distant, first, second)
        _is_archive(home)
    finally:
        first.put_down()
        if second is not None:
            second.put_down()
        distant.stop()


def _second(home: Path, settings: Settings) -> Settings:
    """Another till of the shop, at the server beside the first one."""
    told = json.loads((settings.local_server / "address.json").read_text(encoding="utf-8"))
    code = tenth("server", "code", "--folder", str(settings.local_server), home=home)["code"]
    return pair(home, "till2", told["url"], code)


def _prove(distant: ServerProcess, first: TillProcess, second: TillProcess) -> None:
    database = open_database(f"sqlite:///{distant.folder / 'server.sqlite'}")
    try:
        until_quiet([first, second], database)
        first.close()
        second.close()
        books = read_books(database)
        tills = [read_till(one.settings) for one in (first, second)]
        prove(books, database, tills, [*first.sales, *second.sales])
    finally:
        database.close()
    assert first.sales
    assert second.sales


def _is_archive(home: Path) -> None:
    server = home / "shop" / "server"
    done = subprocess.run(
        [PYTHON, "-m", "terminal", "server", "--folder", str(server)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "this folder is an archive" in done.stderr
    assert not (server / "address.json").exists()
