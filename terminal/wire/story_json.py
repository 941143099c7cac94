"""Stories as JSON: a shop, its programmes and what happens there, step by step.

For people who write programmes and for test cases of others: `tenth price STORY.json` plays it.
Money is a whole number of minor units, or a text in the currency: ``1240`` and ``"12.40"`` are the
same. VAT and percents are basis points, or a text: ``2300`` and ``"23%"``. A programme is one
written out, or the name of its file, seen from the story's folder. What a step does stands in
``do``; what should come of it, if somebody wants to know, in ``expect``.

    {
      "format": 1,
      "story": "The tenth coffee",
      "start": "2026-03-14T10:00",
      "products": {"LATTE": {"price": "13.00", "vat": "23%", "category": "drinks/coffee"}},
      "programmes": ["coffee-card.json"],
      "steps": [
        {"do": "enrol", "member": "anna", "units": {"stamps:coffee": 8}},
        {"do": "sale", "name": "monday", "member": "anna", "lines": [{"sku": "LATTE"}],
         "expect": {"total": "13.00", "wallets": {"anna": {"stamps:coffee": 9}}}},
        {"do": "pass", "days": 1},
        {"do": "sale", "member": "anna", "lines": [{"sku": "LATTE"}],
         "claims": [{"programme": 2, "reward": "free-coffee"}],
         "expect": {"total": 0, "wallets": {"anna": {"stamps:coffee": 0}}}},
        {"do": "refund", "sale": "monday"}
      ]
    }
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.plain import to_plain
from terminal.loyalty.story import steps as shapes
from terminal.loyalty.story.steps import Step, Story
from terminal.wire.amounts import BadAmount, in_minor_units, minor_digits, with_written_amounts
from terminal.wire.hand_written import ANSWERED, did_you_mean, read_json
from terminal.wire.known_keys import KnownKeys
from terminal.wire.mistakes import words_of
from terminal.wire.programme_json import BadProgramme, programme_of, programme_schema
from terminal.wire.schema_words import described, local_time
from terminal.wire.story_sense import odd_in

FORMAT = 1
_SHAPES: dict[str, type[Any]] = {
    str(own.default): one for one in get_args(Step) for own in fields(one) if own.name == "do"
}
"""Steps by what they do."""
_KNOWN = KnownKeys(Story, "story", called={"title": "story"})
SCHEMA_ID = "https://tenth.example/schema/story-1.json"
WRITTEN_PROGRAMME_ID = "https://tenth.example/schema/written-programme-1.json"


class BadStory(ValueError):
    """The file is no story; the message says where and what."""


def is_story(content: object) -> bool:
    """Whether decoded JSON means to be a story, rather than one basket."""
    return isinstance(content, dict) and "steps" in content


def read_story(content: dict[str, Any], programme_file: Callable[[str], bytes]) -> Story:
    """Read a story from decoded JSON; `programme_file` gives the content of a file it names.

    Raises:
        BadStory: it is none, or one of its programmes is none.
        OSError: whatever `programme_file` raises.
    """
    if content.get("format") != FORMAT or isinstance(content["format"], bool):
        raise BadStory(f"format: expected {FORMAT}")
    if not isinstance(content.get("steps"), list):
        raise BadStory("steps: a list is expected")
    problems = [*_unknown_steps(content["steps"])]
    if problems:
        raise BadStory("; ".join(problems))
    try:
        digits = minor_digits(content.get("currency", "PLN"))
    except BadAmount as error:
        raise BadStory(str(error)) from error
    rest = {key: value for key, value in content.items() if key not in ("format", "story")}
    rest["title"] = content.get("story", "")
    rest["programmes"] = _programmes(
        rest.get("programmes", []), "programmes", programme_file, digits
    )
    rest["steps"] = [
        _step(one, f"steps[{place}]", programme_file, digits)
        for place, one in enumerate(content["steps"])
    ]
    try:
        story = _adapter().validate_json(json.dumps(in_minor_units(rest, digits)), strict=True)
    except BadAmount as error:
        raise BadStory(str(error)) from error
    except ValidationError as error:
        raise BadStory("; ".join(_sentences(error, content["steps"]))) from error
    wrong = list(odd_in(story))
    if wrong:
        raise BadStory("; ".join(wrong))
    return story


def story_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a story's file."""
    schema = _adapter().json_schema()
    shapes_of = schema["$defs"]
    programme = {"anyOf": [{"type": "string"}, {"$ref": WRITTEN_PROGRAMME_ID}]}
    for shape in (schema, *shapes_of.values()):
        if "programmes" in shape.get("properties", {}):
            shape["properties"]["programmes"] = {"type": "array", "items": programme}
        if "const" in shape.get("properties", {}).get("do", {}):
            shape["required"] = ["do", *shape.get("required", ())]
    properties = schema["properties"]
    properties["story"] = properties.pop("title")
    schema["properties"] = {"format": {"const": FORMAT}, **properties}
    schema["required"] = ["format", *schema["required"]]
    local_time(properties["start"])
    for about in shapes_of["Pass"]["properties"]["until"]["anyOf"]:
        if about["type"] == "string":
            local_time(about)
    shapes_of["Expected"]["properties"]["why"]["additionalProperties"]["enum"] = [
        one.value for one in Why
    ]
    described(schema, "Story")
    # A programme within a story may have its amounts as texts, like all else there.
    written = {
        **with_written_amounts(programme_schema()),
        "$id": WRITTEN_PROGRAMME_ID,
        "title": "Tenth programme in a story",
    }
    told = with_written_amounts({**schema, "$defs": _reached(schema)})
    told["$defs"]["WrittenProgramme"] = written
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **told,
        "title": "Tenth story",
        "description": f"{told['description']} {ANSWERED}",
    }


