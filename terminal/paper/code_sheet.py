"""An A4 sheet of codes to scan with a real scanner: demo cards, goods, set-up codes.

Raster at 300 dots per inch, black and white, because every bar must fall on whole dots of the
printer; the PDF holds the same dots as fax images (CCITT group 4), some kilobytes a page.
Print at 100 %, never "fit to page".
"""

import io
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from terminal.paper.lettering import Face, fitted, font
from terminal.paper.symbols import (
    CODE_128_QUIET,
    EAN_QUIET,
    QR_QUIET,
    Symbology,
    Unprintable,
    code_128_modules,
    ean_modules,
    qr_modules,
)
from terminal.values import dataclass

DOTS_PER_INCH = 300
PAGE_SIZE = (2480, 3508)
"""A4, 210 × 297 mm, in dots."""

COLUMNS = 3
ROWS = 7

# All in dots; 11.8 dots are a millimetre.
_MARGIN = 118
_TITLE_HEIGHT = 130
_CELL_WIDTH = (PAGE_SIZE[0] - 2 * _MARGIN) // COLUMNS
_CELL_HEIGHT = (PAGE_SIZE[1] - 2 * _MARGIN - _TITLE_HEIGHT) // ROWS
_PADDING = 20
_INNER_WIDTH = _CELL_WIDTH - 2 * _PADDING
_HEADING_DOTS, _CAPTION_DOTS, _DIGITS_DOTS, _TITLE_DOTS = 38, 30, 32, 58
_SYMBOL_TOP = _PADDING + 98
_BARS_HEIGHT = 240
_QR_SIDE_MAX = _CELL_HEIGHT - _SYMBOL_TOP - _PADDING - _DIGITS_DOTS - 8
_GUARD_MODULES = 5
_EAN_DOTS = 4
# Two dots, 0.17 mm, would hold more, but cheap scanners and cheap printers lose them.
_CODE_128_DOTS = (4, 3)
_QR_DOTS = (8, 7, 6, 5, 4)


@dataclass(frozen=True, slots=True)
class SheetCode:
    """One cell of the sheet."""

    heading: str
    caption: str
    text: str
    """What the scanner shall send."""
    symbology: Symbology


