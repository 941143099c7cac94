"""The entries of a refund: what it moves in the ledger, and what it cannot take back any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from terminal.loyalty.benefits import GivenUnits
from terminal.loyalty.engine.evaluation import Earned
from terminal.loyalty.ledger import (
    Entry,
    EntryKind,
    fold,
    rights_of,
    taking_back,
    taking_back_pending,
    together,
)
from terminal.loyalty.programme import Programme, among
from terminal.loyalty.refund import UnitsTaken
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.tender import Tender
from terminal.loyalty.units import UnitKind
from terminal.loyalty.unwinding import Step
from terminal.loyalty.wallet import Account


def unit_entries(
    record: SaleRecord,
    step: Step,
    tenders: Iterable[Tender],
    *,
    today: date,
    pending: Mapping[Account, int],
    rights: Mapping[Account, int],
    debts: Mapping[Account, int],
    bearer: frozenset[Account] = frozenset(),
) -> tuple[tuple[Entry, ...], tuple[UnitsTaken, ...]]:
    """The entries of a refund, and ``step.taken`` with what of it was lost.

    First what is given back, so that its right covers what is taken; what is left of it repays
    what was owed before, or else two sales that come back would leave somebody with units to
    spend who owes as many, or not, by which of them came first. What is pending is taken without
    any right; the rest needs the right to it, and is owed without. ``pending``, ``rights`` and
    ``debts`` are as they are known where this is written.
    Accounts in ``bearer`` belong to codes and owe nothing: what their right does not cover is lost.
    """
    moved = [Entry(one.account, EntryKind.UNSPEND, one.n) for one in step.given]
    moved += [
        Entry(tender.account, EntryKind.UNSPEND, tender.amount)
        for tender in tenders
        if tender.account is not None and tender.amount > 0
    ]
    here = {account: max(0, n) for account, n in rights.items()}
    for entry in moved:
        here[entry.account] = here.get(entry.account, 0) + entry.n
    waiting = {account: max(0, n) for account, n in pending.items()}
    vests = {(one.account, one.day): one.vests for one in record.earned if one.vests}
    taken: list[UnitsTaken] = []
    for one in step.taken:
        account, right = one.account, here.get(one.account, 0)
        unvested = _unvested(one, vests.get((account, one.day)), today, waiting, right)
        lost = max(0, one.n - unvested - right) if account in bearer else 0
        if unvested:
            moved += taking_back_pending(account, unvested, one.day)
            waiting[account] -= unvested
        if rest := one.n - unvested - lost:
            moved += taking_back(account, rest, one.day, rights_here=right)
            here[account] = right - min(rest, right)
        taken.append(replace(one, lost=lost))
    moved += _repaid(moved, here, debts)
    return together(moved), tuple(taken)


def _repaid(
    moved: Iterable[Entry], rights: Mapping[Account, int], debts: Mapping[Account, int]
) -> list[Entry]:
    """What was owed before, as far as units that are given back repay it."""
    given: dict[Account, int] = {}
    for one in moved:
        if one.kind is EntryKind.UNSPEND:
            given[one.account] = given.get(one.account, 0) + one.n
    owed = {one: min(n, rights[one], max(0, debts.get(one, 0))) for one, n in given.items()}
    return [Entry(account, EntryKind.REPAY, n) for account, n in owed.items() if n]


def _unvested(
    one: UnitsTaken,
    vests: date | None,
    today: date,
    waiting: Mapping[Account, int],
    right: int,
) -> int:
    """How many units of an accrual are taken back as pending."""
    if vests is None:
        return 0
    # Once its day has come they may have vested: rights first, and pending is what has none yet.
    rights_first = min(one.n, right) if vests <= today else 0
    return min(one.n - rights_first, waiting.get(one.account, 0))


def bearer_accounts(
    record: SaleRecord, programmes: Iterable[Programme]
) -> tuple[frozenset[Account], frozenset[Account]]:
    """Accounts of codes that the sale brought: (all of them, those that it was paid for).

    A code that was a gift may be used up: then it is lost, and the goods come back all the same.
    A gift card that was sold comes back only as far as it is unspent.
    """
    held = among(programmes, record.revisions)
    found = {one for one in record.earned if _is_bearer(one, record, held)}
    paid_for = {
        one.account
        for one in found
        if not one.by_reward
        and (programme := held.get(one.programme)) is not None
        and programme.unit is not None
        and programme.unit.kind is UnitKind.MONEY
    }
    return frozenset(one.account for one in found), frozenset(paid_for)


def _is_bearer(earned: Earned, record: SaleRecord, held: Mapping[int, Programme]) -> bool:
    if record.bearers:
        return any(one.wallet == earned.account.wallet for one in record.bearers)
    if record.member is None:
        return True
    programme = held.get(earned.programme)
    if programme is None:
        return False
    if earned.by_reward:
        given = (one.benefit for one in programme.rewards if one.id == earned.rule)
        if any(isinstance(one, GivenUnits) and one.bearer for one in given):
            return True
    units = (one.unit for one in held.values() if one.unit is not None)
    return any(one.id == earned.account.unit and one.held == "bearer" for one in units)


def standing_after(standing: Standing, entries: Iterable[Entry]) -> Standing:
    """What somebody has and may spend once these entries are written here, codes included."""
    theirs = {*standing.wallets, *standing.bearers}
    moved = [one for one in entries if one.account.wallet in theirs]
    if not moved:
        return standing
    held = {one.account: one for one in standing.holdings}
    sums = fold(moved, {account: one.sums for account, one in held.items()})
    rights = rights_of(moved)
    return replace(
        standing,
        holdings=tuple(
            replace(
                held.get(account, Holding(account=account)),
                sums=one,
                spendable=(held[account].spendable if account in held else 0)
                + rights.get(account, 0),
            )
            for account, one in sums.items()
        ),
    )
