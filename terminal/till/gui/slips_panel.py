"""The slips of today, newest first: time, number, member and sum, one of them marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from terminal.till.gui.controls import say, sheet, text
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.style import Look
from terminal.values import dataclass
from terminal.wording.labels import Label
from terminal.wording.words import Words

_ROW = Qt.ItemDataRole.UserRole + 1
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class ShownSlip:
    """The texts of one row."""

    sale: str
    time: str
    number: str
    total: str
    member: str
    note: str
    """That it is not on paper though somebody asked; empty else."""

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        parts = (self.time, self.number, self.total, self.member, self.note)
        return ", ".join(part for part in parts if part)


class SlipsPanel(QFrame):
    """The list in place of the basket; the slip itself is shown beside it."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_mark: Callable[[int], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._shown: tuple[ShownSlip, ...] = ()
        self._heading = Heading(look, words.label(Label.SLIPS_TODAY))
        self._none = text("", "body", wrap=True)
        self._words = words
        self._model = QStandardItemModel(self)
        self.rows = _list(self._model, look, words)
        self.rows.setItemDelegate(_SlipPainter(look, self.rows))
        self.rows.clicked.connect(lambda index: on_mark(index.row()))
        layout = sheet(self, look, words, self._heading, on_close)
        layout.setSpacing(look.mm(1))
        if not look.folds:  # the field and the line below it say the same
            layout.addWidget(text(words.label(Label.SLIPS_HINT), "small", wrap=True))
        layout.addWidget(self._none)
        layout.addWidget(self.rows, 1)
        layout.addStretch()

    def show_slips(self, slips: Sequence[ShownSlip], marked: int, *, sought: str) -> None:
        """Show these; ``sought`` is what was typed to find them."""
        shown = tuple(slips)
        if shown != self._shown:
            self._shown = shown
            self._model.clear()
            for one in shown:
                entry = QStandardItem()
                entry.setData(one, _ROW)
                entry.setData(one.spoken, Qt.ItemDataRole.AccessibleTextRole)
                self._model.appendRow(entry)
        index = self._model.index(marked, 0)
        self.rows.setCurrentIndex(index)
        self.rows.scrollTo(index)
        label = Label.NO_SLIP_FOUND if sought else Label.NO_SLIP
        say(self._none, "" if shown else self._words.label(label, text=sought))
        self.rows.setVisible(bool(shown))

    def spoken(self) -> list[str]:
        """All rows as a screen reader says them."""
        return [one.spoken for one in self._shown]


def _list(model: QStandardItemModel, look: Look, words: Words) -> QListView:
    rows = QListView()
    rows.setModel(model)
    rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    rows.setUniformItemSizes(True)
    rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    rows.setAccessibleName(words.label(Label.SLIPS_TODAY))
    rows.setMinimumHeight(look.target)
    return rows


class _SlipPainter(QStyledItemDelegate):
    """Time and number, the sum at the right; below them who bought, and what is not on paper."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._price = look.font(look.price, bold=True)
        self._small = look.font(look.small)
        self._loud = look.font(look.small, bold=True)

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        look = self._look
        needed = look.line(look.price) + look.line(look.small) + look.mm(2.4)
        return QSize(0, max(look.target, needed))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        shown: ShownSlip | None = index.data(_ROW)
        if shown is None:
            return
        look, palette = self._look, self._look.palette
        rect: QRect = option.rect
        view = self.parent()
        assert isinstance(view, QListView)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if view.currentIndex() == index:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.tint))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), look.mm(1.6), look.mm(1.6))
            painter.setBrush(QColor(palette.accent))
            bar = QRect(rect.left() + 2, rect.top() + 6, look.mm(1.2), rect.height() - 12)
            painter.drawRoundedRect(bar, 2, 2)
        else:
            painter.setPen(QColor(palette.line))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(look.mm(3.4), look.mm(1), -look.mm(2.6), -look.mm(1))
        first = QRect(inner)
        if shown.member or shown.note:
            first.setHeight(inner.height() * 11 // 20)
        second = inner.adjusted(0, first.height(), 0, 0)
        self._write(painter, first, shown.total, self._price, palette.text, _RIGHT)
        room = first.adjusted(0, 0, -self._wide(shown.total, self._price), 0)
        self._write(painter, room, shown.time, self._price, palette.text)
        room = room.adjusted(self._wide(shown.time, self._price), 0, 0, 0)
        number = look.fitting(shown.number, room.width(), look.price)
        self._write(painter, room, shown.number, number, palette.quiet)
        if shown.note:
            self._write(painter, second, "⚠ " + shown.note, self._loud, palette.error, _RIGHT)
            second = second.adjusted(0, 0, -self._wide("⚠ " + shown.note, self._loud), 0)
        self._write(painter, second, shown.member, self._small, palette.quiet)
        painter.restore()

    def _wide(self, words: str, font: QFont) -> int:
        return QFontMetrics(font).horizontalAdvance(words) + self._look.mm(3)

    @staticmethod
    def _write(
        painter: QPainter,
        rect: QRect,
        words: str,
        font: QFont,
        colour: str,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        elided = QFontMetrics(font).elidedText(
            words, Qt.TextElideMode.ElideRight, max(0, rect.width())
        )
        painter.drawText(rect, align, elided)
