"""What an offer may cost is given out by many tills, and never overdrawn, whatever fails."""

from __future__ import annotations

import pytest

from terminal.simulation.run import run_seed
from terminal.simulation.scenario import has_budgets

SEEDS = (103, 133, 153)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_world_with_a_budget_it_is_given_out_and_never_overdrawn(seed: int) -> None:
    assert has_budgets(seed, timeless=False)

    outcome = run_seed(seed, steps_most=140)

    assert outcome.good, outcome.sentences
    assert outcome.figures["of budgets"] > 0
