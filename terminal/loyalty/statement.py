"""Statements: what the server tells a till of a wallet, and how a till folds its own facts on top.

Facts go up, statements come down. A till never sees another till's facts: it holds the sums that
the server folded, up to and including its own facts that the server had applied, and adds its own
later entries with the same ``apply``. A lost statement is harmless, the next one replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from terminal.loyalty.history import Counted
from terminal.loyalty.ledger import ByDay, Entry, Sums, fold
from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.values import dataclass

MOVEMENTS_MOST = 10
"""Past movements that a statement brings along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRight:
    """Units of this wallet that may be spent elsewhere only: ``place`` is a till's name."""

    unit: UnitId
    place: str
    """What people call that till; empty for the server's pool."""
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMovement:
    """One entry of a fact of any till, for "where did my points go?"."""

    incarnation: str
    seq: int
    fact: str
    """The kind of the fact."""
    entry: str
    """The kind of the entry."""
    unit: UnitId
    n: int
    day: date | None
    wall_ms: int
    business_day: date
    place: str = ""
    """The till, or empty for the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """One account as the server folded it."""

    unit: UnitId
    sums: Sums
    extended: tuple[tuple[date, date], ...] = ()
    """(expiry day as earned, last day on which those units can be used now)."""
    warned: tuple[date, ...] = ()
    """Expiry days of which the member was warned in good time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One wallet as the server folded it; ``version`` grows with every change.

    Which facts of the receiving till are in it stands beside it, once for a whole reply
    (``SyncReply.includes``), because all statements of a reply are of one moment.
    """

    wallet: WalletId
    version: int
    accounts: tuple[AccountStatement, ...] = ()
    elsewhere: tuple[PlacedRight, ...] = ()
    """Rights that neither are in the receiving till's hands nor on their way to it."""
    movements: tuple[PastMovement, ...] = ()
    """The last ten, latest first."""
    history: tuple[Counted, ...] | None = None
    """What was counted on this wallet, as far as rules can ask for it (see ``counting.pruned``);
    None from a server that counts nothing."""


def with_tail(statement: Statement, tail: Iterable[Entry]) -> dict[Account, Sums]:
    """The sums that a till shows: the statement, and its own entries that are not in it yet.

    Entries of other wallets are left alone, so a whole tail may be passed.
    """
    stated = {Account(statement.wallet, one.unit): one.sums for one in statement.accounts}
    return fold((one for one in tail if one.account.wallet == statement.wallet), stated)


def last_day_of(account: AccountStatement, day: date) -> date:
    """The last day on which units of an expiry day can be used, extensions counted in."""
    return next((until for earned, until in account.extended if earned == day), day)


def as_shown(account: AccountStatement) -> Sums:
    """The sums with extended expiry days put in place of the days as earned; for eyes only.

    What was earned for an extended day and for its new last day stands on one day then, so these
    sums must never be folded into the ledger.
    """

    def moved(days: ByDay) -> ByDay:
        by_day: dict[date | None, int] = {}
        for day, n in days:
            last = None if day is None else last_day_of(account, day)
            by_day[last] = by_day.get(last, 0) + n
        return tuple(
            sorted(
                ((day, n) for day, n in by_day.items() if n),
                key=lambda one: (one[0] is None, one[0] or date.max),
            )
        )

    if not account.extended:
        return account.sums
    return replace(
        account.sums, earned=moved(account.sums.earned), expired=moved(account.sums.expired)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A right that the server gave to one incarnation, before it sent it.

    (timeline, number) names it for ever; whoever received it once never receives it again.
    """

    timeline: int
    number: int
    account: Account
    n: int

    def __post_init__(self) -> None:
        if not 1 <= self.n <= LARGEST_COUNT:
            raise ValueError(f"a grant of {self.n}")
