"""Cards on A4 pages, ten on each, with marks where to cut; print at 100 %, never "fit to page".

The cards touch each other: one cut parts two of them. Where the ground has a colour it goes on
around the block, so that no white edge is left, and the marks stand outside of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from terminal.paper.card_design import (
    HEIGHT,
    WHITE,
    WIDTH,
    Canvas,
    CardDesign,
    CardText,
    dots,
    millimetres,
    rgb,
)
from terminal.paper.card_face import Bar, CardPress
from terminal.paper.pdf import A4, Mark, Picture, Rectangle, Shape, pdf_of

COLUMNS, ROWS = 2, 5
PER_PAGE = COLUMNS * ROWS
# Whole dots of a printer with 300 or 600 per inch: no bar is blurred, no picture is scaled.
CARD_WIDTH, CARD_HEIGHT = (millimetres(dots(side)) for side in (WIDTH, HEIGHT))
PAGE = (millimetres(dots(A4[0])), millimetres(dots(A4[1])))
"""A4, a hundredth of a millimetre to the side."""
LEFT = millimetres(dots((PAGE[0] - COLUMNS * CARD_WIDTH) / 2))
TOP = millimetres(dots((PAGE[1] - ROWS * CARD_HEIGHT) / 2))
_BLEED = 3.0
_MARK_LENGTH, _MARK_WIDTH = 5.0, 0.1


def sheet_pdf(title: str, design: CardDesign, cards: Sequence[CardText]) -> bytes:
    """The cards as one PDF, in their order, the same bytes for the same cards.

    Raises `Unprintable` where the design or a number is unfit, `ValueError` without a card.
    """
    press = CardPress(design, Canvas.TRIM)
    parts = (cards[start : start + PER_PAGE] for start in range(0, len(cards), PER_PAGE))
    return pdf_of(title, (tuple(_page(press, part)) for part in parts), PAGE)


def place_of(position: int) -> tuple[float, float]:
    """Where the trimmed card of a position on its page begins: millimetres from left and top."""
    row, column = divmod(position % PER_PAGE, COLUMNS)
    return LEFT + column * CARD_WIDTH, TOP + row * CARD_HEIGHT


def _page(press: CardPress, cards: Sequence[CardText]) -> Iterator[Mark]:
    ground = rgb(press.design.ground)
    rows = -(-len(cards) // COLUMNS)
    columns = min(COLUMNS, len(cards))
    if ground != WHITE:
        wide, high = columns * CARD_WIDTH + 2 * _BLEED, rows * CARD_HEIGHT + 2 * _BLEED
        yield Shape((Rectangle(LEFT - _BLEED, TOP - _BLEED, wide, high),), ground)
    for position, card in enumerate(cards):
        left, top = place_of(position)
        yield Picture(press.shared(card), left, top, CARD_WIDTH, CARD_HEIGHT)
        for patch in press.patches(card):
            x, y = left + millimetres(patch.left), top + millimetres(patch.top)
            wide, high = millimetres(patch.image.width), millimetres(patch.image.height)
            yield Picture(patch.image, x, y, wide, high)
        yield Shape(tuple(_placed(list(press.bars(card)), left, top)))
    yield Shape(tuple(_cut_marks(columns, rows)))


def _placed(bars: Sequence[Bar], left: float, top: float) -> Iterator[Rectangle]:
    """The bars of a card on the page, at most a dot to the left of their place.

    They begin at an even dot: then those who print with 150 dots per inch get whole ones too.
    """
    nudge = (dots(left) + bars[0][0]) % 2
    for x, y, wide, high in bars:
        place = left + millimetres(x - nudge), top + millimetres(y)
        yield Rectangle(*place, millimetres(wide), millimetres(high))


def _cut_marks(columns: int, rows: int) -> Iterator[Rectangle]:
    """Hairlines outside the block at each edge of a card."""
    right, bottom = LEFT + columns * CARD_WIDTH, TOP + rows * CARD_HEIGHT
    half = _MARK_WIDTH / 2
    for column in range(columns + 1):
        x = LEFT + column * CARD_WIDTH - half
        for y in (TOP - _BLEED - _MARK_LENGTH, bottom + _BLEED):
            yield Rectangle(x, y, _MARK_WIDTH, _MARK_LENGTH)
    for row in range(rows + 1):
        y = TOP + row * CARD_HEIGHT - half
        for x in (LEFT - _BLEED - _MARK_LENGTH, right + _BLEED):
            yield Rectangle(x, y, _MARK_LENGTH, _MARK_WIDTH)
