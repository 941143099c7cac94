"""Rows below each other, each made once and then only told something else: none moves under a finger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from terminal.till.gui.controls import column
from terminal.till.gui.scrolled import Scrolled
from terminal.till.gui.style import Look
from terminal.wording.words import Words

Row = TypeVar("Row", bound=QWidget)


class KeptRows(Scrolled, Generic[Row]):
    """Scrolled where they are too many; ``make`` makes the row of a place."""

    def __init__(
        self, look: Look, words: Words, make: Callable[[int], Row], *, spacing: int
    ) -> None:
        inner = QWidget()
        super().__init__(look, words, inner)
        self._make = make
        self._rows: list[Row] = []
        self._body = column(inner, look, margin=0)
        self._body.setSpacing(spacing)
        self._body.addStretch(1)
        self.setMinimumHeight(look.primary)

    def show_rows(self, count: int) -> Sequence[Row]:
        """So many rows, to be told what they show; further ones are kept for later."""
        while len(self._rows) < count:
            row = self._make(len(self._rows))
            self._body.insertWidget(len(self._rows), row)
            self._rows.append(row)
        for at, row in enumerate(self._rows):
            row.setVisible(at < count)
        return self._rows[:count]

    @property
    def shown(self) -> Sequence[Row]:
        """The rows that are shown."""
        return [row for row in self._rows if not row.isHidden()]
