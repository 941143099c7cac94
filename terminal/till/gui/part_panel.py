"""Shift+F6: which reward, and how much of it; the worth is shown before anybody pays."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from terminal.loyalty.engine.evaluation import Offer
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.controls import KeyButton, card, clear, column, mark, plain_button, row, text
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_OFFERS_MOST = 4


class PartPanel(QFrame):
    """One row a reward, with − and +; the marked row also listens to the keys."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_part: Callable[[RewardName, int], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words, self._on_part = look, words, on_part
        self._offers: list[Offer] = []
        self._rows: list[QFrame] = []
        self._marked = 0
        self._shown: object = None
        self._view: CheckoutView | None = None
        layout = column(self, look, margin=look.mm(3))
        top = row(None, look, margin=0)
        top.addWidget(text(words.label(Label.PART_HEADING), "heading", wrap=True), 1)
        self._earlier = self._page_key("▲", Label.EARLIER_REWARDS, -1)
        self._further = self._page_key("▼", Label.FURTHER_REWARDS, 1)
        top.addWidget(self._earlier)
        top.addWidget(self._further)
        layout.addLayout(top)
        layout.addWidget(text(words.label(Label.PART_KEYS), "small", wrap=True))
        self._body = QVBoxLayout()
        self._body.setSpacing(look.gap)
        layout.addLayout(self._body)
        layout.addStretch(1)
        layout.addWidget(KeyButton(words.label(Label.CLOSE), look, key="Esc", on_click=on_close))

    def show_view(self, view: CheckoutView) -> None:
        """Show what can be had now."""
        shown = (view.member, view.names)
        if shown == self._shown:
            return
        self._shown, self._view = shown, view
        offers = view.member.offers if view.member else ()
        self._offers = [offer for offer in offers if offer.times_most > 0]
        self._marked = min(self._marked, max(0, len(self._offers) - 1))
        self._lay()

    def _lay(self) -> None:
        """The page of rewards on which the marked one stands."""
        clear(self._body)
        first = self._marked // _OFFERS_MOST * _OFFERS_MOST
        shown = self._offers[first : first + _OFFERS_MOST]
        self._rows = [self._add(offer, self._view) for offer in shown if self._view is not None]
        if not shown:
            self._body.addWidget(text(self._words.label(Label.PART_NOTHING), wrap=True))
        self._earlier.setEnabled(first > 0)
        self._further.setEnabled(first + _OFFERS_MOST < len(self._offers))
        for key in (self._earlier, self._further):
            key.setVisible(len(self._offers) > _OFFERS_MOST)
        self._mark()

    def _page_key(self, glyph: str, label: Label, by: int) -> QPushButton:
        def turn() -> None:
            self.step(by * _OFFERS_MOST)

        key = plain_button(glyph, role="bare", name=self._words.label(label), on_click=turn)
        key.setFixedSize(self._look.target, self._look.target)
        return key

    def step(self, by: int) -> None:
        """Move the mark to another reward."""
        before = self._marked // _OFFERS_MOST
        self._marked = min(max(0, self._marked + by), max(0, len(self._offers) - 1))
        if self._marked // _OFFERS_MOST != before:
            self._lay()
        else:
            self._mark()

    def change(self, by: int) -> None:
        """Use the marked reward once more or once less."""
        if self._offers:
            self._ask(self._offers[self._marked], by)

    def _ask(self, offer: Offer, by: int) -> None:
        now = offer.times if offer.applied else 0
        times = min(max(0, now + by), offer.times_most)
        if times != now:
            self._on_part(offer.name, times)

    def _add(self, offer: Offer, view: CheckoutView) -> QFrame:
        words, look = self._words, self._look
        frame = card()
        outer = row(frame, look, margin=look.mm(1.4))
        texts = column(None, look, margin=0)
        texts.setSpacing(0)
        texts.addWidget(text(words.name(view.names.get(offer.name, {})), "bold", wrap=True))
        texts.addWidget(
            text(self._worth(offer, view), "good" if offer.applied else "small", wrap=True)
        )
        less = plain_button(
            "−", name=words.label(Label.PART_LESS), on_click=lambda: self._ask(offer, -1)
        )
        more = plain_button(
            "+", name=words.label(Label.PART_MORE), on_click=lambda: self._ask(offer, 1)
        )
        times = offer.times if offer.applied else 0
        less.setEnabled(times > 0)
        more.setEnabled(times < offer.times_most)
        outer.addLayout(texts, 1)
        for button in (less, more):
            button.setFixedSize(look.target + 4, look.primary)
            outer.addWidget(button)
        self._body.addWidget(frame)
        return frame

    def _worth(self, offer: Offer, view: CheckoutView) -> str:
        if not offer.applied:
            return self._words.label(Label.PART_OFF)
        kind = view.unit_kinds.get(offer.name, UnitKind.POINTS)
        return self._words.label(
            Label.PART_WORTH,
            n=self._words.number(offer.times),
            amount=self._words.money(offer.worth),
            units=self._words.units(offer.units, kind),
        )

    def _mark(self) -> None:
        for at, frame in enumerate(self._rows):
            mark(frame, "card", "accent" if at == self._marked % _OFFERS_MOST else "true")
