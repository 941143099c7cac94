"""What an account is left with does not hang on which of several sales came back first, nor on what
ended meanwhile: in memory, at a till, and at a till with its server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from terminal.loyalty.story.playing import play
from terminal.wire.story_json import read_story
from tests.scenarios.test_stories_at_the_till import happens_with_a_server

POINTS: dict[str, Any] = {
    "format": 1,
    "programme": 1,
    "revision": 1,
    "holds_from": "2024-01-01T00:00:00+01:00",
    "name": {"en": "Points"},
    "unit": {"id": "p", "kind": "points", "name": {"en": "points"}},
    "earn": [
        {"id": "spend", "audience": {"members": True}, "per": {"kind": "money", "amount": 100}}
    ],
    "rewards": [
        {
            "id": "five",
            "name": {"en": "5.00 off"},
            "mode": "claimed",
            "audience": {"members": True},
            "cost": 100,
            "benefit": {"kind": "amount_off", "amount": 500},
            "target": {"scope": "basket"},
        }
    ],
}
ENDING: dict[str, Any] = {
    **POINTS,
    "unit": {**POINTS["unit"], "expiry": {"kind": "on", "last_day": "2026-03-20"}},
}
CLAIM = {"claims": [{"programme": 1, "reward": "five"}]}


def happens(programme: dict[str, Any], *steps: dict[str, Any], path: Path) -> None:
    """In memory as it is told, and so at a till with a server."""
    content = {
        "format": 1,
        "start": "2026-03-02T10:00",
        "products": {"COAT": {"price": "100.00", "vat": "23%"}},
        "programmes": [programme],
        "steps": [{"do": "enrol", "member": "anna"}, *steps],
    }
    story = read_story(content, lambda name: Path(name).read_bytes())
    assert [one.not_as_expected for one in play(story) if one.not_as_expected] == []
    happens_with_a_server(story, path)


def sale(name: str, **more: Any) -> dict[str, Any]:
    return {"do": "sale", "name": name, "member": "anna", "lines": [{"sku": "COAT"}], **more}


def left(has: int, owes: int = 0) -> dict[str, Any]:
    return {
        "wallets": {"anna": {"p": has} if has else {}},
        "owed": {"anna": {"p": owes} if owes else {}},
    }


@pytest.mark.parametrize("order", [("earned", "spent"), ("spent", "earned")])
def test_two_sales_come_back_in_any_order(order: Sequence[str], tmp_path: Path) -> None:
    first, second = order
    between = left(0, 100 - 95) if first == "earned" else left(100)
    happens(
        POINTS,
        sale("earned"),
        sale("spent", **CLAIM, expect=left(95)),
        {"do": "refund", "sale": first, "expect": between},
        {"do": "refund", "sale": second, "expect": left(0)},
        path=tmp_path,
    )


def test_points_that_ended_are_not_owed_when_the_goods_come_back(tmp_path: Path) -> None:
    happens(
        ENDING,
        sale("coat"),
        {"do": "tell", "member": "anna"},
        {"do": "pass", "days": 23, "expect": left(0)},
        {"do": "refund", "sale": "coat", "expect": left(0)},
        path=tmp_path,
    )


def test_of_points_that_ended_in_part_only_what_was_used_is_owed(tmp_path: Path) -> None:
    happens(
        ENDING,
        sale("coat"),
        sale("other", **CLAIM, expect=left(95)),
        {"do": "tell", "member": "anna"},
        {"do": "pass", "days": 23, "expect": left(0)},
        {"do": "refund", "sale": "coat", "expect": left(0, 5)},
        {"do": "refund", "sale": "other", "expect": left(0)},
        path=tmp_path,
    )
