"""Tiles for goods that have no barcode (the coffee!): groups as tabs, pages instead of scrolling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from terminal.till.gui.controls import clear, plain_button, row, without_checked
from terminal.till.gui.palette import ink_on
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
_NAME = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_PRICE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
_ACROSS_LEAST, _ACROSS_MOST = 3, 5
_ACROSS_LEAST_IN_LARGE = 2
"""In letters so large that half of a name would be cut off in a third of the width."""
_SQUARE_MM = 6.5
_LAST = 10_000
"""A page beyond all others: the last one is shown."""
_LETTERS_MM = (4.5, 4.2, 4.0, 3.7)
"""Sizes to try for a name, largest first; the smallest is for one long word in a small tile."""


class TileButton(QPushButton):
    """One product: its name on up to two lines, its price, and a square in the owner's colour.

    In the square stands the shop's picture of it, else its initial: who cannot read the language
    finds it again by both.
    """

    def __init__(self, look: Look, words: Words, tile: Tile) -> None:
        super().__init__()
        self._look = look
        self._colour = tile.colour or look.palette.accent
        self._name = tile.product.name
        self._picture = QIcon(tile.picture) if tile.picture else None
        self._price = words.amount(tile.product.price)
        if tile.product.open_price:
            self._price = words.label(Label.OPEN_PRICE)
        if tile.product.by_weight:
            self._price = words.label(Label.PER_KILOGRAM, amount=self._price)
        self._fitted: tuple[QSize, int, str] | None = None
        self.setProperty("role", "tile")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        self.setAccessibleName(f"{self._name}, {self._price}")
        self.setToolTip(self._name)

    @property
    def cut(self) -> bool:
        """Whether the place was too small for the whole name."""
        return self._fit(self._name_place())[1].endswith("…")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_square(painter)
        place = self._name_place()
        pixels, name = self._fit(place)
        bold = look.font(pixels, bold=True)
        free = place.height() - QFontMetrics(bold).lineSpacing() * (name.count("\n") + 1)
        # In a low tile name and price stand together in the middle, clear of the edges.
        inset = free // 2 if 0 < free < look.mm(5) else 0
        painter.setPen(QColor(look.palette.text))
        painter.setFont(bold)
        painter.drawText(place.adjusted(0, inset, 0, inset), _NAME, name)
        painter.setPen(QColor(look.palette.quiet))
        painter.setFont(look.font(look.small))
        painter.drawText(self._inside().adjusted(0, 0, 0, -inset), _PRICE, self._price)
        painter.end()

    def _paint_square(self, painter: QPainter) -> None:
        """A whole side in the colour, with a picture or a letter in its upper end."""
        look = self._look
        inset, wide = look.mm(0.9), look.mm(_SQUARE_MM)
        side = QRect(inset, inset, wide, self.height() - 2 * inset)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour))
        painter.drawRoundedRect(side, look.mm(1.2), look.mm(1.2))
        inner = look.mm(0.5)
        if self._picture is not None and not self._picture.isNull():
            square = side.adjusted(inner, inner, -inner, -inner)
            self._picture.paint(painter, square, Qt.AlignmentFlag.AlignCenter)
            return
        painter.setPen(QColor(ink_on(QColor(self._colour).name(), look.palette)))
        painter.setFont(look.font(look.heading, bold=True))
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, self._name[:1].upper())

    def _inside(self) -> QRect:
        mm = self._look.mm
        down = min(mm(2), max(mm(0.8), (self.height() - mm(14)) // 3))
        return self.rect().adjusted(mm(_SQUARE_MM + 2), down, -mm(1.2), -down)

    def _name_place(self) -> QRect:
        price = QFontMetrics(self._look.font(self._look.small)).height()
        return self._inside().adjusted(0, 0, 0, -price)

    def _fit(self, place: QRect) -> tuple[int, str]:
        """The largest letters in which the name stands whole; its lines, cut only at the very end."""
        if self._fitted is None or self._fitted[0] != place.size():
            self._fitted = (place.size(), *self._look_for_fit(place))
        return self._fitted[1:]

    def _look_for_fit(self, place: QRect) -> tuple[int, str]:
        sizes = [self._look.letters(size) for size in _LETTERS_MM]
        for pixels in sizes:
            metrics = QFontMetrics(self._look.font(pixels, bold=True))
            lines = _lines(self._name, metrics, place.width())
            if lines is not None and len(lines) * metrics.lineSpacing() <= place.height():
                return pixels, "\n".join(lines)
        metrics = QFontMetrics(self._look.font(sizes[-1], bold=True))
        most = max(1, place.height() // metrics.lineSpacing())
        lines = _broken(self._name, metrics, place.width())
        if len(lines) > most:
            last = metrics.elidedText(
                " ".join(lines[most - 1 :]), Qt.TextElideMode.ElideRight, place.width()
            )
            lines = [*lines[: most - 1], last]
        return sizes[-1], "\n".join(lines)


def _lines(name: str, metrics: QFontMetrics, width: int) -> list[str] | None:
    """The name on lines of a width, broken between words only; None if a word is wider."""
    lines: list[str] = []
    for word in name.split():
        if metrics.horizontalAdvance(word) > width:
            return None
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _broken(name: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The name on lines of a width, broken inside a word where it must be."""
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for sign in word:
            if lines[-1] and metrics.horizontalAdvance(lines[-1] + sign) > width:
                lines.append("")
            lines[-1] += sign
    return lines


