"""The languages of the program, and where their sentences come from.

A compiled ``<language>.mo`` beside the ``.po`` is used if it is not older (``packaging/setup``
makes it); else the ``.po`` is compiled in memory, which a translator at work will like.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

from terminal import resources

ENGLISH = "en"
LANGUAGES = ("pl", "uk", "ro", "lv", "ru", ENGLISH)
"""The markets that the product is for, English last."""

OWN_NAMES = {
    "pl": "polski",
    "uk": "українська",
    "ro": "română",
    "lv": "latviešu",
    "ru": "русский",
    ENGLISH: "English",
}
"""As a list of languages shows them: each in its own words."""


@cache
def complete() -> tuple[str, ...]:
    """The languages that the program speaks now: those that have a file, and English."""
    return tuple(
        language for language in LANGUAGES if language == ENGLISH or _source(language) is not None
    )


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The sentences of a language; English speaks for one that has no file."""
    source = _source(language)
    if source is None:
        return gettext.NullTranslations()
    compiled = source.with_suffix(".mo")
    if compiled.is_file() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return gettext.GNUTranslations(_compiled_in_memory(source))


def plural_form(sentences: gettext.NullTranslations, n: int) -> int:
    """Which of a language's plural forms a number asks for; English has two."""
    rule: Callable[[int], int] | None = getattr(sentences, "plural", None)
    return int(n != 1) if rule is None else rule(n)


def _source(language: str) -> Path | None:
    if language not in LANGUAGES or language == ENGLISH:
        return None
    try:
        return resources.path("translations", f"{language}.po")
    except resources.MissingResource:
        return None


def _compiled_in_memory(source: Path) -> BytesIO:
    # Babel's catalogues are not needed where setup has compiled the files: import them late.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return compiled
