"""The customer and the moment, as rules ask about them: counts are looked up, not searched for.

What was asked is kept: a sale writes down what its rules were judged by, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from terminal.loyalty.chance import arm_of, is_drawn
from terminal.loyalty.conditions import Draw, Experiment, Period
from terminal.loyalty.engine.evaluation import NOTHING_ASKED, Judged
from terminal.loyalty.history import NO_HISTORY, Counted, History, first_day
from terminal.loyalty.standing import Moment, Standing
from terminal.loyalty.wallet import Account

Whose = Literal["member", "operator"]


class Customer:
    """A standing at a moment. Counts are those of business days up to today's."""

    def __init__(self, standing: Standing, at: Moment) -> None:
        self.standing = standing
        self.traits = standing.traits
        self.at = at
        self.today = at.business_day
        self._counts: dict[Whose, dict[str, list[tuple[date, int]]]] = {}
        self._asked: dict[Whose, dict[str, set[date]]] = {"member": {}, "operator": {}}
        self._arms: dict[str, int] = {}
        self._consents: set[str] = set()
        self._enrolled = self._referred = False
        self._budgets: dict[Account, int] | None = None

    def again(self, standing: Standing, at: Moment) -> Customer:
        """The same customer at another moment of the day, who was asked the same so far."""
        other = Customer(standing, at)
        other._counts, other._budgets = self._counts, self._budgets
        for whose, asked in self._asked.items():
            other._asked[whose] = {name: set(firsts) for name, firsts in asked.items()}
        other._arms, other._consents = dict(self._arms), set(self._consents)
        other._enrolled, other._referred = self._enrolled, self._referred
        return other

    def total(self, name: str, period: Period, whose: Whose = "member") -> int:
        """How many of something in a period that ends today."""
        first = first_day(period, self.today) or date.min
        self._asked[whose].setdefault(name, set()).add(first)
        return sum(n for day, n in self.days(name, whose) if first <= day)

    def days(self, name: str, whose: Whose = "member") -> list[tuple[date, int]]:
        """The counts of a name by day, earliest first."""
        counts = self._counts.get(whose)
        if counts is None:
            counts = self._counts[whose] = {}
            standing = self.standing
            history = standing.history if whose == "member" else standing.operator_history
            for one in history.counted:
                counts.setdefault(one.name, []).append((one.day, one.n))
            for rows in counts.values():
                rows.sort()
        return counts.get(name, [])

    def last_day(self, name: str) -> date | None:
        """The last day on which something is counted of the member."""
        last = max((day for day, n in self.days(name) if n > 0), default=None)
        if last is not None:
            self._asked["member"].setdefault(name, set()).add(last)
        return last

    def arm(self, experiment: Experiment) -> int:
        """The member's arm in an experiment; there must be a member."""
        assert self.traits is not None
        if experiment.id not in self._arms:
            self._arms[experiment.id] = arm_of(experiment.id, self.traits.member)
        return self._arms[experiment.id]

    def is_drawn(self, draw: Draw) -> bool:
        """Whether the member's visit today was drawn; there must be a member."""
        assert self.traits is not None
        return is_drawn(draw.id, self.traits.member, self.today, draw.basis_points)

    def agreed(self, purposes: Iterable[str]) -> bool:
        """Whether the member gave every one of these consents; there must be a member."""
        assert self.traits is not None
        wanted = set(purposes)
        self._consents |= wanted & self.traits.consents
        return wanted <= self.traits.consents

    def enrolled(self) -> date | None:
        """The day on which the member joined, where it is known."""
        self._enrolled = True
        return self.traits.enrolled if self.traits else None

    def referred_by(self) -> str:
        """Who brought the member."""
        self._referred = True
        return self.traits.referred_by if self.traits else ""

    def budget_left(self, account: Account) -> int:
        """What of a budget may be given out here."""
        if self._budgets is None:
            self._budgets = {one.account: one.spendable for one in self.standing.budgets}
        return max(0, self._budgets.get(account, 0))

    def judged(self) -> Judged:
        """What rules have asked so far, and what they were told."""
        history = self._condensed("member")
        operator_history = self._condensed("operator")
        asked = self._arms or self._consents or self._enrolled or self._referred
        if not (asked or history.counted or operator_history.counted):
            return NOTHING_ASKED
        return Judged(
            history=history,
            operator_history=operator_history,
            arms=tuple(sorted(self._arms.items())),
            consents=frozenset(self._consents),
            enrolled=self.traits.enrolled if self.traits and self._enrolled else None,
            referred_by=self.traits.referred_by if self.traits and self._referred else "",
        )

    def _condensed(self, whose: Whose) -> History:
        """Counts that come to the same over every period that was asked about."""
        counted: dict[tuple[str, date], int] = {}
        for name, firsts in self._asked[whose].items():
            begins = sorted(firsts, reverse=True)
            rows = self.days(name, whose)
            for day, n in rows:
                begin = next((one for one in begins if one <= day), None)
                if begin is not None:
                    # A period without a beginning begins with the first day there is.
                    key = (name, rows[0][0] if begin == date.min else begin)
                    counted[key] = counted.get(key, 0) + n
        if not counted:
            return NO_HISTORY
        return History(tuple(Counted(*key, n) for key, n in sorted(counted.items()) if n))
