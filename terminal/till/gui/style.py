"""Dresses the program: fonts, Fusion, Qt's own palette, the style sheet."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from terminal import resources
from terminal.till.gui.look import FAMILY, MONOSPACED, Look, look_for_screen
from terminal.till.gui.palette import Palette
from terminal.till.gui.style_sheet import style_sheet

__all__ = ["FAMILY", "MONOSPACED", "Look", "dress", "look_for_screen"]

_FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")


def dress(application: QApplication, look: Look) -> None:
    """Put on fonts, Fusion and the style sheet, unless they are on already."""
    wanted = _name(look)
    if application.property("dressed") == wanted:
        return
    begin_to_dress(application, look)
    application.setProperty("dressed", wanted)
    application.setStyleSheet(style_sheet(look))


def begin_to_dress(application: QApplication, look: Look) -> None:
    """Everything but the style sheet, which comes when the widgets are made.

    Under a style sheet each widget is styled anew whenever it, or what it stands in, is put
    somewhere: a window takes twice as long to make.
    """
    wanted = _name(look)
    if application.property("begun") == wanted:
        return
    application.setProperty("begun", wanted)
    if not {FAMILY, MONOSPACED} <= set(QFontDatabase.families()):
        for name in _FONT_FILES:
            QFontDatabase.addApplicationFont(str(resources.path("fonts", name)))
    application.setStyle("Fusion")
    application.setFont(look.font(look.body))
    application.setPalette(_qt_palette(look.palette))


def _name(look: Look) -> str:
    return f"{look.palette} {look.dpi} {look.text}"


def _qt_palette(palette: Palette) -> QPalette:
    """For what the style sheet does not reach: selections, placeholders, scroll bars."""
    roles = {
        QPalette.ColorRole.Window: palette.page,
        QPalette.ColorRole.WindowText: palette.text,
        QPalette.ColorRole.Base: palette.card,
        QPalette.ColorRole.AlternateBase: palette.sunken,
        QPalette.ColorRole.Text: palette.text,
        QPalette.ColorRole.Button: palette.card,
        QPalette.ColorRole.ButtonText: palette.text,
        QPalette.ColorRole.Highlight: palette.accent,
        QPalette.ColorRole.HighlightedText: palette.on_accent,
        QPalette.ColorRole.PlaceholderText: palette.quiet,
        QPalette.ColorRole.ToolTipBase: palette.card,
        QPalette.ColorRole.ToolTipText: palette.text,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, colour)
    return made
