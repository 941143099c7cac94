"""The keys of the till on one A4 page, to hang up beside the screen."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from terminal.paper.card_design import dots, millimetres, points
from terminal.paper.lettering import Face, fitted, font
from terminal.paper.pdf import A4, Picture, pdf_of

_MARGIN = dots(15)
_TITLE_POINTS, _NOTE_POINTS = 24, 11
_ROW_MM_MOST = 11.0
_KEYS_MM = 46.0
_GREYS = 16


def cheat_sheet_pdf(title: str, note: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """One page: a title, a line under it, and in each row a key and what it does.

    The rows share the page, whatever their number; a sentence that is too long for its row takes
    two lines of smaller letters. The same bytes for the same rows.
    """
    size = (dots(A4[0]), dots(A4[1]))
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    right = size[0] - 2 * _MARGIN
    head = font(Face.BOLD, points(_TITLE_POINTS))
    base = _MARGIN + points(_TITLE_POINTS)
    draw.text((_MARGIN, base), fitted(title, head, right), fill=0, font=head, anchor="ls")
    small = font(Face.PLAIN, points(_NOTE_POINTS))
    base += points(_NOTE_POINTS) * 2
    draw.text((_MARGIN, base), fitted(note, small, right), fill=0, font=small, anchor="ls")
    top = base + dots(6)
    high = min(dots(_ROW_MM_MOST), (size[1] - _MARGIN - top) // max(1, len(rows)))
    for number, (key, told) in enumerate(rows):
        _draw_row(draw, key, told, (top + number * high, high), size[0])
    picture = _in_greys(page)
    return pdf_of(title, [(Picture(picture, 0, 0, millimetres(size[0]), millimetres(size[1])),)])


def _draw_row(
    draw: ImageDraw.ImageDraw, key: str, told: str, place: tuple[int, int], width: int
) -> None:
    top, high = place
    draw.line((_MARGIN, top, width - _MARGIN, top), fill=190, width=2)
    middle = top + high // 2
    letters = _fitting(key, Face.MONO_BOLD, high * 2 // 5, dots(_KEYS_MM) - dots(6))
    wide = round(letters.getlength(key))
    pad, half = dots(2), min(high * 2 // 5, round(letters.size))
    box = (_MARGIN, middle - half, _MARGIN + wide + 2 * pad, middle + half)
    draw.rounded_rectangle(box, radius=dots(1.2), outline=0, width=3)
    draw.text((_MARGIN + pad, middle), key, fill=0, font=letters, anchor="lm")
    left = _MARGIN + dots(_KEYS_MM)
    room = width - _MARGIN - left
    plain = font(Face.PLAIN, high * 2 // 5)
    if plain.getlength(told) <= room:
        draw.text((left, middle), told, fill=0, font=plain, anchor="lm")
        return
    less = font(Face.PLAIN, high * 3 // 10)
    first, second = _halves(told, less, room)
    draw.text((left, middle - high // 5), first, fill=0, font=less, anchor="lm")
    draw.text((left, middle + high // 5), second, fill=0, font=less, anchor="lm")


def _fitting(text: str, face: Face, size: int, room: int) -> ImageFont.FreeTypeFont:
    """The face in the largest size in which the text fits."""
    while size > 12 and font(face, size).getlength(text) > room:
        size -= 2
    return font(face, size)


def _halves(told: str, letters: ImageFont.FreeTypeFont, room: int) -> tuple[str, str]:
    words = told.split(" ")
    count = len(words)
    while count > 1 and letters.getlength(" ".join(words[:count])) > room:
        count -= 1
    first, second = " ".join(words[:count]), " ".join(words[count:])
    return fitted(first, letters, room), fitted(second, letters, room)


def _in_greys(page: Image.Image) -> Image.Image:
    last = _GREYS - 1
    picture = Image.frombytes(
        "P", page.size, page.point([level * last // 255 for level in range(256)]).tobytes()
    )
    picture.putpalette([level * 255 // last for level in range(_GREYS) for _ in range(3)])
    return picture
