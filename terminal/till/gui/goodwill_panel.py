"""Units by hand: what may be given, why, and what was given here lately."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from terminal.loyalty.giving import WHYS as KEYS
from terminal.loyalty.standing import RewardName
from terminal.till.checkout.care_view import GiftView, GivenView, GoodwillView
from terminal.till.gui.controls import KeyButton, WrappingButton, beside, sheet, text
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.look import Look
from terminal.wording.care_labels import WHYS, CareLabel
from terminal.wording.labels import Label
from terminal.wording.words import Words


class GoodwillPanel(QFrame):
    """A tap on a reason gives; several rules are chosen between first."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_mark: Callable[[RewardName], None],
        on_why: Callable[[str], None],
        on_thank: Callable[[RewardName], None],
        on_take_back: Callable[[str], None],
        on_close: Callable[[], None],
        on_print: Callable[[], None] | None,
    ) -> None:
        super().__init__()
        self.setProperty("card", "accent")
        self._look, self._words = look, words
        self._on_mark, self._on_thank, self._on_take_back = on_mark, on_thank, on_take_back
        self._shown: GoodwillView | None = None
        self._heading = Heading(look)
        self._choices = _Rows(look)
        self._why = text(words.label(CareLabel.GOODWILL_WHY), "quiet", wrap=True)
        self._given_here = text(words.label(CareLabel.GIVEN_HERE), "quiet", wrap=True)
        self._given = _Rows(look)
        self._whys = [
            WrappingButton(
                words.label(WHYS[why]),
                look,
                key=str(at),
                on_click=partial(on_why, why),
            )
            for at, why in enumerate(KEYS[:-1], start=1)
        ]
        layout = sheet(self, look, words, self._heading, on_close)
        layout.setSpacing(look.mm(1.6))
        layout.addWidget(self._choices)
        layout.addWidget(self._why)
        for button in self._whys:
            layout.addWidget(button)
        lately = beside(look)
        lately.addWidget(self._given_here, 1)
        self._print: KeyButton | None = None
        if on_print is not None:
            # Beside what it prints: above, it would leave a name no room.
            label = words.label(CareLabel.STATEMENT_KEY)
            self._print = KeyButton(label, look, key="F11", on_click=on_print)
            lately.addWidget(self._print)
        layout.addLayout(lately)
        layout.addWidget(self._given)
        layout.addStretch(1)

    def show_goodwill(self, one: GoodwillView) -> None:
        """What may be given to this member now."""
        if one == self._shown:
            return
        self._shown = one
        words = self._words
        name = one.member or words.label(Label.UNNAMED_MEMBER)
        self._heading.say(words.label(CareLabel.GOODWILL_TO, name=name))
        self._choices.fill([self._choice(at, gift) for at, gift in enumerate(one.choices)])
        for part in (self._why, *self._whys):
            part.setEnabled(not one.wants_pin)
            part.setVisible(one.marked is not None)
        self._given.fill([self._row(gift) for gift in one.given])
        self._given_here.setVisible(bool(one.given))
        if self._print is not None:
            self._print.setVisible(bool(one.deed))

    def _choice(self, at: int, gift: GiftView) -> QWidget:
        words, shown = self._words, self._shown
        assert shown is not None
        if gift.on != "goodwill":
            name = words.label(CareLabel.OPINION)
            on_click = partial(self._on_thank, gift.name)
        else:
            name = words.name(gift.title)
            on_click = partial(self._on_mark, gift.name)
        units = words.units(gift.n, gift)
        told = words.label(
            CareLabel.GIVES if gift.n else CareLabel.GIVES_NOTHING, name=name, units=units
        )
        button = WrappingButton(told, self._look, on_click=on_click)
        button.setEnabled(bool(gift.n) and not shown.wants_pin)
        if gift.on == "goodwill":
            button.setCheckable(True)
            button.setChecked(at == shown.marked)
        return button

    def _row(self, gift: GivenView) -> QWidget:
        words, line = self._words, QWidget()
        layout = beside(self._look)
        line.setLayout(layout)
        when = f"{words.date(gift.local.date())}, {words.time(gift.local)}"
        why = gift.words or words.label(WHYS[gift.why])
        told = f"{words.units(gift.n, gift)} · {why}\n{when}"
        if gift.taken_back:
            told += " · " + words.label(CareLabel.TAKEN_BACK)
        layout.addWidget(text(told, "small", wrap=True), 1)
        if gift.undoable:
            on_click = partial(self._on_take_back, gift.key)
            label = words.label(CareLabel.TAKE_BACK)
            layout.addWidget(KeyButton(label, self._look, on_click=on_click))
        return line


class _Rows(QWidget):
    """Parts below each other, made anew when they are others."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(look.gap)
        self.hide()

    def fill(self, parts: list[QWidget]) -> None:
        """Show these and no others."""
        while (old := self._layout.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for part in parts:
            self._layout.addWidget(part)
        self.setVisible(bool(parts))
