"""Keys on the screen for a till without a keyboard: digits beside the basket, letters across the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal.till.gui.controls import plain_button
from terminal.till.gui.letters import Layout, layouts_for
from terminal.till.gui.look import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_DIGITS = ("789⌫", "456*", "123,", "a0.⏎")


class TouchKeys:
    """Two boards, one of which is shown; they write into whatever field the screen says.

    Neither ever takes the focus, so a scan and the keyboard go where they went before.
    """

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        field: Callable[[], QLineEdit],
        on_enter: Callable[[], None],
    ) -> None:
        self._look, self._words = look, words
        self._field, self._on_enter = field, on_enter
        self._shown, self._lettered, self._capital, self._at = False, False, False, 0
        self._layouts = layouts_for(words.language)
        self._keys: list[tuple[QPushButton, str]] = []
        self.digits = self._frame()
        self._fill_digits()
        self.letters = self._frame()
        self._boards: list[QWidget] = []
        self.digits.hide()
        self.letters.hide()

    def show(self, *, on: bool) -> None:
        """Show the board that was asked for last, or none."""
        self._shown = on
        if on and self._lettered and not self._boards:
            self._fill_letters()  # made when they are first wanted: a window opens without them
        first, then = self.digits, self.letters
        if not self._lettered:
            first, then = then, first
        if not first.isHidden():
            first.hide()
            # Its place must be free before the other wants one, or the window would grow for both.
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        then.setVisible(on)

    @property
    def shown(self) -> bool:
        """Whether there are keys on the screen."""
        return self._shown

    def show_letters(self, on: bool) -> None:
        """Letters, or digits."""
        self._lettered = on
        self.show(on=self._shown)

    # --- boards ------------------------------------------------------------------------------

    def _frame(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("card", "true")
        frame.setAccessibleName(self._words.label(Label.KEYBOARD))
        margin = self._look.mm(0.6 if self._look.folds else 1.2)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(margin, margin, margin, margin)
        return frame

    def _fill_digits(self) -> None:
        board, grid = self._board()
        for down, keys in enumerate(_DIGITS):
            for across, key in enumerate(keys):
                if key == "a":
                    words = self._words.label(Label.TOUCH_LETTERS)
                    button = self._button(words, lambda: self.show_letters(on=True))
                else:
                    button = self._key(key)
                grid.addWidget(button, down, across)
        self._put(self.digits, board)

    def _fill_letters(self) -> None:
        for layout in self._layouts:
            board = self._letter_board(layout)
            self._boards.append(board)
            # In its place first: shown before, it would be a window of its own and take the focus.
            self._put(self.letters, board)
            board.setVisible(layout is self._layouts[0])

    def _letter_board(self, layout: Layout) -> QWidget:
        board, grid = self._board()
        wide = max(len(keys) for keys in layout.rows)
        for down, keys in enumerate(layout.rows):
            # A shorter row begins half a key further in, as on any keyboard.
            indent = wide - len(keys)
            for at, key in enumerate(keys):
                button = self._key(key)
                if key.isalpha():
                    self._keys.append((button, key))
                grid.addWidget(button, down, indent + 2 * at, 1, 2)
        grid.addLayout(self._last_row(), len(layout.rows), 0, 1, 2 * wide)
        for across in range(2 * wide):
            grid.setColumnStretch(across, 1)
        return board

    def _last_row(self) -> QGridLayout:
        label = self._words.label
        keys: list[tuple[QPushButton, int]] = [
            (self._button(label(Label.TOUCH_DIGITS), lambda: self.show_letters(on=False)), 2),
            (self._named("⇧", Label.TOUCH_CAPITALS, self._turn_capitals), 2),
        ]
        if len(self._layouts) > 1:
            keys.append((self._named("АБВ ABC", Label.TOUCH_ALPHABET, self._turn_alphabet), 4))
        space = self._button(label(Label.TOUCH_SPACE), lambda: self._write(" "))
        keys += [(self._key("-"), 2), (self._key("'"), 2), (space, 7), (self._key("."), 2)]
        keys += [(self._key("@"), 2), (self._key("⏎"), 4)]
        grid = QGridLayout()
        grid.setSpacing(self._look.mm(1.1))
        at = 0
        for button, wide in keys:
            grid.addWidget(button, 0, at, 1, wide)
            at += wide
        for across in range(at):
            grid.setColumnStretch(across, 1)
        return grid

    def _board(self) -> tuple[QWidget, QGridLayout]:
        board = QWidget()
        grid = QGridLayout(board)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(self._look.mm(1.1))
        return board, grid

    @staticmethod
    def _put(frame: QFrame, board: QWidget) -> None:
        layout = frame.layout()
        assert layout is not None
        layout.addWidget(board)

    # --- keys --------------------------------------------------------------------------------

    def _key(self, key: str) -> QPushButton:
        if key == "⌫":
            button = self._named(key, Label.TOUCH_ERASE, self._erase)
            button.setAutoRepeat(True)
            return button
        if key == "⏎":
            return self._named("⏎", Label.ENTER, self._on_enter, role="go")
        return self._button(key, lambda: self._write(key))

    def _named(
        self, glyph: str, label: Label, on_click: Callable[[], None], role: str = "plain"
    ) -> QPushButton:
        button = self._button(glyph, on_click, role)
        button.setAccessibleName(self._words.label(label))
        return button

    def _button(self, words: str, on_click: Callable[[], None], role: str = "plain") -> QPushButton:
        button = plain_button(words, role=role, on_click=on_click)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumWidth(self._look.target)
        return button

    def _turn_capitals(self) -> None:
        self._capital = not self._capital
        for button, key in self._keys:
            button.setText(key.upper() if self._capital else key)

    def _turn_alphabet(self) -> None:
        self._at = (self._at + 1) % len(self._boards)
        for at, board in enumerate(self._boards):
            board.setVisible(at == self._at)

    def _write(self, words: str) -> None:
        self._field().insert(words.upper() if self._capital else words)
        if self._capital and words.isalpha():
            self._turn_capitals()  # one capital at a time, as on a telephone

    def _erase(self) -> None:
        self._field().backspace()
