"""The word that brought up a list: it stays in the field, so that more of it can be typed."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.entry_field import Asking


class ListedWord:
    """As long as nothing is added to it, the field counts as empty: Enter picks, Esc closes."""

    def __init__(self) -> None:
        self._word = ""
        self.of_member = False
        """Whether members alone were looked for; so are they when the word goes on."""

    def keep(self, typed: str, asked: Asking, view: CheckoutView, field: QLineEdit) -> None:
        """What was typed is answered; where that is a list, it can be gone on with."""
        if _lists(view) and not field.text():
            self._word = typed
            self.of_member = asked is Asking.MEMBER or (self.of_member and asked is Asking.ANYTHING)
            field.setText(typed)

    def stands(self, text: str) -> bool:
        """Whether a text is the word and nothing more."""
        return bool(self._word) and text.strip() == self._word

    def goes_on(self, text: str) -> bool:
        """Whether a text is the word, perhaps with more behind it."""
        return bool(self._word) and text.startswith(self._word)

    def settle(self, view: CheckoutView, field: QLineEdit) -> None:
        """The list is gone, and what was typed for it goes with it."""
        if not self._word or _lists(view):
            return
        if self.goes_on(field.text()):
            field.clear()
        self._word, self.of_member = "", False


def _lists(view: CheckoutView) -> bool:
    return bool(view.member_choices or view.product_choices)