def sheet_pages(title: str, codes: Sequence[SheetCode]) -> Iterator[Image.Image]:
    """The pages, one bit a dot, 21 codes on each; an empty sheet has one page.

    Raises `Unprintable` where a code does not fit its symbology or the width of a column.
    """
    per_page = COLUMNS * ROWS
    count = max(1, -(-len(codes) // per_page))
    for number in range(count):
        page = Image.new("L", PAGE_SIZE, 255)
        draw = ImageDraw.Draw(page)
        _draw_title(draw, title, f"{number + 1} / {count}" if count > 1 else "")
        for place, code in enumerate(codes[number * per_page : (number + 1) * per_page]):
            row, column = divmod(place, COLUMNS)
            left = _MARGIN + column * _CELL_WIDTH
            _draw_cell(draw, code, left, _MARGIN + _TITLE_HEIGHT + row * _CELL_HEIGHT)
        # A plain threshold: a dithered edge would blur the bars.
        yield page.convert("1", dither=Image.Dither.NONE)


def sheet_pdf(title: str, codes: Sequence[SheetCode]) -> bytes:
    """The sheet as one PDF of A4 pages, the same bytes for the same codes. Raises `Unprintable`."""
    pages = sheet_pages(title, codes)
    file = io.BytesIO()
    next(pages).save(
        file,
        "PDF",
        resolution=DOTS_PER_INCH,
        save_all=True,
        append_images=pages,
        title=title,
        # No clock in the file.
        creationDate=None,
        modDate=None,
    )
    return file.getvalue()


def _draw_title(draw: ImageDraw.ImageDraw, title: str, number: str) -> None:
    letters = font(Face.BOLD, _TITLE_DOTS)
    small = font(Face.PLAIN, _CAPTION_DOTS)
    right = PAGE_SIZE[0] - _MARGIN
    draw.text((right, _MARGIN + _TITLE_DOTS), number, fill=0, font=small, anchor="rs")
    width = PAGE_SIZE[0] - 2 * _MARGIN - round(small.getlength(number)) - _PADDING
    line = fitted(title, letters, width)
    draw.text((_MARGIN, _MARGIN + _TITLE_DOTS), line, fill=0, font=letters, anchor="ls")


def _draw_cell(draw: ImageDraw.ImageDraw, code: SheetCode, left: int, top: int) -> None:
    draw.rectangle((left, top, left + _CELL_WIDTH, top + _CELL_HEIGHT), outline=0)
    heading = font(Face.BOLD, _HEADING_DOTS)
    caption = font(Face.PLAIN, _CAPTION_DOTS)
    inner = left + _PADDING
    for line, letters, base in ((code.heading, heading, 36), (code.caption, caption, 76)):
        text = fitted(line, letters, _INNER_WIDTH)
        draw.text((inner, top + _PADDING + base), text, fill=0, font=letters, anchor="ls")
    middle, symbol_top = left + _CELL_WIDTH // 2, top + _SYMBOL_TOP
    match code.symbology:
        case Symbology.EAN:
            _draw_ean(draw, code.text, middle, symbol_top)
        case Symbology.CODE_128:
            _draw_code_128(draw, code.text, middle, symbol_top)
        case Symbology.QR:
            _draw_qr(draw, code.text, middle, symbol_top)


def _draw_ean(draw: ImageDraw.ImageDraw, digits: str, middle: int, top: int) -> None:
    """The bars, the guards longer than the rest, and each digit under its seven modules."""
    modules = ean_modules(digits)
    before, after = EAN_QUIET[len(digits)]
    left = middle - (before + len(modules) + after) * _EAN_DOTS // 2 + before * _EAN_DOTS
    half = len(modules) // 2
    guards = {0, 1, 2, half - 1, half, half + 1, *range(len(modules) - 3, len(modules))}
    _draw_bars(draw, modules, left, top, dots=_EAN_DOTS, guards=guards)
    letters = font(Face.MONO, _DIGITS_DOTS)
    base = top + _BARS_HEIGHT + _DIGITS_DOTS - 2
    in_half = len(digits) // 2
    for place, digit in enumerate(reversed(digits)):
        # From the right: the last guard (3), then seven modules a digit, the middle guard (5).
        from_right = 3 + 7 * place + 3.5 + (5 if place >= in_half else 0)
        if place == 2 * in_half:
            from_right = len(modules) + 5
        centre = left + (len(modules) - from_right) * _EAN_DOTS
        draw.text((centre, base), digit, fill=0, font=letters, anchor="ms")


def _draw_code_128(draw: ImageDraw.ImageDraw, text: str, middle: int, top: int) -> None:
    modules = code_128_modules(text)
    wide = len(modules) + sum(CODE_128_QUIET)
    dots = next((dots for dots in _CODE_128_DOTS if wide * dots <= _INNER_WIDTH), None)
    if dots is None:
        raise Unprintable(f"{text!r} is too long for Code 128 in a column; use QR")
    _draw_bars(draw, modules, middle - len(modules) * dots // 2, top, dots=dots, guards=set())
    _draw_text_below(draw, text, middle, top + _BARS_HEIGHT)


def _draw_bars(
    draw: ImageDraw.ImageDraw, modules: str, left: int, top: int, *, dots: int, guards: set[int]
) -> None:
    """Bars of whole dots; those whose place is in `guards` reach down between the digits."""
    for place, module in enumerate(modules):
        if module == "1":
            x = left + place * dots
            longer = _GUARD_MODULES * dots if place in guards else 0
            draw.rectangle((x, top, x + dots - 1, top + _BARS_HEIGHT - 1 + longer), fill=0)


def _draw_qr(draw: ImageDraw.ImageDraw, text: str, middle: int, top: int) -> None:
    rows = qr_modules(text)
    wide = len(rows) + 2 * QR_QUIET
    dots = next((dots for dots in _QR_DOTS if wide * dots <= _QR_SIDE_MAX), None)
    if dots is None:
        raise Unprintable(f"a text of {len(text)} characters is too long for QR in a column")
    left, first = middle - len(rows) * dots // 2, top + QR_QUIET * dots
    for down, row in enumerate(rows):
        for across, module in enumerate(row):
            if module:
                x, y = left + across * dots, first + down * dots
                draw.rectangle((x, y, x + dots - 1, y + dots - 1), fill=0)
    _draw_text_below(draw, text, middle, top + wide * dots)


def _draw_text_below(draw: ImageDraw.ImageDraw, text: str, middle: int, top: int) -> None:
    letters = font(Face.MONO, _DIGITS_DOTS)
    line = fitted(text, letters, _INNER_WIDTH)
    draw.text((middle, top + _DIGITS_DOTS), line, fill=0, font=letters, anchor="ms")
