"""The basket as it is painted: one row a line, and only rows that changed are painted again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import BasketReward, CheckoutView, LineState, LineView
from terminal.till.gui.style import Look
from terminal.till.gui.viewport import viewport_of
from terminal.values import dataclass
from terminal.wording.labels import Label
from terminal.wording.words import Words

_ROW = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = (
    Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
)  # fmt: skip
_ROUND_MM = 8


@dataclass(frozen=True, slots=True)
class Row:
    """The texts of one row, ready to paint; two equal rows look the same."""

    key: int
    number: str
    name: str
    price: str
    quantity: str
    reward: str
    was: str
    unknown: bool
    """It waits for something, and nothing is paid before."""
    selected: bool

    @property
    def is_line(self) -> bool:
        """Whether it is goods; else it is what comes off all of them."""
        return self.key >= 0

    @property
    def tall(self) -> bool:
        """Whether a second line is needed."""
        return bool(self.quantity or self.reward or self.unknown)

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        return ", ".join(
            part for part in (self.name, self.quantity, self.price, self.reward) if part
        )


Asked = tuple[int, LineView, bool]
"""All that a row depends on: its number, its line, whether it is chosen."""


class RowWriter:
    """Writes rows; one that was asked for before is not written again."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._written: dict[int, tuple[Asked, Row]] = {}

    def rows_of(self, view: CheckoutView) -> list[Row]:
        """The rows of a view."""
        before, self._written = self._written, {}
        for number, line in enumerate(view.lines, 1):
            asked = (number, line, line.key == view.selected)
            kept = before.get(line.key)
            if kept is None or kept[0] != asked:
                kept = (asked, _row(number, line, view, self._words))
            self._written[line.key] = kept
        rows = [row for _, row in self._written.values()]
        return rows + [self._off(at, off, view) for at, off in enumerate(view.off_basket)]

    def _off(self, at: int, off: BasketReward, view: CheckoutView) -> Row:
        """What comes off the whole basket, or goes with it, has a row of its own below the goods."""
        return Row(
            key=-1 - at,
            number="",
            name=self._words.name(view.names.get(off.name, {})),
            price=self._words.amount(-off.amount) if off.amount else self._gift(off, view),
            quantity="",
            reward="",
            was="",
            unknown=False,
            selected=False,
        )

    def _gift(self, off: BasketReward, view: CheckoutView) -> str:
        """The units that a reward brings; what has no units is told by its name."""
        reasons = (one.reason for one in view.evaluation.applied if one.name == off.name)
        reason = next((one for one in reasons if one.why is Why.EXCHANGED), None)
        unit = view.unit_kinds.get(off.name, UnitKind.POINTS)
        return self._words.reason_short(reason, view.names, unit) if reason else ""


_WAITS = {
    LineState.UNKNOWN_CODE: (Label.NOT_IN_PRICE_LIST, Label.UNKNOWN_KEYS),
    LineState.PRICE_WANTED: (Label.PRICE_MISSING, Label.PRICE_KEYS),
    LineState.WEIGHT_WANTED: (Label.WEIGHT_MISSING, Label.WEIGHT_KEYS),
}


def _row(number: int, line: LineView, view: CheckoutView, words: Words) -> Row:
    unknown = line.state is not LineState.READY
    names = [words.name(view.names[name]) for name in line.rewards if name in view.names]
    counted = line.pieces != 1 or line.grams is not None
    if not unknown and counted:
        quantity = words.quantity(line.pieces, line.grams, line.unit_price)
    else:
        quantity = words.pieces(line.pieces) if line.pieces != 1 else ""
    return Row(
        key=line.key,
        number=words.number(number),
        name=line.code if line.state is LineState.UNKNOWN_CODE else line.name,
        price="" if unknown else words.amount(line.net),
        quantity=quantity,
        reward=" · ".join(words.label(label) for label in _WAITS[line.state])
        if unknown
        else ", ".join(names),
        was=words.amount(line.gross) if line.discount and not unknown else "",
        unknown=unknown,
        selected=line.key == view.selected,
    )


