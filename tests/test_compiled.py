"""Whoever edits the engine in a checkout runs what they wrote."""

import os
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from terminal.compiled import put_away_if_older

MARCH = 1_772_000_000


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout whose engine has two compiled pages and one that never is."""
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging" / "compile.py").touch()
    engine = tmp_path / "terminal" / "loyalty" / "engine"
    engine.mkdir(parents=True)
    for page in ("prices", "deals", "evaluation"):
        write(engine / f"{page}.py", MARCH)
    for page in ("prices", "deals"):
        write(engine / f"{page}{EXTENSION_SUFFIXES[0]}", MARCH + 60)
    return tmp_path / "terminal"


def write(path: Path, when: int) -> None:
    path.touch()
    os.utime(path, (when, when))


def compiled(house: Path) -> set[str]:
    found = (house / "loyalty" / "engine").iterdir()
    return {path.name.partition(".")[0] for path in found if path.suffix != ".py"}


def test_what_is_newer_than_its_page_stays(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_away_if_older(house)
    assert compiled(house) == {"prices", "deals"}
    assert capsys.readouterr().err == ""


def test_a_page_that_was_edited_runs_as_it_is_written(house: Path) -> None:
    write(house / "loyalty" / "engine" / "deals.py", MARCH + 120)
    assert "packaging/setup" in put_away_if_older(house)
    assert compiled(house) == set(), "all pages share one library"


def test_a_page_that_is_never_compiled_may_be_newer(house: Path) -> None:
    write(house / "loyalty" / "engine" / "evaluation.py", MARCH + 120)
    put_away_if_older(house)
    assert compiled(house) == {"prices", "deals"}


def test_an_installed_program_is_left_alone(house: Path) -> None:
    (house.parent / "packaging" / "compile.py").unlink()
    write(house / "loyalty" / "engine" / "deals.py", MARCH + 120)
    put_away_if_older(house)
    assert compiled(house) == {"prices", "deals"}
