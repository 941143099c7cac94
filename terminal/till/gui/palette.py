"""The colours: one accent, warm greys, and four loud ones that never speak alone.

Every pair that carries text has a contrast of 4.5 or more, every edge of a control 3 or more;
a test counts them. The one of high contrast has 7 and 4.5.
"""

from __future__ import annotations

from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One set of colours, as #rrggbb."""

    page: str
    card: str
    sunken: str
    """Behind what can be scrolled or typed into."""
    line: str
    """Between cards: decoration, nothing depends on seeing it."""
    edge: str
    """Round controls."""
    text: str
    quiet: str
    accent: str
    accent_pressed: str
    on_accent: str
    tint: str
    """The accent, thinned: a chosen line, a reward that is on."""
    focus: str
    good: str
    good_tint: str
    warn: str
    on_warn: str
    error: str
    on_error: str


LIGHT = Palette(
    page="#EEF1EF",
    card="#FFFFFF",
    sunken="#F6F8F7",
    line="#DCE2DF",
    edge="#6B7280",
    text="#111827",
    quiet="#4B5563",
    accent="#0B5D57",
    accent_pressed="#084640",
    on_accent="#FFFFFF",
    tint="#DDF0EC",
    focus="#1D4ED8",
    good="#166534",
    good_tint="#E3F4E8",
    warn="#FBBF24",
    on_warn="#111827",
    error="#B91C1C",
    on_error="#FFFFFF",
)

DARK = Palette(
    page="#0F1513",
    card="#1A2220",
    sunken="#141B19",
    line="#2C3835",
    edge="#8A97A3",
    text="#F3F4F6",
    quiet="#B6C0CA",
    accent="#5EEAD4",
    accent_pressed="#99F6E4",
    on_accent="#06231F",
    tint="#173A36",
    focus="#93C5FD",
    good="#86EFAC",
    good_tint="#15301F",
    warn="#FBBF24",
    on_warn="#111827",
    error="#F87171",
    on_error="#2A0606",
)

CONTRAST = Palette(
    page="#000000",
    card="#000000",
    sunken="#000000",
    line="#7A7A7A",
    edge="#FFFFFF",
    text="#FFFFFF",
    quiet="#F2F2F2",
    accent="#FFE94A",
    accent_pressed="#FFFFFF",
    on_accent="#000000",
    tint="#003B57",
    focus="#00F0FF",
    good="#7CFF8F",
    good_tint="#00280A",
    warn="#FFC400",
    on_warn="#000000",
    error="#FF9A93",
    on_error="#000000",
)

BY_THEME = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}
"""The themes of the settings that do not ask the system."""

_MIDDLE = 0.179
"""On what is lighter than this, black is read better than white."""


def ink_on(colour: str, palette: Palette) -> str:
    """What can be read on a colour that an owner chose for goods: the palette's dark or its light."""
    dark, light = sorted((palette.text, palette.card), key=_luminance)
    return dark if _luminance(colour) > _MIDDLE else light


def _luminance(colour: str) -> float:
    """WCAG's relative luminance of ``#rrggbb``."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
