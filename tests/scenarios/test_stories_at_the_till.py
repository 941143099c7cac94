"""Every story of the examples, played by a cashier at a till that no server stands behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from terminal import resources
from terminal.loyalty.story.steps import Story
from terminal.wire.story_json import read_story
from tests.fakes import FakeClock
from tests.scenarios.story_till import NotAtThisTill, StoryTill

FOLDER = resources.path("programmes") / "stories"
STORIES = sorted(FOLDER.glob("*.json"), key=lambda one: one.stem)

NOT_YET: Mapping[str, str] = {
    "downgrade": "tiers go down by the server's calendar",
    "expiry-after-inactivity": "lots end by the server's calendar",
    "expiry-after-months": "lots end by the server's calendar",
    "expiry-at-a-date": "lots end by the server's calendar",
    "goodwill": "no key of a till gives units for an opinion or for sorry",
    "grace": "tiers go down by the server's calendar",
    "household-wallet": "no key of a till links two members to one wallet",
    "pending-units": "units vest by the server's calendar",
    "referral-for-both-sides": "the server gives units for having brought somebody",
}
"""What a till alone cannot do, and why."""


def story_of(file: Path) -> Story:
    content = json.loads(file.read_text(encoding="utf-8"))
    return read_story(content, lambda name: (file.parent / name).read_bytes())


def played_here() -> list[object]:
    return [
        pytest.param(
            one,
            id=one.stem,
            marks=[
                pytest.mark.xfail(
                    reason=NOT_YET[one.stem],
                    raises=(AssertionError, NotAtThisTill),
                    strict=True,
                )
            ]
            if one.stem in NOT_YET
            else [],
        )
        for one in STORIES
    ]


@pytest.mark.parametrize("file", played_here())
def test_a_story_happens_at_the_till_as_it_is_told(file: Path, tmp_path: Path) -> None:
    story = story_of(file)
    clock = FakeClock(story.start, story.offset_minutes)
    till = StoryTill(story, tmp_path / "shop", clock)
    try:
        told = list(till.play())
    finally:
        till.close()

    assert [(one.step, one.not_as_expected) for one in told if one.not_as_expected] == []


def test_whoever_waits_is_a_story() -> None:
    assert {one.stem for one in STORIES} >= set(NOT_YET)
