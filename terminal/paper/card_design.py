"""How a member card looks: its measures in millimetres, and what a shop may choose of it.

The card is ID-1 (ISO/IEC 7810), 85.60 × 53.98 mm. Everything is measured from the top left corner
of the trimmed card; what a printer cuts off stands around it.
"""

from __future__ import annotations

import enum
import re

from terminal.paper.symbols import Unprintable
from terminal.values import dataclass

DOTS_PER_INCH = 300
_MM_PER_INCH = 25.4

WIDTH, HEIGHT = 85.60, 53.98
CONTRAST_MIN = 4.5
"""Of letters on the card's ground (WCAG 2.2, 1.4.3)."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


class Canvas(enum.Enum):
    """What is drawn around the trimmed card, in millimetres of width and height."""

    TRIM = (WIDTH, HEIGHT)
    """The card itself: for card printers, and for those who cut by hand."""
    BLEED = (WIDTH + 6, HEIGHT + 6)
    """3 mm more on each side, as most printing houses ask."""
    UA_89 = (89.0, 57.0)
    """As printing houses in Ukraine ask."""
    UA_90 = (90.0, 57.0)

    @property
    def size(self) -> tuple[int, int]:
        """Dots at 300 per inch."""
        width, height = self.value
        return dots(width), dots(height)

    @property
    def corner(self) -> tuple[float, float]:
        """Where the trimmed card begins."""
        width, height = self.value
        return (width - WIDTH) / 2, (height - HEIGHT) / 2


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the card, in millimetres."""

    left: float
    top: float
    width: float
    height: float


LOGO = Box(5, 5, 40, 12)
PROMISE = Box(5, 18.5, 54, 7)
NAME = Box(5, 26, 54, 4)
PROMISE_WITHOUT_NAME = Box(5, 18.5, 54, 11.5)
QR = Box(64.6, 5, 16, 16)
BARS_TOP, BARS_HEIGHT = 33.0, 10.0
BARS_CLEAR = 6.3
"""Nothing else is printed so near to the left and right of a barcode, and no edge is nearer."""
PANEL_TOP, PANEL_HEIGHT = 32.0, 14.5
"""The white ground of the barcode and its digits."""
DIGITS_TOP, DIGITS_POINTS = 43.4, 9.0
CONTACT = Box(4, 47.2, WIDTH - 8, 2.78)
"""Down to the safe line, 4 mm from the edge."""
CONTACT_POINTS = 7.0
PROMISE_POINTS_MIN = 8.0
BAR_DOTS, QR_DOTS = 4, 5
"""Dots of one module: 0.34 mm and 0.42 mm."""
QR_VERSION = 3
"""29 modules: an address will fit into the same square that the number alone has today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDesign:
    """What all cards of a shop have in common.

    Raises `Unprintable` where a colour is none, or letters could not be read on the ground.
    """

    shop: str
    """Stands in the logo's place where there is no logo."""
    promise: tuple[str, ...] = ()
    """In parts; a part is left out rather than cut."""
    contact: tuple[str, ...] = ()
    """Phone and site; the last ones are left out where there is no room."""
    logo: bytes = b""
    """A picture file (PNG, JPEG …)."""
    ground: str = "#ffffff"
    ink: str = "#111827"
    mark: str = ""
    """Printed across the card, such as TRAINING; a card with a mark is no card of the shop."""

    def __post_init__(self) -> None:
        for colour in (self.ground, self.ink):
            if not _COLOUR.fullmatch(colour):
                raise Unprintable(f"{colour!r} is no colour such as #0b5d57")
        contrast = contrast_of(rgb(self.ground), rgb(self.ink))
        if contrast < CONTRAST_MIN:
            raise Unprintable(
                f"{self.ink} on {self.ground} cannot be read: their contrast is {contrast:.1f}, "
                f"{CONTRAST_MIN} is the least"
            )


@dataclass(frozen=True, slots=True)
class CardText:
    """What one card has of its own."""

    number: str
    name: str = ""
    """Printed if it is there."""


def dots(millimetres: float) -> int:
    """Dots of the image for a length."""
    return round(millimetres * DOTS_PER_INCH / _MM_PER_INCH)


def points(size: float) -> int:
    """Dots for a size of letters in points."""
    return round(size * DOTS_PER_INCH / 72)


def millimetres(count: float) -> float:
    """The length of so many dots."""
    return count * _MM_PER_INCH / DOTS_PER_INCH


def rgb(colour: str) -> Colour:
    """#0b5d57 as three numbers."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def contrast_of(one: Colour, other: Colour) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 / 255 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
