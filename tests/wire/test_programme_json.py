"""Programmes as files: every mistake has its place, and the published schema says the same."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal import resources
from terminal.loyalty.conditions import Window
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.units import ExpiresAfter, ExpiresOn
from terminal.wire.programme_json import (
    BadProgramme,
    programme_of,
    programme_schema,
    read_programme,
    write_programme,
)
from tests.loyalty import shop
from tests.loyalty.chance import programmes

CHANCE = settings(deadline=None, derandomize=True)

SMALL: dict[str, Any] = {
    "format": 1,
    "programme": 7,
    "revision": 1,
    "holds_from": "2026-01-01T00:00:00+01:00",
    "name": {"en": "Points"},
    "unit": {"id": "points", "kind": "points", "name": {"en": "points"}},
    "earn": [{"id": "purchase", "per": {"kind": "money", "amount": 100}}],
    "rewards": [
        {
            "id": "ten",
            "name": {"en": "Ten percent"},
            "benefit": {"kind": "percent_off", "basis_points": 1000},
            "target": {"scope": "piece"},
        }
    ],
}
BEYOND_A_SCHEMA = (
    "offset from UTC",
    "ends when it begins",
    "last day is before",
    "at most 24 pieces",
    "pieces and also belong",
    "set needs goods",
    "more pieces than the set",
    "needed pieces belong",
    "needs a unit",
    "ids that differ",
    "in months or in days",
    "period: days is missing",
    "days belongs to the kind days",
    "per kilogram belongs",
)
"""Sentences about several keys together, which the schema leaves to the reader."""


@cache
def validator() -> Any:
    schema = programme_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def complaint(content: object) -> str:
    """What the reader says, or nothing."""
    try:
        programme_of(content)
    except BadProgramme as error:
        problems = error.problems
    else:
        return ""
    assert problems
    assert all(one.text for one in problems)
    assert len(set(problems)) == len(problems), "each mistake is told once"
    return "; ".join(f"{one.path}: {one.text}" for one in problems)


def changed(path: str, value: object) -> dict[str, Any]:
    content = deepcopy(SMALL)
    place: Any = content
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        place = place[step]
    place[last] = value
    return content


@CHANCE
@given(programmes(3, 3))
def test_what_is_written_is_read_back_and_fits_the_schema(programme: Programme) -> None:
    text = write_programme(programme)

    assert read_programme(text) == programme
    validator().validate(json.loads(text))


def test_all_policies_of_a_unit_survive_a_file() -> None:
    for expiry in (
        ExpiresAfter(months=1),
        ExpiresAfter(days=90),
        ExpiresOn(last_day=date(2026, 12, 31)),
    ):
        programme = shop.programme(unit=shop.unit(expiry=expiry))
        assert read_programme(write_programme(programme)) == programme


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("format", 2, "format: expected 1"),
        ("colour", "red", "colour: no such key"),
        ("reward", [], "reward: no such key; did you mean 'rewards'?"),
        ("programme", "7", 'programme: a whole number, not "7"'),
        ("programme", 0, "programme: from 1 to"),
        ("programme", True, "programme: a whole number, not true"),
        ("programme", 1.5, "programme: a whole number, not 1.5"),
        ("revision", -1, "revision: from 1 to"),
        ("holds_from", "2026-01-01T00:00:00", "offset from UTC"),
        (
            "holds_from",
            "soon",
            "holds_from: a date and a time with its offset, such as 2026-03-14T10:",
        ),
        (
            "holds_from",
            "2026-01-01",
            "holds_from: a date and a time with its offset, such as 2026-",
        ),
        ("holds_from", "1704067200", "holds_from: a date is written YYYY-MM-DD"),
        ("name", "Points", 'name: an object, not "Points"'),
        ("name", {"en": 5}, "name.en: a text, not 5"),
        ("unit", None, "needs a unit"),
        ("unit/id", "", "unit.id: at least one letter"),
        ("unit/kind", "coins", "unit.kind: one of points, stamps, vouchers, money, status, not"),
        ("unit/vesting_days", 367, "unit.vesting_days: from 0 to 366"),
        ("unit/expiry", {"kind": "after", "months": 0}, "unit.expiry.months: from 1 to 1200"),
        ("unit/expiry", {"kind": "after", "days": 0}, "unit.expiry.days: from 1 to 3660"),
        (
            "rewards/0/benefit",
            {"kind": "fixed_price", "price": 300, "per": "kilo"},
            'rewards[0].benefit.per: one of piece, kilogram, not "kilo"',
        ),
        (
            "rewards/0",
            {
                "id": "rest",
                "name": {"en": "Rest"},
                "benefit": {"kind": "amount_off", "amount": 100, "per": "kilogram"},
                "target": {"scope": "basket"},
            },
            "rewards[0]: per kilogram belongs to money off pieces by themselves",
        ),
        (
            "rewards/0/limits",
            [{"most": 1, "period": {"kind": "days"}}],
            "rewards[0].limits[0].period: days is missing: how many days back, today included",
        ),
        (
            "rewards/0/limits",
            [{"most": 1, "period": {"kind": "month", "days": 3}}],
            "rewards[0].limits[0].period: days belongs to the kind days, not to month",
        ),
        ("unit/expiry", {"kind": "after"}, "unit.expiry: how long is said in months or in days"),
        (
            "unit/expiry",
            {"kind": "later"},
            "unit.expiry.kind: no such kind; one of never, after, on",
        ),
        ("unit/expiry", {"kind": "on", "last_day": "2026-02-30"}, "unit.expiry.last_day: "),
        ("unit/expiry", {}, "unit.expiry.kind: is missing"),
        ("unit/worth", {"units": 0, "amount": 5}, "unit.worth.units: from 1 to"),
        ("earn/0/per", {}, "earn[0].per.kind: is missing"),
        ("earn/0/per", {"amount": 100}, "earn[0].per.kind: is missing"),
        ("rewards/0/occasion", "May", 'rewards[0].occasion: an object, not "May"'),
        ("earn/0/per/amount", 0, "earn[0].per.amount: from 1 to"),
        ("earn/0/per/pieces", 1, "earn[0].per.pieces: "),
        ("earn/0/units", "1", 'earn[0].units: a whole number, not "1"'),
        ("earn/0/window", {"from_time": "7:00"}, "earn[0].window.from_time: a time of day"),
        ("earn/0/window", {"to_time": "24:01"}, "earn[0].window.to_time: a time of day"),
        ("earn/0/window", {"to_time": "١٢:٣٠"}, "earn[0].window.to_time: a time of day"),
        ("earn/0/window", {"weekdays": [0]}, "earn[0].window.weekdays: from 1 to 7"),
        ("earn/0/window", {"to_time": "00:00"}, "earn[0].window: a window that ends when"),
        ("rewards/0/limit", 0, "rewards[0].limit: from 1 to"),
        ("rewards/0/cost", -1, "rewards[0].cost: from 0 to"),
        ("rewards/0/benefit/basis_points", 10_001, "rewards[0].benefit.basis_points: from 1"),
        ("rewards/0/target/scope", "line", "rewards[0].target.scope: "),
        ("rewards/0/target", {"scope": "set"}, "rewards[0]: a set needs goods"),
        ("rewards", {}, "rewards: "),
    ],
)
def test_a_mistake_is_named_with_its_place(path: str, value: object, said: str) -> None:
    content = changed(path, value)

    found = complaint(content)

    assert said in found
    by_schema = not validator().is_valid(content)
    assert by_schema or any(words in found for words in BEYOND_A_SCHEMA)


NO_PERIOD = 'one of day, week, month, quarter, year, days, ever, not "weekly"'


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("rewards/0/benefit", {}, "rewards[0].benefit.kind: is missing"),
        ("unit", {"id": "x", "name": {"en": "x"}}, "unit.kind: is missing"),
        (
            "rewards/0/limits",
            [{"most": 1, "period": {"kind": "weekly"}}],
            f"rewards[0].limits[0].period.kind: {NO_PERIOD}",
        ),
        (
            "rewards/0/occasion",
            {"kind": "spending", "amount": 5, "period": {"kind": "weekly"}},
            f"rewards[0].occasion.period.kind: {NO_PERIOD}",
        ),
    ],
)
def test_of_kinds_within_kinds_the_one_that_is_wrong_is_named(
    path: str, value: object, said: str
) -> None:
    assert complaint(changed(path, value)) == said


def test_all_mistakes_are_told_at_once() -> None:
    content = changed("programme", "7")
    content["rewards"][0]["cost"] = "dear"
    content["colour"] = "red"

    with pytest.raises(BadProgramme) as caught:
        programme_of(content)

    assert {one.path for one in caught.value.problems} == {"programme", "rewards[0].cost", "colour"}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"x"', b"\xff\xfe\x00", "NaN"])
def test_text_that_is_no_programme_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadProgramme):
        read_programme(text)


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything in a file."""
    found = [path] if path else []
    if isinstance(content, dict | list):
        pairs = content.items() if isinstance(content, dict) else enumerate(content)
        for key, value in pairs:
            found += places(value, (*path, key))
    return found


WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1, 7, 8, 25, 101, 10**16, 1.5, "", "x", "09:30", "25:00", [], {}, ["x"]]
)


@settings(CHANCE, max_examples=300)
@given(programmes(3, 3), st.data())
def test_schema_and_reader_agree_on_what_is_wrong(
    programme: Programme, data: st.DataObject
) -> None:
    content = json.loads(write_programme(programme))
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(places(content)))
        place = content
        for step in path[:-1]:
            place = place[step]
        what = data.draw(st.sampled_from(["replace", "remove", "add"]))
        if what == "replace":
            place[path[-1]] = data.draw(WRONG)
        elif what == "remove":
            del place[path[-1]]
        elif isinstance(place, dict):
            place["planet"] = "Mars"

    said = complaint(content)

    if not validator().is_valid(content):
        assert said
    elif said:
        assert any(words in said for words in BEYOND_A_SCHEMA), said


def revision(number: int, holds_from: str, **other: Any) -> Programme:
    return shop.programme(revision=number, holds_from=datetime.fromisoformat(holds_from), **other)


class TestInForce:
    """Of each programme the latest revision that holds at an instant."""

    NOON = datetime(2026, 3, 14, 11, 0)  # noqa: DTZ001  # UTC, without a zone on it

    def held(self, *revisions: Programme, at: datetime = NOON) -> list[tuple[int, int]]:
        return [(one.programme, one.revision) for one in in_force(revisions, at)]

    def test_a_revision_holds_from_its_instant_wherever_that_was_written(self) -> None:
        warsaw = revision(1, "2026-03-14T12:00:00+01:00")
        kyiv = revision(1, "2026-03-14T13:00:01+02:00")

        assert self.held(warsaw) == [(1, 1)]
        assert self.held(kyiv) == []

    def test_the_highest_number_wins_even_if_it_began_earlier(self) -> None:
        first = revision(1, "2026-03-01T00:00:00+00:00")
        second = revision(2, "2026-02-01T00:00:00+00:00")

        assert self.held(first, second) == self.held(second, first) == [(1, 2)]

    def test_one_to_come_leaves_the_old_one_in_force(self) -> None:
        first = revision(1, "2026-03-01T00:00:00+00:00")
        later = revision(2, "2026-04-01T00:00:00+00:00")

        assert self.held(first, later) == [(1, 1)]

    def test_a_closed_revision_ends_the_programme_and_a_later_one_opens_it_again(self) -> None:
        first = revision(1, "2026-01-01T00:00:00+00:00")
        closed = revision(2, "2026-02-01T00:00:00+00:00", closed=True)
        again = revision(3, "2026-03-01T00:00:00+00:00")

        assert self.held(first, closed) == []
        assert self.held(first, closed, again) == [(1, 3)]

    def test_programmes_come_in_the_order_of_their_numbers(self) -> None:
        many = [shop.programme(number) for number in (5, 1, 3)]

        assert self.held(*many) == [(1, 1), (3, 1), (5, 1)]

    def test_an_instant_without_an_offset_is_refused(self) -> None:
        with pytest.raises(ValueError, match="offset from UTC"):
            revision(1, "2026-03-14T12:00:00")

    def test_utc_itself_is_an_offset(self) -> None:
        assert shop.programme().holds_from.tzinfo is UTC


@pytest.mark.parametrize(
    "wrong",
    [
        {"from_time": "9:00"},
        {"from_time": "09:60"},
        {"to_time": "24:30"},
        {"weekdays": (8,)},
        {"from_time": "10:00", "to_time": "10:00"},
        {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 1)},
    ],
)
def test_a_window_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"time|weekdays|never open|last day"):
        Window(**wrong)


def test_a_rule_and_a_reward_do_not_share_a_budget() -> None:
    budget = {"of": "times", "amount": 5}
    content = json.loads((resources.path("programmes") / "budgets.json").read_text("utf-8"))
    content["earn"][0] |= {"id": "spring", "budget": {"of": "units", "amount": 5}}
    content["rewards"][0] |= {"id": "spring", "budget": budget}

    with pytest.raises(BadProgramme, match="budgets need ids that differ"):
        programme_of(content)
