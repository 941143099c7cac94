"""Undoes a Cyrillic keyboard layout: what a scanner typed blindly, read as the keys it pressed.

A wedge scanner presses the keys of an American keyboard. Where the till stands on a Russian or
Ukrainian layout, digits arrive whole, letters and signs do not: `https://` becomes `реезыЖ..`.
Both layouts share their keys but for a few letters, and no Cyrillic letter stands on two keys, so
one table undoes both.
"""

_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбю."
_AMERICAN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_RUSSIAN_SHIFTED = "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
_AMERICAN_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
# Ukrainian letters that stand where Russian has others, and ё, which has a key of its own.
_OTHER = str.maketrans("іїєґёІЇЄҐЁ", "s]'\\`S}\"|~")
_SHIFTED_DIGITS = str.maketrans('"№;:?', "@#$^&")

_TABLE = (
    str.maketrans(_RUSSIAN, _AMERICAN)
    | str.maketrans(_RUSSIAN_SHIFTED, _AMERICAN_SHIFTED)
    | _OTHER
    | _SHIFTED_DIGITS
)


def has_cyrillic(text: str) -> bool:
    """Whether a Cyrillic letter stands in the text (U+0400 to U+04FF)."""
    return any("\u0400" <= sign <= "\u04ff" for sign in text)


def american(text: str) -> str:
    """The text that the same keys give on an American keyboard."""
    return text.translate(_TABLE)
