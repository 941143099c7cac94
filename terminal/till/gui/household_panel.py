"""Who shares with the member on the sale; the next card that is scanned may, too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from terminal.till.checkout.care_view import HouseholdView
from terminal.till.gui.controls import WrappingButton, sheet, text
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.look import Look
from terminal.wording.care_labels import CareLabel
from terminal.wording.labels import Label
from terminal.wording.words import Words


class HouseholdPanel(QFrame):
    """Says before anything happens what it means."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_yes: Callable[[], None],
        on_leave: Callable[[], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "accent")
        self._words = words
        self._heading = Heading(look)
        self._fellows = text("", "bold", wrap=True)
        self._yes = WrappingButton("", look, key="Enter", role="primary", on_click=on_yes)
        self._leave = WrappingButton("", look, on_click=on_leave)
        layout = sheet(self, look, words, self._heading, on_close)
        layout.setSpacing(look.mm(2))
        layout.addWidget(self._fellows)
        layout.addWidget(text(words.label(CareLabel.HOUSEHOLD_HOW), "sheet", wrap=True))
        layout.addWidget(text(words.label(CareLabel.HOUSEHOLD_KEEPS), "small", wrap=True))
        layout.addStretch(1)
        layout.addWidget(self._yes)
        layout.addWidget(self._leave)

    def show_household(self, one: HouseholdView) -> None:
        """Who shares with this member, and what Enter does now."""
        words = self._words
        unnamed = words.label(Label.UNNAMED_MEMBER)
        name = one.member or unnamed
        self._heading.say(words.label(CareLabel.HOUSEHOLD_OF, name=name))
        names = ", ".join(fellow.name or unnamed for fellow in one.fellows)
        self._fellows.setText(names or words.label(CareLabel.SHARES_WITH_NOBODY))
        partner = one.partner or unnamed
        if one.leaving:
            self._yes.say(words.label(CareLabel.LEAVE, name=name))
        else:
            self._yes.say(words.label(CareLabel.SHARE_NOW, name=partner))
        self._yes.setVisible(one.asks and not one.wants_pin)
        self._leave.say(words.label(CareLabel.LEAVE, name=name))
        self._leave.setVisible(bool(one.fellows) and not one.asks)
