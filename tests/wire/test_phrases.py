"""Everything that programmes must be able to say has a file that says it and a story that proves it."""

import json
import re
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from referencing import Registry, Resource

from terminal import resources
from terminal.loyalty.story.playing import play
from terminal.wire.programme_json import programme_schema
from terminal.wire.story_json import read_story, story_schema

FOLDER = resources.path("programmes")

PHRASES = """
points per money, points for full amounts, points per piece, points per visit, by product, by category, by brand, by
supplier, nothing on reduced goods,
stated rounding, multipliers and bonus rules, tiers and segments, date windows, weekday
windows, hour windows, stamps per piece, stamps per visit, the remainder carried on, percent off a
line, amount off a line, off a category, off a set, percent off the basket, amount off the basket,
fixed price for a set, buy X get Y at any discount, cheapest free, dearest free, every second
unit, repeatable, once, tiers of quantity, tiers of spend, spend and choose a gift, member-only
prices, happy hours, birthday, welcome gift, first purchase, n-th purchase, customer-appreciation
day, high spender, come back, referral for both sides, goodwill, voucher for one use, voucher for
n uses, personal voucher, bearer voucher, voucher with minimum spend, voucher printed for the next
visit, gift card sold, gift card loaded, gift card spent in part, gift card refunded, store
credit, reward in another unit, partner miles, privilege in words, tiers in a rolling period,
tiers in a calendar period, grace, downgrade, pending units, expiry at a date, expiry after
months, expiry after days, expiry after inactivity, limit per basket, limit per period, limit per member, limit per
operator, budget in money, budget in units, for everybody, for members, for a tier, for a segment,
for named members, for holders of a consent, experiment with a control group, challenge, surprise
by a stable draw, points for a good cause, household wallet, minimum spend after other offers,
amount off for each full sum, from the n-th piece on, units at most in a purchase, at
most half by points, limit shared by two rewards,
goods by price, price by the kilogram
"""


def in_the_guide() -> list[tuple[str, str, str]]:
    """(phrase, programme, story) of each row of the guide's table."""
    rows = re.findall(
        r"^\| ([^|]+) \| `([^`|]+)\.json` \| `stories/([^`|]+)\.json` \|$",
        (FOLDER / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return [(phrase.strip(), programme, story) for phrase, programme, story in rows]


def test_every_phrase_has_a_programme_and_a_story() -> None:
    wanted = [phrase.strip() for phrase in " ".join(PHRASES.split()).split(",")]

    assert [phrase for phrase, _, _ in in_the_guide()] == wanted


def happenings_in_the_guide() -> list[str]:
    """The stories of the guide's table of what happens in a shop, whatever the programmes."""
    return re.findall(
        r"^\| [^|]+ \| `stories/([^`|]+)\.json` \|$",
        (FOLDER / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )


def test_every_programme_and_every_story_is_in_the_guide() -> None:
    told = [story for _, _, story in in_the_guide()] + happenings_in_the_guide()

    assert {file.stem for file in (FOLDER / "stories").glob("*.json")} == set(told)
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("story", happenings_in_the_guide())
def test_what_happens_comes_out_as_its_story_says(story: str) -> None:
    file = FOLDER / "stories" / f"{story}.json"
    content = json.loads(file.read_text(encoding="utf-8"))

    told = list(play(read_story(content, lambda name: (file.parent / name).read_bytes())))

    assert any("expect" in step for step in content["steps"])
    assert [(one.step, one.not_as_expected) for one in told if one.not_as_expected] == []


def test_every_kind_of_step_has_a_story() -> None:
    kinds = set()
    for file in (FOLDER / "stories").glob("*.json"):
        content = json.loads(file.read_text(encoding="utf-8"))
        kinds |= {step["do"] for step in content["steps"]}
    shapes = story_schema()["$defs"].values()
    steps = [shape["properties"]["do"] for shape in shapes if "do" in shape.get("properties", {})]
    assert kinds == {step["const"] for step in steps}


@pytest.mark.parametrize(("phrase", "programme", "story"), in_the_guide())
def test_a_story_proves_its_phrase(phrase: str, programme: str, story: str) -> None:
    file = FOLDER / "stories" / f"{story}.json"
    content = json.loads(file.read_text(encoding="utf-8"))

    told = list(play(read_story(content, lambda name: (file.parent / name).read_bytes())))

    assert f"../{programme}.json" in content["programmes"]
    assert any("expect" in step for step in content["steps"]), phrase
    assert [(one.step, one.not_as_expected) for one in told if one.not_as_expected] == []


@pytest.fixture(scope="module")
def by_schema() -> jsonschema.Draft202012Validator:
    schemas = (programme_schema(), story_schema())
    known = Registry().with_resources(
        [(one["$id"], Resource.from_contents(one)) for one in schemas]
    )
    return jsonschema.Draft202012Validator(story_schema(), registry=known)


@pytest.mark.parametrize(
    "file", sorted((FOLDER / "stories").glob("*.json")), ids=lambda one: one.stem
)
def test_a_story_is_valid_by_the_schema(
    file: Path, by_schema: jsonschema.Draft202012Validator
) -> None:
    by_schema.validate(json.loads(file.read_text(encoding="utf-8")))
