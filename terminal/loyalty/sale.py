"""A sale: a basket settled. Its fact's entries and body are made here, on till and server alike.

The body holds all that is needed to judge the sale later (lines, revisions, choices, allocation,
tenders) and no personal data: the member is an id, names come from records when a slip is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.evaluation import (
    NOTHING_ASKED,
    Applied,
    Carried,
    Earned,
    Evaluation,
    Judged,
    NotApplied,
    Spent,
    VatPrice,
    Why,
)
from terminal.loyalty.facts import canonical
from terminal.loyalty.ledger import (
    NOTHING,
    Entry,
    EntryKind,
    Sums,
    accrual,
    fold,
    spendable_lots,
)
from terminal.loyalty.plain import from_plain, to_lean
from terminal.loyalty.standing import (
    CERTAIN,
    NO_CHOICES,
    Choices,
    Confirmed,
    Moment,
    Standing,
)
from terminal.loyalty.tender import Tender
from terminal.loyalty.wallet import BUDGET_UNIT, Account, WalletId
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A basket settled, ready to be recorded.

    ``id`` is a UUIDv7 as 32 hex digits. ``rounding`` is what cash rounding adds to the total
    (below zero: takes off), ``change`` what goes back to the customer. ``card`` is the id of the
    card that was shown, never its number.
    """

    id: str
    at: Moment
    basket: Basket
    standing: Standing
    choices: Choices
    evaluation: Evaluation
    tenders: tuple[Tender, ...]
    rounding: int = 0
    change: int = 0
    card: str | None = None

    def __post_init__(self) -> None:
        handed = sum(tender.amount for tender in self.tenders)
        if handed - self.change != self.evaluation.total + self.rounding:
            raise ValueError("tenders less change must come to the total with its rounding")

    @property
    def due(self) -> int:
        """What was to be paid, after cash rounding."""
        return self.evaluation.total + self.rounding

    @property
    def member(self) -> str | None:
        """The id of the member whose card was shown."""
        return self.standing.traits.member if self.standing.traits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """One line as it was sold; names and prices as they stood on the day."""

    key: int
    sku: str
    name: str
    category: str = ""
    brand: str = ""
    supplier: str = ""
    gtin: str | None = None
    vat: int
    unit_price: int
    pieces: int = 1
    grams: int | None = None
    gross: int
    discount: int = 0
    rewardable: bool = True
    earning: bool = True
    shelf_price: int | None = None
    """What the price list said, where the cashier entered another price."""

    @property
    def net(self) -> int:
        """What was paid for the line (before tax, where prices are without tax)."""
        return self.gross - self.discount


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRecord:
    """The body of a SaleRecorded fact: all that is needed to judge, refund and reprint it.

    Stored bytes stay as they are for ever, so a field that comes later has a default, which is
    what is read where an older sale does not know it. What says no more than its default is left
    out of the bytes, so **no default in here, or in anything that this holds, ever changes**.
    """

    id: str
    at: Moment
    currency: str
    prices_include_tax: bool
    lines: tuple[SoldLine, ...]
    applied: tuple[Applied, ...] = ()
    spent: tuple[Spent, ...] = ()
    earned: tuple[Earned, ...] = ()
    revisions: tuple[tuple[int, int], ...]
    """(programme, revision) of every programme that the sale was judged by."""
    choices: Choices = NO_CHOICES
    vat: tuple[VatPrice, ...]
    gross: int
    discount: int = 0
    total: int
    rounding: int = 0
    tenders: tuple[Tender, ...]
    change: int = 0
    member: str | None = None
    card: str | None = None
    balances: tuple[SoldBalance, ...] = ()
    missed: tuple[NotApplied, ...] = ()
    """Without a card: what each earn rule would have brought with one."""
    tier: str = ""
    segments: frozenset[str] = frozenset()
    """What this till believed of the member: rules for some people were judged by it."""
    bound: int = 0
    proven: bool = False
    steps: int = 0
    """How far the search for the best price went; see ``Evaluation``."""
    statements: tuple[tuple[WalletId, int], ...] = ()
    """The versions of the statements that the member's standing came from."""
    confirmed: Confirmed = CERTAIN
    """How far ``balances`` could be believed when the sale was made."""
    bearers: tuple[SoldBearer, ...] = ()
    """Vouchers and gift cards that the sale moved; ``balances`` are the member's own."""
    wallet: str = ""
    """The member's first wallet: what the sale counts is counted there (see ``counting``)."""
    carried: tuple[Carried, ...] = ()
    """What rules that carry on counted without a whole unit."""
    judged: Judged = NOTHING_ASKED
    """What the rules were judged by besides tier and segments."""
    effort: int = 0
    """With this effort the engine gives the same answer; 0: that of a first answer."""

    @property
    def due(self) -> int:
        """What was to be paid, after cash rounding."""
        return self.total + self.rounding


