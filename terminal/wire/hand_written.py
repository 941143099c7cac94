"""JSON as people write it: what a mistake is called, and what was probably meant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, NoReturn

_CLOSE = 0.6
"""As alike as ``line`` and ``lines``, or ``prise`` and ``price``; but so are ``closed`` and ``cost``."""
VERY_CLOSE = 0.8
"""As alike as ``reward`` and ``rewards``."""

_DIGITS_MOST = 1000
"""Of a number that is read at all; whoever reads the file says which bound it has."""

ANSWERED = (
    "`tenth price FILE.json` answers with codes and, beside each, words: `why`, `brief` and `name`"
    " in English, or in the language that `--language` names (pl, uk, ro, lv, ru)."
)
"""For the schemas of stories and cases."""


class BadJson(ValueError):
    """The text is no JSON that means one thing; the message says why."""


def read_json(text: str | bytes) -> Any:
    """Decoded JSON.

    Raises:
        BadJson: the text is none, a key stands twice in one object, or a number is none.
    """
    try:
        return json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole_number
        )
    except RecursionError as error:
        raise BadJson("not JSON: brackets within brackets without end") from error
    except BadJson:
        raise
    except UnicodeDecodeError as error:
        raise BadJson("not JSON: no text in UTF-8") from error
    except ValueError as error:
        raise BadJson(f"not JSON: {error}") from error


def did_you_mean(word: str, known: Iterable[str], close: float = _CLOSE) -> str:
    """A question for whoever misspelt a word, to be put behind a sentence; empty where none is.

    What is known elsewhere under this very word is not meant.
    """
    found = get_close_matches(word, sorted({*known} - {word}), n=1, cutoff=close)
    return f"; did you mean {found[0]!r}?" if found else ""


def misspelt(word: str, known: Iterable[str]) -> str:
    """Which of the known words is nearly this one, letter by letter; empty if it is or none is."""
    folded = {one.casefold(): one for one in sorted(known)}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=VERY_CLOSE)
    return folded[found[0]] if found and folded[found[0]] != word else ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadJson(f"{key!r} stands twice in one object")
        found[key] = value
    return found


def _whole_number(digits: str) -> int:
    if len(digits) > _DIGITS_MOST:
        raise BadJson(f"a number of {len(digits)} digits")
    return int(digits)


def _no_number(name: str) -> NoReturn:
    raise BadJson(f"{name} is no number")
