"""One seed: a world from its beginning to its healing, and what came of it."""

from __future__ import annotations

import gc
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from terminal.simulation import deep, faults, healing, steps
from terminal.simulation.disk import scratch_folder
from terminal.simulation.invariants import Violation
from terminal.simulation.mixture import Step
from terminal.simulation.world import World

DEEP_EVERY = 80
"""Steps between two deep checks."""
RARELY = (100_000, 50, 50)
"""When garbage is collected while a world runs: it lives for two seconds, and most of it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a seed."""

    seed: int
    steps: int
    event_hash: str
    seconds: float
    figures: Counter[str] = field(default_factory=Counter)
    invariant: str = ""
    """What did not hold; empty if all did."""
    step: int = 0
    """After how many steps that was seen."""
    sentences: tuple[str, ...] = ()
    balances: str = ""
    """The digest of all balances in the end."""

    @property
    def good(self) -> bool:
        """Whether everything held."""
        return not self.invariant


def run_seed(
    seed: int,
    *,
    steps_most: int | None = None,
    trace: Callable[[str], None] | None = None,
    keep: Path | None = None,
    clocks: int | None = None,
) -> Outcome:
    """Run one seed. A bug that raises is a violation too: programs must not fall over."""
    began = time.perf_counter()
    with scratch_folder() as folder, _rare_collection():
        world = World(seed, folder, steps=steps_most, trace=trace, clocks=clocks)
        invariant, balances = "", ""
        sentences: tuple[str, ...] = ()
        try:
            play(world)
            balances = balances_of(world)
        except Violation as violation:
            invariant, sentences = violation.invariant, violation.sentences
        except Exception as error:  # noqa: BLE001 - whatever fails here is what is looked for
            invariant = f"raised {type(error).__name__}"
            sentences = tuple(traceback.format_exception(error)[-8:])
        finally:
            if keep is not None:
                _keep(world, keep)
            world.close()
        return Outcome(
            seed=seed,
            steps=world.step,
            event_hash=world.event_hash,
            seconds=time.perf_counter() - began,
            figures=_figures(world),
            invariant=invariant,
            step=world.step,
            sentences=sentences,
            balances=balances,
        )


@contextmanager
def _rare_collection() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def play(world: World) -> None:
    happenings = list(world.mixture.all_steps)
    world.look()
    for step in range(1, world.mixture.steps + 1):
        world.step = step
        chosen = world.chance.weighted(happenings)
        if isinstance(chosen, Step):
            steps.take(world, chosen)
        else:
            world.figures["faults"] += 1
            faults.strike(world, chosen)
        world.clockwork.go_on(world.chance.between(500, 90_000))
        world.deliver(world.clockwork.now_ms)
        world.look()
        if world.step % DEEP_EVERY == 0:
            deep.check(world)
    healing.heal(world)


def balances_of(world: World) -> str:
    """All balances at the server, to be compared with those of another run."""
    rows = deep.server_rows(world)
    return repr([(tuple(account), rows[account]) for account in sorted(rows)])


def _figures(world: World) -> Counter[str]:
    figures = Counter(world.figures)
    figures["steps"] = world.step
    figures["checks"] = world.watcher.checks
    figures["forks"] = len(set(world.watcher.truth.incarnations)) - len(world.founding.tills)
    figures["commit points"] = world.office.doom.points + sum(
        till.doom.points for till in world.tills
    )
    figures["exposure booked"] = sum(world.watcher.truth.allowed.values())
    return figures


def _keep(world: World, folder: Path) -> None:
    """Leave everybody's disk where people can look at it."""
    folder.mkdir(parents=True, exist_ok=True)
    for till in world.tills:
        (folder / f"{till.name.replace(' ', '-')}.sqlite").write_bytes(till.disk.image())
    if world.office.runs:
        (folder / "server.sqlite").write_bytes(world.office.database.image())
