"""One computer: a till and its own server on SQLite; each of the three processes is killed."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.demo.build import open_demo_shop
from terminal.server.database.connection import open_database
from tests.scenarios.processes.proof import prove, read_books, read_till
from tests.scenarios.processes.server import kill, until
from tests.scenarios.processes.storm import until_quiet
from tests.scenarios.processes.till import TillProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir() or os.name != "posix", reason="needs Linux"),
]

ROUNDS = 3
"""How often each of the three is killed."""
PAIRED_S = 240.0


def test_till_and_its_own_server_are_killed_in_turn(home: Path, storm_seed: int) -> None:
    settings = open_demo_shop(home / "shop", "en", small=True)
    address = settings.local_server / "address.json"
    till = TillProcess(settings, f"one {storm_seed}", pause_ms=20)
    chance = random.Random(f"one computer {storm_seed}")
    happened: Counter[str] = Counter()

    def kill_server() -> None:
        try:
            kill(int(json.loads(address.read_text(encoding="utf-8"))["pid"]))
        except (OSError, ValueError):
            happened["no server at that moment"] += 1

    def kill_till() -> None:
        till.kill()
        till.open(wait=chance.random() < 0.5)
        till.say("sell")

    def kill_courier() -> None:
        if not till.kill_courier():
            happened["no courier at that moment"] += 1

    kills: list[Callable[[], None]] = [kill_server, kill_till, kill_courier] * ROUNDS
    chance.shuffle(kills)
    till.open()
    try:
        until(lambda: till.stands()["trouble"] == "", "it is paired", PAIRED_S)
        till.say("sell")
        for one in kills:
            time.sleep(chance.uniform(0, 2.5))
            happened[one.__name__] += 1
            one()
        till.say("rest")
        database = open_database(f"sqlite:///{settings.local_server / 'server.sqlite'}")
        try:
            took = until_quiet([till], database)
            till.close()
            books = read_books(database)
            print(f"\n{len(books.facts)} facts, synced after {took:.1f} s, {dict(happened)}")
            prove(books, database, [read_till(settings)], till.sales)
        finally:
            database.close()
        assert till.sales
    finally:
        till.put_down()
