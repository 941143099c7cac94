"""What a programme says for nothing is told before it is published, and never taken for something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from terminal import cli
from terminal.wire.mistakes import odd_together
from terminal.wire.programme_json import programme_of

TROUSERS = {"categories": ["trousers"]}
TENTH = {"kind": "percent_off", "basis_points": 1000}
PAIR = {"needs": [{"goods": TROUSERS, "pieces": 2}]}


def file(**own: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "programme": 7,
        "revision": 1,
        "holds_from": "2026-01-01T00:00:00+01:00",
        "name": {"en": "Seven"},
        **own,
    }


def rule(**own: Any) -> dict[str, Any]:
    one = {"id": "r", "per": {"kind": "visit"}, "units": 100, **own}
    return file(unit={"id": "points", "kind": "points", "name": {"en": "points"}}, earn=[one])


def reward(**own: Any) -> dict[str, Any]:
    one = {"id": "r", "name": {"en": "R"}, "benefit": TENTH, "target": {"scope": "basket"}, **own}
    return file(rewards=[one])


def told(content: dict[str, Any]) -> list[str]:
    return [str(one) for one in odd_together([("file", programme_of(content))])]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("minimum", 5000),
        ("goods", TROUSERS),
        ("base", "gross"),
        ("not_paid_with", ["voucher"]),
        ("reduced", False),
        ("carry", True),
        ("at_most", 50),
    ],
)
@pytest.mark.parametrize("on", ["referral", "referred", "enrolment", "goodwill", "feedback"])
def test_what_belongs_to_a_purchase_is_told_elsewhere(on: str, key: str, said: Any) -> None:
    why = f"belongs to a purchase; {on} brings its units once"

    assert told(rule(**{"on": on, key: said})) == [f"file.earn[0].{key}: {why}"]


def test_more_on_some_goods_belongs_to_a_purchase() -> None:
    more = {"percent": 200, "goods": TROUSERS}

    (found,) = told(rule(on="enrolment", multipliers=[{"percent": 300}, more]))

    assert found.startswith("file.earn[0].multipliers[1].goods: belongs to a purchase")


def test_stamps_for_visits_may_be_carried_on_like_all_others() -> None:
    """A visit leaves no rest, so it is said of nothing and changes nothing."""
    assert told(rule(carry=True)) == []


def test_a_purchase_may_say_all_of_it() -> None:
    money = {"kind": "money", "amount": 100}
    said = {"minimum": 5000, "goods": TROUSERS, "base": "gross", "carry": True, "at_most": 50}

    assert told(rule(per=money, not_paid_with=["voucher"], reduced=False, **said)) == []


def test_goods_that_nothing_counts_are_told() -> None:
    (found,) = told(reward(condition={"goods": TROUSERS}))

    assert found == (
        "file.rewards[0].condition.goods: counts for nothing without spend or pieces;"
        ' say "pieces": 1 for one of them'
    )
    assert told(reward(condition={"goods": TROUSERS, "pieces": 1})) == []
    assert told(reward(condition={"goods": TROUSERS, "spend": 1})) == []


def test_the_goods_of_a_set_are_those_that_it_needs() -> None:
    of_a_set = {"scope": "set", "goods": TROUSERS}

    (found,) = told(reward(condition=PAIR, target=of_a_set))

    assert found == (
        "file.rewards[0].target.goods: belongs to pieces and the basket;"
        " a set is what its condition needs"
    )
    assert told(reward(condition=PAIR, target={"scope": "set"})) == []


def test_the_dearest_of_a_basket_is_told() -> None:
    dearest = {"scope": "basket", "pick": "dearest"}

    assert told(reward(target=dearest)) == ["file.rewards[0].target.pick: belongs to a set"]


def test_steps_go_up() -> None:
    low, high = ({"pieces": n, "benefit": TENTH} for n in (10, 20))
    spent = {"spend": 5000, "benefit": TENTH}

    (found,) = told(reward(steps=[high, low]))

    assert found == (
        "file.rewards[0].steps[1]: the lowest step is the first;"
        " of those that are reached the last one holds"
    )
    assert told(reward(steps=[low, high, spent])) == []


def test_status_is_not_spent() -> None:
    content = reward(cost=10)
    content["unit"] = {"id": "status", "kind": "status", "name": {"en": "status"}}

    assert told(content) == ["file.rewards[0].cost: units of kind status are never spent"]


def test_whoever_checks_or_prices_such_a_programme_is_told_by_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = reward(condition={"goods": TROUSERS})
    programme, case = tmp_path / "p.json", tmp_path / "case.json"
    programme.write_text(json.dumps(content), encoding="utf-8")
    at = {"local": "2026-03-14T10:00", "offset_minutes": 60}
    basket = {"format": 1, "at": at, "lines": [], "programmes": [content]}
    case.write_text(json.dumps(basket), encoding="utf-8")

    assert cli.main(["programmes", "check", str(programme)]) == 1
    assert "rewards[0].condition.goods: counts for nothing" in capsys.readouterr().err
    assert cli.main(["price", str(case)]) != 0
    assert "programmes[0].rewards[0].condition.goods: counts" in capsys.readouterr().err
