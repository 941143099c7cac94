"""Codes that nobody of the chain printed, and keys that somebody took: they open nothing new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.simulation import signatures
from terminal.simulation.disk import scratch_folder
from terminal.simulation.run import play, run_seed
from terminal.simulation.scenario import CARD_KEY, has_forgers
from terminal.simulation.world import World

SEED = 220
"""Three times the owner changes keys, and both who heard of it and who did not are shown codes."""


@pytest.mark.slow
def test_forged_codes_open_nothing_once_a_till_has_heard() -> None:
    assert has_forgers(SEED, timeless=False)

    outcome = run_seed(SEED)

    assert outcome.good, outcome.sentences
    let_in = outcome.figures["forged codes let in"]
    assert outcome.figures["forged codes"] > let_in > 0, "some tills had not heard, others had"
    assert outcome.figures["keys changed"] > 1
    assert outcome.figures["codes doubted"] > 0


@pytest.fixture(scope="module")
def healed() -> Iterator[World]:
    with scratch_folder() as folder:
        world = World(SEED, Path(folder), steps=60)
        play(world)
        yield world
        world.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE code_keys SET withdrawn = 0", "withdrawn=True is GENUINE"),
        ("DELETE FROM code_keys", "is UNKNOWN_KEY"),
        ("UPDATE code_keys SET key = upper(hex(randomblob(32)))", "is MADE_UP"),
    ],
)
def test_a_till_that_thinks_otherwise_of_keys_is_found(
    healed: World, change: str, found: str
) -> None:
    assert not list(signatures.at_rest(healed))
    till = healed.tills[0]
    with till.program.database.writing() as connection:
        before = connection.execute("SELECT * FROM code_keys").fetchall()
        connection.execute(change)

    told = list(signatures.at_rest(healed))

    with till.program.database.writing() as connection:
        connection.execute("DELETE FROM code_keys")
        marks = ", ".join("?" * len(before[0]))
        connection.executemany(f"INSERT INTO code_keys VALUES ({marks})", before)
    assert any(found in one for one in told), told
    assert not list(signatures.at_rest(healed))


@pytest.mark.slow
def test_a_code_of_nobodys_that_is_let_in_is_found(healed: World) -> None:
    till = healed.tills[0]
    sold = next(one.wallet for sale in healed.sold for one in sale.bearers if one.earned)
    taken = code_key(CARD_KEY)

    assert list(signatures.wrong(healed, till, voucher_code(sold, key=b"nobody's")))
    assert list(signatures.wrong(healed, till, voucher_code("7" * 32, key=taken)))
    assert not list(signatures.wrong(healed, till, voucher_code(sold, key=taken)))
