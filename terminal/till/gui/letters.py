"""Which letters stand where on the keyboard of the screen, language by language.

Three rows with every letter of the language, its marks included, so that no name needs a second
press. Whoever writes Cyrillic has the Latin letters on a second board, for e-mail and for names.
"""

from __future__ import annotations

from typing import NamedTuple


class Layout(NamedTuple):
    """Rows of keys; ⌫ erases."""

    rows: tuple[str, ...]


_LATIN = Layout(("qwertyuiop", "asdfghjkl", "zxcvbnm+⌫"))
_LAYOUTS = {
    "pl": Layout(("qwertyuiopęó", "asdfghjkląśł", "zxcvbnmżźćń⌫")),
    "ro": Layout(("qwertyuiopăî", "asdfghjklâșț", "zxcvbnm+⌫")),
    "lv": Layout(("qwertyuiopēūī", "asdfghjklāšģķ", "zxcvbnmžčņļ⌫")),
    "uk": Layout(("йцукенгшщзхї", "фівапролджєґ", "ячсмитьбю+⌫")),
    "ru": Layout(("йцукенгшщзхъ", "фывапролджэё", "ячсмитьбю+⌫")),
}


def layouts_for(language: str) -> tuple[Layout, ...]:
    """The boards of a language, the first one first."""
    own = _LAYOUTS.get(language, _LATIN)
    return (own,) if language not in {"uk", "ru"} else (own, _LATIN)
