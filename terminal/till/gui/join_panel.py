"""Finding a member, and joining with a blank card: scan, Enter. Name and phone only if offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QLineEdit

from terminal.till.checkout.view import JoiningView
from terminal.till.gui.consent_panel import SENTENCES, shown_text
from terminal.till.gui.controls import (
    KeyButton,
    WrappingButton,
    beside,
    card,
    column,
    say,
    sheet,
    text,
)
from terminal.till.gui.even_rows import EvenRows
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.style import Look
from terminal.till.gui.tick_button import TickButton
from terminal.wording.labels import Label
from terminal.wording.words import Words


class FindPanel(QFrame):
    """F3: how to find a member, and how somebody becomes one."""

    def __init__(
        self,
        look: Look,
        words: Words,
        on_close: Callable[[], None],
        on_card: Callable[[], None] | None = None,
        on_blank: Callable[[], None] | None = None,
        on_new: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        heading = Heading(look, words.label(Label.MEMBER_HEADING))
        layout = sheet(self, look, words, heading, on_close)
        layout.addWidget(text(words.label(Label.MEMBER_HELP), "sheet", wrap=True))
        layout.addSpacing(look.gap)
        newcomer = card("accent")
        inner = column(newcomer, look)
        inner.addWidget(text("♥ " + words.label(Label.JOIN_HELP), "bold", wrap=True))
        if on_new is not None:
            inner.addWidget(
                WrappingButton(
                    words.label(Label.JOIN_WITHOUT_CARD), look, key="F3", on_click=on_new
                )
            )
        layout.addWidget(newcomer)
        layout.addStretch(1)
        printing = EvenRows(look.gap)
        for label, print_it in ((Label.PRINT_CARD, on_card), (Label.BLANK_CARDS, on_blank)):
            if print_it is not None:
                printing.add(KeyButton(words.label(label), look, on_click=print_it))
        layout.addWidget(printing)


class TappedField(QLineEdit):
    """A field that tells when a finger or the mouse is on it."""

    def __init__(self, on_tap: Callable[[], None]) -> None:
        super().__init__()
        self._on_tap = on_tap

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._on_tap()


class JoinPanel(QFrame):
    """A blank card was scanned, or a phone typed that nobody has: Enter makes a member.

    Everything on it may stay empty, and nothing is ticked beforehand.
    """

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_join: Callable[[], None],
        on_close: Callable[[], None],
        on_tap: Callable[[bool], None],
    ) -> None:
        """``on_tap``: a finger wants to write into a field now, letters (True) or digits."""
        super().__init__()
        self._on_tap = on_tap
        self.setProperty("card", "accent")
        self._look, self._words = look, words
        self._shown: JoiningView | None = None
        self._card = text("", "price", wrap=look.folds)  # large letters fill a row of their own
        self.name_field = self._named_field(Label.FIELD_NAME)
        self.phone_field = self._named_field(Label.FIELD_PHONE)
        self.birthday_field = self._named_field(Label.FIELD_BIRTHDAY)
        self.birthday_field.setMaxLength(8)
        self._ticks = {
            purpose: TickButton(words.label(label), look) for purpose, label in SENTENCES.items()
        }
        layout = column(self, look)
        # As tight as fingers allow: on the small counter all of it can be seen at once.
        layout.setContentsMargins(look.mm(2.4), look.mm(1.2), look.mm(2.4), look.mm(1.2))
        layout.setSpacing(look.mm(1.1))
        top = beside(look)
        top.addWidget(Heading(look, "♥ " + words.label(Label.JOIN_HEADING)), 1)
        top.addWidget(self._card)
        layout.addLayout(top)
        layout.addWidget(self.name_field)
        both = beside(look)
        both.addWidget(self.phone_field, 1)
        both.addWidget(self.birthday_field, 1)
        layout.addLayout(both)
        layout.addWidget(text(words.label(Label.JOIN_OPTIONAL), "small", wrap=True))
        for tick in self._ticks.values():
            layout.addWidget(tick)
        layout.addStretch(1)
        keys = beside(look)
        keys.addWidget(KeyButton(words.label(Label.BACK), look, key="Esc", on_click=on_close))
        keys.addWidget(
            KeyButton(words.label(Label.JOIN), look, key="Enter", role="primary", on_click=on_join),
            1,
        )
        layout.addLayout(keys)

    def show_joining(self, one: JoiningView) -> bool:
        """Ask for this holder; another one begins with empty fields. Tells whether it is another."""
        if one == self._shown:
            return False
        before, self._shown = self._shown, one
        card = self._words.label(Label.JOIN_CARD, tail=one.card[-4:]) if one.card else ""
        say(self._card, " ♥ ".join(filter(None, (card, one.brought_by))))
        if before is not None and (before.card, before.phone) == (one.card, one.phone):
            return False  # only who brought them: what was typed stays
        for field in self.fields():
            field.clear()
        for tick in self._ticks.values():
            tick.tick(on=False)
        self.phone_field.setText(one.phone)
        return True

    def forget(self) -> None:
        """Nobody joins any more: whoever is next begins with empty fields."""
        self._shown = None

    def fields(self) -> tuple[QLineEdit, ...]:
        """Where a name, a phone and a birthday are typed."""
        return self.name_field, self.phone_field, self.birthday_field

    def told(self) -> dict[str, Any]:
        """What was typed and ticked, as the fields of an application."""
        return {
            "name": self.name_field.text().strip(),
            "phone": self.phone_field.text().strip(),
            "birthday": self.birthday_field.text().strip(),
            "agreed": frozenset(one for one, tick in self._ticks.items() if tick.isChecked()),
            "text": shown_text(self._words),
        }

    def _named_field(self, label: Label) -> QLineEdit:
        field = TappedField(lambda: self._on_tap(label is Label.FIELD_NAME))
        field.setMaxLength(80)
        field.setMinimumHeight(self._look.target)
        field.setPlaceholderText(self._words.label(label))
        field.setAccessibleName(self._words.label(label))
        return field
