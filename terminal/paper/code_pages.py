"""Text for printers that print letters of their own: by code page, one byte a letter.

The fast mode. Which number a page has differs by the maker; these are Epson's, and most follow.
What a page has not is written by the nearest letters, never left out and never a question mark
where a plain letter would do: ț is ţ or t, ₴ is its country's short word.
"""

from __future__ import annotations

import re
import unicodedata

PAGE_NUMBERS = {
    "CP437": 0,
    "CP850": 2,
    "CP852": 18,
    "CP858": 19,
    "CP866": 17,
    "CP775": 33,
    "CP1125": 44,
    "CP1250": 45,
    "CP1251": 46,
    "CP1252": 16,
    "CP1257": 51,
}
"""Name and the number that ``ESC t`` takes on an Epson."""

_INSTEAD = {
    "ș": "ş",
    "Ș": "Ş",
    "ț": "ţ",
    "Ț": "Ţ",
    "₴": "грн",
    "€": "EUR",
    "₽": "р.",
    "№": "No",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "ґ": "г",
    "Ґ": "Г",
    "є": "е",
    "Є": "Е",
    "і": "i",
    "І": "I",
    "ї": "i",
    "Ї": "I",
    "…": ".",
    "·": ".",
    "–": "-",
    "—": "-",
    "−": "-",
    "×": "x",
    "„": '"',
    "”": '"',
    "“": '"',
    "«": '"',
    "»": '"',
    "’": "'",
    "‘": "'",
}
_LATIN = {"грн": "UAH", "р.": "RUB"}
"""Where a page has no Cyrillic either."""

_GAPS = re.compile(b" +")


def encoded(line: str, page: str) -> bytes:
    """A line of a slip in a page's bytes, no longer than it was where blanks can be spared.

    Raises `LookupError` where nobody knows the page.
    """
    codec = page.lower()
    written = b"".join(_byte(sign, codec) for sign in line)
    # Where one letter became several, the figures at the end keep their column.
    for _ in range(len(written) - len(line)):
        gap = max(_GAPS.findall(written), key=len, default=b"")
        if len(gap) < 2:
            break
        written = written.replace(gap, gap[1:], 1)
    return written


def _byte(sign: str, codec: str) -> bytes:
    instead = _INSTEAD.get(sign, "")
    for text in (sign, instead, _LATIN.get(instead, ""), _bare(instead), _bare(sign)):
        try:
            if text:
                return text.encode(codec)
        except UnicodeEncodeError:
            continue
    return b"?"


def _bare(letter: str) -> str:
    """A letter without its accents."""
    return unicodedata.normalize("NFD", letter)[:1]
