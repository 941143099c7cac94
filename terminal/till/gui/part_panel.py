"""Shift+F6: which reward, and how much of it; the worth is shown before anybody pays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from terminal.loyalty.engine.evaluation import Offer
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.controls import (
    column,
    mark,
    plain_button,
    row,
    say,
    sheet,
    text,
)
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.kept_rows import KeptRows
from terminal.till.gui.offer_words import brought_words, with_cost
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words


class PartRow(QFrame):
    """One reward with − and +; its texts change in place, so that nothing moves under a finger."""

    def __init__(self, look: Look, words: Words, on_change: Callable[[int], None]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._words = words
        self._name = text("", "bold", wrap=True)
        self._worth = text("", "small", wrap=True)
        outer = row(self, look, margin=look.mm(1.4))
        texts = column(None, look, margin=0)
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(self._name)
        texts.addWidget(self._worth)
        texts.addStretch(1)
        self._less = plain_button(
            "−", name=words.label(Label.PART_LESS), on_click=lambda: on_change(-1)
        )
        self._more = plain_button(
            "+", name=words.label(Label.PART_MORE), on_click=lambda: on_change(1)
        )
        outer.addLayout(texts, 1)
        for button in (self._less, self._more):
            button.setFixedSize(look.target + 4, look.primary)
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
            outer.addWidget(button)

    def show_offer(self, offer: Offer, view: CheckoutView) -> None:
        """Show how often it is used now, and what that is worth."""
        times = offer.times if offer.applied else 0
        say(self._name, self._words.name(view.names.get(offer.name, {})))
        mark(self._worth, "tone", "good" if offer.applied else "small")
        say(self._worth, self._told(offer, view))
        self._less.setEnabled(times > 0)
        self._more.setEnabled(times < offer.times_most)

    def _told(self, offer: Offer, view: CheckoutView) -> str:
        words, unit = self._words, view.unit_kinds.get(offer.name, UnitKind.POINTS)
        n = words.number(offer.times)
        worth = with_cost(brought_words(offer, unit, words), offer, unit, words)
        if not worth:  # a privilege that costs nothing
            return n if offer.applied else words.label(Label.PART_OFF)
        if offer.applied:
            return words.label(Label.PART_WORTH, n=n, worth=worth)
        if offer.times > 1:
            return words.label(Label.PART_READY_MOST, n=n, worth=worth)
        return words.label(Label.PART_READY, worth=worth)


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
        self._marked = 0
        self._shown: object = None
        heading = Heading(look, words.label(Label.PART_HEADING))
        layout = sheet(self, look, words, heading, on_close)
        layout.setSpacing(look.mm(1.4))
        layout.addWidget(text(words.label(Label.PART_KEYS), "small", wrap=True))
        self._nothing = text(words.label(Label.PART_NOTHING), wrap=True)
        layout.addWidget(self._nothing)
        self._rows = KeptRows(look, words, self._row, spacing=look.mm(1.4))
        layout.addWidget(self._rows, 1)
        layout.addStretch()

    def show_view(self, view: CheckoutView) -> None:
        """Show what can be had now."""
        shown = (view.member, view.names)
        if shown == self._shown:
            return
        self._shown = shown
        offers = view.member.offers if view.member else ()
        self._offers = [offer for offer in offers if offer.times_most > 0]
        for offer, one in zip(self._offers, self._rows.show_rows(len(self._offers)), strict=True):
            one.show_offer(offer, view)
        self._nothing.setVisible(not self._offers)
        self._rows.setVisible(bool(self._offers))
        self._marked = min(self._marked, max(0, len(self._offers) - 1))
        self._mark()

    def step(self, by: int) -> None:
        """Move the mark to another reward."""
        self._marked = min(max(0, self._marked + by), max(0, len(self._offers) - 1))
        self._mark()
        if self._offers:
            self._rows.reveal(self._rows.shown[self._marked])

    def change(self, by: int) -> None:
        """Use the marked reward once more or once less."""
        if self._offers:
            self._change(self._marked, by)

    def _row(self, at: int) -> PartRow:
        return PartRow(self._look, self._words, partial(self._change, at))

    def _change(self, at: int, by: int) -> None:
        offer = self._offers[at]
        now = offer.times if offer.applied else 0
        times = min(max(0, now + by), offer.times_most)
        if times != now:
            self._on_part(offer.name, times)

    def _mark(self) -> None:
        for at, one in enumerate(self._rows.shown):
            mark(one, "card", "accent" if at == self._marked else "true")
