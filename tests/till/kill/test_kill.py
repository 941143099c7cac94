"""The till killed at any moment: nothing shown as done is missing, nothing is there twice.

The real till in a process of its own plays sales and tells what it has shown; it is killed where
it stands, and what it left is held against what it told. A killed process proves that no order
of writes loses anything; what a power cut does is the business of ``synchronous=FULL``.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

from terminal.demo.build import open_demo_shop
from terminal.loyalty.facts import FIRST_HASH, decode, fact_hash
from terminal.till.app import OpenTill, open_till
from terminal.till.database.rebuild import check
from terminal.till.settings import Settings
from tests.till.kill.player import picture

ROOT = Path(__file__).resolve().parents[3]
PLAYER = Path(__file__).with_name("player.py")
PATIENCE_S = 60

EMPTY: dict[str, Any] = {"member": None, "lines": [], "claims": []}
Told = dict[str, Any]

PHASES = {
    "start": ("", 0, 900),
    "scan": ("doing scan", 0, 6),
    "card": ("doing card", 0, 8),
    "finish": ("doing finish", 0, 5),
    "pay": ("doing pay", 0, 6),
    "begin": ("begin", 0, 1.5),
    "commit": ("commit", 0, 1.5),
    "after": ("done", 0, 3),
    "any": ("ready", 0, 500),
}
"""When to kill: after which line, and how many ms later at least and at most."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When one till is killed."""

    number: int
    phase: str
    nth: int
    """After how many such lines."""
    wait_ms: float

    def __str__(self) -> str:
        return f"kill {self.number}: {self.phase}, line {self.nth}, {self.wait_ms:.3f} ms later"


@dataclass(slots=True)
class Ledger:
    """What the parent knows of the shop, from what was told and what was found."""

    sales: set[str] = field(default_factory=set)
    facts: int = 0
    basket: Told = field(default_factory=lambda: dict(EMPTY))


def moments(seed: int, kills: int) -> Iterator[Moment]:
    chance = random.Random(seed)
    for number in range(kills):
        # Each phase in turn, the moment within it by chance.
        phase = list(PHASES)[number % len(PHASES)]
        _, least, most = PHASES[phase]
        nth = 1 if phase in ("start", "any") else chance.randint(1, 6)
        yield Moment(number, phase, nth, chance.uniform(least, most))


def play_and_kill(folder: Path, moment: Moment, seed: int, variant: str) -> tuple[list[Told], str]:
    """Let the till play, kill it at the moment; what it told, and what it complained of."""
    mark = PHASES[moment.phase][0]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    told: list[Told] = []
    with subprocess.Popen(
        [sys.executable, str(PLAYER), str(folder), str(seed), variant],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
    ) as player:
        assert player.stdout is not None
        assert player.stderr is not None
        complaints: list[bytes] = []
        reader = threading.Thread(target=_read_all, args=(player.stderr, complaints))
        reader.start()
        # A player that hangs is ended too; what it told is then short of the moment.
        watch = threading.Timer(PATIENCE_S, player.kill)
        watch.start()
        seen = 0
        if mark:
            for raw in player.stdout:
                told.append(json.loads(raw))
                seen += _label(told[-1]).startswith(mark)
                if seen == moment.nth:
                    break
        time.sleep(moment.wait_ms / 1000)
        player.kill()
        told += [json.loads(raw) for raw in player.stdout if raw.endswith(b"\n")]
        watch.cancel()
        reader.join()
    return told, b"".join(complaints).decode()


def _read_all(pipe: IO[bytes], into: list[bytes]) -> None:
    into.append(pipe.read())


def _label(line: Told) -> str:
    return " ".join((line["what"], line.get("step", ""))).strip()


def after(step: Told, basket: Told) -> Told:
    """What a step makes of a basket; a claim is the engine's word and is not foretold."""
    lines = [list(line) for line in basket["lines"]]
    if step["step"] == "scan":
        row = next((line for line in lines if line[0] == step["code"]), None)
        if row is None:
            lines.append([step["code"], 1, None])
        else:
            row[1] += 1
    elif step["step"] == "void":
        lines = [line for line in lines if line[0] != step["code"]]
    elif step["step"] == "card":
        return {"member": step["member"], "lines": lines, "claims": []}
    return {**basket, "lines": lines}


