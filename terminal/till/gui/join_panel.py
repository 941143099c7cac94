"""Finding a member, and joining with a blank card: scan, Enter. Name and phone only if offered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLineEdit

from terminal.till.gui.controls import KeyButton, card, column, row, text
from terminal.till.gui.style import Look
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
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        layout = column(self, look, margin=look.mm(3))
        layout.addWidget(text(words.label(Label.MEMBER_HEADING), "heading", wrap=True))
        layout.addWidget(text(words.label(Label.MEMBER_HELP), "sheet", wrap=True))
        layout.addSpacing(look.gap)
        sheet = card("accent")
        inner = column(sheet, look)
        inner.addWidget(text("♥ " + words.label(Label.JOIN_HELP), "bold", wrap=True))
        layout.addWidget(sheet)
        layout.addStretch(1)
        for label, print_it in ((Label.PRINT_CARD, on_card), (Label.BLANK_CARDS, on_blank)):
            if print_it is not None:
                layout.addWidget(KeyButton(words.label(label), look, on_click=print_it))
        layout.addWidget(KeyButton(words.label(Label.CLOSE), look, key="Esc", on_click=on_close))


class JoinPanel(QFrame):
    """A blank card was scanned: Enter makes its holder a member, with or without a name."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_join: Callable[[], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "accent")
        self._look, self._words = look, words
        self._number = ""
        self._card = text("", "price")
        self.name_field = self._named_field(Label.FIELD_NAME)
        self.phone_field = self._named_field(Label.FIELD_PHONE)
        layout = column(self, look, margin=look.mm(3))
        layout.addWidget(text("♥ " + words.label(Label.JOIN_HEADING), "heading", wrap=True))
        layout.addWidget(self._card)
        layout.addSpacing(look.gap)
        layout.addWidget(self.name_field)
        layout.addWidget(self.phone_field)
        layout.addWidget(text(words.label(Label.JOIN_OPTIONAL), "small", wrap=True))
        layout.addStretch(1)
        keys = row(None, look, margin=0)
        keys.addWidget(KeyButton(words.label(Label.BACK), look, key="Esc", on_click=on_close))
        keys.addWidget(
            KeyButton(words.label(Label.JOIN), look, key="Enter", role="primary", on_click=on_join),
            1,
        )
        layout.addLayout(keys)

    def show_card(self, number: str) -> None:
        """Ask for the holder of this card; another card begins with empty fields."""
        if number != self._number:
            self._number = number
            self.name_field.clear()
            self.phone_field.clear()
        self._card.setText(self._words.label(Label.JOIN_CARD, tail=number[-4:]))

    def fields(self) -> tuple[QLineEdit, QLineEdit]:
        """Where a name and a phone are typed."""
        return self.name_field, self.phone_field

    def _named_field(self, label: Label) -> QLineEdit:
        field = QLineEdit()
        field.setMaxLength(80)
        field.setMinimumHeight(self._look.primary)
        field.setPlaceholderText(self._words.label(label))
        field.setAccessibleName(self._words.label(label))
        return field
