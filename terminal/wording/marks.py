"""Marks that tell the catalogue which texts of the code are sentences to translate.

They change nothing: a table of sentences is written once, and spoken later in any language.
"""

from enum import StrEnum
from typing import NamedTuple


class AnyLabel(StrEnum):
    """Short texts, each by its name: the value is the English words, and the msgid."""


class Plural(NamedTuple):
    """A sentence that counts ``{n}``, in the two forms of English."""

    one: str
    many: str


def sentence(msgid: str) -> str:
    """Mark a sentence for translation."""
    return msgid


def plural(one: str, many: str) -> Plural:
    """Mark a sentence that counts; each language has as many forms as it needs."""
    return Plural(one, many)
