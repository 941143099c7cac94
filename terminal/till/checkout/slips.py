"""Slips of recorded sales, composed at print time from the fact and from records.

A reprint is the same slip, because both come from the stored sale; only the name on it follows
the member's record, which may have been corrected or erased since.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from terminal.barcodes.slip_code import slip_code
from terminal.barcodes.voucher_code import voucher_code
from terminal.loyalty.basket import Product
from terminal.loyalty.naming import products_wanted
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.tender import TenderKind
from terminal.paper.refund_slip import RefundSlip, compose_refund_slip
from terminal.paper.slip import COLUMNS_80_MM, SlipContent, compose_slip
from terminal.paper.slip_heading import training_mark
from terminal.paper.slip_units import FRESH_HOURS
from terminal.paper.voucher_slip import PrintedCode, as_text, printed_codes
from terminal.till.journal_port import PastSales, RecordedRefund, RecordedSale
from terminal.till.ports import Clock, Members, Programmes
from terminal.values import dataclass
from terminal.wording.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldRow:
    """One sale in the list of the day."""

    sale: str
    seq: int
    at: datetime
    due: int
    member: str = ""
    """The short name."""
    refund: bool = False
    """Goods came back; ``due`` is what went out, above zero."""


class Slips:
    """The slips of this till, in the shop's language.

    ``columns`` is what the printer's paper holds, ``fresh_hours`` after how long without the
    server's word a balance is told as what is known here; in ``training`` nothing counts. Vouchers
    and gift cards are signed with what ``code_key`` gives; without a key there are none.
    ``product`` finds a product by its sku.
    """

    def __init__(
        self,
        past: PastSales,
        members: Members,
        programmes: Programmes,
        clock: Clock,
        words: Words,
        *,
        shop: str,
        address: tuple[str, ...],
        lane: str,
        columns: int = COLUMNS_80_MM,
        fresh_hours: int = FRESH_HOURS,
        training: bool = False,
        code_key: Callable[[], bytes | None] = lambda: None,
        product: Callable[[str], Product | None] = lambda _sku: None,
    ) -> None:
        self._training = training
        self._code_key = code_key
        self._product = product
        self._past = past
        self._members = members
        self._programmes = programmes
        self._clock = clock
        self._words = words
        self._shop = shop
        self._address = address
        self._lane = lane
        self._columns = columns
        self._fresh_hours = fresh_hours
        self._read: RecordedSale | RecordedRefund | None = None

    @property
    def words(self) -> Words:
        """In the shop's language."""
        return self._words

    @property
    def columns(self) -> int:
        """What the paper holds."""
        return self._columns

    def letterhead(self, member: str | None) -> dict[str, Any]:
        """Whose shop and which till it is, and for whom: the same on every paper."""
        known = self._members.by_id(member) if member else None
        return {
            "shop": self._shop,
            "address": self._address,
            "lane": self._lane,
            "member": known.short_name if known else "",
            "card_tail": known.card_number[-4:] if known else "",
            "training": self._training,
        }

    def lines(
        self,
        sale_id: str | None,
        columns: int | None = None,
        *,
        copy: bool = False,
        codes: bool = True,
    ) -> tuple[str, ...]:
        """The lines of a sale's slip; None is the last sale of the day. Empty if there is none.

        ``codes``: vouchers and gift cards stand below as digits; see ``strips``.
        """
        sale = self._last() if sale_id is None else self._slip(sale_id)
        if sale is None:
            return ()
        if isinstance(sale, RecordedRefund):
            return self._refund_lines(sale, columns or self._columns, copy=copy)
        record = sale.record
        content = SlipContent(
            **self.letterhead(record.member),
            seq=sale.recorded.seq,
            record=record,
            programmes=tuple(self._programmes.of_sale(set(record.revisions), record.at)),
            not_applied=record.missed,
            products=self._products(record),
            copy=copy,
            fresh_hours=self._fresh_hours,
        )
        slip = compose_slip(content, self._words, columns or self._columns)
        if not codes:
            return slip
        return slip + as_text(self._strips(record, columns), columns or self._columns)

    def _products(self, record: SaleRecord) -> dict[str, str]:
        """What products are called that offers of the slip want, and that were not bought."""
        bought = {line.sku for line in record.lines}
        wanted = sorted(set(products_wanted(one.reason for one in record.missed)) - bought)
        known = [product for sku in wanted if (product := self._product(sku))]
        return {one.sku: one.name for one in known}

    def strips(self, sale_id: str, columns: int | None = None) -> tuple[PrintedCode, ...]:
        """The vouchers and gift cards that a sale gave, each a strip with its code."""
        sale = self._slip(sale_id)
        if sale is None or isinstance(sale, RecordedRefund):
            return ()
        return self._strips(sale.record, columns)

    def _strips(self, record: SaleRecord, columns: int | None = None) -> tuple[PrintedCode, ...]:
        fresh = [one.wallet for one in record.bearers if one.fresh]
        key = self._code_key() if fresh else None
        if key is None:
            return ()
        strips = printed_codes(
            record,
            tuple(self._programmes.of_sale(set(record.revisions), record.at)),
            {wallet: voucher_code(wallet, key=key) for wallet in fresh},
            self._words,
            columns or self._columns,
        )
        if not self._training:
            return strips
        mark = training_mark(self._words, columns or self._columns)
        return tuple(PrintedCode(lines=(*one.lines, *mark), code=one.code) for one in strips)

    def _refund_lines(self, refund: RecordedRefund, columns: int, *, copy: bool) -> tuple[str, ...]:
        record = refund.record
        judged_at = record.sale_at or record.at
        content = RefundSlip(
            **self.letterhead(record.member),
            seq=refund.recorded.seq,
            record=record,
            programmes=tuple(self._programmes.of_sale(set(record.revisions), judged_at)),
            copy=copy,
        )
        return compose_refund_slip(content, self._words, columns)

    def code(self, sale_id: str) -> str:
        """What a scanner reads on the slip; empty where the sale's id is older than such codes."""
        try:
            return slip_code(UUID(sale_id))
        except ValueError:
            return ""

    def business_day(self, sale_id: str) -> date | None:
        """Of a slip that is in this till's journal; None where there is none of this id."""
        sale = self._slip(sale_id)
        return None if sale is None else sale.record.at.business_day

    def took_cash(self, sale_id: str) -> bool:
        """Whether any of it was paid, or paid back, in cash: then the drawer must open."""
        sale = self._slip(sale_id)
        tenders = () if sale is None else sale.record.tenders
        return any(one.kind is TenderKind.CASH for one in tenders)

    def of_today(self, skip: int, most: int) -> tuple[SoldRow, ...]:
        """So many slips of this business day, newest first."""
        return tuple(map(self._row, self._past.last_slips(self.today(), most, skip=skip)))

    def last(self) -> str | None:
        """The last sale of this business day."""
        sale = self._last()
        return None if sale is None else sale.record.id

    def row(self, sale_id: str) -> SoldRow | None:
        """One slip, of whatever day."""
        sale = self._slip(sale_id)
        return None if sale is None else self._row(sale)

    def now(self) -> datetime:
        """What the clock on the wall shows."""
        return self._clock.now().local

    def today(self) -> date:
        """The business day."""
        return self._clock.now().business_day

    def _row(self, sale: RecordedSale | RecordedRefund) -> SoldRow:
        record = sale.record
        member = self._members.by_id(record.member) if record.member else None
        refund = isinstance(record, RefundRecord)
        return SoldRow(
            sale=record.id,
            seq=sale.recorded.seq,
            at=record.at.local,
            due=record.paid_back if isinstance(record, RefundRecord) else record.due,
            member=member.short_name if member else "",
            refund=refund,
        )

    def _slip(self, sale_id: str) -> RecordedSale | RecordedRefund | None:
        """A fact never changes: the one that was read last, which is asked for again and again
        while its paper is made, is not read anew.
        """
        if self._read is None or self._read.record.id != sale_id:
            self._read = self._past.load(sale_id) or self._past.load_refund(sale_id)
        return self._read

    def _last(self) -> RecordedSale | None:
        today = self._clock.now().business_day
        return next(iter(self._past.last_sales(today, 1)), None)
