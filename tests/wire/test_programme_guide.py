"""The guide to programmes: every piece of JSON in it is a programme or a reward of one."""

import json
import re
from typing import Any

import pytest

from terminal import resources
from terminal.wire.programme_json import programme_of

GUIDE = resources.path("programmes", "README.md").read_text(encoding="utf-8")
PIECES = [json.loads(piece) for piece in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
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
    }
    assert {one["target"]["scope"] for one in shown} == {"piece", "set", "basket"}


def test_the_guide_names_every_ready_programme() -> None:
    ready = {file.name for file in resources.path("programmes").glob("*.json")}
    assert {name for name in ready if f"`{name}`" in GUIDE} == ready
