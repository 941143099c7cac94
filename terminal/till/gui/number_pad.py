"""Large digits for an amount by taps; what is typed stands in the entry field, as from a keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from terminal.till.gui.controls import plain_button
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_ROWS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("0", "00", ","))


class NumberPad(QWidget):
    """Never takes the focus, so a scan and the keyboard go where they went before."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        field: Callable[[], QLineEdit],
        on_enter: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setAccessibleName(words.label(Label.NUMBER_PAD))
        self._look, self._field = look, field
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(look.mm(1))
        for down, keys in enumerate(_ROWS):
            for across, key in enumerate(keys):
                grid.addWidget(self._key(key, words), down, across)
        erase = self._button("⌫", lambda: field().backspace(), words.label(Label.TOUCH_ERASE))
        erase.setAutoRepeat(True)
        enter = self._button("⏎", on_enter, words.label(Label.ENTER), role="primary")
        grid.addWidget(erase, 0, 3)
        grid.addWidget(enter, 1, 3, 3, 1)
        for place in range(4):
            grid.setColumnStretch(place, 1)
            grid.setRowStretch(place, 1)

    def _key(self, key: str, words: Words) -> QPushButton:
        # The decimal sign is the one of the amounts on the screen.
        signs = [sign for sign in words.amount(0) if not sign.isdigit()]
        shown = (signs[0] if signs else "") if key == "," else key
        button = self._button(shown, lambda: self._field().insert(shown), shown)
        button.setEnabled(bool(shown))
        return button

    def _button(
        self, glyph: str, on_click: Callable[[], None], name: str, role: str = "digit"
    ) -> QPushButton:
        button = plain_button(glyph, role=role, on_click=on_click)
        button.setAccessibleName(name or glyph or "·")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumHeight(self._look.target)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return button
