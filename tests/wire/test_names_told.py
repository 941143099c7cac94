"""Names that nobody can read are told before they are published; one language is enough."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.wire.mistakes import odd_together
from terminal.wire.programme_json import programme_of

NO_CODE = "no code of a language, such as en or pl"
NONE = 'a text in one language at least, such as {"en": "…"}'


def told(reward: dict[str, Any] | None = None, **frame: Any) -> list[str]:
    one = {
        "id": "r",
        "name": {"en": "R"},
        "benefit": {"kind": "privilege", "words": {"en": "A chair by the window"}},
        "target": {"scope": "basket"},
    }
    content = {
        "format": 1,
        "programme": 7,
        "revision": 1,
        "holds_from": "2026-01-01T00:00:00+01:00",
        "name": {"en": "Seven"},
        "rewards": [{**one, **(reward or {})}],
        **frame,
    }
    return [str(odd) for odd in odd_together([("file", programme_of(content))])]


@pytest.mark.parametrize("name", [{"en": "A"}, {"pl": "A"}, {"uk": "A", "lv": "B"}, {"de": "A"}])
def test_one_language_is_enough(name: dict[str, str]) -> None:
    assert told({"name": name}) == []
    assert told(name=name) == []


@pytest.mark.parametrize("language", ["polish", "PL", "ua", "", "en_GB", "../x"])
def test_a_language_is_told_by_its_code(language: str) -> None:
    assert told({"name": {"en": "A", language: "B"}}) == [
        f"file.rewards[0].name.{language}: {NO_CODE}"
    ]


def test_what_people_read_is_never_empty() -> None:
    words = {"kind": "privilege", "words": {}}
    points = {"id": "points", "kind": "points", "name": {"en": " "}, "counted": {"polish": ["pkt"]}}

    assert told(name={}) == [f"file.name: {NONE}"]
    assert told({"name": {}}) == [f"file.rewards[0].name: {NONE}"]
    assert told({"benefit": words}) == [f"file.rewards[0].benefit.words: {NONE}"]
    assert told(unit=points) == [
        "file.unit.name.en: is empty",
        f"file.unit.counted.polish: {NO_CODE}",
    ]


def test_goods_need_no_name() -> None:
    tea = {"categories": ["tea"]}
    assert told({"condition": {"goods": tea, "pieces": 1}}) == []
