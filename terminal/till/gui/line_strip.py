"""Under the basket: what can be done with the chosen line, and the keys of the counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QWidget

from terminal.till.checkout.view import CheckoutView, LineState, Stage
from terminal.till.gui.controls import KeyButton, column, plain_button
from terminal.till.gui.even_rows import EvenRows
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words

Steps = Mapping[str, Callable[[], None]]


class LineStrip(QFrame):
    """− pieces + · price · void."""

    def __init__(self, look: Look, words: Words, steps: Steps) -> None:
        super().__init__()
        self._words = words
        self._less = plain_button("−", name=words.label(Label.LESS), on_click=steps["less"])
        self._more = plain_button("+", name=words.label(Label.MORE), on_click=steps["more"])
        for button in (self._less, self._more):
            button.setMinimumSize(look.target, look.target)
        self._pieces = KeyButton(words.label(Label.PIECES), look, on_click=steps["pieces"])
        self._price = KeyButton(words.label(Label.PRICE), look, on_click=steps["price"])
        self._link = KeyButton(words.label(Label.LINK), look, key="F2", on_click=steps["link"])
        self._link.hide()
        self._void = KeyButton(words.label(Label.VOID), look, key="Del", on_click=steps["void"])
        rows = self._rows = EvenRows(look.mm(1.1))
        rows.add(self._less, self._pieces, self._more, self._link, self._price, self._void)
        column(self, look, margin=0).addWidget(rows)

    def show_view(self, view: CheckoutView) -> None:
        """Light up what the chosen line allows."""
        line = next((line for line in view.lines if line.key == view.selected), None)
        selling = view.stage is Stage.SELLING and line is not None
        # More pieces than were meant of a code that nobody knows can be taken back as well.
        may_count = (LineState.READY, LineState.UNKNOWN_CODE)
        counted = selling and line is not None and line.state in may_count and line.grams is None
        weighed = line is not None and (
            line.grams is not None or line.state is LineState.WEIGHT_WANTED
        )
        self._pieces.say(self._words.label(Label.WEIGHT if weighed else Label.PIECES))
        self._less.setEnabled(counted and line is not None and line.pieces > 1)
        self._more.setEnabled(counted)
        self._pieces.setEnabled(counted or (selling and weighed))
        unknown = selling and line is not None and line.state is LineState.UNKNOWN_CODE
        if self._link.isVisibleTo(self) != unknown:
            self._link.setVisible(unknown)
            # While a view is shown no place is given anew; one button more may need a row more.
            QTimer.singleShot(0, self, self._rows.updateGeometry)
        self._price.setEnabled(selling)
        self._void.setEnabled(selling)


class FunctionBar(QWidget):
    """The keys of the counter. A key whose function is not built is not here."""

    def __init__(self, look: Look, words: Words, steps: Steps, *, slips: bool) -> None:
        super().__init__()
        keys = [
            ("goods", Label.GOODS, "F2"),
            ("member", Label.MEMBER, "F3"),
            ("park", Label.HOLD, "F4"),
            ("recall", Label.RECALL, "F5"),
            ("refund", ReturnLabel.RETURN, "F8"),
            ("why", Label.WHY, "Alt+W"),
            ("undo", Label.UNDO, "Ctrl+Z"),
            ("redo", Label.REDO, ""),
            ("slip", Label.SLIP, "F11"),
        ]
        self._words = words
        rows = EvenRows(look.mm(1.1))
        column(self, look, margin=0).addWidget(rows)
        self._buttons: dict[str, KeyButton] = {}
        for name, label, key in keys:
            if name == "slip" and not slips:
                continue
            button = KeyButton(
                words.label(label), look, key=key or "⇧Ctrl+Z", upright=True, on_click=steps[name]
            )
            button.layout().setContentsMargins(2, 2, 2, 2)  # type: ignore[union-attr]
            button.words.setProperty("tone", "function")
            button.key.setProperty("tone", "function-key")
            button.setProperty("upright", "false")
            button.setMinimumHeight(look.function)
            rows.add(button)
            self._buttons[name] = button

    def show_view(self, view: CheckoutView) -> None:
        """Light up what can be done now."""
        selling = view.stage is Stage.SELLING
        self._buttons["undo"].setEnabled(view.can_undo)
        self._buttons["redo"].setEnabled(view.can_redo)
        # The count stands beside the key: the bar must not grow with it, nor the basket's side.
        held = self._words.number(view.parked)
        recall = self._buttons["recall"]
        recall.show_key("F5", f" ({held})" if view.parked else "")
        many = self._words.label(Label.RECALL_MANY, n=held)
        recall.setAccessibleName(many if view.parked else self._words.label(Label.RECALL))
        returning = view.stage is Stage.RETURNING
        recall.setEnabled(bool(view.parked) and view.payment is None and not returning)
        self._buttons["refund"].setEnabled(view.stage is not Stage.PAYING)
        full = bool(view.lines) or view.member is not None
        self._buttons["park"].setEnabled(selling and full)
        begins = selling or view.stage is Stage.DONE
        self._buttons["goods"].setEnabled(begins and not view.amounts_only)
        self._buttons["member"].setEnabled(begins)
        if "slip" in self._buttons:
            self._buttons["slip"].setEnabled(view.stage is not Stage.PAYING)
