"""Bounds of numbers and texts, stated once: beside the field that they are about.

``check_bounds`` holds them when a value is made. Whoever derives a JSON Schema from the classes
finds them there as well: pydantic asks metadata for ``__get_pydantic_json_schema__``, which needs
no import from here.
"""

from __future__ import annotations

import re
import types
from dataclasses import fields
from functools import cache
from typing import Annotated, Any, Protocol, Union, get_args, get_origin, get_type_hints

from terminal.values import dataclass


class Bound(Protocol):
    """What may be said of a field in brackets, as in ``Annotated[int, Between(1, 7)]``."""

    def refuses(self, value: Any) -> str:
        """What is wrong with a value, or nothing."""


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number from ``least`` to ``most``, both included."""

    least: int
    most: int

    def refuses(self, value: Any) -> str:
        """What is wrong with a number, or nothing."""
        if self.least <= value <= self.most:
            return ""
        return f"from {self.least} to {self.most}, not {value}"

    def __get_pydantic_json_schema__(self, core: Any, describe: Any) -> dict[str, Any]:
        return {**describe(core), "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a pattern, which ``words`` tells to people."""

    pattern: str
    words: str

    def refuses(self, value: Any) -> str:
        """What is wrong with a text, or nothing."""
        if re.fullmatch(self.pattern, value):
            return ""
        return f"{self.words}, not {value!r}"

    def __get_pydantic_json_schema__(self, core: Any, describe: Any) -> dict[str, Any]:
        return {**describe(core), "pattern": f"^({self.pattern})$"}


def check_bounds(value: Any) -> None:
    """Hold a dataclass to the bounds of its fields.

    Raises:
        ValueError: one is out of bounds; the message names the field.
    """
    for name, shape in _bounded(value.__class__):
        wrong = _wrong(shape, getattr(value, name))
        if wrong:
            raise ValueError(f"{name.replace('_', ' ')}: {wrong}")


@cache
def _bounded(shape: type[Any]) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(shape, include_extras=True)
    return tuple((one.name, hints[one.name]) for one in fields(shape))


def _wrong(shape: Any, value: Any) -> str:
    origin = get_origin(shape)
    if origin is Annotated:
        return next((wrong for one in shape.__metadata__ if (wrong := one.refuses(value))), "")
    if origin in (Union, types.UnionType) and value is not None:
        return next((wrong for one in get_args(shape) if (wrong := _wrong(one, value))), "")
    if origin is tuple and get_args(shape)[1:] == (...,):
        return next((wrong for one in value if (wrong := _wrong(get_args(shape)[0], one))), "")
    return ""
