"""Contrast is counted, not judged by eye."""

import pytest

from terminal.till.gui.palette import CONTRAST, DARK, LIGHT, Palette

TEXT = [
    ("text", "card"),
    ("text", "page"),
    ("text", "tint"),
    ("text", "sunken"),
    ("quiet", "card"),
    ("quiet", "page"),
    ("quiet", "sunken"),
    ("quiet", "tint"),
    ("accent", "card"),
    ("accent", "tint"),
    ("on_accent", "accent"),
    ("on_accent", "accent_pressed"),
    ("good", "card"),
    ("good", "tint"),
    ("good", "good_tint"),
    ("good", "page"),
    ("accent", "page"),
    ("text", "good_tint"),
    ("quiet", "good_tint"),
    ("on_warn", "warn"),
    ("on_error", "error"),
]
EDGES = [
    ("edge", "card"),
    ("edge", "page"),
    ("focus", "card"),
    ("focus", "page"),
    ("focus", "sunken"),
    ("focus", "tint"),
    ("edge", "sunken"),
    ("accent", "card"),
    ("accent", "page"),
    ("error", "page"),
    ("good", "card"),
]
ALL = {"light": (LIGHT, 4.5, 3), "dark": (DARK, 4.5, 3), "contrast": (CONTRAST, 7, 4.5)}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("palette", "least", "_edge"), ALL.values(), ids=ALL)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(
    palette: Palette, least: float, _edge: float, ink: str, ground: str
) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= least


@pytest.mark.parametrize(("palette", "_text", "least"), ALL.values(), ids=ALL)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_can_be_seen(
    palette: Palette, _text: float, least: float, edge: str, ground: str
) -> None:
    assert contrast(getattr(palette, edge), getattr(palette, ground)) >= least
