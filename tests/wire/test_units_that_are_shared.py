"""Programmes that move the same unit say the same of it; whoever does not is told."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.wire.mistakes import odd_together
from terminal.wire.programme_json import programme_of

POINTS: dict[str, Any] = {"id": "points", "kind": "points", "name": {"en": "points"}}


def with_unit(number: int, more: dict[str, Any], **own: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "programme": number,
        "revision": 1,
        "holds_from": "2026-01-01T00:00:00+01:00",
        "name": {"en": "Points"},
        "unit": {**POINTS, **more},
        **own,
    }


def odd(*contents: dict[str, Any]) -> list[str]:
    given = [(f"file{n}", programme_of(one)) for n, one in enumerate(contents)]
    return [str(one) for one in odd_together(given)]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("kind", "stamps"),
        ("held", "bearer"),
        ("partner", "Air"),
        ("expiry", {"kind": "after", "months": 12}),
        ("vesting_days", 14),
    ],
)
def test_what_people_may_do_with_a_unit_is_said_alike(key: str, said: Any) -> None:
    why = "of the unit 'points' file0 says otherwise; both must state it alike"

    assert odd(with_unit(1, {}), with_unit(2, {key: said})) == [f"file1.unit.{key}: {why}"]


def test_names_worth_and_rounding_are_each_programmes_own() -> None:
    own = {"name": {"en": "Points"}, "rounding": "up", "worth": {"units": 100, "amount": 500}}

    assert odd(with_unit(1, {}), with_unit(2, own)) == []


def test_a_change_of_all_of_them_at_one_instant_is_none() -> None:
    later = {"revision": 2, "holds_from": "2026-06-01T00:00:00+02:00"}
    waits = {"vesting_days": 14}
    changed = [with_unit(1, waits, **later), with_unit(2, waits, **later)]

    assert odd(with_unit(1, {}), with_unit(2, {}), *changed) == []
    assert odd(with_unit(1, {}), with_unit(2, {}), changed[0]) != []
    assert odd(with_unit(1, {}), with_unit(2, {}, closed=True), changed[0]) == []
