"""Every safeguard that is taken out is noticed, on seeds that hold while it is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from terminal.simulation.founding import found
from terminal.simulation.many import Task, run_task
from terminal.simulation.mutants import MUTANTS
from terminal.simulation.replacing import replaced

CAUGHT: dict[str, list[int]] = json.loads(
    (Path(__file__).parent / "mutants.json").read_text(encoding="utf-8")
)


def test_there_are_seeds_for_every_mutant() -> None:
    assert set(CAUGHT) == set(MUTANTS)
    assert len(MUTANTS) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CAUGHT))
def test_a_mutant_is_caught_on_its_stored_seeds(name: str) -> None:
    assert any(not run_task(Task(seed, mutant=name)).good for seed in CAUGHT[name]), (
        f"{name} survives {CAUGHT[name]}: {MUTANTS[name].what}"
    )


@pytest.mark.slow
def test_no_mutant_spoils_the_beginning_of_other_worlds() -> None:
    found.cache_clear()
    assert not run_task(Task(1, 30, mutant="cursor_one_too_far")).good
    assert run_task(Task(1, 30)).good


class _Place:
    part = 1


def test_what_was_replaced_comes_back() -> None:
    with replaced(_Place, "part", 2):
        assert _Place.part == 2
    assert _Place.part == 1


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_every_safeguard_is_still_where_its_mutant_looks(name: str) -> None:
    with MUTANTS[name].removed():
        pass
