"""A tick that a finger hits: a box with a sentence beside it, in a row of its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QAccessibleStateChangeEvent

from terminal.till.gui.controls import KeyButton, mark, wraps
from terminal.till.gui.look import Look

_NARROWEST_MM = 50
_OFF, _ON = "☐", "☑"


class TickButton(KeyButton):
    """Off until somebody ticks it; the sentence wraps, and the whole row is the target."""

    def __init__(
        self, words: str, look: Look, *, on_turn: Callable[[bool], None] | None = None
    ) -> None:
        super().__init__(words, look, key=_OFF, role="plain", spread=True)
        self.words.setWordWrap(True)
        self.key.setProperty("tone", "tick")
        wraps(self)
        self.setCheckable(True)
        self._on_turn = on_turn
        self.toggled.connect(self._show)
        self.clicked.connect(self._turn)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.mm(_NARROWEST_MM), super().minimumSizeHint().height())

    def tick(self, *, on: bool) -> None:
        """Show it ticked or not; nobody is told."""
        self.setChecked(on)

    def _show(self, on: bool) -> None:
        self.key.setText(_ON if on else _OFF)
        mark(self, "lit", "true" if on else "false")
        state = QAccessible.State()
        state.checked = True
        QAccessible.updateAccessibility(QAccessibleStateChangeEvent(self, state))

    def _turn(self, on: bool) -> None:
        if self._on_turn is not None:
            self._on_turn(on)
