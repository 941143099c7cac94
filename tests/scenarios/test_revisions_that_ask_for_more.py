"""A revision that asks for more of the past than the one before: tills are told it at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terminal.loyalty.story.playing import play
from terminal.wire.story_json import read_story
from tests.scenarios.test_stories_at_the_till import happens_with_a_server

TEA = {"do": "sale", "member": "anna", "lines": [{"sku": "TEA"}]}
ONCE = [{"most": 1, "period": {"kind": "ever"}}]
EVERY_FOURTH = {"kind": "purchases", "number": 4, "repeat": True}


def offer(revision: int, **more: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "programme": 5,
        "revision": revision,
        "holds_from": "2024-01-01T00:00:00+01:00",
        "name": {"en": "Tea"},
        "rewards": [
            {
                "id": "off",
                "name": {"en": "1.00 off"},
                "audience": {"members": True},
                "benefit": {"kind": "amount_off", "amount": 100},
                "target": {"scope": "basket"},
                **more,
            }
        ],
    }


def happens(*steps: dict[str, Any], path: Path) -> None:
    content = {
        "format": 1,
        "start": "2026-03-02T10:00",
        "products": {"TEA": {"price": "5.00", "vat": "23%"}},
        "programmes": [offer(1)],
        "steps": [{"do": "enrol", "member": "anna"}, *steps],
    }
    story = read_story(content, lambda name: Path(name).read_bytes())
    assert [one.not_as_expected for one in play(story) if one.not_as_expected] == []
    happens_with_a_server(story, path)


def test_a_new_limit_counts_what_was_had_before_it(tmp_path: Path) -> None:
    happens(
        {**TEA, "expect": {"total": 400}},
        {"do": "publish", "programmes": [offer(2, limits=ONCE)]},
        {**TEA, "expect": {"total": 500, "findings": [], "why": {"5/off": "used_up"}}},
        path=tmp_path,
    )


def test_an_occasion_counts_purchases_of_long_ago(tmp_path: Path) -> None:
    happens(
        TEA,
        {"do": "pass", "days": 40},
        TEA,
        TEA,
        {"do": "publish", "programmes": [offer(2, occasion=EVERY_FOURTH)]},
        {**TEA, "expect": {"total": 400, "findings": []}},
        {**TEA, "expect": {"total": 500, "findings": []}},
        path=tmp_path,
    )
