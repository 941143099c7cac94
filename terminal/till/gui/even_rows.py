"""Buttons side by side that share the width evenly, on as many rows as their words need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class EvenRows(QWidget):
    """One row where all fit; else rows of as equal a number as can be. Hidden ones take no place."""

    def __init__(self, gap: int, *, firm: bool = False) -> None:
        """``firm``: it insists on all its rows where nobody asks how high it is at a width."""
        super().__init__()
        self._gap, self._firm = gap, firm
        self._all: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, *widgets: QWidget) -> None:
        """Put them after those that are there."""
        for widget in widgets:
            widget.setParent(self)
            self._all.append(widget)
        self._changed()

    def show_only(self, widgets: list[QWidget]) -> None:
        """Show these and hide the others."""
        for widget in self._all:
            widget.setVisible(widget in widgets)
        self._changed()

    def clear(self) -> None:
        """Forget all of them."""
        for widget in self._all:
            widget.hide()
            widget.deleteLater()
        self._all = []
        self._changed()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self._rows(width)
        if not rows:
            return 0
        return len(rows) * self._high() + (len(rows) - 1) * self._gap

    def sizeHint(self) -> QSize:
        wide = sum(one.sizeHint().width() + self._gap for one in self._shown()) - self._gap
        return QSize(max(0, wide), self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(max((_width(one) for one in self._shown()), default=0), self._high())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._firm:
            self.setMinimumHeight(self.heightForWidth(self.width()))
        self._lay()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._changed()
        return super().event(event)

    def _changed(self) -> None:
        self.updateGeometry()
        self._lay()

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._all if not widget.isHidden()]

    def _high(self) -> int:
        return max((_height(one) for one in self._shown()), default=0)

    def _rows(self, width: int) -> list[list[QWidget]]:
        shown = self._shown()
        for count in range(1, len(shown) + 1):
            across = -(-len(shown) // count)
            rows = [shown[at : at + across] for at in range(0, len(shown), across)]
            if all(self._needed(row) <= width for row in rows):
                return rows
        return [[one] for one in shown]

    def _needed(self, row: list[QWidget]) -> int:
        return sum(_width(one) + self._gap for one in row) - self._gap

    def _lay(self) -> None:
        """Each gets what it needs and an equal share of what is over."""
        high, top = self._high(), 0
        for row in self._rows(self.width()):
            over = max(0, self.width() - self._needed(row))
            left = 0
            for at, one in enumerate(row):
                share = over * (at + 1) // len(row) - over * at // len(row)
                wide = min(_width(one) + share, max(1, self.width()))
                one.setGeometry(left, top, wide, high)
                left += wide + self._gap
            top += high + self._gap


def _width(widget: QWidget) -> int:
    return max(widget.minimumWidth(), widget.sizeHint().width())


def _height(widget: QWidget) -> int:
    return max(widget.minimumHeight(), widget.sizeHint().height())
