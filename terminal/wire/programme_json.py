"""Programmes as JSON, and the JSON Schema that others write them by.

Strict: an unknown key, a text where a number belongs, or a date that is none is an error with its
path, because a rule that was silently left out costs somebody money.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from typing import Any, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from terminal.loyalty import benefits, conditions, earning, units
from terminal.loyalty import programme as frame
from terminal.loyalty.programme import Programme
from terminal.values import dataclass
from terminal.wire.known_keys import KnownKeys, Location
from terminal.wire.mistakes import another_file, words_of
from terminal.wire.schema_words import described
from terminal.wire.stored_programme import FORMAT, KEPT

SCHEMA_ID = "https://tenth.example/schema/programme-1.json"

_KNOWN = KnownKeys(Programme, "programme")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a programme's file: where (a path such as ``rewards[0].cost``) and what."""

    path: str
    text: str


class BadProgramme(ValueError):
    """A file that is no programme; ``problems`` lists all that is wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{one.path or 'programme'}: {one.text}" for one in problems))
        self.problems = problems


def read_programme(text: str | bytes) -> Programme:
    """Read one programme.

    Raises:
        BadProgramme: the text is no JSON, or no programme of this format.
    """
    return _read(text)


@lru_cache(maxsize=KEPT)
def _read(text: str | bytes) -> Programme:
    try:
        content = json.loads(text)
    except RecursionError as error:
        raise BadProgramme(
            (Problem("", "not JSON: brackets within brackets without end"),)
        ) from error
    except ValueError as error:
        raise BadProgramme((Problem("", f"not JSON: {error}"),)) from error
    return programme_of(content)


def programme_of(content: object) -> Programme:
    """A programme from decoded JSON.

    Raises:
        BadProgramme: see ``read_programme``.
    """
    if not isinstance(content, dict):
        raise BadProgramme((Problem("", "expected an object"),))
    if other := another_file(content, "programme"):
        raise BadProgramme((Problem("", other),))
    if content.get("format") != FORMAT or isinstance(content["format"], bool):
        raise BadProgramme((Problem("format", f"expected {FORMAT}"),))
    rest = {key: value for key, value in content.items() if key != "format"}
    try:
        programme = _adapter().validate_json(json.dumps(rest), strict=True)
    except ValidationError as error:
        raise BadProgramme(_problems(error)) from error
    guessed = tuple(_guessed(rest, _adapter().dump_python(programme, mode="json"), ""))
    if guessed:
        raise BadProgramme(guessed)
    return programme


def write_programme(programme: Programme) -> str:
    """The JSON text of a programme, keys in the order of the classes, defaults left out."""
    content = _adapter().dump_python(programme, mode="json", exclude_defaults=True)
    # The kind of a union is its default, so it must be put back where it was left out.
    full = _adapter().dump_python(programme, mode="json")
    return json.dumps(
        {"format": FORMAT, **_with_kinds(content, full)}, ensure_ascii=False, indent=2
    )


def programme_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a programme's file."""
    schema = _adapter().json_schema()
    schema["properties"] = {"format": {"const": FORMAT}, **schema["properties"]}
    schema["required"] = ["format", *schema["required"]]
    schema["properties"]["holds_from"]["pattern"] = r"^\d{4}-\d\d-\d\d.*(Z|[+-]\d\d:\d\d)$"
    for shape in schema["$defs"].values():
        if "const" in shape.get("properties", {}).get("kind", {}):
            shape["required"] = ["kind", *shape.get("required", ())]
            del shape["properties"]["kind"]["default"]
    described(schema, "Programme")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "Tenth programme",
    }


@cache
def _adapter() -> TypeAdapter[Programme]:
    strict = ConfigDict(extra="forbid", strict=True)
    for shape in _shapes():
        with_config(strict)(shape)
    return TypeAdapter(Programme)


def _shapes() -> Iterator[type[Any]]:
    """All that a programme is made of."""
    for module in (frame, benefits, conditions, earning, units):
        for shape in vars(module).values():
            if is_dataclass(shape) and shape.__module__ == module.__name__:
                yield cast("type[Any]", shape)


@cache
def _keys() -> frozenset[str]:
    """What may stand anywhere in a programme."""
    return frozenset(own.name for shape in _shapes() for own in fields(shape)) | {"format"}


def _guessed(content: Any, full: Any, path: str) -> Iterator[Problem]:
    """What was read by luck: an alternative without its kind, a count of seconds as a date."""
    if isinstance(content, dict):
        if "kind" in full and "kind" not in content:
            yield Problem(f"{path}.kind", "is missing")
        for key, value in content.items():
            yield from _guessed(value, full[key], f"{path}.{key}" if path else key)
    elif isinstance(content, list):
        for place, (one, whole) in enumerate(zip(content, full, strict=True)):
            yield from _guessed(one, whole, f"{path}[{place}]")
    elif isinstance(content, str) and content[:10] != full[:10]:
        yield Problem(path, "a date is written YYYY-MM-DD")


def _with_kinds(content: Any, full: Any) -> Any:
    if isinstance(content, dict):
        kept = {key: _with_kinds(value, full[key]) for key, value in content.items()}
        return {"kind": full["kind"], **kept} if "kind" in full else kept
    if isinstance(content, list):
        return [_with_kinds(one, whole) for one, whole in zip(content, full, strict=True)]
    return content


def _problems(error: ValidationError) -> tuple[Problem, ...]:
    """The problems of the alternative that was meant: the one whose ``kind`` is right."""
    errors = error.errors()
    others: list[Location] = []
    kinds: dict[str, list[str]] = {}
    for one in errors:
        alternative = one["loc"][:-1]
        if not alternative or not _is_alternative(alternative[-1]):
            continue
        if one["loc"][-1] == "kind" and one["type"] == "literal_error":
            known = kinds.setdefault(path_of(alternative), [])
            known.append(one["ctx"]["expected"].strip("'"))
            others.append(alternative)
        elif one["type"] == "missing" and "kind" not in one["input"]:
            kinds.setdefault(path_of(alternative), [])
            others.append(alternative)
    meant = []
    for one in errors:
        if not any(one["loc"][: len(other)] == other for other in others):
            place, text = _placed(one["loc"], words_of(one, _KNOWN))
            meant.append(Problem(path_of(place), text))
    unmet = [
        Problem(
            f"{path}.kind", f"no such kind; one of {', '.join(known)}" if known else "is missing"
        )
        for path, known in kinds.items()
        if not any(f"{one.path}.".startswith(f"{path}.") for one in meant)
    ]
    return tuple(dict.fromkeys(meant + unmet))


def _placed(location: Location, text: str) -> tuple[Location, str]:
    """What an object says of one of its keys, at the place of that key."""
    name, colon, rest = text.partition(": ")
    key = name.replace(" ", "_")
    return ((*location, key), rest) if colon and key in _keys() else (location, text)


def _is_alternative(step: int | str) -> bool:
    """Whether a step of a location is the name of an alternative, which no file contains."""
    return isinstance(step, str) and step[:1].isupper()


def path_of(location: Location) -> str:
    """Where in a file an error of the strict reader is, such as ``rewards[0].cost``."""
    path = ""
    for step in location:
        if _is_alternative(step):
            continue
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path
