"""What one answer leaves to the next about the same basket: all that one more scan does not change.

Whoever asks scan after scan keeps a memory and shows it with each question. What is found in it
was worked out from values that are the same now, so the answer is the same with a full memory, an
empty one, or none; it only comes sooner.
"""

from __future__ import annotations

from collections.abc import Iterable

from terminal.loyalty.engine.contested import Contested
from terminal.loyalty.engine.looks import Looks
from terminal.loyalty.engine.rules import Rules
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Moment, Standing

CONTESTED_MOST = 4
"""So many states of the goods that rewards compete for are kept, the last ones."""

KNOWN_MOST = 200
"""With more answers about one state it begins anew: members who come all day for the same goods
have each their own number of units, and a basket asks for a few answers only."""

LOOKS_MOST = 2
"""So many customers: the one with the card, and the one before it was shown."""


class Memory:
    """What is kept between the questions about one basket, and the next one at the same till."""

    def __init__(self) -> None:
        self._rules: Rules | None = None
        self.customers: list[Looks] = []
        """What they look at, the last one behind."""
        self.states: list[Contested] = []
        """Of the goods that rewards compete for, the last one behind."""

    def rules(self, revisions: Iterable[Programme], at: Moment) -> Rules:
        """The rules of some revisions at a moment."""
        revisions = tuple(revisions)
        if self._rules is None or not self._rules.hold(revisions, at.utc):
            self._rules = Rules(revisions, at.utc)
            self.customers, self.states = [], []
        return self._rules

    def looks(self, rules: Rules, standing: Standing, at: Moment) -> Looks:
        """The looks of a customer at a moment."""
        found = next((one for one in self.customers if one.hold(rules, standing, at)), None)
        if found is None:
            found = Looks(rules, standing, at)
            self.customers = [*self.customers[1 - LOOKS_MOST :], found]
        return found

    def contested(self, fresh: Contested) -> Contested:
        """What is known of the same goods and rewards, or what is given, which is kept."""
        for place, one in enumerate(self.states):
            if one.is_like(fresh):
                del self.states[place]
                self.states.append(fresh if _known_of(one) > KNOWN_MOST else one)
                return self.states[-1]
        self.states = [*self.states[1 - CONTESTED_MOST :], fresh]
        return fresh


def _known_of(one: Contested) -> int:
    return len(one.searches) + len(one.packings) + len(one.relaxed)
