"""Under the basket: what can be done with the chosen line, and the keys of the counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from terminal.till.checkout.view import CheckoutView, LineState, Stage
from terminal.till.gui.controls import KeyButton, plain_button, row
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
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
            button.setFixedSize(look.target + 12, look.target + 4)
        self._pieces = KeyButton(words.label(Label.PIECES), look, on_click=steps["pieces"])
        self._price = KeyButton(words.label(Label.PRICE), look, on_click=steps["price"])
        self._void = KeyButton(words.label(Label.VOID), look, key="Del", on_click=steps["void"])
        layout = row(self, look, margin=0)
        layout.setSpacing(look.mm(1))
        layout.addWidget(self._less)
        layout.addWidget(self._pieces)
        layout.addWidget(self._more)
        layout.addStretch(1)
        layout.addWidget(self._price)
        layout.addWidget(self._void)

    def show_view(self, view: CheckoutView) -> None:
        """Light up what the chosen line allows."""
        line = next((line for line in view.lines if line.key == view.selected), None)
        selling = view.stage is Stage.SELLING and line is not None
        known = line is not None and line.state is LineState.READY
        counted = selling and known and line is not None and line.grams is None
        self._less.setEnabled(counted and line is not None and line.pieces > 1)
        self._more.setEnabled(counted)
        self._pieces.setEnabled(counted)
        self._price.setEnabled(selling)
        self._void.setEnabled(selling)


class FunctionBar(QWidget):
    """The keys of the counter. A key whose function is not built is not here."""

    def __init__(self, look: Look, words: Words, steps: Steps, *, slips: bool) -> None:
        super().__init__()
        keys = [
            ("goods", Label.GOODS, "F2"),
            ("member", Label.MEMBER, "F3"),
            ("why", Label.WHY, "Alt+W"),
            ("undo", Label.UNDO, "Ctrl+Z"),
            ("redo", Label.REDO, ""),
            ("slip", Label.SLIP, "F11"),
        ]
        layout = row(self, look, margin=0)
        layout.setSpacing(look.mm(1))
        self._buttons: dict[str, KeyButton] = {}
        for name, label, key in keys:
            if name == "slip" and not slips:
                continue
            button = KeyButton(
                words.label(label), look, key=key or "⇧Ctrl+Z", upright=True, on_click=steps[name]
            )
            button.layout().setContentsMargins(2, 2, 2, 2)  # type: ignore[union-attr]
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFixedHeight(look.upright)
            layout.addWidget(button, 1)
            self._buttons[name] = button

    def show_view(self, view: CheckoutView) -> None:
        """Light up what can be done now."""
        selling = view.stage is Stage.SELLING
        self._buttons["undo"].setEnabled(selling and view.can_undo)
        self._buttons["redo"].setEnabled(selling and view.can_redo)
        for name in ("goods", "member"):
            self._buttons[name].setEnabled(selling)
        if "slip" in self._buttons:
            self._buttons["slip"].setEnabled(view.stage is not Stage.PAYING)
