"""Cases of everybody: rules as shops elsewhere have them, with results that were worked out by hand.

Each case in `outside/*.json` is a story by the schema of `tenth schema story`, with a title in plain
words. What all of them would repeat is left out there and put in here: the format, the day, the
frames and names of programmes. They go through the same door as everybody else's: `tenth price`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from terminal import cli

FILES = sorted((Path(__file__).parent / "outside").glob("*.json"))
START = "2026-03-14T10:00"
"""A Saturday."""
FROM = "2026-01-01T00:00:00+01:00"


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['title']}")
        for file in FILES
        for case in json.loads(file.read_text(encoding="utf-8"))["cases"]
    ]


def story(case: dict[str, Any]) -> dict[str, Any]:
    """The whole file that somebody would write."""
    steps = [
        {**step, "programmes": [programme(one) for one in step["programmes"]]}
        if "programmes" in step
        else step
        for step in case["steps"]
    ]
    own = {key: value for key, value in case.items() if key != "title"}
    programmes = [programme(one) for one in case["programmes"]]
    return {
        "format": 1,
        "story": case["title"],
        "start": START,
        **own,
        "programmes": programmes,
        "steps": steps,
    }


def programme(lean: dict[str, Any]) -> dict[str, Any]:
    full = {
        "format": 1,
        "revision": 1,
        "holds_from": FROM,
        "name": {"en": f"Programme {lean['programme']}"},
        **lean,
        "rewards": [{"name": {"en": one["id"]}, **one} for one in lean.get("rewards", ())],
    }
    if "unit" in lean:
        full["unit"] = {"name": {"en": lean["unit"]["id"]}, **lean["unit"]}
    return full


@pytest.mark.parametrize("case", cases())
def test_a_case_comes_out_as_worked_out_by_hand(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(story(case), ensure_ascii=False), encoding="utf-8")

    code = cli.main(["price", str(file), "--json"])

    told = capsys.readouterr()
    assert told.out, told.err
    otherwise = [
        f"step {step['step']} ({step['do']}): {one}"
        for step in json.loads(told.out)["steps"]
        for one in step["not_as_expected"]
    ]
    assert not otherwise
    assert code == 0


def test_each_case_says_what_it_is_and_expects_something() -> None:
    titles: set[str] = set()
    for file in FILES:
        for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
            assert case["title"] not in titles
            titles.add(case["title"])
            assert any(step.get("expect") for step in case["steps"]), case["title"]
    assert len(titles) > 300


def test_what_is_expected_wrongly_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = json.loads(FILES[0].read_text(encoding="utf-8"))["cases"][0]
    wrong = story(first)
    next(step for step in wrong["steps"] if step["do"] == "sale")["expect"] = {"total": "0.01"}
    file = tmp_path / "case.json"
    file.write_text(json.dumps(wrong), encoding="utf-8")

    assert cli.main(["price", str(file)]) == 1
    assert "total: expected 1, found" in capsys.readouterr().err
