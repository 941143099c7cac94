"""Alt+I: the line to the server, and trouble with the records: what it means, what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from terminal.till.checkout.view import Concern, ServerView
from terminal.till.gui.controls import KeyButton, column, rule, say, sheet, text
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.scrolled import Scrolled
from terminal.till.gui.style import Look
from terminal.till.line_port import Contact
from terminal.wording.labels import Label
from terminal.wording.words import Words

_STORIES_MOST = 3
_OF_THE_CLOCK = frozenset({Concern.CLOCK_BEHIND, Concern.DATE})
_ROWS = (Label.LINE_WAITING, Label.LINE_CONTACT, Label.LINE_PARKED, Label.LINE_CLOCK)


class LinePanel(QFrame):
    """Lies over the basket, never over the total; a scan or Esc puts it away."""

    def __init__(
        self,
        look: Look,
        words: Words,
        on_close: Callable[[], None],
        on_date_right: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setAccessibleName(words.label(Label.LINE_HEADING))
        self._words = words
        self._server, self._trouble = ServerView(contact=Contact()), ""
        self._local_time: Callable[[], datetime] = datetime.now
        self._heading = Heading(look, words.label(Label.LINE_HEADING))
        layout = sheet(self, look, words, self._heading, on_close)
        told = QWidget()
        layout.addWidget(Scrolled(look, words, told), 1)
        layout = column(told, look, margin=0)
        self._stories = [text("", wrap=True) for _ in range(_STORIES_MOST)]
        for story in self._stories:
            layout.addWidget(story)
        self.date_right = KeyButton(words.label(Label.DATE_IS_RIGHT), look, on_click=on_date_right)
        self.date_right.hide()
        layout.addWidget(self.date_right, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(rule(look))
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.mm(4))
        grid.setVerticalSpacing(look.mm(1.6))
        grid.setColumnStretch(0, 1)
        self._figures: dict[Label, tuple[QLabel, QLabel]] = {}
        for at, label in enumerate(_ROWS):
            figure = text("", "bold", right=True, wrap=look.folds)
            name = text(words.label(label), "quiet", wrap=True)
            grid.addWidget(name, at, 0)
            grid.addWidget(figure, at, 1)
            self._figures[label] = name, figure
        layout.addLayout(grid)
        layout.addStretch(1)

    def use_clock(self, local_time: Callable[[], datetime]) -> None:
        """Tell moments by this clock."""
        self._local_time = local_time

    def show_server(self, server: ServerView) -> None:
        """Tell how things stand."""
        self._server = server
        words, contact = self._words, server.contact
        told = words.server_story(server)
        if self._trouble:
            # What nobody can record here outweighs the line: "nothing to do" would be a lie.
            told = (words.trouble_story(self._trouble),)
        for at, label in enumerate(self._stories):
            say(label, told[at] if at < len(told) else "")
        doubted = server.concern in _OF_THE_CLOCK
        self.date_right.setVisible(doubted and server.latest is not None and not self._trouble)
        paired = contact.is_paired
        self._show(Label.LINE_WAITING, words.number(contact.waiting) if paired else "")
        self._show(Label.LINE_CONTACT, self._contact(server) if paired else "")
        self._show(Label.LINE_PARKED, words.number(contact.parked) if contact.parked else "")
        clock = words.clock_difference(contact.clock_ahead_ms)
        told_by_server = paired and contact.last_ms is not None and not doubted
        self._show(Label.LINE_CLOCK, clock if told_by_server else "")

    def show_trouble(self, trouble: str) -> None:
        """Tell why nothing can be recorded; empty: all is well with the records."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        label = Label.NOT_SAVED if trouble else Label.LINE_HEADING
        self._heading.say(self._words.label(label))
        self.show_server(self._server)

    def _show(self, label: Label, figure: str) -> None:
        for part, told in zip(
            self._figures[label], (self._words.label(label), figure), strict=True
        ):
            say(part, told if figure else "")

    def _contact(self, server: ServerView) -> str:
        words = self._words
        if server.ago_ms is None:
            return words.label(Label.LINE_NEVER)
        now = self._local_time()
        then = now - timedelta(milliseconds=server.ago_ms)
        ago = words.ago(server.ago_ms)
        if then.date() == now.date():
            return words.label(Label.LINE_CONTACT_AT, time=words.time(then), ago=ago)
        day = words.date(then.date())
        return words.label(Label.LINE_CONTACT_ON, date=day, time=words.time(then), ago=ago)
