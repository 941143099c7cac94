"""The face of a member card: what stands where, as a picture and as bars of its own.

A card is drawn in colours of a small palette, because the compressor is what a PNG costs. What
all cards of a shop share is drawn once. Bars and squares of codes are kept apart from the picture:
a PNG gets them as black dots, a PDF as shapes.

The QR code holds the card's number, the same digits as the bars: `barcodes.parse` reads both as
the same card, whatever the scanner looks at first.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageDraw, UnidentifiedImageError

from terminal.paper.card_design import (
    BAR_DOTS,
    BARS_CLEAR,
    BARS_HEIGHT,
    BARS_TOP,
    BLACK,
    CONTACT,
    CONTACT_POINTS,
    DIGITS_POINTS,
    DIGITS_TOP,
    DOTS_PER_INCH,
    LOGO,
    NAME,
    PANEL_HEIGHT,
    PANEL_TOP,
    PROMISE,
    PROMISE_POINTS_MIN,
    PROMISE_WITHOUT_NAME,
    QR,
    QR_DOTS,
    QR_VERSION,
    WHITE,
    WIDTH,
    Box,
    Canvas,
    CardDesign,
    CardText,
    Colour,
    dots,
    points,
    rgb,
)
from terminal.paper.card_lettering import Lines, drawn, fit_name, fit_parts
from terminal.paper.lettering import Face, font
from terminal.paper.symbols import (
    CODE_128_QUIET,
    EAN_QUIET,
    QR_QUIET,
    Unprintable,
    code_128_modules,
    ean_modules,
    qr_modules,
)
from terminal.values import dataclass

_STEPS = 16
"""Shades between paper and ink: enough for smooth letters."""
_ON_GROUND, _ON_WHITE, _OF_LOGO = 0, _STEPS, 2 * _STEPS
_WHITE_INDEX, _BLACK_INDEX = _ON_WHITE, _ON_WHITE + _STEPS - 1
_LOGO_COLOURS = 96
_MARK_SHADE = 4
_NAME_POINTS, _NAME_POINTS_MIN = 10.0, 6.0
_SHOP_POINTS, _SHOP_POINTS_MIN = 22.0, 7.0
_PROMISE_POINTS = 11.0
_CONTACT_POINTS_MIN = 5.0
_LOGO_PIXELS_MAX = 40_000_000


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of the picture, in dots from the corner of the trimmed card; mode P."""

    image: Image.Image
    left: int
    top: int


Bar = tuple[int, int, int, int]
"""Left, top, width and height in dots, from the corner of the trimmed card."""


