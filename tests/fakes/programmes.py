"""The rules, in a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from terminal.loyalty.history import NO_HISTORY, History
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Holding, Moment
from terminal.loyalty.wallet import Account
from terminal.wire.programme_json import read_programme


class FakeProgrammes:
    """``ports.Programmes``; takes programmes as values or, like the real one, as JSON."""

    def __init__(self, programmes: Iterable[Programme] = ()) -> None:
        self.known = {(one.programme, one.revision): one for one in programmes}
        self.left: dict[Account, int] = {}
        """Rights to the budgets of offers that this till holds."""
        self.given_here = NO_HISTORY
        """What whoever serves gave to everybody."""

    def revisions(self) -> Sequence[Programme]:
        return tuple(self.known[key] for key in sorted(self.known))

    def of_sale(self, revisions: Collection[tuple[int, int]], at: Moment) -> Sequence[Programme]:
        return tuple(self.known[key] for key in sorted(set(revisions) & self.known.keys()))

    def budgets(self, accounts: Collection[Account]) -> Sequence[Holding]:
        held = ((account, self.left.get(account, 0)) for account in accounts)
        return tuple(Holding(account=account, spendable=n) for account, n in held if n > 0)

    def given(self, needed: Mapping[str, date], operator: str | None = None) -> History:
        return History(tuple(one for one in self.given_here.counted if one.name in needed))

    def put(self, texts: Iterable[str]) -> int:
        given = {(one.programme, one.revision): one for one in map(read_programme, texts)}
        for key, programme in given.items():
            if self.known.get(key, programme) != programme:
                raise ValueError("programme {}, revision {} is another one".format(*key))
        added = len(given.keys() - self.known.keys())
        self.known |= given
        return added
