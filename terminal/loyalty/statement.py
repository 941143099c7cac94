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
from terminal.loyalty.last_days import Extended, day_that_holds, extended_until
from terminal.loyalty.ledger import Entry, Sums, fold
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
    extended: Extended = ()
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
    return day_that_holds(account.extended, None, day)


def as_it_holds(account: AccountStatement, until: date | None) -> AccountStatement:
    """The account with the days that purchases give put in; ``until`` is None where they give none.

    Whoever was warned of the day before knows nothing of the one that holds.
    """
    extended = extended_until(account.sums, account.extended, until)
    if extended == account.extended:
        return account
    now = replace(account, extended=extended)
    same = tuple(
        day for day in account.warned if last_day_of(account, day) == last_day_of(now, day)
    )
    return replace(now, warned=same)


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
