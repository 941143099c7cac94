"""Questions of somebody who waits at the counter: each is answered exactly once, and soon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from terminal.loyalty.wallet import Account
from terminal.till.line_port import PATIENCE_MS, Question
from terminal.wire.sync_json import SyncReply

ANSWER_MS = PATIENCE_MS - 200
"""Until then the courier has answered, so that the word is at the counter before patience ends. A
reply that comes later is settled all the same: what it brings is simply there."""
ASKS_MOST = 5
"""The bell rings for other news too, so rights that are on their way are asked for more than twice."""


@dataclass(slots=True, eq=False)
class Asked:
    """A question on its way."""

    ticket: int
    question: Question
    ends_ms: int | None = None
    """None until the courier has seen it."""
    reached: bool = False
    """The server answered once, and units that are at another till are on their way."""
    asks: int = 0
    """How many replies there were."""
    held: bool = False
    """Waits for the bell that those units ring."""


class Questions:
    """The questions that are open, oldest first."""

    def __init__(self, answered: Callable[[int, bool], None]) -> None:
        """``answered`` is told each ticket once, and whether the server was reached."""
        self._answered = answered
        self._open: list[Asked] = []
        self._last = 0

    def ask(self, question: Question) -> int:
        """Take one more; returns its ticket."""
        self._last += 1
        self._open.append(Asked(self._last, question))
        return self._last

    def next(self) -> Asked | None:
        """The one that should go to the server now."""
        return next((one for one in self._open if not one.held), None)

    def pass_time(self, now_ms: int) -> None:
        """Close those that nobody waits for any more."""
        for one in tuple(self._open):
            if one.ends_ms is None:
                one.ends_ms = now_ms + ANSWER_MS
            if now_ms >= one.ends_ms:
                self.close(one)

    def close(self, asked: Asked) -> None:
        """It is answered, or will not be."""
        if asked in self._open:
            self._open.remove(asked)
            self._answered(asked.ticket, asked.reached)

    def close_all(self) -> None:
        """Nobody will answer now."""
        for one in tuple(self._open):
            self.close(one)

    def settled(self, asked: Asked, reply: SyncReply) -> None:
        """A reply to it is on the disk; where units are still on their way it waits for a bell.

        A server that was asked too often has not looked, so it counts as not reached.
        """
        asked.reached = not any(one.too_often for one in reply.answers)
        asked.asks += 1
        left = _not_filled(asked.question, reply)
        may_come = any(_may_come(account, reply) for account, _ in left)
        if not may_come or asked.asks >= ASKS_MOST:
            self.close(asked)
            return
        asked.question = replace(asked.question, wants=left)
        asked.held = True

    def bell(self) -> None:
        """Units may have come back to the server: ask once more."""
        for one in self._open:
            one.held = False

    def wait_ms(self, now_ms: int) -> int | None:
        """Until the first of them is overdue; None where there are none."""
        ends = [one.ends_ms for one in self._open if one.ends_ms is not None]
        return max(0, min(ends) - now_ms) if ends else None


def _not_filled(question: Question, reply: SyncReply) -> tuple[tuple[Account, int], ...]:
    left = []
    for account, n in question.wants:
        given = sum(one.n for one in reply.grants if one.account == account)
        if given < n:
            left.append((account, n - given))
    return tuple(left)


def _may_come(account: Account, reply: SyncReply) -> bool:
    """Whether another till holds such units; where the reply does not say, perhaps."""
    for statement in reply.statements:
        if statement.wallet == account.wallet:
            return any(one.unit == account.unit and one.place for one in statement.elsewhere)
    return True
