"""In the basket's place beside another till: the total, and what to take off over there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.controls import KeyButton, column, mark, say, text
from terminal.till.gui.fitted_labels import FittedLabel
from terminal.till.gui.member_panel import waits_for_goods
from terminal.till.gui.number_pad import NumberPad
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words


class AmountPanel(QFrame):
    """One figure, one sentence in large letters, and digits to tap."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        field: Callable[[], QLineEdit],
        on_enter: Callable[[], None],
        on_reward: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setAccessibleName(words.label(Label.AMOUNT_HEADING))
        self._words = words
        self._total = FittedLabel(look, look.mm(14), look.mm(7))
        self._answer = FittedLabel(look, look.mm(13), look.mm(5))
        self._pad = NumberPad(look, words, field=field, on_enter=on_enter)
        self._more = text("", "price", wrap=True)
        layout = column(self, look, margin=look.mm(3))
        heading = text(words.label(Label.AMOUNT_HEADING), "quiet")
        for label in (heading, self._total, self._answer, self._more):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
            layout.addWidget(label)
        self._reward = KeyButton(
            words.label(Label.KEY_REWARD), look, key="F6", role="offer", on_click=on_reward
        )
        layout.addWidget(self._reward)
        layout.addWidget(self._pad, 1)
        self._below = QWidget()
        layout.addWidget(self._below, 1)

    def show_view(self, view: CheckoutView) -> None:
        """What is to be done next, or what came of it."""
        words = self._words
        # An empty figure would take its place away from the digits.
        self._total.setVisible(bool(view.lines) or view.done is not None)
        # The answer is read from afar; the next total is typed when the next card is here.
        done = view.stage is Stage.DONE
        self._pad.setVisible(not done)
        member = view.member
        waits = member is not None and any(map(waits_for_goods, member.offers))
        self._reward.setVisible(not done and not view.lines and waits)
        self._below.setVisible(done)
        if view.stage is Stage.DONE and view.done is not None:
            due, off = view.done.due, view.done.off
            self._total.say(words.money(due + off))
            self._tell(*self._result(off), words.label(Label.AMOUNT_DUE, amount=words.money(due)))
        elif view.lines:
            off = view.evaluation.discount
            self._total.say(words.money(view.evaluation.gross))
            label = Label.AMOUNT_WOULD if off else Label.AMOUNT_COUNTS
            if view.member is None:
                label = Label.AMOUNT_CARD
            self._tell(words.label(label, amount=words.money(off)), "", "")
        else:
            self._total.say("")
            label = Label.AMOUNT_TYPE if view.member is not None else Label.AMOUNT_CARD
            wanted = words.label(Label.AMOUNT_REWARD) if view.reward_wanted else ""
            self._tell(words.label(label), "", wanted)

    def _result(self, off: int) -> tuple[str, str]:
        words = self._words
        if off:
            return words.label(Label.AMOUNT_OFF, amount=words.money(off)), "good"
        return words.label(Label.AMOUNT_NOTHING), ""

    def _tell(self, answer: str, ink: str, more: str) -> None:
        self._answer.say(answer)
        self._answer.setAccessibleName(answer)
        mark(self._answer, "ink", ink)
        say(self._more, more)
