"""What a return would do, worked out before it happens, and never in the way of a key.

Where the shop judges the kept goods anew, that takes as much search as the sale took: the server
comes to the same only with the same effort. The first answer is there at once; the rest comes in
turns while nobody does anything, and what was judged is kept as long as the sale is in hand.
"""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.kept_goods import Judging
from terminal.loyalty.money import cash_step
from terminal.loyalty.refunding import CodeSpent, Refund, Wish, plan
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import NOBODY, Holding, Standing
from terminal.loyalty.store_credit import credit_of
from terminal.loyalty.unwinding import to_judge
from terminal.loyalty.wallet import WalletId
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.refund_in_hand import InHand


class RefundPlanning:
    """Works returns out; of one sale at a time something may still be searched for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._judging: Judging | None = None

    @property
    def is_open(self) -> bool:
        """Whether kept goods are being judged."""
        return self._judging is not None

    def drop(self) -> None:
        """Nobody wants to know any more."""
        self._judging = None

    def prepare(self, one: InHand) -> bool:
        """Judge what is kept as far as a key may; whether it can be worked out at once."""
        record, law = one.sale.record, self._desk.shop.refund_law
        found = to_judge(record, one.programmes, one.earlier, dict(one.back), law, one.known)
        before, self._judging = self._judging, found
        if found is not None and before is not None and before.key == found.key:
            self._judging = before  # chosen is the same, in another way
        return self.go_on(lambda: True)

    def go_on(self, enough: Callable[[], bool]) -> bool:
        """Judge on until ``enough`` says so; whether all is known now."""
        if self._judging is not None and self._judging.go(enough):
            self._judging = None
        return self._judging is None

    def worked_out(self, one: InHand, kept: int = 0) -> Refund | CodeSpent:
        """What the return does as of now, with ``kept`` of the money staying in the shop.

        Raises:
            Trouble: what the customer has could not be read.
        """
        shop, record = self._desk.shop, one.sale.record
        standing, now = self._standing(record), self._desk.plugs.clock.now()
        return plan(
            Wish(
                id=one.id,
                at=now,
                sale=record,
                sale_seq=one.sale.recorded.seq,
                programmes=one.programmes,
                earlier=one.earlier,
                back=dict(one.back),
                law=shop.refund_law,
                reason=one.reason,
                standing=standing,
                codes=self._codes(record),
                shown=one.shown,
                cash_step=cash_step(shop.currency, shop.country, record.at.local.date()),
                instead=one.instead,
                credit=credit_of(standing, self._desk.work.programmes, now.business_day),
                kept=kept,
                settled=one.here,
                known=one.known,
            )
        )

    def _standing(self, record: SaleRecord) -> Standing:
        member = self._desk.plugs.members.by_id(record.member) if record.member else None
        return NOBODY if member is None else self._desk.plugs.members.standing(member.id)

    def _codes(self, record: SaleRecord) -> tuple[Holding, ...]:
        """What the codes of the sale hold by now."""
        wallets = tuple(dict.fromkeys(WalletId(one.wallet) for one in record.bearers))
        return self._desk.plugs.bearers.standing(wallets).holdings if wallets else ()
