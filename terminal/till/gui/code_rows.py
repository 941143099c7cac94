"""Vouchers and gift cards on the sale: what each is worth, and what is missing or left of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import BearerView, CheckoutView
from terminal.till.gui.controls import column, plain_button, row, say, text
from terminal.till.gui.fitted_labels import ElidedLabel
from terminal.till.gui.look import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

SHOWN_MOST = 3
"""Who brings more than that is rare; the last ones that were shown are seen."""


class CodeRows(QWidget):
    """One below the other, the last one shown on top."""

    def __init__(self, look: Look, words: Words, on_off: Callable[[str], None]) -> None:
        super().__init__()
        self._words = words
        self._rows = [_Row(look, words, on_off) for _ in range(SHOWN_MOST)]
        self._others = text("", "small")
        layout = column(self, look, margin=0)
        # No finger hits two of the keys that take something off.
        layout.setContentsMargins(0, look.mm(1.4), 0, 0)
        layout.setSpacing(look.mm(2))
        for one in self._rows:
            layout.addWidget(one)
        layout.addWidget(self._others)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_view(self, view: CheckoutView) -> None:
        """Show those of a view."""
        latest = view.bearers[::-1]
        for at, one in enumerate(self._rows):
            one.setVisible(at < len(latest))
            if at < len(latest):
                one.show_code(latest[at], view)
        others = len(latest) - len(self._rows)
        say(self._others, self._words.label(Label.MORE_CODES, n=others) if others > 0 else "")
        self.setVisible(bool(latest))
        self.updateGeometry()

    def give_way(self) -> None:
        """Leave out how a gift card pays: the keys say it too."""
        for one in self._rows:
            one.give_way()

    def measure_anew(self) -> None:
        """Forget how high the rows were."""
        for one in (*self._rows, self):
            if (layout := one.layout()) is not None:
                layout.invalidate()
            one.updateGeometry()


class _Row(QWidget):
    """Its name, its worth, and below both what is to be said of it."""

    def __init__(self, look: Look, words: Words, on_off: Callable[[str], None]) -> None:
        super().__init__()
        self._words = words
        self._wallet, self._earns = "", False
        self._name = ElidedLabel("", "bold")
        self._worth = text("", "strong-price")
        self._told = text("", "good-small", wrap=True)
        self._missing = text("", "small", wrap=True)
        off = plain_button(
            "✕",
            role="bare",
            name=words.label(Label.REMOVE_CODE),
            on_click=lambda: on_off(self._wallet),
        )
        off.setFixedSize(look.target, look.target)
        line = row(None, look, margin=0)
        line.addWidget(self._name, 1)
        line.addWidget(self._worth)
        line.addWidget(off)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self._told)
        layout.addWidget(self._missing)

    def show_code(self, one: BearerView, view: CheckoutView) -> None:
        """Show a voucher or a gift card."""
        words = self._words
        self._wallet, self._earns = one.wallet, one.earns > 0
        self._name.say(_name(one, view, words))
        say(self._worth, _worth(one, words))
        say(self._told, _good(one, words))
        say(self._missing, _missing(one, view, words))

    def give_way(self) -> None:
        """Leave out what is no news."""
        if not self._earns:
            self._told.hide()


def _name(one: BearerView, view: CheckoutView, words: Words) -> str:
    """What it is good for; where that is a choice, or nothing is known, what it is."""
    if len(one.rewards) == 1:
        return words.name(view.names.get(one.rewards[0], {}))
    return words.name(one.name) if one.name else words.label(Label.ANY_CODE)


def _worth(one: BearerView, words: Words) -> str:
    if one.kind is UnitKind.MONEY:
        return words.money(one.balance)
    return words.money(-one.off) if one.off else ""


def _good(one: BearerView, words: Words) -> str:
    if one.kind is UnitKind.MONEY and one.earns:
        after = words.money(one.balance + one.earns)
        return words.label(Label.CODE_LOADS, n=words.amount(one.earns, sign=True), amount=after)
    if one.kind is UnitKind.MONEY and one.spendable:
        return words.label(Label.CODE_PAYS)
    return ""


def _missing(one: BearerView, view: CheckoutView, words: Words) -> str:
    if not one.known and not one.earns:
        return words.label(Label.CODE_NOT_KNOWN)
    told = []
    if one.kind is None or not (one.balance or one.earns):
        told.append(words.label(Label.CODE_EMPTY))
    elif one.spendable < one.balance:
        told += [_place(place, n, one.kind, words) for place, n in one.places]
    elif one.reason is not None and one.kind is not UnitKind.MONEY:
        told.append(words.reason(one.reason, view.names, one.kind))
    if one.balance > 1 and one.kind is not UnitKind.MONEY and one.kind is not None:
        told.append(words.units(one.balance - one.spends, one.kind))
    if one.expires is not None and one.balance:
        told.append(words.label(Label.CODE_UNTIL, date=words.date(one.expires)))
    return " · ".join(told)


def _place(place: str, n: int, kind: UnitKind, words: Words) -> str:
    figure = words.amount(n) if kind is UnitKind.MONEY else words.number(n)
    label = Label.PLACE_HAS if place else Label.SERVER_HAS
    return words.label(label, place=place, n=figure)
