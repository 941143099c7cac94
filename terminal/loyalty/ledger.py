"""The ledger: entries add up to sums, and lots are computed from the sums.

Nothing here names a lot. Per account the ledger keeps sums that commute: earned E by expiry day
(pending included), used U, expired X by expiry day, pending P, debt D. U fills E−X from the
earliest day on, and what is left are the lots. So facts of several tills may arrive in any order
and give the same lots; till and server fold with this same module.

A *spending right* sits in exactly one place, an incarnation's or the server's pool. Whoever
writes an entry changes its own rights by ``RIGHT_SIGN``; over all places together
``rights = E − U − X − P + D``.

Example: 100 points of which 40 end in April, 60 spent at one till and 30 at another, in any
order, leave one lot of 10 that ends later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, assert_never

from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account
from terminal.values import dataclass


class EntryKind(StrEnum):
    """What an entry does to its account. Frozen: kinds are only ever added."""

    EARN = "earn"
    """n units with an expiry day, spendable at once: E[day] + n."""
    EARN_PENDING = "earn_pending"
    """n units with an expiry day that have no right until they vest: E[day] + n, P + n."""
    VEST = "vest"
    """n pending units become spendable: P − n."""
    UNEARN = "unearn"
    """n units taken back by the day that the sale named: E[day] − n."""
    SPEND = "spend"
    """n units used: U + n."""
    UNSPEND = "unspend"
    """n units given back; their lots come back with their old expiry: U − n."""
    EXPIRE = "expire"
    """n units of a day ran out: X[day] + n. The server alone writes it."""
    UNEXPIRE = "unexpire"
    """Too much of a day had expired, as later facts show: X[day] − n."""
    OWE = "owe"
    """n units taken back that were spent already: D + n."""
    REPAY = "repay"
    """n newly earned units pay back what is owed before they make a right: D − n."""
    RECEIVE = "receive"
    """A right to n came from the server's pool. No sum changes."""
    RELEASE = "release"
    """A right to n went back to the server's pool. No sum changes."""


DATED = frozenset(
    {
        EntryKind.EARN,
        EntryKind.EARN_PENDING,
        EntryKind.UNEARN,
        EntryKind.EXPIRE,
        EntryKind.UNEXPIRE,
    }
)
"""The kinds whose day counts; the others carry none."""

RIGHT_SIGN: Mapping[EntryKind, int] = {
    EntryKind.EARN: 1,
    EntryKind.EARN_PENDING: 0,
    EntryKind.VEST: 1,
    EntryKind.UNEARN: -1,
    EntryKind.SPEND: -1,
    EntryKind.UNSPEND: 1,
    EntryKind.EXPIRE: -1,
    EntryKind.UNEXPIRE: 1,
    EntryKind.OWE: 1,
    EntryKind.REPAY: -1,
    EntryKind.RECEIVE: 1,
    EntryKind.RELEASE: -1,
}
"""By how much an entry of n changes the writer's own right to spend, times n."""


_PAIRS = (
    (EntryKind.EARN, EntryKind.UNEARN),
    (EntryKind.SPEND, EntryKind.UNSPEND),
    (EntryKind.EXPIRE, EntryKind.UNEXPIRE),
    (EntryKind.OWE, EntryKind.REPAY),
)
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


class Entry(NamedTuple):
    """One movement on one account; n is always positive, the kind tells the direction."""

    account: Account
    kind: EntryKind
    n: int
    day: date | None = None
    """The expiry day for dated kinds; None means units that never expire."""


def check_entry(entry: Entry) -> Entry:
    """Return the entry, or refuse one that no fact may carry.

    Raises:
        ValueError: n is not from 1 to 10^12, or a kind without a day carries one.
    """
    if not 1 <= entry.n <= LARGEST_COUNT:
        raise ValueError(f"an entry moves 1 to {LARGEST_COUNT} units, not {entry.n}")
    if entry.day is not None and entry.kind not in DATED:
        raise ValueError(f"{entry.kind} entries carry no day")
    return entry