class TileBoard(QFrame):
    """Tiles as large as the place allows, with tabs and page keys.

    It places its tiles itself: a grid would stretch one tile over the whole board before the
    window has its size, and would place all of them anew at every scan.
    """

    def __init__(self, look: Look, words: Words, on_product: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setAccessibleName(words.label(Label.TILES))
        self._look, self._words, self._on_product = look, words, on_product
        self._tiles: Sequence[Tile] = ()
        self._groups: list[str] = []
        self._group = ""
        self._page = 0
        self._fits = (1, _ACROSS_LEAST)
        self._made: dict[str, TileButton] = {}
        self._shown: list[TileButton] = []
        self._top = QWidget(self)
        top = row(self._top, look, margin=0)
        top.setSpacing(look.mm(1.1))
        self._tabs = row(None, look, margin=0)
        self._tab_buttons: list[QPushButton] = []
        self._tabs.setSpacing(look.mm(1.1))
        self._earlier = self._page_key("◀", Label.EARLIER_TILES, -1)
        self._further = self._page_key("▶", Label.FURTHER_TILES, 1)
        top.addLayout(self._tabs)
        top.addStretch(1)
        top.addWidget(self._earlier)
        top.addWidget(self._further)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def _page_key(self, glyph: str, label: Label, by: int) -> QPushButton:
        key = plain_button(
            glyph, role="bare", name=self._words.label(label), on_click=lambda: self._turn(by)
        )
        key.setFixedSize(self._look.target, self._look.target)
        return key

    @property
    def least_height(self) -> int:
        """Tabs and one full row of tiles; with less there is no board."""
        return self._look.target + self._tile_least() + 2 * self._margin() + self._gap()

    @property
    def groups(self) -> Sequence[str]:
        """The tabs, by their words; none without tiles."""
        return self._groups

    @property
    def has_focus(self) -> bool:
        """Whether the keys go to one of the tiles, as soon as they go to this window."""
        return self.window().focusWidget() in self._shown

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Take the tiles of the catalogue."""
        self._tiles = tiles
        for button in self._made.values():
            button.deleteLater()
        self._made, self._shown = {}, []
        self._groups = list(dict.fromkeys(tile.group for tile in tiles))
        self._group = self._groups[0] if self._groups else ""
        clear(self._tabs)
        self._tab_buttons = []
        for group in self._groups:
            tab = plain_button(group, role="tab", on_click=partial(self.open_group, group))
            tab.setCheckable(True)
            tab.setProperty("group", group)
            tab.setToolTip(group)
            self._tabs.addWidget(tab)
            self._tab_buttons.append(tab)
        self.setVisible(bool(tiles))
        self.open_group(self._group)

    def open_group(self, group: str) -> None:
        """Show another tab."""
        self._group, self._page = group, 0
        for tab in self._tab_buttons:
            tab.setChecked(tab.property("group") == group)
        self._lay()
        self._show_tabs()

    def _show_tabs(self) -> None:
        """The open tab and as many beside it as stand there whole; the arrows lead to the rest."""
        tabs = self._tab_buttons
        wide = [tab.sizeHint().width() for tab in tabs]
        at = self._groups.index(self._group) if self._group in self._groups else 0
        gap = self._gap()
        arrows = 2 * self._look.target + 3 * gap
        whole = self.width() - 2 * self._margin()
        paged = len(self._pages()) > 1 or sum(wide) + gap * (len(wide) - 1) > whole
        room = whole - (arrows if paged else 0)
        first = last = at
        used = wide[at] if wide else 0
        while True:
            if first > 0 and used + gap + wide[first - 1] <= room:
                first -= 1
                used += gap + wide[first]
            elif last + 1 < len(wide) and used + gap + wide[last + 1] <= room:
                last += 1
                used += gap + wide[last]
            else:
                break
        for place, tab in enumerate(tabs):
            tab.setVisible(first <= place <= last)
        for key, by in ((self._earlier, -1), (self._further, 1)):
            key.setVisible(paged)
            key.setEnabled(self._after(by) is not None)

    def _pages(self) -> range:
        """The pages of the open group."""
        count = sum(tile.group == self._group for tile in self._tiles)
        return range(max(1, -(-count // (self._fits[0] * self._fits[1]))))

    def _after(self, by: int) -> tuple[str, int] | None:
        """(group, page) of the page before or after, on to the next group; None at the end."""
        page = self._page + by
        if page in self._pages():
            return self._group, page
        at = self._groups.index(self._group) + by if self._group in self._groups else -1
        if not 0 <= at < len(self._groups):
            return None
        return self._groups[at], 0 if by > 0 else _LAST

    def step_in(self) -> None:
        """Put the focus on the first tile; from inside, go on to the next group."""
        if any(button.hasFocus() for button in self._shown) and len(self._groups) > 1:
            at = self._groups.index(self._group)
            self.open_group(self._groups[(at + 1) % len(self._groups)])
        if self._shown:
            self._shown[0].setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        margin = self._margin()
        self._top.setGeometry(margin, margin, self.width() - 2 * margin, self._look.target)
        # Without a place they would still be met by whoever walks with Tab or a screen reader.
        self._top.setVisible(self.height() >= self._look.target)
        self._lay()
        self._show_tabs()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()))
        at = next((at for at, button in enumerate(self._shown) if button.hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        goal = at + step[0] * self._fits[1] + step[1]
        if 0 <= goal < len(self._shown):
            self._shown[goal].setFocus(Qt.FocusReason.TabFocusReason)
        elif goal >= len(self._shown) and self._further.isEnabled():
            self._turn(1)
            self._shown[0].setFocus(Qt.FocusReason.TabFocusReason)
        elif goal < 0 and self._earlier.isEnabled():
            self._turn(-1)
            self._shown[-1].setFocus(Qt.FocusReason.TabFocusReason)

    def _margin(self) -> int:
        return self._look.mm(1.4)

    def _gap(self) -> int:
        return self._look.mm(1.1)

    def _tile_least(self) -> int:
        """Two lines of a name and the price."""
        look = self._look
        words = 2 * look.line(look.body) + look.line(look.small) + look.mm(1.6)
        return max(look.mm(16), words if look.text > 1 else 0)

    def _place(self) -> QRect:
        margin = self._margin()
        top = margin + self._look.target + self._gap()
        return self.rect().adjusted(margin, top, -margin, -margin)

    def _room(self, count: int) -> tuple[int, int]:
        """Rows and columns: as few columns as show every tile at once, else as many as fit."""
        place, gap = self._place(), self._gap()
        down = max(1, (place.height() + gap) // (self._tile_least() + gap))
        widest = (place.width() + gap) // (self._look.letters(31) + gap)
        least = _ACROSS_LEAST_IN_LARGE if self._look.folds else _ACROSS_LEAST
        most = min(_ACROSS_MOST, max(least, widest))
        across = next((n for n in range(least, most) if n * down >= count), most)
        return down, across

    def _turn(self, by: int) -> None:
        goal = self._after(by)
        if goal is None:
            return
        group, page = goal
        self.open_group(group)
        self._page = page
        self._lay()
        self._show_tabs()

    def _lay(self) -> None:
        tiles = [tile for tile in self._tiles if tile.group == self._group]
        place, gap = self._place(), self._gap()
        down, across = self._fits = self._room(len(tiles))
        room = down * across
        pages = max(1, -(-len(tiles) // room))
        self._page = min(max(0, self._page), pages - 1)
        shown = [self._button(one) for one in tiles[self._page * room : (self._page + 1) * room]]
        for button in self._shown:
            if button not in shown:
                button.hide()
        self._shown = shown
        rows = min(down, -(-len(tiles) // across)) or 1
        high = min(self._look.mm(25.4), (place.height() + gap) // rows - gap)
        wide = (place.width() + gap) // across - gap
        for at, button in enumerate(shown):
            left = place.left() + at % across * (wide + gap)
            button.setGeometry(left, place.top() + at // across * (high + gap), wide, high)
            button.setVisible(place.height() >= self._look.target)

    def _button(self, tile: Tile) -> TileButton:
        """The tile's button; made once, because panels above change the place at every scan."""
        sku = tile.product.sku
        if sku not in self._made:
            button = self._made[sku] = TileButton(self._look, self._words, tile)
            button.setParent(self)
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
            button.clicked.connect(without_checked(partial(self._on_product, sku)))
        return self._made[sku]
