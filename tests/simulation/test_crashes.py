"""A disk that fails, a disk that is full: what a till of the world says to it, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.loyalty.facts import Fact, FactKind
from terminal.simulation import counter
from terminal.simulation.disk import scratch_folder
from terminal.simulation.older import BEYOND_EVERY, is_beyond
from terminal.simulation.world import World
from terminal.till.journal_port import Recorded
from terminal.till.trouble import Trouble, TroubleKind
from tests.simulation.test_invariants import sale

_FACTS = "SELECT count(*) FROM facts"


@pytest.fixture
def world() -> Iterator[World]:
    with scratch_folder() as folder:
        world = World(3, Path(folder), steps=1)
        yield world
        world.close()


@pytest.mark.parametrize(("after", "kept"), [(0, 0), (1, 1)])
def test_a_commit_fails_before_or_after_it_is_on_the_disk(
    world: World, after: int, kept: int
) -> None:
    till = world.tills[0]
    sold = counter.judge(till, None, world.chance)
    before = till.disk.row(_FACTS)[0]
    till.doom.strike(after, by_disk=True)
    with pytest.raises(Trouble) as raised:
        till.program.journal.record_sale(sold)
    assert raised.value.kind is TroubleKind.DATABASE_FAILED
    assert till.disk.row(_FACTS)[0] == before + kept
    with pytest.raises(Trouble, match="closed to writing"):
        till.program.journal.record_sale(counter.judge(till, None, world.chance))
    assert world.refused(till, raised.value), "the program is started anew"
    assert isinstance(till.program.journal.record_sale(sold), Recorded)
    assert till.disk.row(_FACTS)[0] == before + 1
    assert world.figures["disk failed"] == 1


def test_a_full_disk_is_said_and_leaves_everything_as_it_was(world: World) -> None:
    till = world.tills[0]
    till.leave_room(0)
    recorded = 0
    trouble: Trouble | None = None
    while trouble is None:
        try:
            till.program.journal.record_sale(counter.judge(till, None, world.chance))
            recorded += 1
        except Trouble as raised:
            trouble = raised
    assert trouble.kind is TroubleKind.DISK_FULL
    assert world.refused(till, trouble)
    assert till.disk.row(_FACTS)[0] == recorded
    till.leave_room(None)
    sold = till.program.journal.record_sale(counter.judge(till, None, world.chance))
    assert isinstance(sold, Recorded)
    assert sold.seq == recorded + 1


def test_trouble_that_no_disk_made_is_a_bug(world: World) -> None:
    till = world.tills[0]
    assert not world.refused(till, Trouble(TroubleKind.DISK_FULL))
    assert not world.refused(till, Trouble(TroubleKind.DATABASE_FAILED))


def test_an_older_server_reads_most_sales_and_everything_else() -> None:
    def of(kind: FactKind) -> list[Fact]:
        return [sale(seq, "", kind) for seq in range(1, 2 * BEYOND_EVERY + 1)]

    assert sum(map(is_beyond, of(FactKind.SALE_RECORDED))) == 2
    assert not any(map(is_beyond, of(FactKind.CARD_MET)))
