"""A reward on the member's card: its name, what it brings and costs, and whether it is on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QWidget

from terminal.loyalty.engine.evaluation import Offer, Why
from terminal.loyalty.standing import RewardName
from terminal.till.gui.controls import KeyButton, mark, say, text, without_checked, wraps
from terminal.till.gui.look import MARGIN, Look
from terminal.till.gui.offer_words import brought_words, with_cost
from terminal.till.gui.wait_mark import WaitMark
from terminal.wording.labels import Label
from terminal.wording.speech import Unit
from terminal.wording.words import Words

_NARROWEST_MM = 50
_FRAME = MARGIN + 2
"""The margin of its ring, and the line round it."""


class OfferButton(KeyButton):
    """A reward that can be had now, or is on; a press turns it over."""

    def __init__(
        self, look: Look, words: Words, *, key: str, on_offer: Callable[[RewardName], None]
    ) -> None:
        super().__init__("", look, key=key, role="offer", spread=True)
        self._words_of = words
        self._offer: Offer | None = None
        self._on_offer = on_offer
        self.words.setProperty("tone", "bold")
        self._wait = WaitMark(look)
        self._cost = text(tone="accent")
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        layout.removeWidget(self.words)
        self._texts = _Texts(look, self.words, self._wait, self._cost)
        layout.addWidget(self._texts, 1)
        # The frame stands in the layout's own margins: who places it asks the layout, not it.
        edge = look.mm(0.8) + _FRAME
        layout.setContentsMargins(look.gap, edge, look.gap, edge)
        if look.folds:
            layout.setDirection(QBoxLayout.Direction.TopToBottom)
            layout.setSpacing(0)
        wraps(self)
        self.clicked.connect(without_checked(self._turn))

    def show_offer(
        self, offer: Offer, name: str, unit: Unit, *, asked: bool = False, typed: bool = False
    ) -> None:
        """Show what it brings and costs; ``asked``: its units are on their way, perhaps."""
        words = self._words_of
        self._offer = offer
        mark(self, "lit", "true" if offer.applied else "false")
        self._wait.show_waiting(on=asked)
        if asked or is_elsewhere(offer):
            away = words.label(Label.OFFER_ELSEWHERE, units=words.units(offer.reason.units, unit))
            if typed:
                away = words.label(Label.OFFER_PROOF)
            say(self._cost, "" if asked else away)
            self.say(words.label(Label.OFFER_ASKS if asked else Label.USE_OFFER, name=name))
            self.setAccessibleName(f"{self.words.text()} {self._cost.text()}")
            return
        amount = brought_words(offer, unit, words)
        if offer.brings is None and offer.times > 1 and offer.applied:
            amount = words.label(Label.OFFER_TIMES, n=words.number(offer.times), amount=amount)
        amount = with_cost(amount, offer, unit, words)
        say(self._cost, amount)
        self.say(words.label(Label.OFFER_ON if offer.applied else Label.USE_OFFER, name=name))
        self.setAccessibleName(f"{self.words.text()} {amount}")

    def measure_anew(self) -> None:
        """Forget how high it was: a longer name may need a line more."""
        self._texts.updateGeometry()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        # Narrow: whoever places it asks how high it is at no less than its least width.
        return QSize(self._look.mm(_NARROWEST_MM), self._least)

    def hasHeightForWidth(self) -> bool:
        layout = self.layout()
        return layout is not None and layout.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        inner = layout.totalHeightForWidth(width) if layout is not None else 0
        return max(self._least, inner)

    def _turn(self) -> None:
        if self._offer is not None:
            self._on_offer(self._offer.name)


class _Texts(QWidget):
    """Name and cost side by side where each has one line; else the cost stands below the name."""

    def __init__(self, look: Look, name: QLabel, wait: QWidget, cost: QLabel) -> None:
        super().__init__()
        self._gap = look.gap
        self._name, self._wait, self._cost = name, wait, cost
        for part in (name, wait, cost):
            part.setParent(self)
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for label in (name, cost):
            label.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        name = self._name.heightForWidth(max(1, width - self._waiting()))
        if self._cost.isHidden():
            return name
        cost = self._cost.heightForWidth(width)
        return max(name, cost) if self._side_by_side(width) else name + cost

    def sizeHint(self) -> QSize:
        wide = self._across(self._name) + self._across(self._cost) + self._gap + self._waiting()
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._gap, QFontMetrics(self._name.font()).height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._lay()
        return super().event(event)

    def _lay(self) -> None:
        wide, high, waiting = self.width(), self.height(), self._waiting()
        self._wait.move(wide - self._wait.width(), (high - self._wait.height()) // 2)
        if self._cost.isHidden():
            self._name.setGeometry(0, 0, wide - waiting, high)
        elif self._side_by_side(wide):
            cost = self._across(self._cost)
            self._cost.setGeometry(wide - cost, 0, cost, high)
            self._name.setGeometry(0, 0, wide - cost - self._gap, high)
        else:
            name, cost = self._name.heightForWidth(wide), self._cost.heightForWidth(wide)
            top = max(0, high - name - cost) // 2
            self._name.setGeometry(0, top, wide, name)
            self._cost.setGeometry(0, top + name, wide, cost)

    def _side_by_side(self, width: int) -> bool:
        return self._across(self._name) + self._gap + self._across(self._cost) <= width

    def _waiting(self) -> int:
        return 0 if self._wait.isHidden() else self._wait.width() + self._gap

    @staticmethod
    def _across(label: QLabel) -> int:
        """What it needs in one line."""
        label.ensurePolished()
        return QFontMetrics(label.font()).horizontalAdvance(label.text()) + 2


def is_elsewhere(offer: Offer) -> bool:
    """Whether the member has what it costs, but not at this till."""
    return offer.reason.why is Why.UNITS_ELSEWHERE and not offer.applied
