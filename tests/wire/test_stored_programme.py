"""A programme that was stored is read as strictly as on the day it was published, or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from terminal.wire.programme_json import read_programme
from terminal.wire.stored_programme import read_stored_programme

READY = sorted((Path(__file__).parents[2] / "resources" / "programmes").glob("*.json"))


@pytest.mark.parametrize("file", READY, ids=lambda one: one.stem)
def test_it_is_the_programme_that_the_strict_reader_reads(file: Path) -> None:
    text = file.read_text("utf-8")
    assert read_stored_programme(text) == read_programme(text)


def changed(**changes: Any) -> str:
    content = json.loads(READY[0].read_text("utf-8"))
    return json.dumps({**content, **changes})


@pytest.mark.parametrize(
    "text",
    [
        changed(format=2),
        changed(of_a_later_program=1),
        changed(revision=True),
        changed(revision="1"),
        changed(holds_from="tomorrow"),
        changed(holds_from="2026-01-01"),
        "[]",
        "no JSON",
        "[" * 100_000,
    ],
    ids=lambda one: str(one)[:20],
)
def test_what_is_doubtful_is_left_to_the_strict_reader(text: str) -> None:
    assert read_stored_programme(text) is None


def test_an_alternative_without_its_kind_is_not_guessed() -> None:
    for file in READY:
        content = json.loads(file.read_text("utf-8"))
        for rule in content.get("earn", ()):
            for part in rule.values():
                if isinstance(part, dict) and part.pop("kind", None):
                    assert read_stored_programme(json.dumps(content)) is None
                    return
    pytest.fail("no ready programme has an alternative to try this with")


def test_a_till_that_opens_imports_no_pydantic() -> None:
    """It takes as long as the whole sale screen, and the window reads no message."""
    program = "import sys, terminal.till.app, terminal.till.gui.sale_window\nprint(*sys.modules)"
    seen = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pydantic", "terminal.wire.sync_json"} & set(seen)
