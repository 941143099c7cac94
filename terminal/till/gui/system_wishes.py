"""What the system asks of programs: dark or light, more contrast; and when it changes.

Whether it asks for less motion Qt 6.11 does not tell: that is a switch of our own.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from terminal.till.gui.palette import CONTRAST, DARK, LIGHT, Palette

_OWN = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


class SystemWishes(QObject):
    """Asks the system, and tells when it wishes something else; ``parent`` ends that."""

    def __init__(self, on_change: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._on_change = on_change
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._changed)
        self._contrast = getattr(hints, "accessibility", None)  # since Qt 6.10
        if self._contrast is not None:
            self._contrast().contrastPreferenceChanged.connect(self._changed)

    @property
    def dark(self) -> bool:
        """Whether the system is dark."""
        return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark

    @property
    def contrast(self) -> bool:
        """Whether the system asks for high contrast."""
        if self._contrast is None:
            return False
        return bool(self._contrast().contrastPreference() is Qt.ContrastPreference.HighContrast)

    def palette_for(self, theme: str) -> Palette:
        """The colours for a theme of the settings; ``system`` follows the system."""
        own = _OWN.get(theme)
        if own is not None:
            return own
        return CONTRAST if self.contrast else DARK if self.dark else LIGHT

    def _changed(self, *_now: object) -> None:
        self._on_change()
