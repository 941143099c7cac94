"""Fits text into the columns of a slip: every character is one column wide, no line is longer."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable

from terminal.wording.formats import NO_BREAK_SPACE

_NAME_LINES_MAX = 3
"""A name longer than that is cut; nobody reads on, and paper costs money."""


def tidy(text: str) -> str:
    """A text as one line: composed letters, single spaces, nothing that steers a printer.

    Invisible marks go too: one that turns the direction of writing would move the prices.
    """
    shown = "".join(
        "-"
        if character == "\N{MINUS SIGN}"  # on few printers
        else " "
        if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"}
        else character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) != "Cf"
    )
    # Not split(): it would also break the figures that a no-break space holds together.
    return " ".join(part for part in shown.split(" ") if part)


def pair(left: str, right: str, columns: int, *, lines_max: int = _NAME_LINES_MAX) -> list[str]:
    """Words on the left, a figure on the right; long words go on in the next line.

    The figure stands at the end of the last line, and is never cut.
    """
    right = tidy(right)
    if len(right) >= columns:
        return [*wrapped(left, columns, lines_max=lines_max), *_broken(right, columns)]
    lines = wrapped(left, columns, lines_max=lines_max)
    last = lines.pop() if lines else ""
    # Where the figure does not fit behind the last words, it takes the next line.
    if len(last) + 1 + len(right) > columns:
        lines.append(last)
        last = ""
    return [*lines, last + right.rjust(columns - len(last))]


def wrapped(text: str, columns: int, *, indent: str = "", lines_max: int = 9) -> list[str]:
    """A text over as many lines as it needs, at most ``lines_max``; then it ends with ``…``."""
    return textwrap.wrap(
        tidy(text),
        columns,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        max_lines=lines_max,
        placeholder="…",
    )


def centred(text: str, columns: int) -> list[str]:
    """A text in the middle of the slip."""
    return [line.center(columns).rstrip() for line in wrapped(text, columns)]


def plain_spaces(lines: Iterable[str]) -> tuple[str, ...]:
    """The finished lines with ordinary spaces: no printer has a no-break space for certain."""
    return tuple(
        line.replace(NO_BREAK_SPACE, " ").replace("\N{NARROW NO-BREAK SPACE}", " ").rstrip()
        for line in lines
    )


def _broken(figure: str, columns: int) -> list[str]:
    return [
        figure[start : start + columns].rjust(columns) for start in range(0, len(figure), columns)
    ]
