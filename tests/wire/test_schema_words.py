"""Whoever has nothing but a schema finds what every key of it means, with its units."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from terminal.wire.case_json import case_schema
from terminal.wire.programme_json import programme_schema
from terminal.wire.schema_words import WORDS
from terminal.wire.story_json import story_schema

SCHEMAS = {"programme": programme_schema, "case": case_schema, "story": story_schema}


def keys_of(schema: Any, shape: str) -> Iterator[tuple[str, str, Any]]:
    """(shape, key, what is said of it) of every key anywhere in a schema."""
    if isinstance(schema, list):
        for one in schema:
            yield from keys_of(one, shape)
    elif isinstance(schema, dict):
        for key, about in schema.get("properties", {}).items():
            yield shape, key, about
            yield from keys_of(about, f"{shape}.{key}")
        for name, inner in schema.get("$defs", {}).items():
            yield from keys_of(inner, name)
        for word in ("items", "anyOf", "oneOf", "additionalProperties"):
            yield from keys_of(schema.get(word), shape)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_key_says_what_it_means(schema: Callable[[], dict[str, Any]]) -> None:
    said = {
        f"{shape}.{key}": about.get("description", "")
        for shape, key, about in keys_of(schema(), "")
    }

    assert len(said) > 30
    assert [name for name, words in said.items() if not words.strip(" .…")] == []


def test_every_amount_and_share_says_its_unit() -> None:
    said = {f"{shape}.{key}": about for shape, key, about in keys_of(programme_schema(), "")}
    money = {"Worth.amount", "PerMoney.amount", "Spending.amount", "AmountOff.amount"}
    money |= {"Donation.amount", "FixedPrice.price", "EarnRule.minimum", "Condition.spend"}

    assert [name for name in sorted(money) if "minor units" not in said[name]["description"]] == []
    shares = [name for name in said if name.endswith("basis_points")]
    assert [name for name in shares if "0 is " not in said[name]["description"]] == []


def test_every_amount_of_a_programme_may_be_a_text_in_a_story() -> None:
    written = story_schema()["$defs"]["WrittenProgramme"]
    amounts = [
        (f"{shape}.{key}", json.dumps(about))
        for shape, key, about in keys_of(written, "")
        if "minor units of the currency" in about["description"]
    ]

    assert len(amounts) > 10
    assert [name for name, about in amounts if '"string"' not in about] == []


def test_no_words_are_left_of_keys_that_are_gone() -> None:
    known: set[str] = set()
    for root, schema in zip(("Programme", "WrittenCase", "Story"), SCHEMAS.values(), strict=True):
        told = schema()
        known |= set(told["$defs"])
        for shape, key, _ in keys_of(told, root):
            known |= {f"{shape}.{key}", key}

    assert sorted(set(WORDS) - known) == []
