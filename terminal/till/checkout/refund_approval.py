"""Goods come back without their slip: what lies in the basket, once the shop's PIN is told."""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.money import cash_step
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.refunding import Refund
from terminal.loyalty.without_slip import without_slip
from terminal.till.checkout.approval import Approval
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.refund_view import RefundState, RefundView
from terminal.till.journal_port import Shortfall
from terminal.till.trouble import Trouble


class WithoutSlip:
    """A refund that waits for the PIN. Wrong ones slow down whoever guesses, offline too."""

    def __init__(self, desk: Desk, done: Callable[[RefundRecord, int], None]) -> None:
        """``done`` is told what was recorded, and under which number."""
        self._desk, self._done = desk, done
        self._approval = Approval(desk)
        self._record: RefundRecord | None = None

    @property
    def waits(self) -> bool:
        """Whether what is typed now is the PIN."""
        return self._approval.waits

    @property
    def view(self) -> RefundView | None:
        """What is shown of it."""
        record = self._record
        if record is None:
            return None
        return RefundView(
            state=RefundState.APPROVING,
            money=record.paid_back,
            tenders=record.tenders,
            settled_later=record.member is not None,
        )

    def prepared(self) -> RefundRecord | None:
        """What is in the basket as a refund, at its prices there; None where it cannot be one."""
        desk, work = self._desk, self._desk.work
        if not desk.shop.refund_pin:
            desk.telling.refuse(NoticeKind.NO_SHOP_PIN)
            return None
        if not work.draft.lines or work.draft.blocked:
            desk.telling.refuse(NoticeKind.RETURN_GOODS_FIRST)
            return None
        at = desk.plugs.clock.now()
        return without_slip(
            desk.plugs.ids.sale_id(),
            at,
            work.basket(),
            work.evaluation,
            member=work.draft.member,
            cash_step=cash_step(desk.shop.currency, desk.shop.country, at.local.date()),
        )

    def wait(self, record: RefundRecord) -> None:
        """From now on what is typed is the PIN."""
        self._record = record
        self._approval.ask(self._approved, wanted=True, notice=NoticeKind.SHOP_PIN_WANTED)

    def typed(self, pin: str) -> None:
        """The PIN: with it the refund is recorded, and the basket is empty."""
        self._approval.typed(pin)

    def drop(self) -> None:
        """Nothing waits any more."""
        self._record = None
        self._approval.forget()

    def _approved(self, by: str) -> None:
        desk, record = self._desk, self._record
        assert record is not None, "the PIN was asked for it"
        try:
            recorded = desk.plugs.journal.record_refund(Refund(record, ()), approver=by)
        except Trouble:
            self.wait(record)
            raise
        assert not isinstance(recorded, Shortfall), "without units there are no rights to miss"
        desk.work.begin()
        self._done(record, recorded.seq)
