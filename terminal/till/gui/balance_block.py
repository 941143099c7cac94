"""One unit in the member's wallets: how many, what they are worth, what this sale does to them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import BalanceView
from terminal.till.gui.controls import column, row, say, text
from terminal.till.gui.even_rows import EvenRows
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_PIPS_MOST = 12


class Pips(QWidget):
    """Stamps as a row of rounds: full ones are there, pale ones come with this sale."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._have, self._coming, self._cost = 0, 0, 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_stamps(self, have: int, coming: int, cost: int) -> None:
        """Show so many of so many."""
        if (have, coming, cost) != (self._have, self._coming, self._cost):
            self._have, self._coming, self._cost = have, coming, cost
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.mm(5) * self._cost, self._look.mm(5.4))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.mm(3) * self._cost, self._look.mm(5.4))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = min(self._look.mm(6.6), self.width() / self._cost)
        size = min(step - 3, self.height() - 2)
        for at in range(self._cost):
            full = at < self._have
            coming = self._have <= at < self._have + self._coming
            painter.setPen(QPen(QColor(palette.accent if full or coming else palette.edge), 2))
            fill = palette.accent if full else palette.tint if coming else palette.card
            painter.setBrush(QColor(fill))
            painter.drawEllipse(QRectF(at * step + 1.5, 1.5, size - 1, size - 1))
        painter.end()


class BalanceBlock(QWidget):
    """Its labels stay while the figures change: a scan must not build widgets."""

    def __init__(self, look: Look, words: Words, on_tap: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._on_tap = on_tap
        self._words = words
        self._shown: tuple[BalanceView, bool] | None = None
        self._name = text("", "quiet")
        self._worth = text("", "good")
        self._count = text("", "strong-price")
        self._pips = Pips(look)
        self._coming = text("", "good")
        self._moves = text("", "good-small", wrap=True)
        self._rest = text("", "small", wrap=True)
        first = row(None, look, margin=0)
        sums = self._sums = EvenRows(look.gap) if look.folds else None
        if sums is not None:
            sums.add(self._name, self._worth, self._count)
            self._count.setAlignment(Qt.AlignmentFlag.AlignRight)
        else:
            first.addWidget(self._name)
            first.addStretch(1)
            first.addWidget(self._worth)
            first.addWidget(self._count)
        second = row(None, look, margin=0)
        second.addWidget(self._pips, 1)
        second.addWidget(self._coming)
        layout = column(self, look, margin=0)
        layout.setSpacing(look.mm(0.8))
        if sums is not None:
            layout.addWidget(sums)
        else:
            layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self._moves)
        layout.addWidget(self._rest)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap on the figure: why so many? Alt+M asks the same."""
        if self._on_tap is not None and self.rect().contains(event.position().toPoint()):
            self._on_tap()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def show_balance(self, balance: BalanceView, *, came: bool = False) -> None:
        """Show the figures of a view; ``came``: a part was elsewhere a moment ago.

        Its line stays then, so that nothing below moves under a finger.
        """
        if (balance, came) == self._shown:
            return
        self._shown = balance, came
        words = self._words
        stamps = has_pips(balance)
        brief = stamps and not balance.spends
        name = words.name(balance.name)
        say(self._name, name[:1].upper() + name[1:])
        say(self._count, words.units(balance.balance, balance))
        worth = words.label(Label.WORTH, amount=words.money(balance.worth)) if balance.worth else ""
        say(self._worth, worth)
        self._pips.setVisible(stamps)
        if stamps:
            self._pips.show_stamps(min(balance.balance, balance.cost), balance.earns, balance.cost)
            have, cost = words.number(balance.balance), words.number(balance.cost)
            self._pips.setAccessibleName(words.label(Label.STAMPS_OF, n=have, cost=cost))
        coming = "+" + words.units(balance.earns, balance)
        say(self._coming, coming if brief and balance.earns else "")
        say(self._moves, "" if brief else self._movements(balance))
        here = (
            [words.label(Label.ALL_HERE)] if came and balance.spendable >= balance.balance else []
        )
        say(self._rest, " · ".join([*here, *remarks(balance, words)]))
        self.updateGeometry()  # whoever places it remembers its height for a width

    def measure_anew(self) -> None:
        """Forget how high the parts were: one may have gone since."""
        if (layout := self.layout()) is not None:
            layout.invalidate()
        if self._sums is not None:
            self._sums.updateGeometry()
        self.updateGeometry()

    def give_way(self) -> None:
        """Leave out what can be read under Why as well; the screen is full."""
        self._rest.hide()
        self._shown = None
        self.updateGeometry()

    def _movements(self, balance: BalanceView) -> str:
        """What this sale does to the balance, and what it leaves."""
        words, kind = self._words, balance.kind
        moves = []
        if balance.earns:
            moves.append("+" + _bare(words, balance.earns, kind))
        if balance.spends:
            moves.append("−" + _bare(words, balance.spends, kind))
        if not moves:
            return ""
        told, after = ", ".join(moves), words.units(balance.after, balance)
        if not balance.worth_after or not balance.spends:
            return words.label(Label.THIS_SALE, moves=told, units=after)
        amount = words.short_money(balance.worth_after)
        return words.label(Label.THIS_SALE_WORTH, moves=told, units=after, amount=amount)


def has_pips(balance: BalanceView) -> bool:
    """Whether it is drawn as a row of rounds."""
    return balance.kind is UnitKind.STAMPS and 0 < balance.cost <= _PIPS_MOST


def remarks(balance: BalanceView, words: Words) -> list[str]:
    """What is owed, what is not there yet, what may be used here, and what ends when."""
    kind = balance.kind
    told = []
    if balance.debt:
        told.append(words.label(Label.OWED, units=words.units(balance.debt, balance)))
    if pending := balance.pending + balance.earns_pending:
        told.append(words.label(Label.PENDING, units=words.units(pending, balance)))
    if balance.spendable < balance.balance:
        told.append(words.label(Label.HERE_NOW, n=_bare(words, balance.spendable, kind)))
        for place, n in balance.places:
            label = Label.PLACE_HAS if place else Label.SERVER_HAS
            told.append(words.label(label, place=place, n=_bare(words, n, kind)))
    if balance.expires is not None and balance.expires_n:
        ending, day = words.units(balance.expires_n, balance), words.date(balance.expires)
        told.append(words.label(Label.EXPIRES, units=ending, date=day))
    return told


def _bare(words: Words, n: int, kind: UnitKind) -> str:
    """So many, without their unit: it stands once, at the end of the sentence."""
    return words.amount(n) if kind is UnitKind.MONEY else words.number(n)
