"""The line that says what happened; it stays until the next step, and it never asks for a click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame

from terminal.till.checkout.notice import Weight
from terminal.till.gui.controls import announce, mark, plain_button, row, say, text
from terminal.till.gui.style import Look
from terminal.till.gui.wait_mark import WaitMark
from terminal.wording.labels import Label
from terminal.wording.words import Words

_GLYPHS = {Weight.QUIET: "i", Weight.GOOD: "✓", Weight.LOOK: "⚠", Weight.REFUSED: "✕"}


class NoticeBar(QFrame):
    """A glyph, a sentence and a way to put it away; where nothing happened a hint without a frame.

    Its place is kept, so that nothing below ever jumps.
    """

    def __init__(self, look: Look, words: Words, on_dismiss: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setAccessibleName(words.label(Label.NOTICE_LINE))
        self._glyph = text("", "bold")
        self._glyph.setMinimumWidth(look.line(look.body))  # a long sentence would squeeze it
        self._wait = WaitMark(look)
        self._sentence = text("", "bold", wrap=True)
        self._hint = text("", "small", wrap=True)
        self._hint.setIndent(look.mm(2.4))
        self._close = plain_button(
            "✕", role="bare", name=words.label(Label.DISMISS), on_click=on_dismiss
        )
        self._close.setFixedSize(look.target, look.target)
        layout = row(self, look, margin=0)
        layout.setContentsMargins(look.mm(3.4), 0, 0, 0)
        layout.addWidget(self._glyph)
        layout.addWidget(self._wait)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self._hint, 1)
        layout.addWidget(self._close)
        self.setFixedHeight(max(look.target + 2, 2 * look.line(look.body) + look.mm(1)))
        self.show_notice(None, "")

    @property
    def sentence(self) -> str:
        """What it says now; a hint is no message."""
        return self._sentence.text()

    @property
    def hint(self) -> str:
        """What it says while there is nothing else to say."""
        return self._hint.text()

    def show_notice(self, weight: Weight | None, sentence: str, *, waiting: bool = False) -> None:
        """Say it; without a weight it is only a hint. ``waiting``: an answer is under way."""
        if weight is not None and sentence != self._sentence.text():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
            announce(self, sentence)
        say(self._glyph, _GLYPHS[weight] if weight is not None and not waiting else "")
        self._wait.show_waiting(on=waiting)
        say(self._sentence, sentence if weight is not None else "")
        say(self._hint, sentence if weight is None else "")
        self._close.setVisible(weight is not None)
        shown = str(weight) if weight is not None else "none"
        for part in (self, self._glyph, self._sentence, self._close):
            mark(part, "weight" if part is self else "ink", shown)
