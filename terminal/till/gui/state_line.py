"""The calm line at the top: where things are saved, which till this is, how late it is.

A press on it, or its key, tells the whole story in a panel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView, Concern, ServerView
from terminal.till.gui.controls import say, text
from terminal.till.gui.style import Look
from terminal.till.line_port import Contact, LineTrouble
from terminal.till.trouble import TroubleKind
from terminal.wording.labels import Label
from terminal.wording.words import Words

_MINUTE_MS = 60_000
_CALM_MS = 4_000
"""What has gone up within this time was never told as waiting: each sale would blink."""
_KEY = "Alt+I"
_BETWEEN = " · "
_SIDE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class Tone(StrEnum):
    """How the words about the records look."""

    GOOD = "good"
    QUIET = "quiet"
    WARN = "warn"


class StateWords(QWidget):
    """Words that paint only themselves when they change; a label would place the window anew.

    Where a row is too short for them, they take two, and before a word is cut the letters shrink.
    """

    def __init__(self, look: Look, on_press: Callable[[], None]) -> None:
        super().__init__()
        self._look, self._on_press = look, on_press
        self._inset = look.mm(2)
        self.words, self.tone = "", Tone.GOOD
        # A whole sentence in one line: it grows half as much, and a press tells it all.
        self._largest, self._least = look.letters(4.5, 0.4), look.letters(4.0, 0)
        self._pixels = self._largest
        self._rows: tuple[str, ...] = ("",)
        self._small = look.font(look.small)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(self, words: str, tone: Tone) -> None:
        """Show other words, or the same in another tone."""
        if (words, tone) != (self.words, self.tone):
            self.words, self.tone = words, tone
            self.setAccessibleName(words)
            self._fit()
            self.update()

    @property
    def needed(self) -> int:
        """The width at which nothing is cut, in the rows and letters that it has now."""
        return self._longest(self._rows, self._pixels)

    def sizeHint(self) -> QSize:
        return QSize(self._look.mm(60), self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.mm(40), self._high())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._on_press()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        palette = self._look.palette
        painter = QPainter(self)
        ink = {Tone.GOOD: palette.good, Tone.QUIET: palette.quiet, Tone.WARN: palette.on_warn}
        left = 0
        if self.tone is Tone.WARN:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.warn))
            round_off = self._look.mm(1.4)
            frame = QRect(self.rect())
            frame.setWidth(min(frame.width(), self.needed))
            painter.drawRoundedRect(frame, round_off, round_off)
            left = self._inset
        painter.setPen(QColor(ink[self.tone]))
        font = self._font(self._pixels)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        top = (self.height() - metrics.height() * len(self._rows)) // 2
        for at, words in enumerate(self._rows):
            place = QRect(left, top + at * metrics.height(), self.width() - left, metrics.height())
            cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, _SIDE, cut)
        if self.tone is not Tone.GOOD:
            self._paint_key(painter)
        painter.end()

    def _paint_key(self, painter: QPainter) -> None:
        """The key that tells it all, where there is room for it."""
        left = self.needed + self._inset
        if left + QFontMetrics(self._small).horizontalAdvance(_KEY) <= self.width():
            painter.setPen(QColor(self._look.palette.quiet))
            painter.setFont(self._small)
            painter.drawText(self.rect().adjusted(left, 0, 0, 0), _SIDE, _KEY)

    def _fit(self) -> None:
        """Choose rows and letters: one row, two, and smaller letters before anything is cut."""
        was = self._pixels, len(self._rows)
        for pixels in range(self._largest, self._least - 1, -1):
            ways = ((self.words,), *_halves(self.words))
            for rows in ways:
                self._rows, self._pixels = rows, pixels
                if self.needed <= self.width():
                    break
            else:
                continue
            break
        if was != (self._pixels, len(self._rows)):
            self.updateGeometry()

    def _high(self) -> int:
        rows, font = len(self._rows), self._font(self._pixels)
        return QFontMetrics(font).height() * rows + self._look.mm(1)

    def _longest(self, rows: tuple[str, ...], pixels: int) -> int:
        metrics = QFontMetrics(self._font(pixels))
        return max(metrics.horizontalAdvance(words) for words in rows) + self._indent()

    def _font(self, pixels: int) -> QFont:
        return self._look.font(pixels, bold=self.tone is not Tone.QUIET)

    def _indent(self) -> int:
        return 2 * self._inset + 2 if self.tone is Tone.WARN else 2


def _halves(words: str) -> Iterator[tuple[str, str]]:
    """Two rows of the words: as much as possible above, and rather whole parts than half ones."""
    for between in (_BETWEEN, " "):
        parts = words.split(between)
        for at in range(len(parts) - 1, 0, -1):
            yield between.join(parts[:at]), between.join(parts[at:])


class StateLine(QWidget):
    """Green where all is in the best order, quiet while something waits, amber where to look."""

    def __init__(
        self, look: Look, words: Words, till_name: str, on_press: Callable[[], None]
    ) -> None:
        super().__init__()
        self._look, self._words = look, words
        self._before: object = None
        self._trouble = ""
        self._server = ServerView(contact=Contact())
        self._local_time: Callable[[], datetime] = datetime.now
        self._on_minute: Callable[[], None] = self._say_state
        self._saved = StateWords(look, on_press)
        self._lines = text("", "small")
        self._clock = text("", "clock")
        self._minute = self._timer(self._tick)
        self._waits_long = self._timer(self._say_state)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.mm(0.6), 0, look.mm(0.6), 0)
        layout.setSpacing(look.gap)
        layout.addWidget(self._saved, 1)
        self._side = QHBoxLayout()
        self._side.setSpacing(look.gap)
        self._side.addWidget(self._lines)
        if till_name:
            self._side.addWidget(text(till_name, "quiet"))
        self._side.addWidget(self._clock)
        self._side.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout.addLayout(self._side)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._say_state()

    @property
    def words(self) -> str:
        """What it says about the records."""
        return self._saved.words

    @property
    def tone(self) -> Tone:
        """How it says it."""
        return self._saved.tone

    @property
    def trouble(self) -> str:
        """Why nothing can be recorded, as the kind of trouble says it; empty while all is well."""
        return self._trouble

    @property
    def is_cut(self) -> bool:
        """Whether the words have too little room."""
        return self._saved.needed > self._saved.width()

    def show_clock(self, local_time: Callable[[], datetime]) -> None:
        """Show this time from now on, minute by minute."""
        self._local_time = local_time
        self._tick()

    def each_minute(self, tell: Callable[[], None]) -> None:
        """Call this whenever the clock on the screen moves on."""
        self._on_minute = tell

    def show_server(self, server: ServerView) -> None:
        """How things stand with the server now. What goes up at once is never told as waiting."""
        self._server = server
        contact = server.contact
        passing = contact.waiting > 0 and contact.trouble is LineTrouble.NONE
        if passing and server.concern is Concern.NONE and self._saved.tone is Tone.GOOD:
            if not self._waits_long.isActive():
                self._waits_long.start(_CALM_MS)
            return
        self._waits_long.stop()
        self._say_state()

    def show_view(self, view: CheckoutView) -> None:
        """Count the lines; believe in the records again once they took a change."""
        words, count = self._words, len(view.lines)
        label = Label.LINES_ONE if count == 1 else Label.LINES_MANY
        say(self._lines, words.label(label, n=words.number(count)) if count else "")
        kept = (view.lines, view.member.id if view.member else "", view.done)
        notice, before = view.notice, self._trouble
        if notice is not None and notice.kind is NoticeKind.TROUBLE:
            of_records = notice.text != TroubleKind.PRINTER_FAILED.value
            self._trouble = notice.text if of_records else ""
        elif kept != self._before:
            self._trouble = ""
        self._before = kept
        if self._trouble != before:
            self._say_state()

    def _say_state(self) -> None:
        if self._trouble:
            self._saved.say("⚠ " + self._words.label(Label.NOT_SAVED), Tone.WARN)
            return
        told = self._words.state_line(self._server)
        if self._server.concern is not Concern.NONE:
            self._saved.say("⚠ " + told, Tone.WARN)
        else:
            self._saved.say("● " + told, Tone.GOOD if _all_is_well(self._server) else Tone.QUIET)

    def _tick(self) -> None:
        now = self._local_time()
        self._clock.setText(self._words.time(now))
        passed = now.second * 1000 + now.microsecond // 1000
        self._minute.start(_MINUTE_MS - passed + 20)
        self._on_minute()

    def _timer(self, done: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(done)
        return timer


def _all_is_well(server: ServerView) -> bool:
    contact = server.contact
    if not contact.is_paired:
        return True
    return contact.trouble is LineTrouble.NONE and not contact.waiting
