"""Keys on the screen for a till without a keyboard: digits, and letters for names."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPushButton, QStackedLayout, QWidget

from terminal.till.gui.controls import plain_button
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_DIGITS = ("789⌫", "456*", "123,", "a0.⏎")
_LETTERS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm'+⌫", "#  _    ⏎")
_KEYS_ACROSS = 10


class TouchKeys(QFrame):
    """Writes into whatever field the screen says; never takes the focus."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        field: Callable[[], QLineEdit],
        on_enter: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setAccessibleName(words.label(Label.KEYBOARD))
        self._look, self._words = look, words
        self._field, self._on_enter = field, on_enter
        self._boards = QStackedLayout(self)
        margin = look.mm(1.2)
        self._boards.setContentsMargins(margin, margin, margin, margin)
        self._boards.addWidget(self._digit_board())
        self._boards.addWidget(self._letter_board())
        self.setFixedHeight(4 * (look.target + 2) + look.mm(6))

    def show_letters(self, on: bool) -> None:
        """Letters, or digits."""
        self._boards.setCurrentIndex(1 if on else 0)
        rows = 5 if on else 4
        self.setFixedHeight(rows * (self._look.target + 2) + self._look.mm(6))

    def _digit_board(self) -> QWidget:
        board, grid = self._board()
        label = self._words.label
        for down, keys in enumerate(_DIGITS):
            for across, key in enumerate(keys):
                if key == "a":
                    button = self._button(
                        label(Label.TOUCH_LETTERS), lambda: self.show_letters(on=True)
                    )
                else:
                    button = self._key(key)
                grid.addWidget(button, down, across)
        return board

    def _letter_board(self) -> QWidget:
        board, grid = self._board()
        label = self._words.label
        for down, keys in enumerate(_LETTERS[:-1]):
            for across, key in enumerate(keys):
                grid.addWidget(self._key(key), down, across)
        last = len(_LETTERS) - 1
        back = self._button(label(Label.TOUCH_DIGITS), lambda: self.show_letters(on=False))
        space = self._button(label(Label.TOUCH_SPACE), lambda: self._write(" "))
        grid.addWidget(back, last, 0, 1, 2)
        grid.addWidget(space, last, 2, 1, 5)
        grid.addWidget(self._key("⏎"), last, 7, 1, 3)
        for across in range(_KEYS_ACROSS):
            grid.setColumnStretch(across, 1)
        return board

    def _board(self) -> tuple[QWidget, QGridLayout]:
        board = QWidget()
        grid = QGridLayout(board)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(self._look.mm(0.8))
        return board, grid

    def _key(self, key: str) -> QPushButton:
        if key == "⌫":
            button = self._button(key, self._erase)
            button.setAccessibleName(self._words.label(Label.TOUCH_ERASE))
            button.setAutoRepeat(True)
            return button
        if key == "⏎":
            button = self._button("⏎", self._on_enter, role="primary")
            button.setAccessibleName(self._words.label(Label.ENTER))
            return button
        return self._button(key, lambda: self._write(key))

    def _button(self, words: str, on_click: Callable[[], None], role: str = "plain") -> QPushButton:
        button = plain_button(words, role=role, on_click=on_click)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumWidth(self._look.mm(9))
        return button

    def _write(self, words: str) -> None:
        self._field().insert(words)

    def _erase(self) -> None:
        self._field().backspace()
