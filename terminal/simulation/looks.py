"""What a look at a disk shows: plain values, which the invariants judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from terminal.loyalty.wallet import Account


class GrantName(NamedTuple):
    """What names a grant for ever, and to whom it was given."""

    incarnation: str
    timeline: int
    number: int


class SentGrant(NamedTuple):
    """A grant on its way."""

    name: GrantName
    account: Account
    n: int


class LogLook(NamedTuple):
    """A log as the server keeps it."""

    terminal: str
    store: str
    role: str
    standing: str
    timeline: int
    stored: int
    head: str
    applied: int
    quarantined: bool


class AccountLook(NamedTuple):
    """An account as the server keeps it; sums over all days."""

    earned: int
    expired: int
    used: int
    pending: int
    debt: int
    pool: int

    @property
    def rights(self) -> int:
        """E − U − X − P + D."""
        return self.earned - self.used - self.expired - self.pending + self.debt


class FeedLook(NamedTuple):
    """A store's feed: the next number, and those of the rows that there are."""

    upcoming: int
    least: int
    most: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLook:
    """The server's tables at one moment."""

    timeline: int
    logs: Mapping[str, LogLook] = field(default_factory=dict)
    accounts: Mapping[Account, AccountLook] = field(default_factory=dict)
    held: Mapping[tuple[Account, str], int] = field(default_factory=dict)
    """Rights in the hands of each log, as far as its applied facts tell."""
    sent: tuple[SentGrant, ...] = ()
    parked: Mapping[tuple[Account, str], int] = field(default_factory=dict)
    """Rights that facts would move which it could not apply, by log: their tills counted them."""
    given: int = 0
    """How many grants there ever were."""
    feeds: Mapping[str, FeedLook] = field(default_factory=dict)

    @property
    def in_quarantine(self) -> bool:
        """Whether a log that counts has not spoken on this timeline: nothing is granted then."""
        return any(log.quarantined for log in self.logs.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class TillLook:
    """A till's tables at one moment."""

    till: str
    incarnation: str
    terminal: str = "t"
    """Who it is to the server; another one after it was paired again."""
    timeline: int
    cursor: int
    acknowledged: int
    next_seq: int
    head: str
    waiting: int
    """Facts in the outbox."""
    rights: Mapping[Account, int] = field(default_factory=Counter)
    received: frozenset[GrantName] = frozenset()
