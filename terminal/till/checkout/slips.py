"""Slips of recorded sales, composed at print time from the fact and from records.

A reprint is the same slip, because both come from the stored sale; only the name on it follows
the member's record, which may have been corrected or erased since.
"""

from __future__ import annotations

from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import SaleRecord
from terminal.paper.slip import SlipContent, compose_slip
from terminal.till.ports import Clock, Members, PastSales, Programmes, RecordedSale
from terminal.wording.words import Words


class Slips:
    """The slips of this till, in the shop's language."""

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
    ) -> None:
        self._past = past
        self._members = members
        self._programmes = programmes
        self._clock = clock
        self._words = words
        self._shop = shop
        self._address = address
        self._lane = lane

    def lines(self, sale_id: str | None, columns: int = 42) -> tuple[str, ...]:
        """The lines of a sale's slip; None is the last sale of the day. Empty if there is none."""
        sale = self._last() if sale_id is None else self._past.load(sale_id)
        if sale is None:
            return ()
        record = sale.record
        member = self._members.by_id(record.member) if record.member else None
        content = SlipContent(
            shop=self._shop,
            address=self._address,
            lane=self._lane,
            seq=sale.recorded.seq,
            record=record,
            programmes=self._named_by(record),
            member=member.short_name if member else "",
            card_tail=member.card_number[-4:] if member else "",
            not_applied=record.missed,
        )
        return compose_slip(content, self._words, columns)

    def _last(self) -> RecordedSale | None:
        today = self._clock.now().business_day
        return next(iter(self._past.last_sales(today, 1)), None)

    def _named_by(self, record: SaleRecord) -> tuple[Programme, ...]:
        """The revisions that the sale was judged by, not those of today."""
        wanted = set(record.revisions)
        return tuple(
            one for one in self._programmes.revisions() if (one.programme, one.revision) in wanted
        )
