"""Units around a sale, as its record keeps them: the member's own, and those behind codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from terminal.loyalty.expiry import in_good_time, is_warning
from terminal.loyalty.last_days import lots_that_hold
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, Lot, Sums, fold
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.tender import Tender
from terminal.loyalty.wallet import BUDGET_UNIT, Account, WalletId
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldBalance:
    """One unit of the member around the sale, as this till knew it, all wallets together."""

    unit: str
    before: int
    spent: int = 0
    earned: int = 0
    """Spendable at once."""
    earned_pending: int = 0
    repaid: int = 0
    """What of ``earned`` paid back a debt."""
    after: int
    pending_after: int = 0
    debt_after: int = 0
    next_day: date | None = None
    """The nearest last day of what is left, None if nothing expires."""
    next_n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldBearer:
    """One unit of a voucher or a gift card around the sale, as this till knew it."""

    wallet: WalletId
    unit: str
    before: int = 0
    spent: int = 0
    """For rewards."""
    paid: int = 0
    """As a tender."""
    earned: int = 0
    after: int = 0
    next_day: date | None = None
    """The nearest last day of what is left, None if nothing expires."""
    next_n: int = 0
    fresh: bool = False
    """Nobody had its code before: the slip prints it."""


def ends_told(balances: Iterable[SoldBalance], today: date) -> dict[str, date]:
    """By unit the last day that a sale tells its member, where telling it today is a warning.

    Slip and panel have room for one day of each unit, the nearest; what ends later is told later.
    """
    return {
        one.unit: one.next_day
        for one in balances
        if one.next_day is not None and one.next_n > 0 and is_warning(today, one.next_day)
    }


def codes_that_end(bearers: Iterable[SoldBearer], today: date) -> Iterator[tuple[SoldBearer, date]]:
    """The vouchers and gift cards that a sale gave, with the last day on their paper.

    Nobody can be told later: whoever holds the code holds the paper, and the day stands on it for
    as long as they do. So it is a warning however far ahead that day is.
    """
    for one in bearers:
        if one.fresh and one.next_n > 0 and one.next_day and in_good_time(today, one.next_day):
            yield one, one.next_day


def sold_balances(standing: Standing, entries: Iterable[Entry]) -> tuple[SoldBalance, ...]:
    """What a sale's entries do to the member's own units, those that it leaves alone included."""
    bearers = {*standing.bearers, *standing.fresh}
    before = {
        one.account: one.sums for one in standing.holdings if one.account.wallet not in bearers
    }
    own = [one for one in entries if one.account.wallet not in bearers]
    after = fold(own, before)
    units = sorted({account.unit for account in after} - {BUDGET_UNIT})
    return tuple(_balance(standing, unit, own, before, after) for unit in units)


def _after(standing: Standing, account: Account, sums: Sums) -> Holding:
    """An account as a sale leaves it."""
    held = (one for one in standing.holdings if one.account == account)
    return replace(next(held, Holding(account=account)), sums=sums)


def _balance(
    standing: Standing,
    unit: str,
    entries: Sequence[Entry],
    before: Mapping[Account, Sums],
    after: Mapping[Account, Sums],
) -> SoldBalance:
    def moved(kind: EntryKind) -> int:
        return sum(one.n for one in entries if one.account.unit == unit and one.kind is kind)

    holdings = [_after(standing, *one) for one in after.items() if one[0].unit == unit]
    left = [one.sums for one in holdings]
    next_day, next_n = _next_end(lot for one in holdings for lot in standing.lots(one, bought=True))
    return SoldBalance(
        unit=unit,
        before=sum(sums.balance for account, sums in before.items() if account.unit == unit),
        spent=moved(EntryKind.SPEND),
        earned=moved(EntryKind.EARN),
        earned_pending=moved(EntryKind.EARN_PENDING),
        repaid=moved(EntryKind.REPAY),
        after=sum(sums.balance for sums in left),
        pending_after=sum(sums.pending for sums in left),
        debt_after=sum(sums.debt for sums in left),
        next_day=next_day,
        next_n=next_n,
    )


def _next_end(left: Iterable[Lot]) -> tuple[date | None, int]:
    """The nearest last day of what may be spent, and how much of it ends then; None if nothing."""
    ending: dict[date, int] = {}
    for day, n in left:
        if day is not None:
            ending[day] = ending.get(day, 0) + n
    return min(ending.items(), default=(None, 0))


def sold_bearers(
    standing: Standing, entries: Iterable[Entry], tenders: Iterable[Tender]
) -> tuple[SoldBearer, ...]:
    """What became of vouchers and gift cards: those that the sale moved, in their order."""
    wallets = (*standing.bearers, *standing.fresh)
    moved = [one for one in entries if one.account.wallet in wallets]
    before = {holding.account: holding.sums for holding in standing.holdings}
    after = fold(moved, {one.account: before.get(one.account, NOTHING) for one in moved})
    paid = dict.fromkeys(after, 0)
    for tender in tenders:
        if tender.account is not None and tender.account in paid:
            paid[tender.account] += tender.amount
    accounts = sorted(after, key=lambda one: (wallets.index(one.wallet), one.unit))
    return tuple(
        _bearer(
            one,
            moved,
            paid[one],
            before.get(one, NOTHING),
            _after(standing, one, after[one]),
            fresh=one.wallet in standing.fresh,
        )
        for one in accounts
    )


def _bearer(
    account: Account,
    entries: Iterable[Entry],
    paid: int,
    before: Sums,
    after: Holding,
    *,
    fresh: bool,
) -> SoldBearer:
    def moved(kind: EntryKind) -> int:
        return sum(one.n for one in entries if one.account == account and one.kind is kind)

    next_day, next_n = _next_end(lots_that_hold(after.sums, after.extended))
    return SoldBearer(
        wallet=account.wallet,
        unit=account.unit,
        before=before.balance,
        spent=moved(EntryKind.SPEND) - paid,
        paid=paid,
        earned=moved(EntryKind.EARN) + moved(EntryKind.EARN_PENDING),
        after=after.sums.balance,
        next_day=next_day,
        next_n=next_n,
        fresh=fresh,
    )
