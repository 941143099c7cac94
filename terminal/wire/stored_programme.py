"""Programmes that were read once and stored, read again when a till opens.

What stands in a till's file was looked at by ``programme_json`` before it was put there, so it is
read without pydantic, whose import takes as long as the whole sale screen. Nothing is believed for
that: what was read must say all that stands in the text, word for word, or the strict reader is
to decide.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from terminal.loyalty.plain import from_plain, to_plain
from terminal.loyalty.programme import Programme

FORMAT = 1
"""Written as ``format`` in every file; it grows only when an older reader would misread."""
KEPT = 64
"""So many are kept as they were read: a programme never changes, and is asked for again and again."""


def read_stored_programme(text: str) -> Programme | None:
    """Read one programme; None where there is any doubt, which ``read_programme`` settles."""
    return _read(text)


@lru_cache(maxsize=KEPT)
def _read(text: str) -> Programme | None:
    try:
        content = json.loads(text)
        if content.pop("format") != FORMAT:
            return None
        programme = from_plain(Programme, content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return programme if _says(to_plain(programme), content) else None


def _says(read: Any, written: Any) -> bool:
    """Whether everything that was written was read as it stands."""
    if type(read) is not type(written):
        return False
    if isinstance(written, dict):
        if "kind" in read and "kind" not in written:
            return False  # an alternative read by luck
        return all(key in read and _says(read[key], one) for key, one in written.items())
    if isinstance(written, list):
        return len(read) == len(written) and all(map(_says, read, written))
    if read == written:
        return True
    # The only other way to write an instant that means the same.
    return isinstance(written, str) and written.endswith("Z") and read == f"{written[:-1]}+00:00"