def sale_entries(sale: Sale) -> tuple[Entry, ...]:
    """The movements of a sale: first what it spends and is paid with, then what it earns.

    Debts are repaid out of what the sale earns at once, never more than the till knows to be
    owed. One entry per account, kind and day, so that a slip and an audit read easily.
    """
    moved: list[Entry] = [
        Entry(spent.account, EntryKind.SPEND, spent.n) for spent in sale.evaluation.spent
    ]
    moved += [
        Entry(tender.account, EntryKind.SPEND, tender.amount)
        for tender in sale.tenders
        if tender.account is not None
    ]
    owed = {holding.account: max(0, holding.sums.debt) for holding in sale.standing.holdings}
    for earned in sale.evaluation.earned:
        if earned.vests is not None:
            moved.append(Entry(earned.account, EntryKind.EARN_PENDING, earned.n, earned.day))
            continue
        debt = owed.get(earned.account, 0)
        moved += accrual(earned.account, earned.n, earned.day, debt=debt)
        owed[earned.account] = max(0, debt - earned.n)
    together: dict[tuple[Account, EntryKind, date | None], int] = {}
    for entry in moved:
        key = (entry.account, entry.kind, entry.day)
        together[key] = together.get(key, 0) + entry.n
    return tuple(Entry(account, kind, n, day) for (account, kind, day), n in together.items())


def sale_record(sale: Sale) -> SaleRecord:
    """What a sale's fact keeps."""
    prices = {price.line: price for price in sale.evaluation.lines}
    traits = sale.standing.traits
    return SaleRecord(
        id=sale.id,
        at=sale.at,
        currency=sale.basket.currency,
        prices_include_tax=sale.basket.prices_include_tax,
        lines=tuple(
            SoldLine(
                key=line.key,
                sku=line.product.sku,
                name=line.product.name,
                category=line.product.category,
                brand=line.product.brand,
                supplier=line.product.supplier,
                gtin=line.product.gtin,
                vat=line.product.vat,
                unit_price=line.unit_price,
                pieces=line.pieces,
                grams=line.grams,
                gross=prices[line.key].gross,
                discount=prices[line.key].discount,
                rewardable=line.product.rewardable,
                earning=line.product.earning,
                shelf_price=None if line.price is None else line.product.price,
            )
            for line in sale.basket.lines
        ),
        applied=sale.evaluation.applied,
        spent=sale.evaluation.spent,
        earned=sale.evaluation.earned,
        revisions=sale.evaluation.revisions,
        choices=sale.choices,
        vat=sale.evaluation.vat,
        gross=sale.evaluation.gross,
        discount=sale.evaluation.discount,
        total=sale.evaluation.total,
        rounding=sale.rounding,
        tenders=sale.tenders,
        change=sale.change,
        member=sale.member,
        card=sale.card,
        balances=_balances(sale),
        missed=tuple(
            one
            for one in sale.evaluation.not_applied
            if one.earns and one.reason.why is Why.MEMBERS_ONLY and one.reason.units
        ),
        tier=traits.tier if traits else "",
        segments=traits.segments if traits else frozenset(),
        bound=sale.evaluation.bound,
        proven=sale.evaluation.proven,
        steps=sale.evaluation.steps,
        statements=sale.standing.statements,
        confirmed=sale.standing.confirmed if sale.member else CERTAIN,
        bearers=_bearers(sale),
        wallet=sale.standing.wallets[0] if sale.member and sale.standing.wallets else "",
        carried=sale.evaluation.carried,
        effort=sale.evaluation.effort,
        judged=sale.evaluation.judged,
    )


