"""F1: the keys, on one sheet; only those whose function is there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from terminal.till.gui.controls import KeyButton, sheet, text
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.keys import KEYS
from terminal.till.gui.scrolled import Scrolled
from terminal.till.gui.style import Look
from terminal.wording.care_labels import CareLabel
from terminal.wording.labels import Label
from terminal.wording.marks import AnyLabel
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.settings_labels import SettingsLabel
from terminal.wording.words import Words

SHEET: tuple[tuple[str, AnyLabel], ...] = (
    ("⣿", Label.KEY_SCAN),
    ("Enter", Label.KEY_ENTER),
    ("3*", Label.KEY_TIMES),
    ("+  −", Label.KEY_PIECES),
    ("Del", Label.KEY_VOID),
    ("↑  ↓", Label.KEY_LINES),
    ("Ctrl+Z", Label.KEY_UNDO),
    ("Ctrl+Shift+Z", Label.KEY_REDO),
    ("F1", Label.KEY_HELP),
    ("F2", Label.KEY_GOODS),
    ("F3", Label.KEY_MEMBER),
    ("Shift+F3", Label.KEY_REMOVE),
    ("F4", Label.KEY_HOLD),
    ("F5", Label.KEY_RECALL),
    ("F6", Label.KEY_REWARD),
    ("Shift+F6", Label.KEY_PART),
    ("F7", Label.KEY_CODE),
    ("Shift+F7", Label.KEY_CODE_MORE),
    ("F8", ReturnLabel.KEY_RETURN),
    ("Shift+F8", ReturnLabel.KEY_RETURN_WITHOUT),
    ("F9", Label.KEY_FINISH),
    ("Shift+F9", ReturnLabel.KEY_EXCHANGE),
    ("F10", Label.KEY_EXACT),
    ("Shift+F10", Label.KEY_CARD),
    ("Ctrl+F10", Label.KEY_VOUCHER),
    ("Ctrl+Shift+F10", Label.KEY_TRANSFER),
    ("F11", Label.KEY_SLIP),
    ("Shift+F11", Label.ALWAYS_PRINT),
    ("Alt+W", Label.KEY_WHY),
    ("Alt+M", Label.KEY_MOVEMENTS),
    ("Alt+C", Label.KEY_CONSENTS),
    ("Alt+G", CareLabel.KEY_GOODWILL),
    ("Alt+H", CareLabel.KEY_HOUSEHOLD),
    ("Alt+I", Label.KEY_LINE),
    ("Alt+K", Label.KEY_TOUCH),
    ("Alt+S", SettingsLabel.KEY_SETTINGS),
    ("Alt+T", Label.KEY_TRAINING),
    ("Esc", Label.KEY_BACK),
)


def step_labels() -> dict[str, AnyLabel]:
    """Each step that has a key, and what the sheet says of it."""
    labels = dict(SHEET)
    return {step: labels[key] for step, key in KEYS.items() if key in labels}


_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class HelpPanel(QFrame):
    """The cheat sheet."""

    def __init__(
        self,
        look: Look,
        words: Words,
        on_close: Callable[[], None],
        on_settings: Callable[[], None],
        on_print: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        settings = KeyButton(
            words.label(SettingsLabel.SETTINGS), look, key="Alt+S", on_click=on_settings
        )
        keys = [settings]
        if on_print is not None:
            keys.insert(0, KeyButton(words.label(Label.PRINT_KEYS), look, on_click=on_print))
        heading = Heading(look, words.label(Label.HELP_HEADING))
        layout = sheet(self, look, words, heading, on_close, *keys)
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.mm(3))
        grid.setVerticalSpacing(look.mm(1))
        # Large letters would wrap in a half, word by word, and a half may not even hold one word.
        half = len(SHEET) if look.folds else -(-len(SHEET) // 2)
        for at, (key, label) in enumerate(SHEET):
            down, side = at % half, 2 * (at // half)
            name = text(look.keys.caption(key).replace("⣿", "▮▯▮"), "sheet-key")
            name.setAlignment(_LEFT)
            grid.addWidget(name, down, side)
            told = text(words.label(label), "sheet", wrap=True)
            told.setAlignment(_LEFT)
            grid.addWidget(told, down, side + 1)
            grid.setRowStretch(down, 1)
        for side in (1,) if look.folds else (1, 3):
            grid.setColumnStretch(side, 1)
        layout.addWidget(Scrolled(look, words, page), 1)
