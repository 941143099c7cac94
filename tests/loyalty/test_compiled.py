"""The engine that packaging/setup compiles gives the prices of the engine that is written."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from terminal.loyalty.engine import run

ROOT = Path(__file__).parents[2]
COMPILED = str(sysconfig.get_config_var("EXT_SUFFIX"))

ASKED = """
from terminal.bench.engine_workloads import ABSURD, AT, BUSY, STANDING, TYPICAL, questions
from terminal.loyalty.engine import run

print(run.__file__)
for workload, baskets, effort in (
    (TYPICAL, 20, 0), (BUSY, 6, 0), (BUSY, 2, 5_000), (ABSURD, 1, 0),
):
    for asked in questions(workload, baskets):
        for basket in (asked.basket, asked.more):
            told = run.evaluate(
                basket, STANDING, asked.programmes, AT, effort=run.DEFAULT_EFFORT + effort
            )
            print(repr(told))
"""


def answers(root: Path) -> tuple[str, list[str]]:
    """Which engine gave them, and what it told of baskets of all kinds."""
    told = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=root,
        env={"PYTHONPATH": str(root), "PYTHONHASHSEED": "0"},
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout.splitlines()
    return told[0], told[1:]


@pytest.mark.slow
@pytest.mark.skipif(
    not str(run.__file__).endswith(COMPILED), reason="there is no C compiler, or a page is newer"
)
def test_what_is_compiled_tells_what_is_written(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "terminal",
        tmp_path / "terminal",
        ignore=shutil.ignore_patterns(f"*{COMPILED}", "__pycache__"),
    )
    written_by, written = answers(tmp_path)
    compiled_by, compiled = answers(ROOT)
    assert written_by.endswith(".py")
    assert compiled_by.endswith(COMPILED)
    assert len(written) == 2 * (20 + 6 + 2 + 1)
    assert compiled == written


@pytest.mark.skipif(not str(run.__file__).endswith(COMPILED), reason="there is no C compiler")
def test_all_pages_are_compiled_but_the_values_that_facts_hold() -> None:
    folder = ROOT / "terminal" / "loyalty" / "engine"
    written = {path.stem for path in folder.glob("*.py")} - {"__init__", "evaluation"}
    assert {path.name.removesuffix(COMPILED) for path in folder.glob(f"*{COMPILED}")} == written
