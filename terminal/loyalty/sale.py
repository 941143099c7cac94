"""A sale: a basket settled. Its fact's entries and body are made here, on till and server alike.

The body holds all that is needed to judge the sale later (lines, revisions, choices, allocation,
tenders) and no personal data: the member is an id, names come from records when a slip is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

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
    Entry,
    EntryKind,
    accrual,
    together,
)
from terminal.loyalty.plain import from_plain, to_lean
from terminal.loyalty.sold_units import SoldBalance, SoldBearer, sold_balances, sold_bearers
from terminal.loyalty.standing import (
    CERTAIN,
    NO_CHOICES,
    Choices,
    Confirmed,
    Holding,
    Moment,
    Standing,
)
from terminal.loyalty.tender import Tender
from terminal.loyalty.wallet import WalletId
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
    others: tuple[NotApplied, ...] = ()
    """Offers that stayed away, as the customer reads of them; see ``other_offers``."""

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
    """What the price list said, where the cashier or a scale's label said another price."""
    by_weight: bool = False
    """Sold by weight by a label that told a price alone; where ``grams`` are told, so it is too."""

    @property
    def net(self) -> int:
        """What was paid for the line (before tax, where prices are without tax)."""
        return self.gross - self.discount


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
    """Without a card: what each earn rule would have brought with one. Behind them the offers
    that stayed away and that the customer was told of, so that a copy of the slip says the same.
    """
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
    moved += earn_entries(sale.evaluation.earned, sale.standing.holdings)
    return together(moved)


def earn_entries(earned: Iterable[Earned], holdings: Iterable[Holding]) -> list[Entry]:
    """The movements by which units are earned: what is known to be owed is repaid first."""
    owed = {one.account: max(0, one.sums.debt) for one in holdings}
    moved: list[Entry] = []
    for one in earned:
        if one.vests is not None:
            moved.append(Entry(one.account, EntryKind.EARN_PENDING, one.n, one.day))
            continue
        debt = owed.get(one.account, 0)
        moved += accrual(one.account, one.n, one.day, debt=debt)
        owed[one.account] = max(0, debt - one.n)
    return moved


def sale_record(sale: Sale) -> SaleRecord:
    """What a sale's fact keeps."""
    prices = {price.line: price for price in sale.evaluation.lines}
    traits = sale.standing.traits
    entries = sale_entries(sale)
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
                by_weight=line.product.by_weight and line.grams is None,
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
        balances=sold_balances(sale.standing, entries),
        missed=tuple(
            one
            for one in sale.evaluation.not_applied
            if one.earns and one.reason.why is Why.MEMBERS_ONLY and one.reason.units
        )
        + sale.others,
        tier=traits.tier if traits else "",
        segments=traits.segments if traits else frozenset(),
        bound=sale.evaluation.bound,
        proven=sale.evaluation.proven,
        steps=sale.evaluation.steps,
        statements=sale.standing.statements,
        confirmed=sale.standing.confirmed if sale.member else CERTAIN,
        bearers=sold_bearers(sale.standing, entries, sale.tenders),
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
