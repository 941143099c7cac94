"""A better price is looked for while nobody does anything.

The first answer stands on the screen within a frame. What more effort finds comes before the
payment, once, or never: the sum falls or stays, and the notice says by how much.
"""

from __future__ import annotations

from collections.abc import Callable

from terminal.till.checkout.desk import Desk
from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.checkout.view import Stage


class Pursuing:
    """Goes on with the search of the basket in work, in turns as short as anybody likes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def wanted(self) -> bool:
        """Whether there is anything to look for; never once money is counted."""
        desk = self._desk
        return desk.stage is Stage.SELLING and bool(desk.work.draft.lines) and desk.work.is_open

    def go(self, enough: Callable[[], bool]) -> bool:
        """Look on until ``enough`` says so; whether the picture is another one now."""
        if not self.wanted:
            return False
        desk = self._desk
        was = desk.work.evaluation
        now = desk.work.pursue(enough)
        if now is None:
            return False
        if now.applied != was.applied:
            self._tell(was.total - now.total)
        return True

    def _tell(self, less: int) -> None:
        """Quietly, and never over something that the cashier must read."""
        telling = self._desk.telling
        if telling.notice is None or telling.notice.weight is Weight.QUIET:
            kind = NoticeKind.BETTER_PRICE if less else NoticeKind.FEWER_UNITS
            telling.tell(kind, amount=less)
