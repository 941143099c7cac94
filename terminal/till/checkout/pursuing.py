"""A better price is looked for while nobody does anything.

The first answer stands on the screen within a frame. What more effort finds comes before the
payment, once, or never: the sum falls or stays, or rises by less than the units are worth that
are kept for it, and the notice says by how much.
"""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.wallet import BUDGET_UNIT
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
        self._tell(was, now)
        return True

    def _tell(self, was: Evaluation, now: Evaluation) -> None:
        """Never over something that the cashier must read."""
        telling, less = self._desk.telling, was.total - now.total
        if telling.notice is not None and telling.notice.weight is not Weight.QUIET:
            return
        if less > 0:
            telling.tell(NoticeKind.BETTER_PRICE, amount=less)
        elif less < 0:
            telling.tell(NoticeKind.UNITS_KEPT, Weight.LOOK, amount=-less)
        elif _units(now) < _units(was):
            telling.tell(NoticeKind.FEWER_UNITS)


def _units(evaluation: Evaluation) -> int:
    """What it takes of the customer's units."""
    return sum(one.n for one in evaluation.spent if one.account.unit != BUDGET_UNIT)
