"""Keys that are none: a misspelt one is told what it means, a misplaced one where it belongs."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.wire.programme_json import BadProgramme, programme_of

OFF = {"kind": "percent_off", "basis_points": 1000}


def told(reward: dict[str, Any], **frame: Any) -> str:
    """What is said of a programme with this reward."""
    one = {"id": "r", "name": {"en": "R"}, "benefit": OFF, "target": {"scope": "basket"}}
    content = {
        "format": 1,
        "programme": 7,
        "revision": 1,
        "holds_from": "2026-01-01T00:00:00+01:00",
        "name": {"en": "Seven"},
        "rewards": [{**one, **reward}],
        **frame,
    }
    with pytest.raises(BadProgramme) as bad:
        programme_of(content)
    return str(bad.value)


@pytest.mark.parametrize(
    ("reward", "words"),
    [
        ({"limmit": 1}, "rewards[0].limmit: no such key; did you mean 'limit'?"),
        ({"benefit": {**OFF, "percent": 20}}, "percent: no such key; it belongs in earn[].multip"),
        ({"spend": 500}, "it belongs in rewards[].condition or rewards[].steps[]"),
        ({"categories": ["tea"]}, "it belongs in rewards[].condition.goods or rewards[].target"),
        ({"benefit": {**OFF, "cause": "sea"}}, "it belongs in rewards[].benefit (donation)"),
        ({"closed": True}, "rewards[0].closed: no such key; it belongs in the programme itself"),
    ],
)
def test_only_what_may_stand_there_is_suggested(reward: dict[str, Any], words: str) -> None:
    assert words in told(reward)


def test_of_a_word_that_is_no_key_anywhere_nothing_is_said() -> None:
    assert told({"colour": "red"}).endswith("rewards[0].colour: no such key")
    assert told({"benefit": {**OFF, "percents": 20}}).endswith("percents: no such key")
    assert told({}, tiers_of="x").endswith("tiers_of: no such key; did you mean 'tiers'?")
