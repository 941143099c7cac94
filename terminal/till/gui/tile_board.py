"""Tiles for goods that have no barcode (the coffee!): groups as tabs, pages instead of scrolling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from terminal.till.gui.controls import (
    ElidedLabel,
    clear,
    column,
    mark,
    plain_button,
    row,
    text,
    without_checked,
)
from terminal.till.gui.style import Look
from terminal.till.ports import Tile
from terminal.wording.labels import Label
from terminal.wording.words import Words

_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class TileButton(QPushButton):
    """One product: its name, its price, and a stripe in the owner's colour."""

    def __init__(self, look: Look, words: Words, tile: Tile) -> None:
        super().__init__()
        self._look = look
        self._colour = tile.colour or look.palette.accent
        self.setProperty("role", "tile")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        price = words.amount(tile.product.price)
        if tile.product.by_weight:
            price = words.label(Label.PER_KILOGRAM, amount=price)
        self.setAccessibleName(f"{tile.product.name}, {price}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.mm(4), look.mm(0.6), look.mm(1.2), look.mm(0.6))
        layout.setSpacing(0)
        layout.addWidget(ElidedLabel(tile.product.name, "bold"))
        amount = text(price, "small")
        amount.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout.addWidget(amount)
        self.setToolTip(tile.product.name)

    def sizeHint(self) -> QSize:
        return QSize(self._look.mm(20), self._look.mm(13))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour))
        inset = self._look.mm(1.5)
        painter.drawRoundedRect(inset, inset, self._look.mm(1.1), self.height() - 2 * inset, 2, 2)
        painter.end()


class TileBoard(QFrame):
    """As many tiles as the place holds, three in a row, with tabs and page keys."""

    def __init__(self, look: Look, words: Words, on_product: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setAccessibleName(words.label(Label.TILES))
        self._look, self._words, self._on_product = look, words, on_product
        self._tiles: Sequence[Tile] = ()
        self._made: dict[str, TileButton] = {}
        self._groups: list[str] = []
        self._group = ""
        self._page = 0
        self._fits = (0, 0)
        self._tabs = QHBoxLayout()
        self._tabs.setSpacing(look.mm(0.6))
        self._earlier = plain_button(
            "◀", role="bare", name=words.label(Label.EARLIER_TILES), on_click=lambda: self._turn(-1)
        )
        self._further = plain_button(
            "▶", role="bare", name=words.label(Label.FURTHER_TILES), on_click=lambda: self._turn(1)
        )
        for button in (self._earlier, self._further):
            button.setFixedSize(look.target, look.target)
        top = row(None, look, margin=0)
        top.setSpacing(0)
        top.addLayout(self._tabs)
        top.addStretch(1)
        top.addWidget(self._earlier)
        top.addWidget(self._further)
        self._grid = QGridLayout()
        self._grid.setSpacing(look.mm(1))
        layout = column(self, look, margin=look.mm(1.4))
        layout.setSpacing(look.mm(0.6))
        layout.addLayout(top)
        layout.addLayout(self._grid)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Take the tiles of the catalogue."""
        self._tiles = tiles
        for button in self._made.values():
            button.deleteLater()
        self._made = {}
        self._groups = list(dict.fromkeys(tile.group for tile in tiles))
        self._group = self._groups[0] if self._groups else ""
        clear(self._tabs)
        for group in self._groups:
            tab = plain_button(group, role="tab", on_click=partial(self.open_group, group))
            tab.setCheckable(True)
            tab.setProperty("group", group)
            # Groups are the owner's words and may be many: they give way before the window does.
            tab.setMinimumWidth(self._look.mm(14))
            tab.setToolTip(group)
            self._tabs.addWidget(tab)
        self.setVisible(bool(tiles))
        self.open_group(self._group)

    def open_group(self, group: str) -> None:
        """Show another tab."""
        self._group, self._page = group, 0
        for at in range(self._tabs.count()):
            tab = self._tabs.itemAt(at).widget()  # type: ignore[union-attr]
            if isinstance(tab, QPushButton):
                tab.setChecked(tab.property("group") == group)
        self._lay()

    def step_in(self) -> None:
        """Put the focus on the first tile; from inside, go on to the next group."""
        buttons = self._buttons()
        if any(button.hasFocus() for button in buttons) and len(self._groups) > 1:
            at = self._groups.index(self._group)
            self.open_group(self._groups[(at + 1) % len(self._groups)])
            buttons = self._buttons()
        if buttons:
            buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._room() != self._fits:
            self._lay()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()))
        buttons = self._buttons()
        at = next((at for at, button in enumerate(buttons) if button.hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        goal = at + step[0] * self._fits[1] + step[1]
        if 0 <= goal < len(buttons):
            buttons[goal].setFocus(Qt.FocusReason.TabFocusReason)
        elif goal >= len(buttons) and self._further.isEnabled():
            self._turn(1)
            self._buttons()[0].setFocus(Qt.FocusReason.TabFocusReason)
        elif goal < 0 and self._earlier.isEnabled():
            self._turn(-1)
            self._buttons()[-1].setFocus(Qt.FocusReason.TabFocusReason)

    def _room(self) -> tuple[int, int]:
        look = self._look
        across = 4 if self.width() >= look.mm(135) else 3
        high = look.mm(13) + look.mm(1)
        free = self.height() - look.target - 2 * look.mm(1.4) - look.mm(1)
        return max(1, free // high), across

    def _turn(self, by: int) -> None:
        self._page += by
        self._lay()

    def _lay(self) -> None:
        self._fits = self._room()
        down, across = self._fits
        tiles = [tile for tile in self._tiles if tile.group == self._group]
        room = down * across
        pages = max(1, -(-len(tiles) // room))
        self._page = min(max(0, self._page), pages - 1)
        while (taken := self._grid.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
        shown = tiles[self._page * room : (self._page + 1) * room]
        for at, tile in enumerate(shown):
            button = self._button(tile)
            self._grid.addWidget(button, at // across, at % across)
            button.show()
        for place in range(across):
            self._grid.setColumnStretch(place, 1)
        for place in range(across, 4):
            self._grid.setColumnStretch(place, 0)
        for key, on in (
            (self._earlier, self._page > 0),
            (self._further, self._page < pages - 1),
        ):
            key.setEnabled(on)
            key.setVisible(pages > 1)
            mark(key, "role", "bare")

    def _button(self, tile: Tile) -> TileButton:
        """The tile's button; made once, because panels above change the place at every scan."""
        sku = tile.product.sku
        if sku not in self._made:
            self._made[sku] = TileButton(self._look, self._words, tile)
            self._made[sku].clicked.connect(without_checked(partial(self._on_product, sku)))
        return self._made[sku]

    def _buttons(self) -> list[TileButton]:
        found = (self._grid.itemAt(at) for at in range(self._grid.count()))
        widgets = (place.widget() for place in found if place is not None)
        return [widget for widget in widgets if isinstance(widget, TileButton)]
