"""What the member agreed to, to be changed as easily as it was given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame

from terminal.loyalty.consent import Purpose
from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.controls import WrappingButton, sheet, text
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.look import Look
from terminal.till.gui.tick_button import TickButton
from terminal.wording.care_labels import CareLabel
from terminal.wording.labels import Label
from terminal.wording.words import Words

SENTENCES = {
    Purpose.MARKETING: Label.CONSENT_MARKETING,
    Purpose.PROFILING: Label.CONSENT_PROFILING,
    Purpose.OFFERS: Label.CONSENT_OFFERS,
}
TEXT_VERSION = 1
"""Of the three sentences, in all languages: whoever changes what one says raises it, so that the
evidence tells for ever which words were shown."""


def shown_text(words: Words) -> str:
    """Which words are shown: their version and language."""
    return f"{TEXT_VERSION} {words.language}"


class ConsentPanel(QFrame):
    """Three ticks, each for itself; a tap writes it down at once."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_decide: Callable[[Purpose, bool], None],
        on_goodwill: Callable[[], None],
        on_household: Callable[[], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._words = words
        self._whose = text("", "quiet", wrap=True)
        self._ticks = {
            purpose: TickButton(words.label(label), look, on_turn=partial(on_decide, purpose))
            for purpose, label in SENTENCES.items()
        }
        layout = sheet(self, look, words, Heading(look, words.label(Label.CONSENTS)), on_close)
        layout.addWidget(self._whose)
        for tick in self._ticks.values():
            layout.addWidget(tick)
        layout.addWidget(text(words.label(Label.CONSENTS_HELP), "small", wrap=True))
        layout.addStretch(1)
        if look.folds:  # beside the movements there is no room for them
            for label, step in (
                (CareLabel.GOODWILL, on_goodwill),
                (CareLabel.HOUSEHOLD, on_household),
            ):
                layout.addWidget(WrappingButton(words.label(label), look, on_click=step))

    def show_view(self, view: CheckoutView) -> None:
        """The decisions of the member on this sale."""
        member = view.member
        self._whose.setText((member and member.name) or self._words.label(Label.UNNAMED_MEMBER))
        for purpose, tick in self._ticks.items():
            tick.tick(on=member is not None and purpose in member.agreed)
            tick.setEnabled(member is not None and not member.provisional)

    def turn(self, at: int) -> None:
        """The digit keys 1, 2 and 3 turn a tick over."""
        ticks = list(self._ticks.values())
        if 0 <= at < len(ticks) and ticks[at].isEnabled():
            ticks[at].click()
