"""Names as people type them: without accents, in Latin or Cyrillic. Pure; used for every search.

A word is folded into one or more plain spellings; two words are the same to a search if they
share one. «Олена» is found by ``olena``, «Шевченко» by ``shev`` and by the Polish ``szew``,
``Łukasz`` by ``lukasz``, ``Müller`` by ``muller`` and by ``mueller``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_CYRILLIC = "абвгґдеєёжзиіїйклмнопрстуўфхцчшщъыьэюя"
_SYSTEMS = (
    # Each in the order of the letters above: Ukrainian, Russian as English writes them, Polish.
    "a b v h g d e ie e zh z y i i i k l m n o p r s t u u f kh ts ch sh shch  y  e iu ia",
    "a b v g g d e e e zh z i i i y k l m n o p r s t u u f kh ts ch sh shch  y  e yu ya",
    "a b w h g d e je jo z z y i ji j k l m n o p r s t u u f ch c cz sz szcz  y  e ju ja",
)
_LATIN = {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue"}
_SILENT = str.maketrans(dict.fromkeys("'’ʼ`´‘"))
_INITIALS = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
"""Ukrainian passports write these so at the beginning of a word: Юрій is Yurii."""

_TABLES = tuple(
    str.maketrans(dict(zip(_CYRILLIC, letters.split(" "), strict=True)) | _LATIN | german)
    for letters, german in zip(_SYSTEMS, ({}, _GERMAN, {}), strict=True)
)
_INITIAL = re.compile(r"\b[єїйюя]")
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[\d\s+()./-]+")

_BLANKS = frozenset({"Cc", "Zs", "Zl", "Zp"})
_UNSEEN = frozenset({"Cf", "Cs"})
"""Unicode's categories: control signs and blanks; marks without a sign and half surrogates."""

_BEHIND = "\U0010ffff"
_CLOSE = {"ґ": "г", "є": "е", "і": "и", "ї": "и" + _BEHIND, "ў": "у", "й": "й"} | {
    letter: plain[0] for letter, plain in _LATIN.items()
}
"""Letters that their alphabet has behind another one, which no accent tells; й is no и."""


def _place(letter: str) -> str:
    """Where a letter stands: behind all words that begin with the letter it comes from."""
    if letter in _CLOSE:
        close = _CLOSE[letter]
        return close if close == letter else close + _BEHIND
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] + _BEHIND + parts[1:] if len(parts) > 1 else letter


_PLACES = {
    ord(letter): _place(letter)
    for letter in (*map(chr, range(0xE0, 0x250)), *_CYRILLIC, "ў", "ș", "ț")
    if letter.islower()
}

PHONE_DIGITS_LEAST = 4
"""Fewer digits would find half the town."""

Word = tuple[str, ...]
"""One word in its spellings, without repetition."""


def folded_words(text: str) -> tuple[Word, ...]:
    """The words of a text, each in all its spellings."""
    lowered = unicodedata.normalize("NFC", text.casefold()).translate(_SILENT)
    if lowered.isascii():  # no system of letters changes any of these
        return tuple((word,) for word in _WORD.findall(lowered))
    ukrainian = _INITIAL.sub(lambda found: _INITIALS[found[0]], lowered)
    texts = [ukrainian, *(lowered for _ in _TABLES[1:])]
    written = [_plain(one.translate(table)) for one, table in zip(texts, _TABLES, strict=True)]
    return tuple(
        tuple(dict.fromkeys(variants))
        for variants in zip(*(_WORD.findall(spelling) for spelling in written), strict=True)
    )


def one_line(name: str) -> str:
    """A name as one line of signs that can be seen.

    Spreadsheets bring line ends, tabs and invisible marks, which would tear a slip or turn the
    direction of a price; they become blanks or nothing.
    """
    if name.isprintable() and "  " not in name and name == name.strip():
        return name
    kinds = {sign: unicodedata.category(sign) for sign in set(name)}
    seen = (
        " " if kinds[sign] in _BLANKS else "" if kinds[sign] in _UNSEEN else sign for sign in name
    )
    return " ".join("".join(seen).split())


def spellings(text: str) -> tuple[str, ...]:
    """All spellings of all words, for the table of words."""
    return tuple(dict.fromkeys(one for word in folded_words(text) for one in word))


def rank(asked: Sequence[Word], name: str) -> tuple[int, int, str] | None:
    """How well a name answers: lower is better; None where a word asked for is not in it.

    A word of the name answers if it begins with the word asked for. Whole words come first, then
    words near the beginning of the name, then the alphabet.
    """
    words = folded_words(name)
    unfinished, places = 0, 0
    for wanted in asked:
        place = next((n for n, word in enumerate(words) if _begins(word, wanted)), None)
        if place is None:
            return None
        unfinished += not any(set(word) & set(wanted) for word in words)
        places += place
    return unfinished, places, alphabetic(name)


def alphabetic(name: str) -> str:
    """A text to sort names by: in the order of our markets' alphabets, capitals or not.

    Ґ comes behind Г, І and Ї behind И, Ł behind L and Č behind C, wherever their numbers are.
    """
    folded = unicodedata.normalize("NFC", name.casefold())
    return f"{folded.translate(_PLACES)}\0{name}"


def phone_digits(text: str) -> str:
    """The digits of a phone number by its end; empty where the text is no part of one.

    A leading zero is how people dial within a country and not part of the number abroad.
    """
    if not _NUMBER.fullmatch(text):
        return ""
    digits = "".join(one for one in text if one in "0123456789")
    if len(digits) < PHONE_DIGITS_LEAST:
        return ""
    return digits.lstrip("0") if len(digits) >= 9 else digits


def after(prefix: str) -> str:
    """The end of the range of all words that begin with ``prefix``."""
    return prefix + "\U0010ffff"


def _begins(word: Word, wanted: Word) -> bool:
    return any(one.startswith(start) for one in word for start in wanted)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    if decomposed.isascii():
        return decomposed
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def best(found: Iterable[tuple[tuple[int, int, str] | None, str]], limit: int) -> list[str]:
    """The keys of the best answers, best first."""
    ranked = sorted((place, key) for place, key in found if place is not None)
    return [key for _, key in ranked[: max(0, limit)]]
