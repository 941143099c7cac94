"""The right side while selling: the member above, the tiles in what room is left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from terminal.till.gui.member_panel import MemberPanel
from terminal.till.gui.style import Look
from terminal.till.gui.tile_board import TileBoard


class CounterPage(QWidget):
    """Places its two panels itself: there is always a full row of tiles, whatever a member has.

    A layout asks both panels for a height at once; here the member says theirs first, knowing
    the room, and leaves the least of it out until the tiles have a row.
    """

    def __init__(self, look: Look, member: MemberPanel, tiles: TileBoard) -> None:
        super().__init__()
        self._look, self._member, self._tiles = look, member, tiles
        member.setParent(self)
        tiles.setParent(self)

    def place(self) -> None:
        """Give both their places."""
        if self.width() <= 0 or self.height() <= 0:
            return
        gap = self._look.gap
        kept = 0 if self._tiles.isHidden() else self._tiles.least_height + gap
        high = self._member.fit(self.width(), self.height() - kept)
        self._member.setGeometry(0, 0, self.width(), high)
        self._member.settle()
        self._tiles.setGeometry(0, high + gap, self.width(), max(0, self.height() - high - gap))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.mm(90), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)
