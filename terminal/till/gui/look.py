"""How the window looks: sizes in millimetres of the glass, letters that grow, one palette.

Widgets are given a look when they are made, and made anew when it changes. None of them knows a
colour or a pixel by itself.
"""

from __future__ import annotations

from dataclasses import field

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QBoxLayout

from terminal.till.gui.keys import KeyMap
from terminal.till.gui.palette import LIGHT, Palette
from terminal.values import dataclass

_MILLIMETRES_PER_INCH = 25.4
FAMILY = "DejaVu Sans"
MONOSPACED = "DejaVu Sans Mono"
MARGIN = 2
"""Pixels round each button, in the style sheet too."""
PADDING = 12
"""Pixels at both ends of a field, in the style sheet too."""
_LINE = 1.17
"""Height of a line of DejaVu, for letters of one pixel."""
_FOLDS_ABOVE = 1.3
FUNCTIONS_GROW = 0.65
"""The keys under the basket take this part of the text's growth, and leave the basket its place."""
_HEADINGS_GROW, _FIGURES_GROW = 0.6, 0.25
"""What is large already grows by this part of what the text grows: it stays the larger one."""


@dataclass(frozen=True, slots=True)
class Look:
    """A palette, a scale, a hand and the keys; widgets that paint themselves are given one."""

    palette: Palette = LIGHT
    dpi: float = 96.0
    text: float = 1.0
    """1.0 to 2.0: how much larger than usual the letters are."""
    left_handed: bool = False
    still: bool = False
    """Nothing moves and nothing flashes."""
    keys: KeyMap = field(default_factory=KeyMap)

    def mm(self, millimetres: float) -> int:
        """Pixels for a length on the glass."""
        return round(millimetres * self.dpi / _MILLIMETRES_PER_INCH)

    # Letters. Read from 80 cm: 4 mm is the least for body text, 5 mm for prices.
    def letters(self, millimetres: float, grow: float = 1.0) -> int:
        """Pixels for letters; ``grow`` is the part of the wished growth that they take."""
        return self.mm(millimetres * (1 + (self.text - 1) * grow))

    @property
    def small(self) -> int:
        return self.letters(4.0)

    @property
    def body(self) -> int:
        return self.letters(4.5)

    @property
    def price(self) -> int:
        return self.letters(5.0)

    @property
    def heading(self) -> int:
        return self.letters(6.4, _HEADINGS_GROW)

    @property
    def sum(self) -> int:
        return self.letters(8.0, _FIGURES_GROW * 2)

    @property
    def total(self) -> int:
        return self.letters(11.0, _FIGURES_GROW)

    @property
    def change(self) -> int:
        return self.letters(14.0, _FIGURES_GROW)

    def line(self, pixels: int) -> int:
        """The height of one line of such letters."""
        return round(pixels * _LINE + 0.5)

    # Targets: 12 mm for everything, 15 mm for what a sale cannot do without, and room for a text.
    # Round each button is a margin in which the ring of the focus stands; it is no target.
    @property
    def target(self) -> int:
        return max(self.mm(12.0) + 1, self.line(self.body) + self.mm(1)) + 2 * MARGIN

    @property
    def primary(self) -> int:
        return max(self.mm(15.0) + 1, self.line(self.body) + self.mm(2)) + 2 * MARGIN

    @property
    def upright(self) -> int:
        """A button with its words and, above them, its key."""
        both = self.line(self.body) + self.line(self.small)
        return max(self.mm(12.0) + 1, both + self.mm(0.6)) + 2 * MARGIN

    @property
    def function(self) -> int:
        """A key under the basket, whose words grow less."""
        grown = self.letters(4.5, FUNCTIONS_GROW), self.letters(4.0, FUNCTIONS_GROW)
        both = sum(map(self.line, grown))
        return max(self.mm(12.0) + 1, both + self.mm(0.6)) + 2 * MARGIN

    @property
    def row(self) -> int:
        """A row to pick: a name, and below it what tells it apart."""
        both = self.line(self.body) + self.line(self.small) + self.mm(1)
        return max(self.mm(12.0) + 1, both) + 2 * MARGIN

    @property
    def folds(self) -> bool:
        """Whether letters are so large that what usually stands side by side goes below."""
        return self.text > _FOLDS_ABOVE

    @property
    def gap(self) -> int:
        return self.mm(2.1)

    @property
    def sideways(self) -> QBoxLayout.Direction:
        """In which order things stand side by side: the working hand's side comes last."""
        directions = QBoxLayout.Direction
        return directions.RightToLeft if self.left_handed else directions.LeftToRight

    def font(self, pixels: int, *, bold: bool = False) -> QFont:
        """The window's letters at a size."""
        font = QFont(FAMILY)
        font.setPixelSize(pixels)
        font.setBold(bold)
        return font

    def fitting(self, words: str, width: int, largest: int, *, bold: bool = False) -> QFont:
        """The largest letters in which the words fit the width; no smaller than 4 mm."""
        pixels, least = largest, self.letters(4.0, 0)
        font = self.font(pixels, bold=bold)
        while pixels > least and QFontMetrics(font).horizontalAdvance(words) > width:
            pixels -= 1
            font.setPixelSize(pixels)
        return font


def look_for_screen(palette: Palette = LIGHT) -> Look:
    """The look for the screen that the window stands on."""
    screen = QApplication.primaryScreen()
    return Look(palette, screen.logicalDotsPerInch())
