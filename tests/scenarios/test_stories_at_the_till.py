"""Every story of the examples, played by a cashier: at a till alone, and at one with its server."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from terminal import resources
from terminal.loyalty.story.playing import play, till_of
from terminal.loyalty.story.steps import Forget, Offline, Online, Settle, Story
from terminal.loyalty.story.told import Told
from terminal.server.database.connection import open_database
from terminal.server.ledger import rebuilding
from terminal.till.database import rebuild
from terminal.wire.story_json import read_story
from tests.fakes import FakeClock
from tests.scenarios.points_for_tea import points_for_tea
from tests.scenarios.story_server import StoryChain
from tests.scenarios.story_till import StoryTill
from tests.scenarios.two_tills import Store

FOLDER = resources.path("programmes") / "stories"
STORIES = sorted(FOLDER.glob("*.json"), key=lambda one: one.stem)

BY_THE_CALENDAR = frozenset(
    {
        "a-tier-comes-back",
        "downgrade",
        "expiry-after-days",
        "expiry-after-inactivity",
        "expiry-after-months",
        "expiry-at-a-date",
        "grace",
        "lots-and-warnings",
        "pending-units",
        "referral-comes-back",
        "referral-for-both-sides",
        "refund-without-a-slip",
    }
)
"""What time brings, the server brings: lots end, units vest, tiers go down, who brought somebody is
thanked, a purchase is found. A till without a server waits for one."""


def story_of(file: Path) -> Story:
    content = json.loads(file.read_text(encoding="utf-8"))
    return read_story(content, lambda name: (file.parent / name).read_bytes())


def needs_a_server(file: Path) -> bool:
    """Whether a till alone cannot play it: it is about a server, or about what one brings."""
    steps = story_of(file).steps
    apart = any(
        isinstance(one, Offline | Online | Forget | Settle) or till_of(one) for one in steps
    )
    return apart or file.stem in BY_THE_CALENDAR


ALONE = [one for one in STORIES if not needs_a_server(one)]


def of_stem(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize("file", ALONE, ids=of_stem)
def test_a_story_happens_at_the_till_as_it_is_told(file: Path, tmp_path: Path) -> None:
    story = story_of(file)
    clock = FakeClock(story.start, story.offset_minutes)
    till = StoryTill(story, tmp_path / "shop", clock)
    try:
        told = list(till.play())
    finally:
        till.close()

    assert [(one.step, one.not_as_expected) for one in told if one.not_as_expected] == []


@pytest.mark.parametrize("file", STORIES, ids=of_stem)
def test_a_story_happens_at_a_till_with_a_server_as_it_is_told(file: Path, tmp_path: Path) -> None:
    story = story_of(file)
    told = happens_with_a_server(story, tmp_path)
    assert [endings(one) for one in told] == [endings(one) for one in play(story)]


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


def test_a_purchase_that_brought_only_a_voucher_is_not_found_without_its_slip(
    tmp_path: Path,
) -> None:
    """Purchases are found by what they brought to the member; the owner is told in the end."""
    content = {
        "format": 1,
        "start": "2026-03-14T10:00",
        "products": {"HUNDRED": {"price": "100.00", "vat": "23%"}},
        "programmes": [str(FOLDER.parent / "voucher-next-visit.json")],
        "steps": [
            {"do": "enrol", "member": "anna"},
            {"do": "sale", "name": "s", "member": "anna", "lines": [{"sku": "HUNDRED"}]},
            {"do": "refund_without_slip", "member": "anna", "lines": [{"sku": "HUNDRED"}]},
            {"do": "refund", "sale": "s", "expect": {"findings": []}},
            {"do": "pass", "days": 15, "expect": {"findings": ["no_purchase"]}},
        ],
    }
    story = read_story(content, lambda name: Path(name).read_bytes())
    assert [one.not_as_expected for one in play(story) if one.not_as_expected] == []
    happens_with_a_server(story, tmp_path)


def test_units_that_come_back_after_their_last_day_stay_for_longer(tmp_path: Path) -> None:
    tea = {"do": "sale", "member": "anna", "lines": [{"sku": "TEA"}]}
    content = {
        "format": 1,
        "start": "2026-03-14T10:00",
        "products": {"TEA": {"price": "10.00", "vat": "23%"}},
        "programmes": [points_for_tea(expiry={"kind": "after", "days": 20})],
        "steps": [
            {"do": "enrol", "member": "anna"},
            tea,
            {**tea, "name": "s", "claims": [{"programme": 1, "reward": "off", "times": 1}]},
            {"do": "pass", "days": 25, "expect": {"wallets": {"anna": {"p": 0}}}},
            {
                "do": "refund",
                "sale": "s",
                "expect": {"lots": {"anna": {"p": [{"n": 10, "until": "2026-05-03"}]}}},
            },
        ],
    }
    story = read_story(content, lambda name: Path(name).read_bytes())
    assert [one.not_as_expected for one in play(story) if one.not_as_expected] == []
    happens_with_a_server(story, tmp_path)


def happens_with_a_server(story: Story, tmp_path: Path) -> list[Told]:
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
    return told


def endings(told: Told) -> list[tuple[str, str, int, date]]:
    """Whom a step tells of units that end, whatever comes first."""
    return sorted((one.whose, one.unit, one.n, one.until) for one in told.warned)


@pytest.mark.parametrize("stem", sorted(BY_THE_CALENDAR))
def test_a_till_alone_brings_nothing_that_a_server_brings(stem: str, tmp_path: Path) -> None:
    story = story_of(FOLDER / f"{stem}.json")
    till = StoryTill(story, tmp_path / "shop", FakeClock(story.start, story.offset_minutes))
    try:
        told = list(till.play())
    finally:
        till.close()

    assert any(one.not_as_expected for one in told), "it is no story for a server alone any more"
