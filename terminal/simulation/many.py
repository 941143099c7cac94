"""Many seeds on as many processes as are wanted; some run twice, some with all clocks permuted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from multiprocessing import get_context

from terminal.simulation.mutants import MUTANTS
from terminal.simulation.run import Outcome, run_seed
from terminal.simulation.world import founded

TWICE_EVERY = 25
"""Of so many seeds one is run twice, and both must tell the same."""
CLOCKS_EVERY = 20
"""Of so many seeds one is run twice with clocks that are wrong in two ways; balances are equal."""
CHUNK = 4


@dataclass(frozen=True, slots=True)
class Task:
    """A seed to run, and the safeguard that is taken out first, if any."""

    seed: int
    steps: int | None = None
    mutant: str = ""


def run_task(task: Task) -> Outcome:
    """Run a seed, the second time too if it is its turn."""
    if task.mutant:
        # Nobody founds a world without its safeguards: the beginning is kept for other seeds.
        for timeless in (False, True):
            founded(task.seed, task.steps, timeless=timeless)
    mutation = MUTANTS[task.mutant].removed() if task.mutant else nullcontext()
    with mutation:
        outcome = run_seed(task.seed, steps_most=task.steps)
        if outcome.good and task.seed % TWICE_EVERY == 0:
            outcome = _twice(task, outcome)
        if outcome.good and task.seed % CLOCKS_EVERY == 1:
            outcome = _clocks(task, outcome)
    return outcome


def _twice(task: Task, first: Outcome) -> Outcome:
    second = run_seed(task.seed, steps_most=task.steps)
    figures = first.figures + Counter({"run twice": 1})
    if second.event_hash == first.event_hash:
        return replace(first, figures=figures)
    return replace(
        first,
        figures=figures,
        invariant="exact replay",
        sentences=(f"{first.event_hash} became {second.event_hash}",),
    )


def _clocks(task: Task, plain: Outcome) -> Outcome:
    figures = plain.figures + Counter({"clocks permuted": 1})
    one, other = (run_seed(task.seed, steps_most=task.steps, clocks=number) for number in (1, 2))
    for outcome in (one, other):
        if not outcome.good:
            return replace(outcome, figures=figures)
    if one.balances == other.balances:
        return replace(plain, figures=figures)
    return replace(
        plain,
        figures=figures,
        invariant="clocks change no balance",
        sentences=(one.balances, other.balances),
    )


def run_many(tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """Run seeds, in their order; on one process without starting another."""
    if jobs <= 1:
        yield from map(run_task, tasks)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run_task, tasks, chunksize=CHUNK)
