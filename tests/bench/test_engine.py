"""That the bench of the engine works: a figure is never a test, so no time is looked at."""

import json
from pathlib import Path

import pytest

from terminal.bench.engine import main
from terminal.bench.engine_rivals import exact, greedy
from terminal.bench.engine_workloads import BUSY, TYPICAL, questions


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