class BasketList(QListView):
    """The rows, in a list that a finger scrolls and a tap selects in."""

    def __init__(self, look: Look, words: Words, on_select: Callable[[int], None]) -> None:
        super().__init__()
        self._look = look
        self._words = words
        self._writer = RowWriter(words)
        self._on_select = on_select
        self._rows: list[Row] = []
        self._member_waits = False
        self._ground = viewport_of(self)
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_RowPainter(look, self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(words.label(Label.BASKET))
        self.clicked.connect(self._tapped)

    def show_view(self, view: CheckoutView) -> None:
        """Paint what changed since the view before."""
        rows = self._writer.rows_of(view)
        if self._member_waits != (view.member is not None):
            self._member_waits = not self._member_waits
            self._ground.update()
        before, self._rows = self._rows, rows
        if before == rows:
            return
        self._place(before, rows)
        chosen = next((at for at, row in enumerate(rows) if row.selected), None)
        if chosen is not None:
            self.scrollTo(self._model.index(chosen, 0))
        if bool(before) != bool(rows):
            self._ground.update()

    def spoken(self) -> list[str]:
        """All rows as a screen reader says them."""
        return [row.spoken for row in self._rows]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._rows:
            self._paint_invitation()

    def _place(self, before: Sequence[Row], after: Sequence[Row]) -> None:
        """Turn the rows that are there into those that should be, touching as few as can be."""
        head = _same_keys(before, after)
        tail = _same_keys(before[head:][::-1], after[head:][::-1])
        gone, come = len(before) - head - tail, len(after) - head - tail
        if gone:
            self._model.removeRows(head, gone)
        for at in range(head, head + come):
            self._model.insertRow(at, QStandardItem())
            self._fill(at, after[at])
        kept = [(at, at) for at in range(head)]
        kept += [(len(before) - 1 - back, len(after) - 1 - back) for back in range(tail)]
        for old, new in kept:
            if before[old] != after[new]:
                self._fill(new, after[new])

    def _fill(self, at: int, row: Row) -> None:
        entry = self._model.item(at)
        entry.setData(row, _ROW)
        entry.setData(row.spoken, Qt.ItemDataRole.AccessibleTextRole)
        entry.setToolTip(row.name)
        entry.setSizeHint(QSize(0, _height(self._look, tall=row.tall)))

    def _tapped(self, index: QModelIndex) -> None:
        row = self._rows[index.row()]
        if row.is_line:
            self._on_select(row.key)

    def _paint_invitation(self) -> None:
        """What to do now. Where there is little room the picture goes first, then the hint."""
        look, words = self._look, self._words
        painter = QPainter(self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        title = words.label(Label.EMPTY_MEMBER if self._member_waits else Label.EMPTY_TITLE)
        hint = "" if self._member_waits else words.label(Label.EMPTY_HINT)
        whole = self._ground.rect().adjusted(look.gap, 0, -look.gap, 0)
        told = [
            (title, look.font(look.heading, bold=True), look.palette.text),
            (hint, look.font(look.body), look.palette.quiet),
        ]
        rows = []
        for one, font, _ink in told:
            painter.setFont(font)
            rows.append(painter.boundingRect(whole, _WRAPPED, one).height() if one else 0)
        between, pictured = look.mm(1), look.mm(2 * _ROUND_MM + 2)
        has_picture = pictured + sum(rows) + between <= whole.height()
        top = (whole.height() - sum(rows) - between - (pictured if has_picture else 0)) // 2
        if has_picture:
            _paint_code(painter, QPoint(whole.center().x(), top + look.mm(_ROUND_MM)), look)
            top += pictured
        for (one, font, ink), high in zip(told, rows, strict=True):
            if top + high > whole.bottom() + 1:
                break
            painter.setFont(font)
            painter.setPen(QColor(ink))
            painter.drawText(whole.adjusted(0, max(0, top), 0, 0), _WRAPPED, one)
            top = max(0, top) + high + between


def _height(look: Look, *, tall: bool) -> int:
    if not tall:
        return max(look.target, look.line(look.price) + look.mm(2))
    return max(look.mm(16.5), look.line(look.price) + look.line(look.small) + look.mm(2.4))


def _same_keys(one: Sequence[Row], other: Sequence[Row]) -> int:
    same = 0
    for left, right in zip(one, other, strict=False):
        if left.key != right.key:
            break
        same += 1
    return same


def _paint_code(painter: QPainter, centre: QPoint, look: Look) -> None:
    """A barcode on a quiet round, so that an empty basket tells what to do without reading."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.palette.tint))
    painter.drawEllipse(centre, look.mm(_ROUND_MM), look.mm(_ROUND_MM))
    painter.setBrush(QColor(look.palette.accent))
    bar = max(1, look.mm(0.55))
    left = centre.x() - 8 * bar
    for start, width in ((0, 2), (3, 1), (5, 1), (7, 3), (11, 1), (13, 1), (15, 1)):
        painter.drawRect(left + start * bar, centre.y() - look.mm(4), width * bar, look.mm(8))


class _RowPainter(QStyledItemDelegate):
    """Paints one row: number, name and price, and below what there is to say of them."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._name = look.font(look.price)
        self._price = look.font(look.price, bold=True)
        self._small = look.font(look.small)
        self._struck = look.font(look.small)
        self._struck.setStrikeOut(True)
        number = QFontMetrics(self._small).horizontalAdvance("000")
        self._indent = max(look.mm(9), number + look.mm(1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row | None = index.data(_ROW)
        if row is None:
            return
        palette, look = self._look.palette, self._look
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, row)
        inner = rect.adjusted(look.mm(2.6), look.mm(1), -look.mm(2.6), -look.mm(1))
        first = QRect(inner)
        if row.tall:
            first.setHeight(inner.height() * 11 // 20)
        second = inner.adjusted(self._indent, first.height(), 0, 0)
        ink = palette.on_warn if row.unknown else palette.text if row.is_line else palette.good
        self._write(
            painter,
            first,
            "⚠" if row.unknown else row.number,
            self._price if row.unknown else self._small,
            ink if row.unknown else palette.quiet,
        )
        figure = row.quantity if row.unknown else row.price
        name = first.adjusted(self._indent, 0, -self._taken(figure, self._price), 0)
        shown = QFontMetrics(self._name).elidedText(
            row.name, Qt.TextElideMode.ElideRight, name.width()
        )
        self._write(painter, name, shown, self._name, ink)
        self._write(painter, first, figure, self._price, ink, _RIGHT)
        if row.tall:
            self._paint_second(painter, second, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, row: Row) -> None:
        palette, look = self._look.palette, self._look
        if row.unknown or row.selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.warn if row.unknown else palette.tint))
            round_by = look.mm(1.6)
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), round_by, round_by)
        if row.selected:
            painter.setBrush(QColor(palette.on_warn if row.unknown else palette.accent))
            painter.drawRoundedRect(
                QRect(rect.left() + 2, rect.top() + 6, look.mm(1.2), rect.height() - 12), 2, 2
            )
        elif not row.unknown:
            painter.setPen(QColor(palette.line))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _paint_second(self, painter: QPainter, rect: QRect, row: Row) -> None:
        palette, look = self._look.palette, self._look
        if row.was:
            self._write(painter, rect, row.was, self._struck, palette.quiet, _RIGHT)
            rect = rect.adjusted(0, 0, -self._taken(row.was, self._struck), 0)
        if row.quantity and not row.unknown:
            self._write(painter, rect, row.quantity, self._small, palette.quiet)
            used = QFontMetrics(self._small).horizontalAdvance(row.quantity) + look.mm(4)
            rect = rect.adjusted(used, 0, 0, 0)
        ink = palette.on_warn if row.unknown else palette.good
        font = look.fitting(row.reward, rect.width(), look.small, bold=True)
        shown = QFontMetrics(font).elidedText(row.reward, Qt.TextElideMode.ElideRight, rect.width())
        self._write(painter, rect, shown, font, ink)

    def _taken(self, figure: str, font: QFont) -> int:
        """What a figure at the right takes of the line, so that no name runs into it."""
        if not figure:
            return 0
        return QFontMetrics(font).horizontalAdvance(figure) + self._look.mm(3)

    @staticmethod
    def _write(
        painter: QPainter,
        rect: QRect,
        words: str,
        font: object,
        colour: str,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        if words:
            painter.setFont(font)  # type: ignore[arg-type]
            painter.setPen(QColor(colour))
            painter.drawText(rect, align, words)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = index.data(Qt.ItemDataRole.SizeHintRole)
        return hint if isinstance(hint, QSize) else super().sizeHint(option, index)
