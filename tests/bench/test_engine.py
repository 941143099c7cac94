"""That the bench of the engine works: a figure is never a test, so no time is looked at."""

import json
from pathlib import Path

import pytest

from terminal.bench.engine import main
from terminal.bench.engine_rivals import exact, greedy
from terminal.bench.engine_workloads import AT, BUSY, STANDING, TYPICAL, Asked, questions
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import worth_of


@pytest.mark.usefixtures("frozen_again")
def test_the_bench_of_the_engine_measures_the_engine_and_its_rivals(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["--json", "--baskets", "2", "--seconds", "1", "--only", "typical"], Path)

    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)["figures"]}
    assert {one["name"] for one in told.values() if one["goal"] is not None} == {
        "typical, first answer p99",
        "typical, first answer, share of the best bound, mean",
        "typical, proven optimum p99",
    }
    assert told["typical, exact solver, share of the best bound, least"]["value"] == 100
    assert all(one["value"] > 0 for one in told.values())


def test_the_workloads_are_the_same_in_every_run() -> None:
    assert list(questions(BUSY, 2)) == list(questions(BUSY, 2))


def test_the_solver_finds_at_least_what_the_greedy_pass_finds() -> None:
    for asked in questions(TYPICAL, 5):
        solved = exact(asked.basket, asked.programmes, 5)
        assert solved is not None
        assert greedy(asked.basket, asked.programmes) <= solved.saved <= solved.bound


def test_first_answers_of_busy_baskets_come_near_the_best_and_promise_no_more_than_there_is() -> (
    None
):
    ours = best = 0
    for asked in questions(BUSY, 12):
        for basket in (asked.basket, asked.more):
            found = evaluate(basket, STANDING, asked.programmes, AT)
            solved = exact(basket, asked.programmes, 20)
            assert solved is not None
            assert _saved(asked, found) <= solved.bound
            assert _saved(asked, found) + found.total - found.bound >= solved.saved
            ours += _saved(asked, found)
            best += solved.bound
    assert ours >= 99 * best // 100


def _saved(asked: Asked, found: Evaluation) -> int:
    """What is taken off, less the worth of the units that it cost."""
    named = {one.programme: one for one in asked.programmes}
    worth = sum(
        one.times * worth_of(programme, programme.rewards[0].cost)
        for one in found.applied
        for programme in (named[one.name.programme],)
    )
    return found.gross - found.total - worth
