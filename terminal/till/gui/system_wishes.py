"""What the system asks of programs: dark or light, more contrast; and when it changes.

Whether it asks for less motion Qt 6.11 does not tell: that is a switch of our own.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QStyleHints

from terminal.till.gui.palette import BY_THEME, CONTRAST, DARK, LIGHT, Palette


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
        return _is_dark(QGuiApplication.styleHints())

    @property
    def contrast(self) -> bool:
        """Whether the system asks for high contrast."""
        return _has_contrast(QGuiApplication.styleHints())

    def palette_for(self, theme: str) -> Palette:
        """The colours for a theme of the settings; ``system`` follows the system."""
        own = BY_THEME.get(theme)
        if own is not None:
            return own
        return CONTRAST if self.contrast else DARK if self.dark else LIGHT

    def _changed(self, *_now: object) -> None:
        self._on_change()


def _is_dark(hints: QStyleHints) -> bool:
    return hints.colorScheme() is Qt.ColorScheme.Dark


def _has_contrast(hints: QStyleHints) -> bool:
    asked = getattr(hints, "accessibility", None)  # since Qt 6.10
    if asked is None:
        return False
    return bool(asked().contrastPreference() is Qt.ContrastPreference.HighContrast)
