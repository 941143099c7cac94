"""A refund, whole: what comes back, what is undone, how the money goes, what the fact will say.

Worked out before anything happens, so that the cashier sees it; recorded as it was shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from terminal.loyalty.kept_goods import Known
from terminal.loyalty.ledger import Entry, EntryKind, Sums, accrual, fold
from terminal.loyalty.money_back import money_back
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import (
    RefundedBalance,
    RefundLaw,
    RefundReason,
    RefundRecord,
    UnitsCredited,
)
from terminal.loyalty.refund_entries import bearer_accounts, unit_entries
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Holding, Moment, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.unwinding import Step, unwind
from terminal.loyalty.wallet import Account, WalletId
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall come back of a sale, and everything that it is judged by.

    ``standing`` is the member's, as of now; ``codes`` are the accounts of codes that the sale
    brought, with the right to them that this till holds.
    """

    id: str
    at: Moment
    sale: SaleRecord
    sale_seq: int = 0
    programmes: tuple[Programme, ...]
    """Revisions, those of the sale among them."""
    earlier: tuple[RefundRecord, ...] = ()
    back: Mapping[int, int]
    """Pieces by line key."""
    law: RefundLaw
    reason: RefundReason = RefundReason.RETURNED
    standing: Standing
    codes: tuple[Holding, ...] = ()
    shown: tuple[WalletId, ...] = ()
    """Codes that came back with the goods: of several alike these are taken."""
    cash_step: int = 1
    """How cash was rounded on the day of the sale."""
    instead: TenderKind | None = None
    """By what the money goes back, if not by the way it came."""
    credit: UnitsCredited | None = None
    """Where money goes that goes back as store credit (``n`` 0); None where there is none."""
    kept: int = 0
    """Minor units that stay in the shop, for goods that go instead."""
    settled: bool = True
    """Whether this till moves the units: it sold the goods."""
    known: Known | None = None
    """What kept goods of this sale came to, as far as that was judged; it is added to."""


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund, ready to be recorded."""

    record: RefundRecord
    entries: tuple[Entry, ...]
    step: Step | None = None
    """What it undoes; None without a sale."""


@dataclass(frozen=True, slots=True)
class CodeSpent:
    """Goods cannot come back: of the gift card that was sold with them something is spent."""

    account: Account
    wanted: int
    here: int
    """What of it may be taken back at this till."""


def plan(wish: Wish) -> Refund | CodeSpent:
    """Work a refund out; nothing happens yet.

    Raises:
        ValueError: nothing comes back, or no line of this sale.
    """
    sale = wish.sale
    step = unwind(
        sale, wish.programmes, wish.earlier, wish.back, wish.law, _turns(wish), wish.known
    )
    tenders, rounding = money_back(
        sale, wish.earlier, step.due, cash_step=wish.cash_step, instead=wish.instead, kept=wish.kept
    )
    holdings = (*wish.standing.holdings, *wish.codes)
    entries: tuple[Entry, ...] = ()
    taken, given = step.taken, step.given
    if wish.settled:
        bearer, paid_for = bearer_accounts(sale, wish.programmes)
        entries, taken = unit_entries(
            sale,
            step,
            tenders,
            today=wish.at.business_day,
            pending={one.account: one.sums.pending for one in holdings},
            rights={one.account: one.spendable for one in holdings},
            debts={one.account: one.sums.debt for one in holdings},
            bearer=bearer,
        )
        for one in taken:
            if one.lost and one.account in paid_for:
                return CodeSpent(one.account, one.n, one.n - one.lost)
    credited = _credited(wish, tenders)
    for one_credit in credited:
        debt = sum(one.sums.debt for one in holdings if one.account == one_credit.account)
        debt -= sum(one.n for one in entries if one[:2] == (one_credit.account, EntryKind.REPAY))
        entries += accrual(one_credit.account, one_credit.n, one_credit.day, debt=debt)
    record = RefundRecord(
        id=wish.id,
        sale=sale.id,
        sale_seq=wish.sale_seq,
        sale_at=sale.at,
        at=wish.at,
        reason=wish.reason,
        law=step.law,
        currency=sale.currency,
        prices_include_tax=sale.prices_include_tax,
        lines=step.lines,
        vat=step.vat,
        due=step.due,
        rounding=rounding,
        tenders=tenders,
        remainder=step.remainder,
        taken=taken,
        given=given,
        credited=credited,
        counts=step.counts,
        revisions=sale.revisions,
        settled=wish.settled,
        member=sale.member,
        wallet=sale.wallet,
        balances=_balances(wish.standing, entries) if sale.member else (),
        statements=wish.standing.statements,
        confirmed=wish.standing.confirmed,
    )
    return Refund(record, entries, step)


def _turns(wish: Wish) -> tuple[Account, ...]:
    """In which order codes come back: those that were shown, then those on which most is left."""
    turns = {wallet: turn for turn, wallet in enumerate(wish.shown)}
    codes = sorted(
        wish.codes,
        key=lambda one: (turns.get(one.account.wallet, len(turns)), -max(0, one.spendable)),
    )
    return tuple(one.account for one in codes)


def _credited(wish: Wish, tenders: Iterable[Tender]) -> tuple[UnitsCredited, ...]:
    """What of the money becomes store credit of the member's; this till may write it at once."""
    n = sum(
        one.amount for one in tenders if one.kind is TenderKind.STORE_CREDIT and one.account is None
    )
    if not n:
        return ()
    if wish.credit is None:
        raise ValueError("there is no store credit for the money to go to")
    return (replace(wish.credit, n=n),)


def _balances(standing: Standing, entries: Iterable[Entry]) -> tuple[RefundedBalance, ...]:
    moved = tuple(one for one in entries if one.account.wallet in standing.wallets)
    before = {one.account: one.sums for one in standing.holdings}
    after = fold(moved, before)
    units = sorted({one.account.unit for one in moved})
    return tuple(_balance(unit, moved, before, after) for unit in units)


def _balance(
    unit: str,
    entries: tuple[Entry, ...],
    before: Mapping[Account, Sums],
    after: Mapping[Account, Sums],
) -> RefundedBalance:
    def moved(kind: EntryKind) -> int:
        return sum(one.n for one in entries if one.account.unit == unit and one.kind is kind)

    left = [sums for account, sums in after.items() if account.unit == unit]
    return RefundedBalance(
        unit=unit,
        before=sum(
            max(0, sums.balance) for account, sums in before.items() if account.unit == unit
        ),
        taken=moved(EntryKind.UNEARN),
        given=moved(EntryKind.UNSPEND),
        owed=moved(EntryKind.OWE),
        after=sum(max(0, sums.balance) for sums in left),
        pending_after=sum(sums.pending for sums in left),
        debt_after=sum(max(0, sums.debt) for sums in left),
    )
