"""Seeds that CI runs, each a world from its founding to its healing; and that a seed is a seed."""

from __future__ import annotations

import pytest

from terminal.simulation.many import Task, run_task
from terminal.simulation.run import Outcome, run_seed

OPEN = frozenset[int]()
"""Seeds that show what is not settled yet."""
MENDED = (278, 502, 2011, 2064, 2065, 20116, 20224, 20561, 20741, 500981, 502890, 780001)
"""Further seeds that showed something once: a till that joined since the backup holds grants; one
spent a grant that stays behind with its older log; a till with fewer facts than came from it was
not taken for a restored one; a restored server forgot who turned out to be whom; another copy's
facts stood in the place of ours; two were one the other way round; a till that was let in again did
not tell of people anew to a server that had been restored meanwhile; a disk that was full for the
one clock and not for the other; after a restore of the server the copy of a till that is at work
could never speak for the log that both had, so nobody got rights any more; a sale
that had been recorded again by another copy was recorded again once more; a copy that was let in
again under another name told of what it had spent of a grant under the first."""
STEPS = 140
"""Of each: shorter than the seed would have it, so that there may be more of them."""
AT_ONCE = 5
"""Seeds of one test, so that processes share them evenly."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "first" in metafunc.fixturenames:
        seeds: int = metafunc.config.getoption("--seeds")
        metafunc.parametrize(
            ("first", "beyond"),
            [(first, min(first + AT_ONCE, seeds + 1)) for first in range(1, seeds + 1, AT_ONCE)],
        )


def told(outcome: Outcome, options: str = "") -> str:
    words = "\n  ".join(outcome.sentences)
    return f"tenth simulate --seed {outcome.seed}{options} --trace\n{outcome.invariant}, step {outcome.step}\n  {words}"


@pytest.mark.slow
def test_everything_holds_in_every_world(first: int, beyond: int) -> None:
    for seed in sorted(set(range(first, beyond)) - OPEN):
        outcome = run_task(Task(seed, STEPS))
        assert outcome.good, told(outcome, f" --steps {STEPS}")


@pytest.mark.slow
@pytest.mark.parametrize("seed", MENDED)
def test_what_was_mended_stays_so(seed: int) -> None:
    outcome = run_task(Task(seed))
    assert outcome.good, told(outcome)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 7])
def test_a_seed_tells_the_same_story_twice(seed: int) -> None:
    first: list[str] = []
    second: list[str] = []
    one = run_seed(seed, trace=first.append)
    other = run_seed(seed, trace=second.append)
    assert first == second
    assert one.event_hash == other.event_hash
    assert one.balances == other.balances
    assert one.figures == other.figures


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "steps"), [(5, 120), (780001, 70)])
def test_clocks_change_no_balance(seed: int, steps: int) -> None:
    one, other = (run_seed(seed, steps_most=steps, clocks=number) for number in (1, 2))
    assert one.good, told(one)
    assert other.good, told(other)
    assert one.event_hash != other.event_hash, "the clocks were the same"
    assert one.balances == other.balances
    assert one.figures == other.figures, "a crash would come at another place"
