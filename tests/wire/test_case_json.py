"""Cases as JSON: the shipped example can be priced, and a mistake is named with its place."""

import json
from datetime import date
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from terminal import resources
from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.standing import RewardName
from terminal.wire.case_json import BadCase, Case, case_schema, read_case

SMALLEST: dict[str, Any] = {
    "format": 1,
    "at": {"local": "2026-03-14T10:00", "offset_minutes": 60},
    "lines": [{"sku": "A", "price": 500, "vat": 2300}],
}


def read(**changes: Any) -> Case:
    return read_case(json.dumps({**SMALLEST, **changes}), lambda _: b"{}")


def test_the_shipped_example_can_be_priced() -> None:
    file = resources.path("demo", "case.json")
    case = read_case(file.read_bytes(), lambda name: (file.parent / name).read_bytes())

    evaluation = evaluate(
        case.basket, case.standing, case.programmes, case.at, case.choices, case.effort
    )

    # Croissant −20 %, third chocolate free, butter for members, 5 zł for 100 points.
    assert evaluation.discount == 90 + 599 + 150 + 500
    assert evaluation.total == 5006 - evaluation.discount
    assert evaluation.proven
    assert RewardName(1, "five-off") in {one.name for one in evaluation.applied}


def test_only_moment_and_lines_are_needed() -> None:
    case = read()

    assert case.basket.amount == 500
    assert case.at.business_day.isoformat() == "2026-03-14"
    assert case.standing.traits is None
    assert case.programmes == ()


def test_all_that_a_rule_may_ask_of_a_member_can_be_told() -> None:
    joined = {"id": "anna", "consents": ["news"], "enrolled": "2026-03-10", "referred_by": "ola"}
    traits = read(member=joined).standing.traits

    assert traits
    assert traits.consents == {"news"}
    assert traits.enrolled == date(2026, 3, 10)
    assert traits.referred_by == "ola"


CLOSED = {
    "format": 1,
    "programme": 1,
    "revision": 2,
    "holds_from": "2026-01-01T00:00:00+01:00",
    "closed": True,
    "name": {"en": "Points"},
}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"lines": [{"sku": "A", "price": "five", "vat": 0}]},
            r'^lines\[0\]\.price: .*a text in the currency \("10\.50"\), not "five"$',
        ),
        ({"currency": ["PLN"]}, r'^currency: a text, not \["PLN"\]$'),
        ({"lines": [{"sku": "A", "price": -5, "vat": 0}]}, r"^lines\[0\]: a price is from 0"),
        (
            {"lines": [{"sku": "A", "price": 5, "vat": 23}]},
            r'^lines\[0\]\.vat: 23 basis points are 0\.23 %; write "23%" or 2300',
        ),
        (
            {"lines": [{"sku": "A", "price": "1.005", "vat": 0}]},
            r"^lines\[0\]\.price: 1\.005: more than 2 decimals",
        ),
        ({"programmes": [CLOSED, CLOSED]}, r"^programmes\[1\]\.revision: .* is there already"),
        ({"lines": [{"sku": "A", "vat": 0}]}, r"^lines\[0\]\.price: "),
        ({"format": 2}, r"^format: expected 1"),
        ({"colour": 1}, r"^colour: "),
        ({"memeber": {}}, r"^memeber: no such key; did you mean 'member'\?"),
        (
            {"lines": [{"sku": "A", "prise": 5, "vat": 0}]},
            r"lines\[0\]\.prise: no such key; did you mean 'price'\?",
        ),
        ({"rewards": []}, r"^rewards: no such key; it belongs in programmes\[\]$"),
        ({"lines": [{"sku": "A", "price": 5, "vat": 0, "local": "x"}]}, r"; it belongs in at$"),
        ({"effort": 10**18}, r"^effort: from 1"),
        ({"member": {"birthday": [13, 1]}}, r"^member\.birthday: a month and a day"),
        ({"member": {"birthday": [10**13, 1]}}, r"^member\.birthday: a month and a day"),
        ({"claims": [{"programme": 9, "reward": "x"}]}, r"^claims\[0\]: no programme here has 9/x"),
        ({"at": {"local": "2026-03-14T10:00Z", "offset_minutes": 0}}, r"^at\.local: "),
        (
            {"at": {"local": "2026-03-14T10:00", "offset_minutes": 10**6}},
            r"^at\.offset_minutes: 1000000 is no distance from UTC$",
        ),
        (
            {"at": {"local": "0999-03-14T10:00", "offset_minutes": 60}},
            r"^at\.local: a year from 1000 to 9000$",
        ),
        ({"member": {"wallet": {"points": -1}}}, r"^member\.wallet\.points: from 0"),
        (
            {"programmes": [{**CLOSED, "name": {}}]},
            r"^programmes\[0\]\.name: a text in one language at least",
        ),
        ({"programmes": ["empty.json"]}, r"^programmes\[0\] \(empty\.json\): format: expected 1"),
        ({"programmes": [{"format": 1}]}, r"^programmes\[0\]: "),
    ],
)
def test_a_mistake_is_named_with_its_place(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadCase, match=complaint):
        read(**changes)


def percent_off(points: int | str) -> dict[str, Any]:
    benefit = {"kind": "percent_off", "basis_points": points}
    reward = {"id": "r", "name": {"en": "R"}, "benefit": benefit, "target": {"scope": "basket"}}
    return {**CLOSED, "closed": False, "rewards": [reward]}


@pytest.mark.parametrize("written", [20, "0.20%"])
def test_a_percent_below_one_is_what_its_basis_points_say(written: int | str) -> None:
    """``programmes check`` warns of it; a price is worked out as the file says."""
    (programme,) = read(programmes=[percent_off(written)]).programmes
    assert programme.rewards[0].benefit == PercentOff(basis_points=20)


@pytest.mark.parametrize(
    "wrong",
    [{"price": -1}, {"vat": 10_001}, {"pieces": 0}, {"pieces": 100_001}, {"grams": 0}],
    ids=str,
)
def test_what_no_line_can_be_the_schema_refuses_as_the_reader_does(wrong: dict[str, int]) -> None:
    by_schema = jsonschema.Draft202012Validator(case_schema()["$defs"]["WrittenLine"])
    (line,) = SMALLEST["lines"]

    assert by_schema.is_valid(line)
    assert not by_schema.is_valid({**line, **wrong})
    with pytest.raises(BadCase, match=r"^lines\[0\]: "):
        read(lines=[{**line, **wrong}])


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(BadCase, match="invalid JSON"):
        read_case("{", lambda _: b"")
