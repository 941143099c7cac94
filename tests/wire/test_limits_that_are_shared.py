"""Rewards of several programmes that share a limit: they are there, and never had in one sale."""

import json
from typing import Any

import pytest

from terminal import resources
from terminal.wire.mistakes import odd_together, of_nobody
from terminal.wire.programme_json import programme_of

AT = "rewards[0].limits[0].together_with[0]"


def ready(name: str, **changes: Any) -> dict[str, Any]:
    content = json.loads(resources.path("programmes", name).read_text(encoding="utf-8"))
    return {**content, **changes}


def soup(**changes: Any) -> dict[str, Any]:
    return ready("soup-or-cake.json", **changes)


def cake(**changes: Any) -> dict[str, Any]:
    return ready("cake-or-soup.json", **changes)


CAKE = cake()["programme"]


def odd(*contents: dict[str, Any]) -> list[str]:
    given = [(f"file{n}", programme_of(one)) for n, one in enumerate(contents)]
    return [str(one) for one in (*odd_together(given), *of_nobody(given))]


def sharing_with(reward: str) -> dict[str, Any]:
    content = soup()
    content["rewards"][0]["limits"][0]["together_with"][0]["reward"] = reward
    return content


def test_two_that_name_each_other_go_together() -> None:
    assert odd(soup(), cake()) == []


def test_a_programme_that_is_not_there_is_told() -> None:
    assert odd(soup()) == [f"file0.{AT}: no programme here has the number {CAKE}"]


def test_a_reward_that_is_not_there_is_told() -> None:
    why = f"programme {CAKE} has no reward 'cakes'; did you mean 'cake'?"

    assert odd(sharing_with("cakes"), cake()) == [f"file0.{AT}: {why}"]


def test_two_that_one_sale_may_have_are_told() -> None:
    assert odd(soup(), cake(stacking={"group": "sweets"})) == [
        f"file0.{AT}: one sale may have both: file1 is not of the group 'one-of-two'",
        f"file1.{AT}: one sale may have both: file0 is not of the group 'sweets'",
    ]


@pytest.mark.parametrize(
    "later",
    [
        {"stacking": {"mode": "alone"}},
        {"closed": True, "rewards": [], "stacking": {}},
    ],
)
def test_who_stands_alone_or_has_ended_is_in_no_sale_with_others(later: dict[str, Any]) -> None:
    ended = cake(revision=2, holds_from="2028-01-01T00:00:00+01:00", **later)

    assert odd(soup(), cake(), ended) == []


def test_who_leaves_the_group_later_is_told() -> None:
    left = cake(
        revision=2, holds_from="2028-01-01T00:00:00+01:00", rewards=[], stacking={"group": "sweets"}
    )

    (told,) = odd(soup(), cake(), left)
    assert told.startswith(f"file0.{AT}: one sale may have both: file2 is not of the group")
