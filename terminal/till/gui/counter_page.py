"""The right side while selling: the member above, the tiles in what room is left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QScroller, QWidget

from terminal.till.gui.controls import plain_button
from terminal.till.gui.look import Look
from terminal.till.gui.member_panel import MemberPanel
from terminal.till.gui.tile_board import TileBoard
from terminal.till.gui.viewport import viewport_of
from terminal.wording.labels import Label
from terminal.wording.words import Words


class CounterPage(QWidget):
    """Places its two panels itself: there is a full row of tiles, whatever a member has.

    A layout asks both panels for a height at once; here the member says theirs first, knowing
    the room, and leaves the least of it out until the tiles have a row. Where the letters are so
    large that this does not help, one of the two has the whole place: the member, who can be
    scrolled, or the tiles for as long as the cashier wants them.
    """

    def __init__(self, look: Look, words: Words, member: MemberPanel, tiles: TileBoard) -> None:
        super().__init__()
        self._look, self._member, self._tiles = look, member, tiles
        self._goods_wanted = False
        self._whose = ""
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for bars in (
            self._area.setHorizontalScrollBarPolicy,
            self._area.setVerticalScrollBarPolicy,
        ):
            bars(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        viewport_of(self._area).setAutoFillBackground(False)
        self._area.setWidget(member)
        member.setAutoFillBackground(False)
        touch = QScroller.ScrollerGestureType.TouchGesture
        QScroller.grabGesture(viewport_of(self._area), touch)
        self._up = self._scroll_key("▲", words.label(Label.SCROLL_UP), -1)
        self._down = self._scroll_key("▼", words.label(Label.SCROLL_DOWN), 1)
        tiles.setParent(self)

    def show_member(self, member: str) -> None:
        """Give both their places; another member comes to the front."""
        if member != self._whose:
            self._whose, self._goods_wanted = member, False
            self._area.verticalScrollBar().setValue(0)
        self.place()

    def bring_goods(self) -> None:
        """The tiles are wanted."""
        self._goods_wanted = True
        self.place()

    def put_goods_back(self) -> None:
        """The tiles are not wanted any more."""
        self._goods_wanted = False
        self.place()

    def place(self) -> None:
        """Give both their places."""
        if self.width() <= 0 or self.height() <= 0:
            return
        gap = self._look.gap
        kept = 0 if self._tiles.isHidden() else self._tiles.least_height + gap
        high = self._member.fit(self.width(), max(0, self.height() - kept))
        if high + kept <= self.height():
            self._place_member(self.width(), high)
            self._tiles.setGeometry(0, high + gap, self.width(), max(0, self.height() - high - gap))
        elif self._goods_wanted and kept:
            self._place_member(self.width(), 0)
            self._tiles.setGeometry(self.rect())
        else:
            self._tiles.setGeometry(0, self.height(), self.width(), 0)
            self._place_member(self.width(), self.height())

    def _place_member(self, wide: int, room: int) -> None:
        """The whole of them in the room that there is, with keys to scroll where it is too small."""
        high = self._member.fit(wide, room) if room else 0
        scrolls = high > room
        if scrolls:
            wide -= self._look.target + self._look.mm(1.1)
            high = self._member.fit(wide, room)
        self._area.setGeometry(0, 0, wide, room)
        self._member.resize(wide, high)
        self._member.settle()
        size = self._look.target
        self._up.setGeometry(self.width() - size, 0, size, size)
        self._down.setGeometry(self.width() - size, room - size, size, size)
        for key in (self._up, self._down):
            if key.isHidden() == scrolls:
                key.setVisible(scrolls)

    def _scroll_key(self, glyph: str, name: str, by: int) -> QPushButton:
        def move() -> None:
            bar = self._area.verticalScrollBar()
            bar.setValue(bar.value() + by * self._area.height() * 4 // 5)

        key = plain_button(glyph, name=name, on_click=move)
        key.setParent(self)
        key.setAutoRepeat(True)
        key.hide()
        return key

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.mm(90), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)