def _shape_of(step: object) -> type[Any] | None:
    """What a step is, by its ``do``."""
    return _SHAPES.get(step["do"]) if isinstance(step, dict) and "do" in step else None


def _unknown_steps(steps: list[object]) -> Iterator[str]:
    for place, one in enumerate(steps):
        path = f"steps[{place}]"
        if not isinstance(one, dict):
            yield f"{path}: an object is expected"
        elif "do" not in one:
            yield f"{path}.do: is missing; one of {', '.join(sorted(_SHAPES))}"
        elif not isinstance(one["do"], str) or one["do"] not in _SHAPES:
            meant = did_you_mean(str(one["do"]), _SHAPES)
            yield f"{path}.do: nothing is called {one['do']!r}" + (
                meant or f"; one of {', '.join(sorted(_SHAPES))}"
            )


def _sentences(error: ValidationError, steps: list[object]) -> Iterator[str]:
    """What the strict reader says of the step that was meant, by its place."""
    for one in error.errors():
        place = one["loc"]
        if len(place) > 2 and place[0] == "steps" and isinstance(place[1], int):
            shape = _shape_of(steps[place[1]])
            if shape is None or place[2] != shape.__name__:
                continue
            place = (*place[:2], *place[3:])
        words = words_of(one, _KNOWN, written=True)
        yield f"{_path(place) or 'story'}: {words}"


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _reached(schema: dict[str, Any]) -> dict[str, Any]:
    """The definitions that are still named by anything: programmes have a schema of their own."""
    reached: dict[str, Any] = {}
    waiting = [{key: value for key, value in schema.items() if key != "$defs"}]
    while waiting:
        for name in re.findall(r'"#/\$defs/(\w+)"', json.dumps(waiting.pop())):
            if name not in reached:
                reached[name] = schema["$defs"][name]
                waiting.append(reached[name])
    return reached


def _step(step: object, path: str, programme_file: Callable[[str], bytes], digits: int) -> object:
    if not isinstance(step, dict) or "programmes" not in step:
        return step
    written = _programmes(step["programmes"], f"{path}.programmes", programme_file, digits)
    return {**step, "programmes": written}


def _programmes(
    written: object, path: str, programme_file: Callable[[str], bytes], digits: int
) -> object:
    if not isinstance(written, list):
        return written
    found = []
    for place, one in enumerate(written):
        try:
            content = read_json(programme_file(one)) if isinstance(one, str) else one
            found.append(to_plain(programme_of(in_minor_units(content, digits))))
        except (BadProgramme, ValueError) as error:
            name = f" ({one})" if isinstance(one, str) else ""
            raise BadStory(f"{path}[{place}]{name}: {error}") from error
    return found


@cache
def _adapter() -> TypeAdapter[Story]:
    strict = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)
    for shape in vars(shapes).values():
        if is_dataclass(shape) and shape.__module__ == shapes.__name__:
            with_config(strict)(cast("type[Any]", shape))
    return TypeAdapter(Story)
