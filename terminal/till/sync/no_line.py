"""The line of a till that has none: nothing is known of a server, and nobody answers."""

from __future__ import annotations

from collections.abc import Callable

from terminal.till.line_port import Contact, Question


class NoLine:
    """``line_port.Line`` for tills without a server, for benches and for stories without one."""

    def contact(self) -> Contact:
        """Not paired."""
        return Contact()

    def recorded(self) -> None:
        """It stays here."""

    def ask(self, question: Question, answered: Callable[[bool], None]) -> None:
        """Nobody answers, and the caller learns it at once."""
        del question
        answered(False)  # noqa: FBT003 - what the port is told

    def listen(self, changed: Callable[[], None]) -> None:
        """Nothing ever changes."""
