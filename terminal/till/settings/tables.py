"""A table of `shop.toml` is a frozen dataclass: its fields are the settings that the file may say.

A field is a text, a whole number, true or false, a tuple of texts, or a `Mapping` of texts to
texts (in the file: ``{a = "b"}``). A field with a default may be left out of the file. What only
some values fit is refused in ``__post_init__`` with `demand`, so that a table that exists is fit.
"""

import dataclasses
import typing
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol, TypeVar

from terminal.till.settings.unfit import demand


class Table(Protocol):
    """Any of the tables."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T", bound=Table)


def read_table(kind: type[T], name: str, content: Mapping[str, Any]) -> T:
    """One table of decoded TOML; ``name`` is what the file calls it.

    Raises:
        UnfitSettings: a setting is unknown, missing or unfit; says which.
    """
    found = content.get(name, {})
    demand(isinstance(found, dict), name, f"a table, written [{name}]")
    kinds = typing.get_type_hints(kind)
    known = {field.name: field for field in dataclasses.fields(kind)}
    for key in found:
        demand(key in known, f"{name}.{key}", "no such setting")
    read = {
        key: _READERS[_plain_kind(kinds[key])](f"{name}.{key}", value)
        for key, value in found.items()
    }
    for key, field in known.items():
        demand(key in read or not _is_needed(field), f"{name}.{key}", "is missing")
    return kind(**read)


def write_table(name: str, table: Table) -> str:
    """The table as TOML, all of its settings; empty where every one of them is the default."""
    fields = dataclasses.fields(table)
    values = {field.name: getattr(table, field.name) for field in fields}
    if not any(_is_needed(field) or values[field.name] != _default(field) for field in fields):
        return ""
    lines = [f"{key} = {_written(value)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines]) + "\n"


def _is_needed(field: "dataclasses.Field[Any]") -> bool:
    return field.default is field.default_factory is dataclasses.MISSING


def _default(field: "dataclasses.Field[Any]") -> object:
    made = field.default_factory
    return field.default if made is dataclasses.MISSING else made()


def _plain_kind(kind: Any) -> type:
    """`tuple` for ``tuple[str, ...]``, `Mapping` for ``Mapping[str, str]``."""
    plain: type = typing.get_origin(kind) or kind
    return plain


def _text(setting: str, found: Any) -> str:
    demand(isinstance(found, str), setting, "a text in quotes")
    return str(found)


def _truth(setting: str, found: Any) -> bool:
    demand(isinstance(found, bool), setting, "true or false")
    return bool(found)


def _whole(setting: str, found: Any) -> int:
    demand(isinstance(found, int) and not isinstance(found, bool), setting, "a whole number")
    return int(found)


def _texts(setting: str, found: Any) -> tuple[str, ...]:
    fits = isinstance(found, list) and all(isinstance(line, str) for line in found)
    demand(fits, setting, "a list of texts in quotes")
    return tuple(found)


def _pairs(setting: str, found: Any) -> dict[str, str]:
    fits = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    demand(fits, setting, 'pairs such as {name = "text"}')
    return dict(found)


_READERS: dict[type, Callable[[str, Any], object]] = {
    str: _text,
    bool: _truth,
    int: _whole,
    tuple: _texts,
    Mapping: _pairs,
}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_quoted(line) for line in value) + "]"
    if isinstance(value, Mapping):
        pairs = (f"{_quoted(key)} = {_quoted(value[key])}" for key in sorted(value))
        return "{" + ", ".join(pairs) + "}"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, its letters are kept as they are."""
    escaped = "".join(
        f"\\u{ord(sign):04x}" if ord(sign) < 0x20 or ord(sign) == 0x7F else sign
        for sign in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'
