"""Texts fitted into the small places of a card: shrunk to a floor, then wrapped, figures never cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw, ImageFont

from terminal.paper.card_design import Box, dots, points
from terminal.paper.lettering import Face, fitted, font
from terminal.values import dataclass

_LEADING = 1.2
_ABOVE_LINE = 0.76
"""From the baseline to the top of capitals, as a share of the size."""
_STEP = 0.5
_NOT_MUCH_SMALLER = 0.6


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one size, as wide and as high together as their place."""

    lines: tuple[str, ...]
    size: float
    """In points."""
    face: Face


def fit_parts(parts: Sequence[str], box: Box, face: Face, most: float, least: float) -> Lines:
    """Parts of a sentence in the largest size in which they fit, at most ``most`` points.

    In one line, else each part in its own, else (at the floor) wrapped between words. Parts that
    have no room even then are left out whole, the last ones first; no lines where not even the
    first one fits.
    """
    for count in range(len(parts), 0, -1):
        kept = [_one_line(part) for part in parts[:count]]
        together = ", ".join(kept)
        each = [f"{part}," for part in kept[:-1]] + kept[-1:]
        for size in _sizes(most, least):
            for lines in ([together], each):
                if _is_within(lines, box, font(face, points(size)), size):
                    return Lines(tuple(lines), size, face)
        letters = font(face, points(least))
        for wrapped in (
            _wrapped(together, letters, box),
            [line for part in each for line in _wrapped(part, letters, box)],
        ):
            if _is_within(wrapped, box, letters, least):
                return Lines(tuple(wrapped), least, face)
    return Lines((), least, face)


def fit_name(name: str, box: Box, face: Face, most: float, least: float) -> Lines:
    """A name, shrunk and then over several lines; cut at the floor only.

    Fewer lines go before larger letters, as long as these are not much larger.
    """
    text = _one_line(name)
    largest: Lines | None = None
    for size in _sizes(most, least):
        letters = font(face, points(size))
        lines = _wrapped(text, letters, box)
        if not _is_within(lines, box, letters, size):
            continue
        if largest is None:
            largest = Lines(tuple(lines), size, face)
        elif size < _NOT_MUCH_SMALLER * largest.size:
            break
        elif len(lines) < len(largest.lines):
            return Lines(tuple(lines), size, face)
    if largest is not None:
        return largest
    letters = font(face, points(least))
    room = max(1, int(dots(box.height) / (points(least) * _LEADING)))
    lines = _wrapped(text, letters, box)
    kept = lines[: room - 1]
    rest = " ".join(lines[room - 1 :])
    lines = [fitted(line, letters, dots(box.width)) for line in (*kept, rest)]
    return Lines(tuple(lines), least, face)


def drawn(text: Lines, box: Box, *, centred: bool = False) -> Image.Image:
    """The lines as black on white would stand there: mode L, 0 for paper, 255 for ink.

    Where there is room below, it stays; letters that hang below the line are within the place.
    """
    image = Image.new("L", (dots(box.width), dots(box.height)), 0)
    draw = ImageDraw.Draw(image)
    size = points(text.size)
    letters = font(text.face, size)
    for number, line in enumerate(text.lines):
        base = round(size * _ABOVE_LINE + number * size * _LEADING)
        across = image.width // 2 if centred else 0
        draw.text((across, base), line, fill=255, font=letters, anchor="ms" if centred else "ls")
    return image


def _sizes(most: float, least: float) -> Iterator[float]:
    size = most
    while size > least:
        yield size
        size -= _STEP
    yield least


def _is_within(
    lines: Sequence[str], box: Box, letters: ImageFont.FreeTypeFont, size: float
) -> bool:
    # The last line needs no leading below it, only room for what hangs below the line.
    high = points(size) * (_LEADING * (len(lines) - 1) + 1)
    wide = max((letters.getlength(line) for line in lines), default=0)
    return high <= dots(box.height) and wide <= dots(box.width)


def _wrapped(text: str, letters: ImageFont.FreeTypeFont, box: Box) -> list[str]:
    """Lines that break between words; a no-break space holds a figure and its unit together."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and letters.getlength(longer) <= dots(box.width):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _one_line(text: str) -> str:
    shown = unicodedata.normalize("NFC", text)
    # A no-break space is not printable to Python, but it holds figures together.
    line = "".join(sign if sign.isprintable() or sign == "\xa0" else " " for sign in shown)
    return " ".join(part for part in line.split(" ") if part)
