"""Values to and from plain JSON content, by their own type annotations.

For bodies of facts and for the basket in work: frozen dataclasses, named tuples, enums, dates,
tuples, frozen sets and mappings of text. Reading is strict about kinds and lenient about age: an
unknown key is left alone, a missing one takes the field's default.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dictionaries, lists, text, whole numbers, booleans and None for any of our values."""
    # A sale asks some hundred times, so plain contents are not asked for one by one.
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple | list):
        return [one if type(one) in _PLAIN else to_plain(one) for one in value]
    shape: Any = type(value)
    names = _field_names(shape)
    if names is not None:
        return {
            name: one if type(one := getattr(value, name)) in _PLAIN else to_plain(one)
            for name in names
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_plain(content) for key, content in value.items()}
    if isinstance(value, frozenset):
        return sorted((to_plain(content) for content in value), key=json.dumps)
    raise TypeError(f"no plain form for {type(value).__name__}")


_PLAIN = frozenset({str, int, bool, type(None)})


def to_lean(value: Any) -> Any:
    """Like ``to_plain``, without the fields that say no more than their defaults.

    For what is stored for ever: ``from_plain`` reads a missing field as its default, so once
    something was written so, **a default is never changed or taken away**. Fields that tell
    shapes apart (``Literal``) are always written.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple | list):
        return [one if type(one) in _PLAIN else to_lean(one) for one in value]
    shape: Any = type(value)
    defaults = _defaults(shape)
    if defaults is None:
        return to_plain(value)
    told: dict[str, Any] = {}
    for name, default in defaults:
        one = getattr(value, name)
        # True is 1 to Python and another word to everybody who reads the bytes.
        if one == default and type(one) is type(default):
            continue
        told[name] = one if type(one) in _PLAIN else to_lean(one)
    return told


_REQUIRED = object()


@cache
def _defaults(shape: Any) -> tuple[tuple[str, Any], ...] | None:
    """(name, default) of a dataclass's fields, None for other types."""
    if _field_names(shape) is None:
        return None
    hints = _hints(shape)
    return tuple((one.name, _default(one, hints[one.name])) for one in fields(shape))


def _default(one: Field[Any], hint: Any) -> Any:
    if get_origin(hint) is Literal:
        return _REQUIRED
    if one.default is not MISSING:
        return one.default
    return _REQUIRED if one.default_factory is MISSING else one.default_factory()


@cache
def _field_names(shape: type) -> tuple[str, ...] | None:
    """The names of a dataclass's fields; None for other types."""
    return tuple(one.name for one in fields(shape)) if is_dataclass(shape) else None


def from_plain(shape: type[T], raw: Any) -> T:
    """Read a value of ``shape`` back.

    Raises:
        ValueError: the content does not fit.
    """
    result: T = _read(shape, raw, shape.__name__)
    return result


@cache
def _hints(shape: Any) -> dict[str, Any]:
    return get_type_hints(shape)


def _read(shape: Any, raw: Any, place: str) -> Any:
    origin = get_origin(shape)
    if isinstance(shape, NewType):
        return _read(shape.__supertype__, raw, place)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(shape), raw, place)
    if origin is Literal:
        return _expect(raw, raw in get_args(shape), place)
    if origin is tuple or origin is frozenset:
        return _read_sequence(origin, get_args(shape), raw, place)
    if origin is not None and issubclass(origin, Mapping):
        key_shape, content_shape = get_args(shape)
        _expect(raw, isinstance(raw, dict), place)
        return {
            _read(key_shape, key, place): _read(content_shape, content, f"{place}.{key}")
            for key, content in raw.items()
        }
    if is_dataclass(shape):
        return _read_dataclass(shape, raw, place)
    if hasattr(shape, "_fields"):
        hints = _hints(shape)
        _expect(raw, isinstance(raw, list) and len(raw) == len(hints), place)
        return shape(
            *(_read(hint, one, place) for hint, one in zip(hints.values(), raw, strict=True))
        )
    return _read_scalar(shape, raw, place)


def _read_dataclass(shape: Any, raw: Any, place: str) -> Any:
    _expect(raw, isinstance(raw, dict), place)
    hints = _hints(shape)
    content: dict[str, Any] = {}
    for one in fields(shape):
        if one.name in raw:
            content[one.name] = _read(hints[one.name], raw[one.name], f"{place}.{one.name}")
        elif one.default is MISSING and one.default_factory is MISSING:
            raise ValueError(f"{place}: {one.name} is missing")
    return shape(**content)


def _read_union(shapes: tuple[Any, ...], raw: Any, place: str) -> Any:
    if raw is None and type(None) in shapes:
        return None
    problem: ValueError | None = None
    for shape in shapes:
        if shape is type(None):
            continue
        try:
            return _read(shape, raw, place)
        except ValueError as error:
            problem = error
    raise problem or ValueError(f"{place}: {raw!r} does not fit")


def _read_sequence(origin: Any, shapes: tuple[Any, ...], raw: Any, place: str) -> Any:
    _expect(raw, isinstance(raw, list), place)
    if origin is frozenset or (len(shapes) == 2 and shapes[1] is Ellipsis):
        return origin(_read(shapes[0], one, f"{place}[{n}]") for n, one in enumerate(raw))
    _expect(raw, len(raw) == len(shapes), place)
    return tuple(_read(shape, one, place) for shape, one in zip(shapes, raw, strict=True))


def _read_scalar(shape: Any, raw: Any, place: str) -> Any:
    if shape is int:
        return _expect(raw, isinstance(raw, int) and not isinstance(raw, bool), place)
    if shape in (str, bool):
        return _expect(raw, isinstance(raw, shape), place)
    _expect(raw, isinstance(raw, str), place)
    if shape in (date, datetime):
        return shape.fromisoformat(raw)
    if issubclass(shape, Enum):
        return shape(raw)
    raise ValueError(f"{place}: no way to read {shape!r}")


def _expect(raw: Any, fits: bool, place: str) -> Any:
    if not fits:
        raise ValueError(f"{place}: {raw!r} does not fit")
    return raw
