"""Goods come back to any till, whatever fails: money by the slip, units once."""

from __future__ import annotations

import pytest

from terminal.simulation.run import run_seed
from terminal.simulation.scenario import takes_back

SEEDS = (104, 124, 249)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_what_comes_back_is_settled_once_and_never_paid_twice(seed: int) -> None:
    assert takes_back(seed)

    outcome = run_seed(seed, steps_most=160)

    assert outcome.good, outcome.sentences
    assert outcome.figures["refunds"] > 0
    assert outcome.figures["refunds elsewhere"] > 0
