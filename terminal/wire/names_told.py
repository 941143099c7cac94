"""What a programme calls things: in languages that there are, and in one of them at least.

Screens show a name in the language of whoever reads it, else in English, else in any. So a name in
Polish alone is one; a name in "polish" is shown by chance, and one in no language not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Final

from terminal.loyalty.programme import Programme

_BY_LANGUAGE: Final = ("name", "counted", "words")
_CODE: Final = re.compile("[a-z]{2,3}")


def inside(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """An object and all objects in it, by their paths."""
    if isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from inside(one, f"{path}[{place}]")
    elif is_dataclass(value):
        yield path, value
        for own in fields(value):
            key = f"{path}.{own.name}" if path else own.name
            yield from inside(getattr(value, own.name), key)


def misnamed(programme: Programme) -> Iterator[tuple[str, str]]:
    """Names that nobody can read: the path, and why."""
    for path, one in inside(programme):
        for own in fields(one):
            said = getattr(one, own.name)
            if own.name not in _BY_LANGUAGE or not isinstance(said, dict):
                continue
            key = f"{path}.{own.name}" if path else own.name
            if not said and own.default_factory is MISSING:
                yield key, 'a text in one language at least, such as {"en": "…"}'
            for language, text in said.items():
                if not _is_language(language):
                    yield f"{key}.{language}", "no code of a language, such as en or pl"
                elif not text or (isinstance(text, str) and not text.strip()):
                    yield f"{key}.{language}", "is empty"


@cache
def _is_language(code: str) -> bool:
    """As Babel knows them, which is loaded only where files are read."""
    from babel.localedata import exists

    return bool(_CODE.fullmatch(code)) and exists(code)