def sale_body(record: SaleRecord) -> bytes:
    """The canonical bytes of a sale's body, a third shorter for what is left unsaid."""
    return canonical(to_lean(record))


def read_sale_body(body: bytes) -> SaleRecord:
    """A sale's body read back.

    Raises:
        ValueError: the bytes are no body of a sale.
    """
    return from_plain(SaleRecord, json.loads(body))


def _balances(sale: Sale) -> tuple[SoldBalance, ...]:
    bearers = _bearer_wallets(sale)
    before = {
        holding.account: holding.sums
        for holding in sale.standing.holdings
        if holding.account.wallet not in bearers
    }
    entries = tuple(one for one in sale_entries(sale) if one.account.wallet not in bearers)
    after = fold(entries, before)
    units = sorted({account.unit for account in after} - {BUDGET_UNIT})
    return tuple(_balance(unit, entries, before, after) for unit in units)


def _balance(
    unit: str,
    entries: tuple[Entry, ...],
    before: Mapping[Account, Sums],
    after: Mapping[Account, Sums],
) -> SoldBalance:
    def moved(kind: EntryKind) -> int:
        return sum(one.n for one in entries if one.account.unit == unit and one.kind is kind)

    left = [sums for account, sums in after.items() if account.unit == unit]
    dated = [lot for sums in left for lot in spendable_lots(sums) if lot.day is not None]
    next_day = min((lot.day for lot in dated if lot.day is not None), default=None)
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
        next_n=sum(lot.n for lot in dated if lot.day == next_day),
    )


def _bearer_wallets(sale: Sale) -> frozenset[WalletId]:
    return frozenset((*sale.standing.bearers, *sale.standing.fresh))


def _bearers(sale: Sale) -> tuple[SoldBearer, ...]:
    """What became of vouchers and gift cards: those that the sale moved, in their order."""
    wallets = (*sale.standing.bearers, *sale.standing.fresh)
    entries = [one for one in sale_entries(sale) if one.account.wallet in wallets]
    before = {holding.account: holding.sums for holding in sale.standing.holdings}
    after = fold(entries, {one.account: before.get(one.account, NOTHING) for one in entries})
    paid = dict.fromkeys(after, 0)
    for tender in sale.tenders:
        if tender.account is not None and tender.account in paid:
            paid[tender.account] += tender.amount
    accounts = sorted(after, key=lambda one: (wallets.index(one.wallet), one.unit))
    return tuple(
        _bearer(one, entries, paid[one], before.get(one, NOTHING), after[one], sale)
        for one in accounts
    )


def _bearer(
    account: Account, entries: list[Entry], paid: int, before: Sums, after: Sums, sale: Sale
) -> SoldBearer:
    def moved(kind: EntryKind) -> int:
        return sum(one.n for one in entries if one.account == account and one.kind is kind)

    dated = [lot for lot in spendable_lots(after) if lot.day is not None]
    next_day = min((lot.day for lot in dated if lot.day is not None), default=None)
    return SoldBearer(
        wallet=account.wallet,
        unit=account.unit,
        before=before.balance,
        spent=moved(EntryKind.SPEND) - paid,
        paid=paid,
        earned=moved(EntryKind.EARN) + moved(EntryKind.EARN_PENDING),
        after=after.balance,
        next_day=next_day,
        next_n=sum(lot.n for lot in dated if lot.day == next_day),
        fresh=account.wallet in sale.standing.fresh,
    )
