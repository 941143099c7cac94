"""What the engine may know of the customer and the moment: standing, claims, local time.

The standing is gathered by the caller (the member's statement and the till's own later facts);
the engine looks up nothing, not even a time zone.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from terminal.loyalty.history import NO_HISTORY, History
from terminal.loyalty.last_days import Extended, MovedOn, later_of, lots_that_hold, until_of
from terminal.loyalty.ledger import NOTHING, Lot, Sums
from terminal.loyalty.statement import PlacedRight
from terminal.loyalty.tender import PaidWith
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.values import dataclass

OFFSET_MINUTES_MOST = 24 * 60
FIRST_YEAR, LAST_YEAR = 1000, 9000
"""Far wider than any clock goes astray, and narrow enough for sums with days never to overflow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a basket is judged: local wall time without zone, its offset, the business day."""

    local: datetime
    offset_minutes: int
    business_day: date

    def __post_init__(self) -> None:
        if self.local.tzinfo is not None:
            raise ValueError("the local time of a moment carries no time zone")
        if abs(self.offset_minutes) > OFFSET_MINUTES_MOST:
            raise ValueError(f"{self.offset_minutes} minutes is no distance from UTC")
        if not FIRST_YEAR <= self.local.year <= LAST_YEAR:
            raise ValueError(f"{self.local.year} is no year of a moment")

    @property
    def utc(self) -> datetime:
        """The same instant in UTC, without a time zone on it."""
        return self.local - timedelta(minutes=self.offset_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What rules may ask of a member. Birthday is (month, day): nobody needs the year."""

    member: str
    tier: str = ""
    segments: frozenset[str] = frozenset()
    birthday: tuple[int, int] | None = None
    consents: frozenset[str] = frozenset()
    enrolled: date | None = None
    """The business day on which they joined; None where nobody here knows."""
    referred_by: str = ""
    """The member who brought this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One account as this till knows it. ``spendable`` is the right that this till holds."""

    account: Account
    sums: Sums = NOTHING
    """With the days as earned: they order what is used first."""
    spendable: int = 0
    extended: Extended = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """How far balances may be believed: whether others can have moved units unseen, since when."""

    utc: datetime | None = None
    """When the server last told this till all that it knew, to the second; None: see the rest."""
    untold: bool = False
    """There is a server, and it has never told everything yet."""
    met: bool = False
    """Only the card was met: whose it is, and what else they have, nobody here knows."""


CERTAIN = Confirmed()
"""Nobody else serves the shop, so what this till knows is all that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The customer at the counter. Empty: nobody showed a card.

    ``wallets`` are those that the member is linked to; accruals go to the first. Holdings are
    those of these wallets, and of the vouchers and gift cards that were shown (``bearers``).
    """

    traits: Traits | None = None
    wallets: tuple[WalletId, ...] = ()
    holdings: tuple[Holding, ...] = ()
    bearers: tuple[WalletId, ...] = ()
    """Wallets of codes that were shown, in that order."""
    history: History = NO_HISTORY
    """What the member did before."""
    operator_history: History = NO_HISTORY
    """The same counts for whoever serves, all customers together."""
    budgets: tuple[Holding, ...] = ()
    """The budgets of programmes, with the right to spend that this till holds."""
    fresh: tuple[WalletId, ...] = ()
    """Wallets that nobody has yet, for bearer units that this sale may give."""
    elsewhere: tuple[PlacedRight, ...] = ()
    """Where the rights are that this till does not hold, as the server told last."""
    statements: tuple[tuple[WalletId, int], ...] = ()
    """The version of each wallet's statement; none where no server has told of it."""
    moved_on: MovedOn = ()
    """What purchases so far give the member's units; see ``activity``."""
    moves_on: MovedOn = ()
    """The same of one more purchase today."""
    confirmed: Confirmed = field(default=CERTAIN, compare=False)
    """Not compared: the same units confirmed once more are no other standing."""

    def of(self, unit: str) -> tuple[Holding, ...]:
        """The accounts of one unit, in the order of the wallets."""
        return tuple(holding for holding in self.holdings if holding.account.unit == unit)

    def spendable(self, unit: str) -> int:
        """How many units may be spent here, all wallets together."""
        return sum(max(0, holding.spendable) for holding in self.of(unit))

    def balance(self, unit: str) -> int:
        """How many vested units there are, wherever their right is; never below zero."""
        return sum(max(0, holding.sums.balance) for holding in self.of(unit))

    def lots(self, holding: Holding, *, bought: bool = False) -> list[Lot]:
        """What may be spent of an account, by the last day that holds; ``bought``: after a sale."""
        until = None
        if holding.account.wallet in self.wallets:
            moved = later_of(self.moved_on, self.moves_on) if bought else self.moved_on
            until = until_of(moved, holding.account.unit)
        return lots_that_hold(holding.sums, holding.extended, until)

    def places_of(self, unit: str) -> tuple[tuple[str, int], ...]:
        """Who holds what may not be spent here, most first; an empty name is the server.

        What nobody is known to hold is on its way, and on its way it goes by the server.
        """
        left = self.balance(unit) - self.spendable(unit)
        by_place: dict[str, int] = {}
        for right in sorted(self.elsewhere, key=lambda one: (not one.place, -one.n, one.place)):
            n = min(right.n, left) if right.unit == unit else 0
            if n > 0:
                by_place[right.place] = by_place.get(right.place, 0) + n
                left -= n
        if left > 0:
            by_place[""] = by_place.get("", 0) + left
        return tuple(sorted(by_place.items(), key=lambda one: (not one[0], -one[1], one[0])))

    def account_for(self, unit: str) -> Account | None:
        """Where units that are earned go; None if nobody showed a card."""
        return Account(self.wallets[0], UnitId(unit)) if self.wallets else None


NOBODY = Standing()
"""A customer without a card."""


class RewardName(NamedTuple):
    """One reward of one programme."""

    programme: int
    reward: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A reward that the customer wants; ``times`` None is as often as units and basket allow."""

    name: RewardName
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the cashier claimed, and which automatic rewards were taken off."""

    claims: tuple[Claim, ...] = ()
    taken_off: frozenset[RewardName] = frozenset()
    paid_with: PaidWith = ()
    """What was paid how, in minor units, as far as it is known yet: some money earns nothing."""

    def claim(self, name: RewardName) -> Claim | None:
        """The claim of a reward, if it was made."""
        return next((claim for claim in self.claims if claim.name == name), None)


NO_CHOICES = Choices()
