"""The calm line at the top: whether all is saved, which till this is, how late it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from terminal.till.checkout.view import CheckoutView, NoticeKind
from terminal.till.gui.controls import mark, say, text
from terminal.till.gui.style import Look
from terminal.till.trouble import TroubleKind
from terminal.wording.labels import Label
from terminal.wording.words import Words

_MINUTE_MS = 60_000


class StateLine(QWidget):
    """Green while what is on the screen is on the disk as well; amber, with words, while not."""

    def __init__(self, look: Look, words: Words, till_name: str) -> None:
        super().__init__()
        self._words = words
        self._before: object = None
        self._in_trouble = False
        self._saved = text("", "good")
        self._lines = text("", "small")
        self._clock = text("", "clock")
        self._local_time: Callable[[], datetime] = datetime.now
        self._minute = QTimer(self)
        self._minute.setSingleShot(True)
        self._minute.timeout.connect(self._tick)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.mm(0.6), 0, look.mm(0.6), 0)
        layout.setSpacing(look.gap)
        layout.addWidget(self._saved)
        if till_name:
            layout.addWidget(text(till_name, "quiet"))
        layout.addStretch(1)
        layout.addWidget(self._lines)
        layout.addWidget(self._clock)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._say_state()

    @property
    def words(self) -> str:
        """What it says about the records."""
        return self._saved.text()

    def show_clock(self, local_time: Callable[[], datetime]) -> None:
        """Show this time from now on, minute by minute."""
        self._local_time = local_time
        self._tick()

    def show_view(self, view: CheckoutView) -> None:
        """Count the lines; believe in the records again once they took a change."""
        words, count = self._words, len(view.lines)
        label = Label.LINES_ONE if count == 1 else Label.LINES_MANY
        say(self._lines, words.label(label, n=words.number(count)) if count else "")
        kept = (view.lines, view.member.id if view.member else "", view.done)
        notice = view.notice
        if notice is not None and notice.kind is NoticeKind.TROUBLE:
            self._in_trouble = notice.text != TroubleKind.PRINTER_FAILED.value
        elif kept != self._before:
            self._in_trouble = False
        self._before = kept
        self._say_state()

    def _say_state(self) -> None:
        label = Label.NOT_SAVED if self._in_trouble else Label.SAVED_HERE
        sign = "⚠ " if self._in_trouble else "● "
        say(self._saved, sign + self._words.label(label))
        mark(self._saved, "tone", "warn" if self._in_trouble else "good")

    def _tick(self) -> None:
        now = self._local_time()
        self._clock.setText(self._words.time(now))
        passed = now.second * 1000 + now.microsecond // 1000
        self._minute.start(_MINUTE_MS - passed + 20)