class CardPress:
    """Draws the cards of one shop."""

    def __init__(self, design: CardDesign, canvas: Canvas = Canvas.TRIM) -> None:
        """Draws what all cards share. Raises `Unprintable`: a text or the logo is unfit; says which."""
        self.design, self.canvas = design, canvas
        left, top = canvas.corner
        self.corner = dots(left), dots(top)
        self._palette = _shades(rgb(design.ground), rgb(design.ink)) + _shades(WHITE, BLACK)
        logo = _logo(design.logo, rgb(design.ground)) if design.logo else None
        if logo is not None:
            self._palette += _colours_of(logo)
        self._shared = {named: self._draw_shared(logo, named=named) for named in (False, True)}

    def shared(self, card: CardText) -> Image.Image:
        """What all cards share, as large as the canvas; the same object for many cards."""
        return self._shared[bool(card.name)]

    def patches(self, card: CardText) -> Iterator[Patch]:
        """What stands on this card only: the white ground with the digits, and the name.

        Raises `Unprintable` where the number fits no code of a card.
        """
        modules, quiet = bar_modules(card.number)
        first, wide = _bars_place(modules, quiet)
        clear = dots(BARS_CLEAR)
        panel = Image.new("L", (wide + 2 * clear, dots(PANEL_HEIGHT)), _WHITE_INDEX)
        letters = font(Face.MONO, points(DIGITS_POINTS))
        ink = Image.new("L", panel.size, 0)
        base = dots(DIGITS_TOP - PANEL_TOP) + round(points(DIGITS_POINTS) * 0.76)
        # Under the bars: their quiet zones are not alike.
        middle = clear + quiet[0] * BAR_DOTS + len(modules) * BAR_DOTS // 2
        place = ImageDraw.Draw(ink)
        place.text((middle, base), grouped(card.number), fill=255, font=letters, anchor="ms")
        _lay(panel, ink, (0, 0), _ON_WHITE)
        yield Patch(self._coloured(panel), first - clear, dots(PANEL_TOP))
        if card.name:
            name = fit_name(card.name, NAME, Face.PLAIN, _NAME_POINTS, _NAME_POINTS_MIN)
            box = Image.new("L", (dots(NAME.width), dots(NAME.height)), _ON_GROUND)
            _lay(box, drawn(name, NAME), (0, 0), _ON_GROUND)
            yield Patch(self._coloured(box), dots(NAME.left), dots(NAME.top))

    def bars(self, card: CardText) -> Iterator[Bar]:
        """What is black in its two codes. Raises `Unprintable`."""
        modules, quiet = bar_modules(card.number)
        first, _ = _bars_place(modules, quiet)
        left, top, high = first + quiet[0] * BAR_DOTS, dots(BARS_TOP), dots(BARS_HEIGHT)
        for place, count in _runs(modules):
            yield left + place * BAR_DOTS, top, count * BAR_DOTS, high
        rows = qr_modules(card.number, version=QR_VERSION)
        wide = (len(rows) + 2 * QR_QUIET) * QR_DOTS
        spare = (dots(QR.width) - wide) // 2 + QR_QUIET * QR_DOTS
        left, top = dots(QR.left) + spare, dots(QR.top) + spare
        for down, row in enumerate(rows):
            for place, count in _runs("".join("01"[module] for module in row)):
                yield left + place * QR_DOTS, top + down * QR_DOTS, count * QR_DOTS, QR_DOTS

    def picture(self, card: CardText) -> Image.Image:
        """The whole card with its bars, 300 dots per inch, mode P. Raises `Unprintable`."""
        image = self.shared(card).copy()
        left, top = self.corner
        for patch in self.patches(card):
            image.paste(patch.image, (left + patch.left, top + patch.top))
        draw = ImageDraw.Draw(image)
        for x, y, wide, high in self.bars(card):
            place = (left + x, top + y, left + x + wide - 1, top + y + high - 1)
            draw.rectangle(place, fill=_BLACK_INDEX)
        return image

    def png(self, card: CardText) -> bytes:
        """The card as a PNG file that knows its 300 dots per inch. Raises `Unprintable`."""
        file = io.BytesIO()
        resolution = (DOTS_PER_INCH, DOTS_PER_INCH)
        self.picture(card).save(file, "PNG", dpi=resolution, compress_level=1)
        return file.getvalue()

    def _draw_shared(self, logo: Image.Image | None, *, named: bool) -> Image.Image:
        design, work = self.design, Image.new("L", self.canvas.size, _ON_GROUND)
        if design.mark:
            _lay(work, _mark(design.mark, work.size), (0, 0), _ON_GROUND, shade=_MARK_SHADE)
        if logo is not None:
            self._put(work, logo, LOGO)
        else:
            shop = fit_name(design.shop, LOGO, Face.BOLD, _SHOP_POINTS, _SHOP_POINTS_MIN)
            self._write(work, shop, LOGO)
        if design.promise:
            place = PROMISE if named else PROMISE_WITHOUT_NAME
            promise = fit_parts(
                design.promise, place, Face.BOLD, _PROMISE_POINTS, PROMISE_POINTS_MIN
            )
            if not promise.lines:
                raise Unprintable(f"{design.promise[0]!r} has no room on a card: make it shorter")
            self._write(work, promise, place)
        if design.contact:
            self._write(work, _contact(design.contact), CONTACT, centred=True)
        white = Image.new("L", (dots(QR.width), dots(QR.height)), _WHITE_INDEX)
        self._put(work, white, QR)
        return self._coloured(work)

    def _write(self, work: Image.Image, text: Lines, box: Box, *, centred: bool = False) -> None:
        place = (self.corner[0] + dots(box.left), self.corner[1] + dots(box.top))
        _lay(work, drawn(text, box, centred=centred), place, _ON_GROUND)

    def _put(self, work: Image.Image, picture: Image.Image, box: Box) -> None:
        down = (dots(box.height) - picture.height) // 2
        work.paste(
            picture, (self.corner[0] + dots(box.left), self.corner[1] + dots(box.top) + down)
        )

    def _coloured(self, work: Image.Image) -> Image.Image:
        image = Image.frombytes("P", work.size, work.tobytes())
        image.putpalette([part for colour in self._palette for part in colour])
        return image


