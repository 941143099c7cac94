"""A refund: goods of a sale that came back, and what was undone for them. The body of its fact.

A refund is judged by the sale, by the refunds of it that are known, and by the rules of the day of
sale; ``unwinding`` works it out. What it did to units stands here as it was done, so that the next
refund of the same sale goes on from it, by whatever law this one was made.

Money and counts are those that go back, and so not below zero, unless told otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from terminal.loyalty.engine.evaluation import VatPrice
from terminal.loyalty.facts import canonical
from terminal.loyalty.history import Counted
from terminal.loyalty.money import tax_upon, tax_within
from terminal.loyalty.plain import from_plain, to_lean
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import CERTAIN, Confirmed, Moment, RewardName
from terminal.loyalty.tender import Tender
from terminal.loyalty.wallet import Account, WalletId
from terminal.values import dataclass


class RefundLaw(StrEnum):
    """How a part of a sale is undone; the shop chooses."""

    PRO_RATA = "pro_rata"
    """Each piece brings back its part of what was paid, earned and spent for its line."""
    REEVALUATE = "reevaluate"
    """What is kept is judged anew by the rules of the day: an offer that no longer holds is lost."""


class RefundReason(StrEnum):
    """Why goods came back."""

    RETURNED = "returned"
    VOIDED = "voided"
    """The sale was just finished and should not have been: everything is undone."""
    EXCHANGED = "exchanged"
    """Other goods go instead; what comes back pays for them first."""


class Returned(NamedTuple):
    """So many pieces of a line of the sale come back; a weighed line is one piece."""

    line: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedLine:
    """What came back of one line of the sale, and the money for it.

    With ``pieces`` 0 the line was kept, and its price is another one without the rest: ``back`` is
    below zero where an offer on it holds no longer.
    """

    key: int
    sku: str
    name: str
    vat: int
    unit_price: int
    pieces: int = 0
    grams: int | None = None
    back: int = 0
    """Minor units (before tax, where prices are without tax)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsTaken:
    """Units that the sale had brought and that are taken back, by the day that it named."""

    programme: int
    rule: str
    by_reward: bool = False
    account: Account
    day: date | None = None
    n: int
    lost: int = 0
    """What of ``n`` could not be taken back: a code's units that somebody used already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsGiven:
    """Units that the sale had spent on a reward and that are given back."""

    name: RewardName
    account: Account
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsCredited:
    """Money that went back as store credit instead; the tender of that kind without an account."""

    account: Account
    n: int
    day: date | None = None
    """Its last day; None means that it never ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedBalance:
    """One unit of the member around the refund, as this till knew it, all wallets together."""

    unit: str
    before: int
    taken: int = 0
    given: int = 0
    owed: int = 0
    """What of ``taken`` was spent already; later earnings repay it."""
    after: int = 0
    """Never below zero: what is owed stands beside it."""
    pending_after: int = 0
    debt_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRecord:
    """The body of a RefundRecorded fact: all that is needed to judge, reprint and go on from it.

    Stored for ever, as ``SaleRecord`` is: **no default in here ever changes**.
    """

    id: str
    """A UUIDv7 as 32 hex digits."""
    sale: str = ""
    """The sale's id; empty where nobody had the slip."""
    sale_seq: int = 0
    """The number on the sale's slip, 0 if unknown here."""
    sale_at: Moment | None = None
    at: Moment
    reason: RefundReason = RefundReason.RETURNED
    law: RefundLaw = RefundLaw.PRO_RATA
    currency: str
    prices_include_tax: bool
    lines: tuple[RefundedLine, ...]
    vat: tuple[VatPrice, ...] = ()
    due: int
    """What goes back to the customer, before cash rounding."""
    rounding: int = 0
    tenders: tuple[Tender, ...] = ()
    """How it went back; together ``due`` and ``rounding``."""
    remainder: int = 0
    """Minor units that earlier refunds paid too much for what is kept now; later ones pay less."""
    taken: tuple[UnitsTaken, ...] = ()
    given: tuple[UnitsGiven, ...] = ()
    credited: tuple[UnitsCredited, ...] = ()
    counts: tuple[Counted, ...] = ()
    """What the member's history loses, below zero, on the day of the sale; what a rule that
    carries on has left over may grow."""
    revisions: tuple[tuple[int, int], ...] = ()
    """Those of the sale."""
    settled: bool = True
    """Whether the units moved with this fact; else the server moves them, by RefundSettled."""
    member: str | None = None
    wallet: str = ""
    """The member's first wallet on the day of the sale: its counts are counted there."""
    balances: tuple[RefundedBalance, ...] = ()
    statements: tuple[tuple[WalletId, int], ...] = ()
    confirmed: Confirmed = CERTAIN

    @property
    def paid_back(self) -> int:
        """What the customer got, after cash rounding."""
        return self.due + self.rounding


def refund_body(record: RefundRecord) -> bytes:
    """The canonical bytes of a refund's body."""
    return canonical(to_lean(record))


def read_refund_body(body: bytes) -> RefundRecord:
    """A refund's body read back.

    Raises:
        ValueError: the bytes are no body of a refund.
    """
    return from_plain(RefundRecord, json.loads(body))


def vat_of(rate: int, net: int, *, inside: bool) -> VatPrice:
    """What goods of one VAT rate come to; ``inside``: their prices include the tax."""
    tax = tax_within(net, rate) if inside else tax_upon(net, rate)
    return VatPrice(rate=rate, gross=net, taxable=net - tax if inside else net, tax=tax)


def pieces_back(earlier: Iterable[RefundRecord]) -> dict[int, int]:
    """How many pieces of each line came back in some refunds, by the line's key."""
    back: dict[int, int] = {}
    for record in earlier:
        for line in record.lines:
            if line.pieces:
                back[line.key] = back.get(line.key, 0) + line.pieces
    return back


def pieces_left(sale: SaleRecord, earlier: Iterable[RefundRecord]) -> dict[int, int]:
    """How many pieces of each line may still come back, in the order of the sale."""
    back: Mapping[int, int] = pieces_back(earlier)
    return {line.key: max(0, line.pieces - back.get(line.key, 0)) for line in sale.lines}
