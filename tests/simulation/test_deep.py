"""What must hold after healing can fail: a violation is planted in each, in a world that healed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terminal.simulation import counter, deep, healing
from terminal.simulation.disk import scratch_folder
from terminal.simulation.invariants import Violation
from terminal.simulation.run import play
from terminal.simulation.world import World

SEED, STEPS = 9, 60


@pytest.fixture(scope="module")
def healed() -> Iterator[tuple[World, bytes]]:
    """A world that came to rest, and its server's database as it was then."""
    with scratch_folder() as folder:
        world = World(SEED, Path(folder), steps=STEPS)
        play(world)
        healing.heal(world)
        yield world, world.office.database.image()
        world.close()


@pytest.fixture
def world(healed: tuple[World, bytes]) -> Iterator[World]:
    world, image = healed
    promised, harmed = set(world.watcher.truth.promised), world.watcher.harmed
    yield world
    world.watcher.truth.promised, world.watcher.harmed = promised, harmed
    world.office.stop()
    world.office.start(image)


def at_server(world: World, *statements: str) -> None:
    def work(connection: object) -> None:
        for one in statements:
            connection.exec_driver_sql(one)  # type: ignore[attr-defined]

    world.office.database.run(work)


def test_a_healed_world_holds(world: World) -> None:
    deep.check(world)
    deep.check_tables(world)
    deep.check_healed(world)
    assert world.figures["sales"] > 10


PLANTED: dict[str, tuple[str, ...]] = {
    "quarantine ends": ("UPDATE logs SET quarantined = 1 WHERE role = 'till'",),
    "queues empty": ("UPDATE logs SET applied = applied - 1 WHERE role = 'till' AND applied > 0",),
    "nothing parked without reason": (
        """INSERT INTO parked (incarnation, seq, reason, parked_ms)
        SELECT incarnation, 1, 'unfit', 0 FROM logs WHERE role = 'till' LIMIT 1""",
    ),
    "no debt below zero": ("UPDATE accounts SET debt = -1",),
    "grants arrive": ("UPDATE grants SET standing = 'sent'",),
    "statements agree": ("UPDATE accounts SET used = used + 1",),
    "people agree": ("UPDATE members SET fields = '{}'",),
    "rights agree": ("UPDATE holdings SET n = n + 1",),
}


@pytest.mark.parametrize("invariant", sorted(PLANTED))
def test_what_is_planted_at_the_server_is_found(world: World, invariant: str) -> None:
    at_server(world, *PLANTED[invariant])
    with pytest.raises(Violation) as raised:
        deep.check_healed(world)
    assert raised.value.invariant == invariant


def test_a_sale_that_was_promised_and_is_nowhere_is_found(world: World) -> None:
    world.watcher.truth.promised.add("sale of a till that nobody knows")
    with pytest.raises(Violation, match="nothing lost: sale of a till"):
        deep.check_healed(world)


def test_a_sale_in_two_logs_is_found(world: World) -> None:
    world.watcher.harmed = False
    at_server(
        world,
        """CREATE TEMP TABLE twice AS SELECT * FROM facts WHERE kind = 'SaleRecorded' LIMIT 1""",
        "UPDATE twice SET incarnation = 'ffffffffffffffff', seq = 1",
        "INSERT INTO facts SELECT * FROM twice",
        "DROP TABLE twice",
    )
    with pytest.raises(Violation, match="nothing twice"):
        deep.check_healed(world)


def test_what_waits_in_an_older_log_is_found(world: World) -> None:
    till = world.tills[0]
    image = till.copy().image
    till.program.journal.record_sale(counter.judge(till, None, world.chance))
    till.program.sync.begin_anew((), (), incarnation="f" * 16, at=till.clock.now())
    with pytest.raises(Violation, match="1 facts of older logs wait"):
        deep.check_healed(world)
    till.stop()
    till.put(image)
    till.start()


def test_a_card_that_the_server_does_not_know_is_found(world: World) -> None:
    at_server(world, "UPDATE cards SET number = ''")
    with pytest.raises(Violation, match="the server does not know"):
        deep.check_healed(world)


def test_what_a_till_does_not_fold_though_it_is_parked_is_found(world: World) -> None:
    deep.check_parked(world)
    at_server(
        world,
        """INSERT INTO parked (incarnation, seq, reason, parked_ms)
        SELECT f.incarnation, f.seq, 'body', 0 FROM facts f WHERE f.kind = 'SaleRecorded'""",
    )
    with pytest.raises(Violation, match="parked is folded"):
        deep.check_parked(world)


BY_NAME: dict[str, Callable[[World], object]] = {
    "chains hold": lambda world: at_server(
        world,
        """UPDATE facts SET hash = '00' WHERE (incarnation, seq) IN
        (SELECT incarnation, seq FROM facts WHERE kind = 'SaleRecorded' LIMIT 1)""",
    ),
    "server folds": lambda world: at_server(world, "UPDATE accounts SET used = used + 1"),
}


@pytest.mark.parametrize("invariant", sorted(BY_NAME))
def test_what_the_deep_check_of_every_world_finds(world: World, invariant: str) -> None:
    BY_NAME[invariant](world)
    with pytest.raises(Violation) as raised:
        deep.check(world)
    assert raised.value.invariant == invariant
