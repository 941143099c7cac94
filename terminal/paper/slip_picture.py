"""A slip as dots: the picture that a receipt printer burns, and the same on a page of PDF.

No code page has all letters of our languages, and which number a page has differs by the maker of
the printer. A picture of the text prints ą, ț, ķ, ґ and ₴ on every one of them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from terminal.barcodes.voucher_code import looks_like_voucher
from terminal.paper.lettering import Face, font
from terminal.paper.slip import COLUMNS_58_MM, COLUMNS_80_MM
from terminal.paper.symbols import CODE_128_QUIET, QR_QUIET, code_128_modules, qr_modules
from terminal.paper.voucher_slip import PrintedCode, digit_lines
from terminal.values import dataclass

_DOTS_PER_INCH = 203.2
"""Of nearly every receipt printer: eight to the millimetre."""
_BARS_DOTS = 2
"""A quarter of a millimetre, what GS1 asks for at least; one dot no scanner reads."""
_BARS_HIGH = 88
_QR_DOTS = 6
_GAP = 16
_STRIP_GAP = 48
"""Six millimetres, so that a strip can be torn off."""
_DIGITS_SIZE = 16


@dataclass(frozen=True, slots=True)
class SlipPaper:
    """A width of paper: all in dots."""

    page: int
    """The roll."""
    printable: int
    cell: int
    """Of one letter."""
    letters: int
    high: int
    """Of a line."""


PAPERS = {
    COLUMNS_80_MM: SlipPaper(page=640, printable=576, cell=13, letters=22, high=29),
    COLUMNS_58_MM: SlipPaper(page=464, printable=384, cell=12, letters=20, high=27),
}
"""By the columns that fit."""


def slip_picture(
    lines: Sequence[str], code: str, columns: int, strips: Sequence[PrintedCode] = ()
) -> Image.Image:
    """The slip in black (0) on white, one bit a dot, as wide as the paper prints.

    ``code`` is printed below the lines as bars, or as QR where bars are too wide for the paper;
    empty for none. ``strips`` of vouchers and gift cards follow, each with its code. Raises
    `ValueError` for columns that no paper has.
    """
    whole = _one_picture(lines, code, columns)
    for strip in strips:
        whole = _stacked(whole, _one_picture(strip.lines, strip.code, columns), gap=_STRIP_GAP)
    return whole


def _stacked(above: Image.Image, below: Image.Image, *, gap: int) -> Image.Image:
    both = Image.new("1", (above.width, above.height + gap + below.height), 1)
    both.paste(above, (0, 0))
    both.paste(below, (0, above.height + gap))
    return both


def _one_picture(lines: Sequence[str], code: str, columns: int) -> Image.Image:
    paper = _paper(columns)
    drawn = None if not code else _code_picture(code, paper)
    high = len(lines) * paper.high + (_GAP + drawn.height if drawn else 0)
    picture = Image.new("1", (paper.printable, max(1, high)), 1)
    draw = ImageDraw.Draw(picture)
    left = (paper.printable - columns * paper.cell) // 2
    for place, line in enumerate(lines):
        _draw_line(draw, line, paper, left, place * paper.high)
    if drawn:
        across = (paper.printable - drawn.width) // 2
        picture.paste(drawn, (across, len(lines) * paper.high + _GAP))
    return picture


def code_picture(code: str, columns: int) -> Image.Image:
    """Only the code, as it stands below a slip, in the middle of the paper."""
    return slip_picture((), code, columns)


def slip_pdf(
    lines: Sequence[str], code: str, columns: int, strips: Sequence[PrintedCode] = ()
) -> bytes:
    """The slip as one page as wide as the roll and as long as it needs, at its true size.

    The same bytes for the same slip. Raises `ValueError` for columns that no paper has.
    """
    paper = _paper(columns)
    picture = slip_picture(lines, code, columns, strips)
    margin = (paper.page - paper.printable) // 2
    page = Image.new("1", (paper.page, picture.height + 2 * margin), 1)
    page.paste(picture, (margin, margin))
    file = io.BytesIO()
    # No clock in the file.
    page.save(file, "PDF", resolution=_DOTS_PER_INCH, creationDate=None, modDate=None)
    return file.getvalue()


def _paper(columns: int) -> SlipPaper:
    if columns not in PAPERS:
        raise ValueError(f"there is paper of {' and '.join(map(str, PAPERS))} columns")
    return PAPERS[columns]


def _draw_line(draw: ImageDraw.ImageDraw, line: str, paper: SlipPaper, left: int, top: int) -> None:
    letters = font(Face.MONO, paper.letters)
    if letters.getlength(line) == paper.cell * len(line):
        draw.text((left, top), line, fill=0, font=letters)
        return
    # A letter of another width must not push the prices: each stands in its own column.
    for place, sign in enumerate(line):
        draw.text((left + place * paper.cell, top), sign, fill=0, font=letters)


def _code_picture(code: str, paper: SlipPaper) -> Image.Image:
    """The code with its quiet zones and, below, its characters for fingers."""
    bars = code_128_modules(code)
    wide = (len(bars) + sum(CODE_128_QUIET)) * _BARS_DOTS
    symbol = _bars(bars, wide) if wide <= paper.printable else _qr(qr_modules(code))
    letters = font(Face.MONO, _DIGITS_SIZE)
    most = paper.printable // round(letters.getlength("0"))
    parts = _parts(code, most)
    high = symbol.height + 4 + len(parts) * (_DIGITS_SIZE + 4)
    picture = Image.new("1", (paper.printable, high), 1)
    picture.paste(symbol, ((paper.printable - symbol.width) // 2, 0))
    draw = ImageDraw.Draw(picture)
    for row, part in enumerate(parts):
        base = symbol.height + 4 + row * (_DIGITS_SIZE + 4)
        draw.text((paper.printable // 2, base), part, fill=0, font=letters, anchor="ma")
    return picture


def _parts(code: str, most: int) -> list[str]:
    """The characters in lines of so many at most; a voucher's in the groups that are typed."""
    if looks_like_voucher(code):
        return [line.strip() for line in digit_lines(code, most)]
    rows = -(-len(code) // most)
    each = -(-len(code) // rows)
    return [code[start : start + each] for start in range(0, len(code), each)]


def _bars(modules: str, wide: int) -> Image.Image:
    strip = Image.new("1", (len(modules), 1), 1)
    strip.putdata([0 if module == "1" else 1 for module in modules])
    drawn = strip.resize((len(modules) * _BARS_DOTS, _BARS_HIGH), Image.Resampling.NEAREST)
    picture = Image.new("1", (wide, _BARS_HIGH), 1)
    picture.paste(drawn, (CODE_128_QUIET[0] * _BARS_DOTS, 0))
    return picture


def _qr(rows: Sequence[bytes]) -> Image.Image:
    square = Image.new("1", (len(rows), len(rows)), 1)
    square.putdata([0 if module else 1 for row in rows for module in row])
    side = len(rows) * _QR_DOTS
    drawn = square.resize((side, side), Image.Resampling.NEAREST)
    whole = side + 2 * QR_QUIET * _QR_DOTS
    picture = Image.new("1", (whole, whole), 1)
    picture.paste(drawn, (QR_QUIET * _QR_DOTS, QR_QUIET * _QR_DOTS))
    return picture