def hold_against(settings: Settings, ledger: Ledger, told: list[Told]) -> None:
    """Open what the killed till left, and find everything that it had shown."""
    before = dict(ledger.basket)
    open_step: Told | None = None
    for line in told:
        match line["what"]:
            case "ready":
                assert line["picture"] == before, "the basket came back otherwise than it was kept"
            case "doing":
                open_step = line
            case "shown":
                before, open_step = line["picture"], None
            case "done":
                assert line["sale"] not in ledger.sales, "a sale was shown as done twice"
                ledger.sales.add(line["sale"])
            case _:
                pass
    till = open_till(settings)
    try:
        findings = check(till.database.database)
        assert findings.clean, findings.differences
        stored = {fact.sale for fact in facts(till) if fact.sale}
        found = picture(till.checkout)
    finally:
        till.close()
    missing = ledger.sales - stored
    assert not missing, f"shown as done and not there: {missing}"
    unshown = stored - ledger.sales
    ledger.sales |= stored
    check_unshown(unshown, before, found, open_step)
    ledger.basket = found


def check_unshown(unshown: set[str], before: Told, found: Told, open_step: Told | None) -> None:
    """A sale that nobody saw as done, and the basket in work."""
    assert len(unshown) <= 1, f"sales that nobody made: {unshown}"
    paying = open_step is not None and open_step["step"] in ("finish", "pay")
    if unshown:
        # Recorded, and killed before it could be shown: then its basket is gone with it.
        assert paying or before == EMPTY, "a sale that nobody paid for"
        assert found == EMPTY, "the basket of a recorded sale is still there"
        return
    if found == before:
        return
    assert open_step is not None, f"the basket came back as {found} and not as shown, {before}"
    if open_step["step"] == "reward":
        assert {**found, "claims": []} == {**before, "claims": []}
        return
    assert found == after(open_step, before), f"{found} is neither {before} nor one step on"


@dataclass(frozen=True, slots=True)
class Row:
    """A fact, as far as the chain is concerned."""

    sale: str | None


def facts(till: OpenTill) -> list[Row]:
    """All facts of the file; numbers without a gap, each naming the hash of the one before."""
    question = "SELECT seq, hash, stored, sale_id FROM facts ORDER BY incarnation, seq"
    rows, head = [], FIRST_HASH
    with till.database.database.reading() as connection:
        for expected, (seq, kept, stored, sale) in enumerate(
            connection.execute(question).fetchall(), start=1
        ):
            assert seq == expected, f"fact {seq} stands in place {expected}"
            assert decode(stored).before == head, f"fact {seq} names another one before it"
            head = fact_hash(stored)
            assert head == kept, f"fact {seq} has another hash"
            rows.append(Row(sale))
    return rows


@pytest.mark.slow
def test_killed_till_keeps_what_it_showed(
    tmp_path: Path, variant: str, kills: int, kill_seed: int
) -> None:
    settings = open_demo_shop(tmp_path / "shop", "en", small=True)
    till = open_till(settings)
    ledger = Ledger({fact.sale for fact in facts(till) if fact.sale})
    till.close()
    shown = 0
    for moment in moments(kill_seed, kills):
        told, complaints = play_and_kill(
            settings.folder, moment, kill_seed * 10_000 + moment.number, variant
        )
        where = f"seed {kill_seed}, {variant}, {moment}"
        assert not complaints, f"{where}: {complaints}"
        shown += sum(line["what"] == "done" for line in told)
        try:
            hold_against(settings, ledger, told)
        except AssertionError as error:
            last = "\n".join(json.dumps(line) for line in told[-12:])
            pytest.fail(f"{where}: {error}\nThe last it told:\n{last}")
    assert shown, "no sale was ever shown as done"
