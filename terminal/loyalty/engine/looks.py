"""What came of looking at each reward: kept from scan to scan, as far as the scan left it so.

A reward is looked at with the customer, the minute, and the goods that its filters are about. Who
stands at the counter is asked once a minute; of the goods, a reward whose goods are the same as in
the basket before is not looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import Reason, WithinReach
from terminal.loyalty.engine.gifts import Gift
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.reach import Reach, reach_by_customer
from terminal.loyalty.engine.rules import Rules
from terminal.loyalty.standing import Moment, Standing

CHANGED_MOST = 20
"""With more lines that changed nearly every reward looks at one of them, so all are asked anew."""


class Look:
    """A reward that may be had, as a candidate or a gift, or the reason why not."""

    __slots__ = ("ahead", "away", "candidate", "gift", "step")

    def __init__(self, away: Reason | None) -> None:
        self.away = away
        self.gift: Gift | None = None
        self.candidate: Candidate | None = None
        """Before anybody claims it."""
        self.step: int | None = None
        """Which step is reached; None: it has none."""
        self.ahead: list[WithinReach] = []
        """What more would bring."""

    def put_step(self, step: int, ahead: WithinReach | None) -> None:
        """The step that is reached, and the next one."""
        self.step = step
        self.put_ahead(ahead)

    def put_ahead(self, ahead: WithinReach | None) -> None:
        """What more would bring."""
        if ahead is not None:
            self.ahead.append(ahead)


class Looks:
    """All rewards of the rules in force, seen by one customer in one minute."""

    def __init__(self, rules: Rules, standing: Standing, at: Moment) -> None:
        self.rules, self._standing = rules, standing
        self._minute, self._day = _minute(at), at.business_day
        self._customer = Customer(standing, at)
        self.reaches: list[Reach] = [
            reach_by_customer(programme, reward, self._customer)
            for programme, reward, _ in rules.rewards
        ]
        self._tax_inside = True
        self._lines: dict[int, Line] = {}
        self._looks: list[Look] = []

    def hold(self, rules: Rules, standing: Standing, at: Moment) -> bool:
        """Whether they are those of a customer at a moment."""
        return (
            rules is self.rules
            and at.business_day == self._day
            and _minute(at) == self._minute
            and (standing is self._standing or standing == self._standing)
        )

    def customer(self, standing: Standing, at: Moment) -> Customer:
        """The customer, who was asked for whom rewards are and no more."""
        return self._customer.again(standing, at)

    def known(self, basket: Basket) -> list[Look | None]:
        """What came of each reward, where this basket changes nothing of it."""
        if not self._looks or basket.prices_include_tax != self._tax_inside:
            return [None] * len(self.reaches)
        gone = dict(self._lines)
        changed: list[Line] = []
        for line in basket.lines:
            before = gone.pop(line.key, None)
            if before is line or before == line:
                continue
            changed.append(line)
            if before is not None:
                changed.append(before)
        changed += gone.values()
        if len(changed) > CHANGED_MOST:
            return [None] * len(self.reaches)
        found: list[Look | None] = list(self._looks)
        for line in changed:
            for number in self.rules.looking_at(line.product):
                found[number] = None
        return found

    def keep(self, basket: Basket, looks: Sequence[Look]) -> None:
        """What came of all of them in a basket."""
        self._tax_inside = basket.prices_include_tax
        self._lines = {line.key: line for line in basket.lines}
        self._looks = list(looks)


def _minute(at: Moment) -> datetime:
    return at.local.replace(second=0, microsecond=0)
