"""Letters on paper: the fonts that ship with the program, and texts cut to a width."""

import enum
import functools
import unicodedata

from PIL import ImageFont

from terminal import resources

ELLIPSIS = "…"


class Face(enum.Enum):
    """The faces that ship: they have all letters of the six languages, and € ₴ ₽ №."""

    PLAIN = "DejaVuSans.ttf"
    BOLD = "DejaVuSans-Bold.ttf"
    MONO = "DejaVuSansMono.ttf"
    MONO_BOLD = "DejaVuSansMono-Bold.ttf"


@functools.lru_cache(maxsize=32)
def font(face: Face, dots: int) -> ImageFont.FreeTypeFont:
    """The face at a size in dots of the image. Raises `resources.MissingResource`."""
    # The basic layout is the same on every machine; the other one depends on a system library.
    return ImageFont.truetype(
        str(resources.path("fonts", face.value)), dots, layout_engine=ImageFont.Layout.BASIC
    )


def fitted(text: str, letters: ImageFont.FreeTypeFont, width: int) -> str:
    """The text on one line of at most `width` dots, cut with an ellipsis where it is longer.

    Composed (NFC), because the basic layout does not stack accents. What has no sign (control
    characters, line ends) becomes a blank.
    """
    line = "".join(
        sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", text)
    )
    if letters.getlength(line) <= width:
        return line
    # The longest beginning that fits together with the ellipsis, by halving.
    fits, too_long = 0, len(line)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if letters.getlength(line[:middle] + ELLIPSIS) <= width:
            fits = middle
        else:
            too_long = middle
    return line[:fits].rstrip() + ELLIPSIS
