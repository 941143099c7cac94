"""From the goods to the recorded sale: finish, money, done, the next customer."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.money import cash_step
from terminal.loyalty.sale import Sale, TenderKind
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.draft import Draft
from terminal.till.checkout.payment import Payment
from terminal.till.checkout.view import DoneView, NoticeKind, Sound, Stage
from terminal.till.checkout.whereabouts import whereabouts
from terminal.till.ports import Shortfall


class Paying:
    """What the keys for paying do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tried: tuple[str, Draft] | None = None
        """The id and the basket of a sale that trouble kept from being recorded."""

    def finish(self) -> None:
        """On to payment, if nothing waits for a price. What costs nothing is recorded at once."""
        desk, work = self._desk, self._desk.work
        if work.draft.blocked:
            blocked = work.draft.blocked
            work.adjust(replace(work.draft, selected=blocked[0]))
            desk.telling.refuse(NoticeKind.PAYMENT_BLOCKED, count=len(blocked))
            return
        if not work.draft.lines:
            desk.telling.refuse(NoticeKind.NOTHING_TO_PAY_FOR)
            return
        # From here to the recorded sale the price stands, whatever the clock and the line do.
        work.refresh()
        step = cash_step(desk.shop.currency, desk.shop.country, work.at.local.date())
        desk.stage, desk.payment = Stage.PAYING, Payment(work.evaluation.total, step)
        desk.joining, desk.offered = "", None
        if work.evaluation.total == 0:
            self._record(desk.payment, 0, 0)

    def tender(self, kind: TenderKind, amount: int) -> None:
        """Money taken. When it suffices the sale is recorded, and only then is it done."""
        desk = self._desk
        if desk.payment is None:
            return
        if desk.payment.refuses(kind, amount, desk.shop.currency):
            desk.telling.refuse(NoticeKind.TENDER_REFUSED, amount=amount)
            return
        after = desk.payment.after(kind, amount)
        settled = after.settled_by(kind)
        if settled is None:
            desk.payment = after
        else:
            self._record(after, *settled)

    def back(self) -> None:
        """From payment back to the goods; what was handed over is handed back."""
        if self._desk.stage is Stage.PAYING:
            self._desk.stage, self._desk.payment = Stage.SELLING, None

    def begin_next(self) -> None:
        """An empty basket for the next customer."""
        if self._desk.stage is Stage.DONE:
            self._desk.stage, self._desk.done = Stage.SELLING, None

    def _record(self, payment: Payment, rounding: int, change: int) -> None:
        desk, work = self._desk, self._desk.work
        # A second try after trouble is the same sale, and the journal takes it once; another
        # basket is another sale.
        content = replace(work.draft, selected=None, next_pieces=1)
        if self._tried is None or self._tried[1] != content:
            self._tried = desk.plugs.ids.sale_id(), content
        sale = Sale(
            id=self._tried[0],
            at=work.at,
            basket=work.basket(),
            standing=work.standing,
            choices=work.draft.choices,
            evaluation=work.evaluation,
            tenders=payment.tenders,
            rounding=rounding,
            change=change,
            card=work.draft.card,
        )
        recorded = desk.plugs.journal.record_sale(sale)
        if isinstance(recorded, Shortfall):
            self._give_back(recorded)
            return
        desk.done = DoneView(
            sale=sale.id,
            seq=recorded.seq,
            due=sale.due,
            paid=sum(tender.amount for tender in sale.tenders),
            change=change,
        )
        desk.stage, desk.payment, self._tried = Stage.DONE, None, None
        work.begin()
        desk.telling.sound = Sound.DONE
        desk.plugs.line.recorded()

    def _give_back(self, shortfall: Shortfall) -> None:
        desk = self._desk
        desk.stage, desk.payment = Stage.SELLING, None
        units = {account.unit for account, _ in shortfall.missing}
        lost = desk.work.give_back(units)
        desk.telling.quiet()
        desk.telling.refuse(
            NoticeKind.RIGHTS_MISSING,
            name=next(iter(lost), None),
            rest=whereabouts(desk.work, next(iter(sorted(units)), "")),
        )