ByDay = tuple[tuple[date | None, int], ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """Everything that the ledger keeps of one account.

    ``earned`` and ``expired`` are (expiry day, n) in the order of days, units without expiry
    last, days of zero left out; so equal contents are equal values.
    """

    earned: ByDay = ()
    expired: ByDay = ()
    used: int = 0
    pending: int = 0
    debt: int = 0

    @property
    def earned_in_all(self) -> int:
        """E over all days."""
        return sum(n for _, n in self.earned)

    @property
    def expired_in_all(self) -> int:
        """X over all days."""
        return sum(n for _, n in self.expired)

    @property
    def balance(self) -> int:
        """Vested units not used and not expired; below zero only while a debt is open."""
        return self.earned_in_all - self.used - self.expired_in_all - self.pending

    @property
    def rights_in_all(self) -> int:
        """What may still be spent, all places together: E − U − X − P + D."""
        return self.balance + self.debt


NOTHING = Sums()
"""An account that no entry has touched."""


class Lot(NamedTuple):
    """Units of an account that share their last day; None means that they never expire."""

    day: date | None
    n: int


def apply(sums: Sums, entry: Entry) -> Sums:
    """The sums after one more entry. Total: any entry in any order is taken."""
    _, kind, n, day = entry
    earned, expired, used = sums.earned, sums.expired, sums.used
    pending, debt = sums.pending, sums.debt
    match kind:
        case EntryKind.EARN:
            earned = _add(earned, day, n)
        case EntryKind.EARN_PENDING:
            earned = _add(earned, day, n)
            pending += n
        case EntryKind.UNEARN:
            earned = _add(earned, day, -n)
        case EntryKind.EXPIRE:
            expired = _add(expired, day, n)
        case EntryKind.UNEXPIRE:
            expired = _add(expired, day, -n)
        case EntryKind.SPEND:
            used += n
        case EntryKind.UNSPEND:
            used -= n
        case EntryKind.VEST:
            pending -= n
        case EntryKind.OWE:
            debt += n
        case EntryKind.REPAY:
            debt -= n
        case EntryKind.RECEIVE | EntryKind.RELEASE:
            return sums
        case _:
            assert_never(kind)
    return Sums(earned, expired, used, pending, debt)


def apply_all(sums: Sums, entries: Sequence[Entry]) -> Sums:
    """The sums after some entries of one account; the same as ``apply`` one after the other.

    Days are put in order once, so a server folds what a regular bought in one go.
    """
    if len(entries) == 1:
        return apply(sums, entries[0])
    earned: dict[date | None, int] | None = None
    others = []
    for entry in entries:
        _, kind, n, day = entry
        if kind is EntryKind.EARN or kind is EntryKind.UNEARN:
            if earned is None:
                earned = dict(sums.earned)
            earned[day] = earned.get(day, 0) + (n if kind is EntryKind.EARN else -n)
        else:
            others.append(entry)
    if earned is not None:
        days = tuple([(day, earned[day]) for day in sorted(earned, key=_in_order) if earned[day]])
        sums = Sums(days, sums.expired, sums.used, sums.pending, sums.debt)
    for entry in others:
        sums = apply(sums, entry)
    return sums


def fold(
    entries: Iterable[Entry], onto: Mapping[Account, Sums] | None = None
) -> dict[Account, Sums]:
    """Add entries to accounts, from nothing or onto a statement; the order does not matter."""
    folded = dict(onto or {})
    for entry in entries:
        folded[entry.account] = apply(folded.get(entry.account, NOTHING), entry)
    return folded


def together(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """One entry per account, kind and day, in the order in which they came."""
    sums: dict[tuple[Account, EntryKind, date | None], int] = {}
    for account, kind, n, day in entries:
        sums[account, kind, day] = sums.get((account, kind, day), 0) + n
    return tuple(Entry(account, kind, n, day) for (account, kind, day), n in sums.items() if n)


def rights_of(entries: Iterable[Entry]) -> dict[Account, int]:
    """The rights that one writer holds after its own entries, by account."""
    rights: dict[Account, int] = {}
    for entry in entries:
        change = RIGHT_SIGN[entry.kind] * entry.n
        if change:
            rights[entry.account] = rights.get(entry.account, 0) + change
    return rights


def lots(sums: Sums) -> tuple[Lot, ...]:
    """What is left of the account, by last day, earliest first; pending units included.

    A day on which more was taken back than stands there counts as use of the other days, so
    that the lots sum to what is left however the facts arrived.
    """
    standing = dict(sums.earned)
    for day, n in sums.expired:
        standing[day] = standing.get(day, 0) - n
    to_fill = sums.used - sum(n for n in standing.values() if n < 0)
    left: list[Lot] = []
    for day in sorted(standing, key=_in_order):
        n = max(0, standing[day])
        taken = max(0, min(n, to_fill))
        to_fill -= taken
        if n > taken:
            left.append(Lot(day, n - taken))
    return tuple(left)


def spendable_lots(sums: Sums) -> tuple[Lot, ...]:
    """The lots without pending units, which count as those of the latest days."""
    pending = sums.pending
    kept: list[Lot] = []
    for lot in reversed(lots(sums)):
        held_back = max(0, min(lot.n, pending))
        pending -= held_back
        if lot.n > held_back:
            kept.append(Lot(lot.day, lot.n - held_back))
    return tuple(reversed(kept))


def accrual(account: Account, n: int, day: date | None, *, debt: int) -> tuple[Entry, ...]:
    """The entries by which n spendable units are earned: what is owed is repaid first."""
    entries = [Entry(account, EntryKind.EARN, n, day)]
    repaid = min(n, max(0, debt))
    if repaid:
        entries.append(Entry(account, EntryKind.REPAY, repaid))
    return tuple(entries)


def taking_back(
    account: Account, n: int, day: date | None, *, rights_here: int
) -> tuple[Entry, ...]:
    """The entries by which n earned units are taken back whole; what no right covers is owed."""
    entries = [Entry(account, EntryKind.UNEARN, n, day)]
    owed = n - max(0, min(n, rights_here))
    if owed:
        entries.append(Entry(account, EntryKind.OWE, owed))
    return tuple(entries)


def vesting(account: Account, n: int, *, debt: int) -> tuple[Entry, ...]:
    """The entries by which n pending units become spendable: what is owed is repaid first."""
    entries = [Entry(account, EntryKind.VEST, n)]
    repaid = min(n, max(0, debt))
    if repaid:
        entries.append(Entry(account, EntryKind.REPAY, repaid))
    return tuple(entries)


def taking_back_pending(account: Account, n: int, day: date | None) -> tuple[Entry, ...]:
    """The entries by which n earned units are taken back before they vest: no right is touched."""
    return (Entry(account, EntryKind.VEST, n), Entry(account, EntryKind.UNEARN, n, day))


def vested_twice(account: Account, n: int, *, rights_here: int) -> tuple[Entry, ...]:
    """The server's entries where n units vested that a till, not knowing, took back as pending.

    P is n below zero then, and n rights are in the pool that nobody earned. They go; what the
    pool has no right to any more is owed. E stays as it is: n is earned and taken back at once.
    """
    entries = [Entry(account, EntryKind.EARN_PENDING, n), Entry(account, EntryKind.UNEARN, n)]
    owed = n - max(0, min(n, rights_here))
    if owed:
        entries.append(Entry(account, EntryKind.OWE, owed))
    return tuple(entries)


def uncovered(back: Iterable[Entry], rights: Mapping[Account, int]) -> tuple[Entry, ...]:
    """What is owed where these entries take more than the rights that are here."""
    owed: list[Entry] = []
    for account, change in sorted(rights_of(back).items()):
        lacking = min(-change, -(rights.get(account, 0) + change))
        if lacking > 0:
            owed.append(Entry(account, EntryKind.OWE, lacking))
    return tuple(owed)


def undone(entry: Entry) -> tuple[Entry, ...]:
    """The entries that bring sums and rights back to what they were before an entry."""
    account, kind, n, day = entry
    match kind:
        case EntryKind.EARN_PENDING:
            return taking_back_pending(account, n, day)
        case EntryKind.VEST:
            return (Entry(account, EntryKind.EARN_PENDING, n), Entry(account, EntryKind.UNEARN, n))
        case EntryKind.RECEIVE | EntryKind.RELEASE:
            return ()
        case _:
            return (Entry(account, _OPPOSITE[kind], n, day),)


def expirable(sums: Sums, *, up_to: date, pool: int, rights_out: int) -> int:
    """How many units whose last day is ``up_to`` or earlier the server may expire now.

    Never more than the pool holds, and never units whose right is out at a till: they may be
    spent already, in a fact that has not arrived.
    """
    return max(0, min(pool, unspent(sums, up_to=up_to) - rights_out))


def unspent(sums: Sums, *, up_to: date) -> int:
    """Units whose last day is ``up_to`` or earlier, less all that was used; may be below zero."""
    return _up_to(sums.earned, up_to) - _up_to(sums.expired, up_to) - sums.used


def expired_too_much(sums: Sums, *, up_to: date) -> int:
    """How many units the server must bring back, as facts that came later now show.

    ``sums`` are those of the facts dated ``up_to`` or earlier, and of all expiry: what was used
    after that day was used of later lots, and brings nothing back.
    """
    could_expire = max(0, _up_to(sums.earned, up_to) - sums.used)
    return max(0, _up_to(sums.expired, up_to) - could_expire)


def _up_to(days: ByDay, last: date) -> int:
    return sum(n for day, n in days if day is not None and day <= last)


def _in_order(day: date | None) -> tuple[bool, date]:
    return (day is None, day or date.max)


def _add(days: ByDay, day: date | None, n: int) -> ByDay:
    """The days with n more of one of them, in their order."""
    place = _in_order(day)
    for at in range(len(days) - 1, -1, -1):  # from the end: most days that come are late ones
        there, count = days[at]
        if there == day:
            own = ((day, count + n),) if count + n else ()
            return days[:at] + own + days[at + 1 :]
        if _in_order(there) < place:
            return (*days[: at + 1], (day, n), *days[at + 1 :]) if n else days
    return ((day, n), *days) if n else days
