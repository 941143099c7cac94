"""A blank card while a member is on the sale: theirs from now on, or somebody new's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from terminal.till.checkout.view import ReplacingView
from terminal.till.gui.controls import KeyButton, WrappingButton, beside, column, text
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.look import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words


class ReplacePanel(QFrame):
    """Says before anything happens which card is blocked and where the points go."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_replace: Callable[[], None],
        on_new: Callable[[], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "accent")
        self._words = words
        self._heading = Heading(look)
        self._gets = text("", "bold", wrap=True)
        self._lost = text("", "sheet", wrap=True)
        self._go = WrappingButton("", look, key="Enter", role="primary", on_click=on_replace)
        self._new = WrappingButton(words.label(Label.NEW_INSTEAD), look, key="F3", on_click=on_new)
        layout = column(self, look, margin=look.mm(3))
        layout.addWidget(self._heading)
        layout.addWidget(self._gets)
        layout.addWidget(self._lost)
        layout.addStretch(1)
        layout.addWidget(self._go)
        layout.addSpacing(look.gap)
        keys = beside(look)
        keys.addWidget(KeyButton(words.label(Label.BACK), look, key="Esc", on_click=on_close))
        keys.addWidget(self._new, 1)
        layout.addLayout(keys)

    def show_replacing(self, one: ReplacingView) -> None:
        """Ask about this card."""
        words, lost = self._words, one.lost_tail
        name = one.name or words.label(Label.UNNAMED_MEMBER)
        self._heading.say(words.label(Label.BLANK_CARD, tail=one.new_tail))
        self._gets.setText(words.label(Label.REPLACE_GETS, name=name))
        self._lost.setText(
            words.label(Label.REPLACE_BLOCKS, tail=lost) if lost else words.label(Label.GIVE_KEEPS)
        )
        self._go.say(words.label(Label.REPLACE_CARD if lost else Label.GIVE_CARD))
