"""The last day that is shown is the one that holds, at once: by the rules alone, at a till alone, at
one with its server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terminal.loyalty.story.playing import play
from terminal.loyalty.story.steps import Story
from terminal.wire.story_json import read_story
from tests.fakes import FakeClock
from tests.scenarios.points_for_tea import points_for_tea
from tests.scenarios.story_till import StoryTill
from tests.scenarios.test_stories_at_the_till import endings, happens_with_a_server

IDLE = {"kind": "after", "days": 60, "since": "purchase"}
TEA = {"do": "sale", "member": "anna", "lines": [{"sku": "TEA"}]}


def revision(number: int = 1, since: str = "2024-01-01", **unit: Any) -> dict[str, Any]:
    """The points, which end after sixty days without a purchase where nothing else is said."""
    return points_for_tea(number, since, **{"expiry": IDLE} | unit)


def story_of(*steps: dict[str, Any], programmes: tuple[dict[str, Any], ...] = ()) -> Story:
    content = {
        "format": 1,
        "start": "2026-03-14T10:00",
        "products": {"TEA": {"price": "10.00", "vat": "23%"}},
        "programmes": list(programmes or (revision(),)),
        "steps": list(steps),
    }
    return read_story(content, lambda name: Path(name).read_bytes())


def left(*lots: tuple[int, str], member: str = "anna") -> dict[str, Any]:
    """What a step leaves to a member: so many until a day."""
    return {"lots": {member: {"p": [{"n": n, "until": until} for n, until in lots]}}}


def happens(story: Story, tmp_path: Path, *, alone: bool = True) -> None:
    """Step by step by the rules, at a till and with a server; each tells of the same last days."""
    told = list(play(story))
    assert [(one.step, one.not_as_expected) for one in told if one.not_as_expected] == []
    if alone:
        till = StoryTill(story, tmp_path / "alone", FakeClock(story.start, story.offset_minutes))
        try:
            at_till = list(till.play())
        finally:
            till.close()
        assert [(one.step, one.not_as_expected) for one in at_till if one.not_as_expected] == []
        assert [endings(one) for one in at_till] == [endings(one) for one in told]
    at_chain = happens_with_a_server(story, tmp_path)
    assert [endings(one) for one in at_chain] == [endings(one) for one in told]


def test_a_purchase_moves_the_day_on_at_once(tmp_path: Path) -> None:
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            {**TEA, "expect": left((10, "2026-05-13"))},
            {"do": "pass", "days": 20},
            {**TEA, "expect": {"warned": {"anna": {"p": 20}}, **left((20, "2026-06-02"))}},
            {"do": "pass", "days": 30},
            {"do": "tell", "member": "anna", "expect": {"warned": {"anna": {"p": 0}}}},
        ),
        tmp_path,
    )


def test_a_purchase_that_comes_back_moves_nothing(tmp_path: Path) -> None:
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            TEA,
            {"do": "pass", "days": 20},
            {**TEA, "name": "back", "expect": left((20, "2026-06-02"))},
            {"do": "refund", "sale": "back", "expect": left((10, "2026-05-13"))},
        ),
        tmp_path,
    )


def test_a_purchase_that_comes_back_months_later_moves_nothing(tmp_path: Path) -> None:
    long = {**IDLE, "days": 120}
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            TEA,
            {"do": "pass", "days": 20},
            {**TEA, "name": "back", "expect": left((20, "2026-08-01"))},
            {"do": "pass", "days": 40},
            {"do": "refund", "sale": "back", "expect": left((10, "2026-07-12"))},
            programmes=(revision(expiry=long),),
        ),
        tmp_path,
    )


def test_whoever_shares_a_wallet_keeps_it_active(tmp_path: Path) -> None:
    bought = {**TEA, "member": "piotr"}
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            {"do": "enrol", "member": "piotr", "household": "anna"},
            TEA,
            {"do": "pass", "days": 20},
            {**bought, "expect": left((20, "2026-06-02"))},
        ),
        tmp_path,
    )


def test_what_is_spent_is_of_the_earliest_day_as_earned_whatever_holds_now(tmp_path: Path) -> None:
    """Ten units of 24 March were let stay until 23 April; ten of 20 April stay ten of 20 April."""
    soon = {"kind": "after", "days": 10}
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            TEA,
            {"do": "pass", "days": 27, "expect": left((10, "2026-04-23"))},
            {**TEA, "expect": left((10, "2026-04-20"), (10, "2026-04-23"))},
            {"do": "pass", "days": 1},
            {
                **TEA,
                "claims": [{"programme": 1, "reward": "off", "times": 1}],
                "expect": left((10, "2026-04-20"), (9, "2026-04-21")),
            },
            programmes=(revision(expiry=soon),),
        ),
        tmp_path,
        alone=False,
    )


def test_whoever_was_told_a_later_day_since_is_not_warned_of_the_earlier_one(
    tmp_path: Path,
) -> None:
    """A purchase moved the day on and the slip said so; it came back after that."""
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            {**TEA, "expect": {"warned": {"anna": {"p": 10}}, **left((10, "2026-05-13"))}},
            {"do": "pass", "days": 40},
            {**TEA, "name": "back", "expect": left((20, "2026-06-22"))},
            {"do": "refund", "sale": "back", "expect": left((10, "2026-05-13"))},
            {"do": "pass", "days": 21, "expect": left((10, "2026-06-12"))},
        ),
        tmp_path,
        alone=False,
    )


def test_a_revision_shortens_nothing_that_was_told(tmp_path: Path) -> None:
    shorter = revision(2, "2026-04-01", expiry={**IDLE, "days": 20})
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            {**TEA, "expect": left((10, "2026-05-13"))},
            {"do": "pass", "days": 5},
            {**TEA, "expect": left((20, "2026-05-18"))},
            {"do": "pass", "days": 20},
            {**TEA, "expect": left((30, "2026-05-18"))},
            programmes=(revision(), shorter),
        ),
        tmp_path,
    )


def test_whoever_bought_at_a_till_without_the_line_was_active(tmp_path: Path) -> None:
    """Everybody else thought that her units had ended; the till that sold to her told her more."""
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            {**TEA, "expect": {"warned": {"anna": {"p": 10}}, **left((10, "2026-05-13"))}},
            {"do": "offline", "till": "garden"},
            {"do": "pass", "days": 30},
            {**TEA, "till": "garden", "expect": left((20, "2026-06-12"))},
            {"do": "pass", "days": 31, "expect": {"wallets": {"anna": {"p": 0}}}},
            {"do": "online", "till": "garden", "expect": left((20, "2026-06-12"))},
            {"do": "pass", "days": 30, "expect": {"wallets": {"anna": {"p": 0}}}},
        ),
        tmp_path,
        alone=False,
    )


def test_whoever_shares_the_wallet_of_one_who_bought_without_the_line_was_active(
    tmp_path: Path,
) -> None:
    bought = {**TEA, "member": "piotr", "till": "garden"}
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            {"do": "enrol", "member": "piotr", "household": "anna"},
            TEA,
            {"do": "offline", "till": "garden"},
            {"do": "pass", "days": 30},
            bought,
            {"do": "pass", "days": 31, "expect": {"wallets": {"anna": {"p": 0}}}},
            {"do": "online", "till": "garden", "expect": left((20, "2026-06-12"))},
        ),
        tmp_path,
        alone=False,
    )


def test_what_was_earned_in_the_last_days_of_a_campaign_does_not_end_with_it(
    tmp_path: Path,
) -> None:
    """Ten points were told of in March; ten of five days before the end stay for longer."""
    end = {"kind": "on", "last_day": "2026-04-30"}
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            {**TEA, "expect": {"warned": {"anna": {"p": 10}}}},
            {"do": "pass", "days": 42},
            {**TEA, "expect": left((20, "2026-04-30"))},
            {"do": "pass", "days": 6, "expect": left((10, "2026-05-30"))},
            {"do": "tell", "member": "anna", "expect": {"warned": {"anna": {"p": 10}}}},
            {"do": "pass", "days": 30, "expect": {"wallets": {"anna": {"p": 0}}}},
            programmes=(revision(expiry=end),),
        ),
        tmp_path,
        alone=False,
    )


def test_what_vests_in_the_last_days_of_a_campaign_does_not_end_with_it(tmp_path: Path) -> None:
    end = {"kind": "on", "last_day": "2026-04-30"}
    happens(
        story_of(
            {"do": "enrol", "member": "anna"},
            TEA,
            {"do": "pass", "days": 25},
            {**TEA, "expect": {"warned": {"anna": {"p": 10}}}},
            {"do": "pass", "days": 16, "expect": left((20, "2026-04-30"))},
            {"do": "pass", "days": 7, "expect": left((10, "2026-05-30"))},
            programmes=(revision(expiry=end, vesting_days=14),),
        ),
        tmp_path,
        alone=False,
    )