def bar_modules(number: str) -> tuple[str, tuple[int, int]]:
    """The modules of a card's barcode, and its quiet zones: EAN-13, for other cards Code 128.

    Raises `Unprintable` where a card is not wide enough for it.
    """
    if len(number) == 13 and number.isdigit():
        try:
            return ean_modules(number), EAN_QUIET[13]
        except Unprintable:
            pass  # 13 digits of a card that others made; their last one checks nothing
    modules, quiet = code_128_modules(number), CODE_128_QUIET
    room = dots(WIDTH - 2 * BARS_CLEAR)
    if (len(modules) + sum(quiet)) * BAR_DOTS > room:
        raise Unprintable(f"{number!r} is too long for the barcode of a card")
    return modules, quiet


def grouped(number: str) -> str:
    """A card number as people read it aloud: 1-6-6 digits."""
    if len(number) == 13 and number.isdigit():
        return f"{number[0]} {number[1:7]} {number[7:]}"
    return number


def _bars_place(modules: str, quiet: tuple[int, int]) -> tuple[int, int]:
    """Where the barcode with its quiet zones begins, and its width: in the middle of the card."""
    wide = (len(modules) + sum(quiet)) * BAR_DOTS
    return (dots(WIDTH) - wide) // 2, wide


def _runs(modules: str) -> Iterator[tuple[int, int]]:
    """Where black begins, and over how many modules."""
    place = 0
    while (place := modules.find("1", place)) >= 0:
        end = modules.find("0", place)
        end = len(modules) if end < 0 else end
        yield place, end - place
        place = end


def _contact(parts: tuple[str, ...]) -> Lines:
    """Phone and site in one line; half a number helps nobody, so the last ones go."""
    for count in range(len(parts), 0, -1):
        line = (" · ".join(parts[:count]),)
        text = fit_parts(line, CONTACT, Face.PLAIN, CONTACT_POINTS, _CONTACT_POINTS_MIN)
        if text.lines:
            return text
    raise Unprintable(f"{parts[0]!r} has no room on a card: make it shorter")


def _lay(
    work: Image.Image, ink: Image.Image, place: tuple[int, int], ramp: int, shade: int = _STEPS - 1
) -> None:
    """Lay letters (mode L, 255 for ink) on a picture of palette numbers, in the shades of a ramp."""
    shades = ink.point([ramp + level * shade // 255 for level in range(256)])
    touched = ink.point([0 if level * shade // 255 == 0 else 255 for level in range(256)])
    work.paste(shades, place, touched)


def _mark(text: str, size: tuple[int, int]) -> Image.Image:
    """One word across the whole card."""
    ink = Image.new("L", size, 0)
    letters = font(Face.BOLD, min(round(size[0] * 1.3 / max(4, len(text))), size[1] // 3))
    middle = (size[0] // 2, size[1] // 2)
    ImageDraw.Draw(ink).text(middle, text, fill=255, font=letters, anchor="mm")
    return ink.rotate(20, resample=Image.Resampling.BILINEAR)


def _logo(file: bytes, ground: Colour) -> Image.Image:
    """The shop's picture as large as its place allows, on the card's ground, in few colours."""
    try:
        with Image.open(io.BytesIO(file)) as opened:
            if opened.width * opened.height > _LOGO_PIXELS_MAX:
                raise Unprintable(f"the logo has {opened.width} × {opened.height} dots: too many")
            picture = opened.convert("RGBA")
    except Unprintable:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Unprintable(f"the logo is no picture that can be read: {error}") from error
    room = (dots(LOGO.width), dots(LOGO.height))
    scale = min(room[0] / picture.width, room[1] / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    flat = Image.new("RGBA", size, (*ground, 255))
    flat.alpha_composite(picture)
    few = flat.convert("RGB").quantize(_LOGO_COLOURS, dither=Image.Dither.NONE)
    numbers = Image.frombytes("L", size, few.tobytes())
    numbered = numbers.point([min(255, _OF_LOGO + number) for number in range(256)])
    numbered.info["colours"] = few.getpalette("RGB")
    return numbered


def _colours_of(logo: Image.Image) -> list[Colour]:
    flat = logo.info["colours"][: _LOGO_COLOURS * 3]
    return [(flat[at], flat[at + 1], flat[at + 2]) for at in range(0, len(flat), 3)]


def _shades(paper: Colour, ink: Colour) -> list[Colour]:
    """From paper to ink in even steps."""
    last = _STEPS - 1
    return [
        (
            (paper[0] * (last - step) + ink[0] * step) // last,
            (paper[1] * (last - step) + ink[1] * step) // last,
            (paper[2] * (last - step) + ink[2] * step) // last,
        )
        for step in range(_STEPS)
    ]
