"""The guide to programmes: what it shows is read and comes out so, and it leaves nothing out."""

import json
import re
from typing import Any

import pytest

from terminal import resources
from terminal.loyalty.story.playing import play
from terminal.wire.programme_json import programme_of, programme_schema
from terminal.wire.story_json import read_story, story_schema

GUIDE = resources.path("programmes", "README.md").read_text(encoding="utf-8")
_ALL = [json.loads(piece) for piece in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
PIECES = [piece for piece in _ALL if "steps" not in piece or "id" in piece]
STORIES = [piece for piece in _ALL if piece not in PIECES]
FRAME: dict[str, Any] = PIECES[0]


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: str(piece.get("id", "programme")))
def test_what_the_guide_shows_is_read(piece: dict[str, Any]) -> None:
    if "format" not in piece:
        piece = {**FRAME, "rewards": [piece]}
    programme_of(piece)


def test_the_guide_has_an_example_of_each_kind_of_benefit_and_target() -> None:
    rewards = [one for piece in PIECES for one in piece.get("rewards", [piece])]
    shown = [one for one in rewards if "benefit" in one]
    assert {one["benefit"]["kind"] for one in shown} == {
        "percent_off",
        "amount_off",
        "fixed_price",
        "units",
        "privilege",
        "donation",
    }
    assert {one["target"]["scope"] for one in shown} == {"piece", "set", "basket"}


def test_the_guide_names_every_ready_programme() -> None:
    ready = {file.name for file in resources.path("programmes").glob("*.json")}
    assert {name for name in ready if f"`{name}`" in GUIDE} == ready


@pytest.mark.parametrize("story", STORIES, ids=lambda one: str(one["story"]))
def test_a_story_of_the_guide_comes_out_as_it_says(story: dict[str, Any]) -> None:
    folder = resources.path("programmes")
    told = list(play(read_story(story, lambda name: (folder / name).read_bytes())))

    assert [one.not_as_expected for one in told] == [()] * len(story["steps"])


def test_the_guide_names_all_that_a_programme_can_say() -> None:
    named = {
        word
        for shape in programme_schema()["$defs"].values()
        for word in (*shape.get("properties", ()), *shape.get("enum", ()))
    }
    assert {word for word in named if not re.search(rf"[`\" ]{word}[`\":,. ]", GUIDE)} == set()


def test_the_guide_names_every_step_of_a_story() -> None:
    steps = {
        shape["properties"]["do"]["const"]
        for shape in story_schema()["$defs"].values()
        if "do" in shape.get("properties", {})
    }
    assert {step for step in steps if f"`{step}`" not in GUIDE} == set()
