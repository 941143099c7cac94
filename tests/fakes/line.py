"""A line in the test's hand: it answers when it is told to, and cuts and mends at a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from terminal.till.line_port import Contact, LineTrouble, Question


class FakeLine:
    """``line_port.Line``. Not paired until a test says otherwise, like a till on its first day."""

    def __init__(self, contact: Contact | None = None) -> None:
        self._contact = contact or Contact()
        self._changed: list[Callable[[], None]] = []
        self._waiting: list[Callable[[bool], None]] = []
        self.questions: list[Question] = []
        """Every question that was ever asked, oldest first."""
        self.told_recorded = 0

    def contact(self) -> Contact:
        return self._contact

    def recorded(self) -> None:
        self.told_recorded += 1

    def ask(self, question: Question, answered: Callable[[bool], None]) -> None:
        self.questions.append(question)
        self._waiting.append(answered)

    def listen(self, changed: Callable[[], None]) -> None:
        self._changed.append(changed)

    # --- the test's hand ---------------------------------------------------------------------

    @property
    def open_questions(self) -> int:
        """How many wait for their answer."""
        return len(self._waiting)

    def pair(self, last_ms: int = 1) -> None:
        """From now on there is a server, and it answers."""
        self.change(trouble=LineTrouble.NONE, last_ms=last_ms)

    def change(self, **contact: Any) -> None:
        """Things stand otherwise now, and whoever listens is told."""
        self._contact = replace(self._contact, **contact)
        for told in self._changed:
            told()

    def answer(self, given: Callable[[], object] = lambda: None) -> None:
        """The oldest question is answered; ``given`` puts what came into the database."""
        answered = self._waiting.pop(0)
        given()
        answered(True)

    def leave_unanswered(self) -> None:
        """The oldest question finds nobody."""
        self._waiting.pop(0)(False)
