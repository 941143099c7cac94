"""Every story of the examples, played by a cashier: at a till alone, and at one with its server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from terminal import resources
from terminal.loyalty.story.playing import play
from terminal.loyalty.story.steps import Story
from terminal.server.database.connection import open_database
from terminal.server.ledger import rebuilding
from terminal.till.database import rebuild
from terminal.wire.story_json import read_story
from tests.fakes import FakeClock
from tests.scenarios.story_server import StoryChain
from tests.scenarios.story_till import StoryTill
from tests.scenarios.story_words import NotAtThisTill
from tests.scenarios.two_tills import Store

FOLDER = resources.path("programmes") / "stories"
STORIES = sorted(FOLDER.glob("*.json"), key=lambda one: one.stem)

NOT_YET: Mapping[str, str] = {
    "downgrade": "tiers go down by the server's calendar",
    "expiry-after-inactivity": "lots end by the server's calendar",
    "expiry-after-months": "lots end by the server's calendar",
    "expiry-at-a-date": "lots end by the server's calendar",
    "grace": "tiers go down by the server's calendar",
    "pending-units": "units vest by the server's calendar",
    "referral-for-both-sides": "the server gives units for having brought somebody",
}
"""What a till alone cannot do, and why."""

NOT_YET_WITH_SERVER: Mapping[str, str] = {}
"""What nobody does yet, and why."""


def story_of(file: Path) -> Story:
    content = json.loads(file.read_text(encoding="utf-8"))
    return read_story(content, lambda name: (file.parent / name).read_bytes())


def played(not_yet: Mapping[str, str]) -> list[object]:
    return [
        pytest.param(
            one,
            id=one.stem,
            marks=[
                pytest.mark.xfail(
                    reason=not_yet[one.stem],
                    raises=(AssertionError, NotAtThisTill),
                    strict=True,
                )
            ]
            if one.stem in not_yet
            else [],
        )
        for one in STORIES
    ]


@pytest.mark.parametrize("file", played(NOT_YET))
def test_a_story_happens_at_the_till_as_it_is_told(file: Path, tmp_path: Path) -> None:
    story = story_of(file)
    clock = FakeClock(story.start, story.offset_minutes)
    till = StoryTill(story, tmp_path / "shop", clock)
    try:
        told = list(till.play())
    finally:
        till.close()

    assert [(one.step, one.not_as_expected) for one in told if one.not_as_expected] == []


@pytest.mark.parametrize("file", played(NOT_YET_WITH_SERVER))
def test_a_story_happens_at_a_till_with_a_server_as_it_is_told(file: Path, tmp_path: Path) -> None:
    happens_with_a_server(story_of(file), tmp_path)


def test_units_that_came_without_a_purchase_vest_too(tmp_path: Path) -> None:
    """Enrolment and referral in a programme whose units wait for two weeks."""
    waiting = {"wallets": {"anna": {"w": 0}}, "pending": {"anna": {"w": 50}}}
    tea = {"do": "sale", "member": "piotr", "lines": [{"sku": "TEA"}]}
    content = {
        "format": 1,
        "start": "2026-03-14T10:00",
        "products": {"TEA": {"price": "5.00", "vat": "23%"}},
        "programmes": [
            {
                "format": 1,
                "programme": 1,
                "revision": 1,
                "holds_from": "2024-01-01T00:00:00+01:00",
                "name": {"en": "Welcome"},
                "unit": {"id": "w", "kind": "points", "name": {"en": "w"}, "vesting_days": 14},
                "earn": [
                    {"id": "join", "on": "enrolment", "per": {"kind": "visit"}, "units": 50},
                    {"id": "friend", "on": "referral", "per": {"kind": "visit"}, "units": 7},
                ],
            }
        ],
        "steps": [
            {"do": "enrol", "member": "anna", "expect": waiting},
            {"do": "enrol", "member": "piotr", "referred_by": "anna"},
            {"do": "pass", "days": 13, "expect": waiting},
            {"do": "pass", "days": 1, "expect": {"wallets": {"anna": {"w": 50}}}},
            {**tea, "expect": {"pending": {"anna": {"w": 7}}}},
            {"do": "pass", "days": 14, "expect": {"wallets": {"anna": {"w": 57}}}},
        ],
    }
    story = read_story(content, lambda name: Path(name).read_bytes())
    assert [one.not_as_expected for one in play(story) if one.not_as_expected] == []
    happens_with_a_server(story, tmp_path)


def happens_with_a_server(story: Story, tmp_path: Path) -> None:
    """Each step is as it is told, and both files say the same when they are refolded."""
    clock = FakeClock(story.start, story.offset_minutes)
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    store = Store(database, tmp_path, clock)
    chain = StoryChain(story, tmp_path / "shop", clock, store=store)
    try:
        told = list(chain.play())
        store.sync()

        assert rebuilding.check(database).clean
        assert rebuild.check(chain.till.database.database).clean
    finally:
        chain.close()
        database.close()

    assert [(one.step, one.not_as_expected) for one in told if one.not_as_expected] == []


def test_whoever_waits_is_a_story() -> None:
    assert {one.stem for one in STORIES} >= {*NOT_YET, *NOT_YET_WITH_SERVER}
