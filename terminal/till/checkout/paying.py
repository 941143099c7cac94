"""From the goods to the recorded sale: finish, money, done, the next customer."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.money import cash_step
from terminal.loyalty.payment import Payment
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.refunding import CodeSpent
from terminal.loyalty.sale import Sale
from terminal.loyalty.tender import Tender, TenderKind, paid_with
from terminal.loyalty.unloaded import unloaded
from terminal.loyalty.wallet import Account
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.draft import Draft
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.purses import purses
from terminal.till.checkout.view import DoneView, Stage
from terminal.till.checkout.wallets import unfilled
from terminal.till.checkout.whereabouts import whereabouts
from terminal.till.journal_port import Recorded, Shortfall


class Paying:
    """What the keys for paying do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tried: tuple[str, Draft] | None = None
        """The id and the basket of a sale that trouble kept from being recorded."""
        self._taken_back: list[tuple[int, Tender]] = []
        """Tenders that were handed back and may be taken again, with their places."""

    @property
    def can_undo(self) -> bool:
        """Whether there is a tender to hand back."""
        return self._desk.money_taken

    @property
    def can_redo(self) -> bool:
        """Whether a tender was handed back that may be taken again."""
        return self._desk.payment is not None and bool(self._taken_back)

    def resume(self) -> None:
        """The program died while money was taken: go on where it was, and tell what was taken."""
        desk, tenders = self._desk, self._desk.work.draft.tenders
        if not tenders:
            return
        self._begin(tenders)
        taken = sum(one.amount for one in tenders)
        desk.telling.tell(NoticeKind.MONEY_RESTORED, Weight.LOOK, amount=taken, sound=Sound.LOOK)

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
        if unfilled(work.evaluation, work.programmes):
            desk.telling.refuse(NoticeKind.NO_CODES)
            return
        empty = unloaded(work.evaluation, work.basket(), work.programmes)
        if empty is not None:
            desk.telling.refuse(NoticeKind.NOT_LOADED, reason=empty.reason)
            return
        payment = self._begin()
        if payment.left == 0:
            self._record(payment, 0, 0)
            return
        paid = payment.after(TenderKind.CARD, payment.left)
        desk.plugs.journal.prepare(self._sale("", paid, 0, 0))

    def _begin(self, tenders: tuple[Tender, ...] = ()) -> Payment:
        desk = self._desk
        step = cash_step(desk.shop.currency, desk.shop.country, desk.work.at.local.date())
        total = desk.work.evaluation.total
        payment = Payment(total, step, (*self._exchanged(total), *tenders))
        desk.stage, desk.payment = Stage.PAYING, payment
        desk.put_away()
        self._taken_back.clear()
        return payment

    def _exchanged(self, total: int) -> tuple[Tender, ...]:
        """What goods that came back pay of it."""
        exchange = self._desk.exchange
        n = min(exchange.amount, total) if exchange is not None else 0
        return (Tender(kind=TenderKind.EXCHANGE, amount=n),) if n else ()

    def tender(self, kind: TenderKind, amount: int) -> None:
        """Money taken. When it suffices the sale is recorded, and only then is it done."""
        desk = self._desk
        if desk.payment is None:
            return
        if desk.payment.refuses(kind, amount, desk.shop.currency):
            desk.telling.refuse(NoticeKind.TENDER_REFUSED, amount=amount)
            return
        self._taken_back.clear()
        self._take(desk.payment.after(kind, amount), kind)

    def pay_from(self, account: Account | None, amount: int | None = None) -> None:
        """Money out of a gift card or of the member's store credit: so much, or all that helps.

        None is the first that has any left.
        """
        desk, payment = self._desk, self._desk.payment
        if payment is None:
            return
        purse = next(
            (
                one
                for one in purses(desk.work)
                if account in (None, one.account) and one.left(payment.tenders)
            ),
            None,
        )
        if purse is None:
            desk.telling.refuse(NoticeKind.NO_PURSE)
            return
        most = min(payment.left, purse.left(payment.tenders))
        n = most if amount is None else amount
        if payment.refuses(purse.kind, n, desk.shop.currency) or n > most:
            desk.telling.refuse(NoticeKind.TENDER_REFUSED, amount=n)
            return
        self._taken_back.clear()
        self._take(payment.after(purse.kind, n, purse.account), purse.kind)

    def _take(self, after: Payment, kind: TenderKind) -> None:
        settled = after.settled_by(kind)
        if settled is None:
            self._desk.payment = after
            self._keep(after.tenders)
        else:
            self._record(after, *settled)

    def take_back(self, at: int | None = None) -> None:
        """One tender is handed back: the last, or the one at a place."""
        desk = self._desk
        if desk.payment is None or not desk.payment.tenders:
            return
        tenders = desk.payment.tenders
        at = len(tenders) - 1 if at is None else at
        if not 0 <= at < len(tenders):
            return
        if tenders[at].kind is TenderKind.EXCHANGE:
            desk.telling.refuse(NoticeKind.EXCHANGE_ON, amount=tenders[at].amount)
            return
        self._taken_back.append((at, tenders[at]))
        desk.payment = desk.payment.without(at)
        self._keep(desk.payment.tenders)
        desk.telling.tell(NoticeKind.TENDER_BACK, Weight.LOOK, amount=tenders[at].amount)

    def _keep(self, tenders: tuple[Tender, ...]) -> None:
        """Through a crash too; goods that came back are there again with their slip."""
        kept = tuple(one for one in tenders if one.kind is not TenderKind.EXCHANGE)
        self._desk.work.keep_tenders(kept)

    def take_again(self) -> None:
        """The tender that was handed back last is taken after all."""
        desk = self._desk
        if desk.payment is None or not self._taken_back:
            return
        at, tender = self._taken_back.pop()
        before = desk.payment
        tenders = (*before.tenders[:at], tender, *before.tenders[at:])
        self._take(Payment(before.total, before.step, tenders), tender.kind)

    def back(self) -> None:
        """From payment back to the goods; what was handed over is handed back."""
        desk = self._desk
        if desk.stage is not Stage.PAYING:
            return
        tenders = desk.work.draft.tenders
        desk.stage, desk.payment = Stage.SELLING, None
        self._taken_back.clear()
        if tenders:
            desk.work.keep_tenders(())
        if taken := _in_hand(tenders):
            desk.telling.tell(NoticeKind.MONEY_BACK, Weight.LOOK, amount=taken)

    def settle(self, kind: TenderKind) -> None:
        """Record at once: all of it was settled by one tender of this kind, elsewhere."""
        desk = self._desk
        desk.work.refresh()
        payment = self._begin()
        after = payment.after(kind, payment.total)
        try:
            self._record(after, 0, 0)
        finally:
            if desk.stage is Stage.PAYING:
                desk.stage, desk.payment = Stage.SELLING, None

    def begin_next(self) -> None:
        """An empty basket for the next customer."""
        if self._desk.stage is Stage.DONE:
            self._desk.stage, self._desk.done = Stage.SELLING, None

    def _record(self, payment: Payment, rounding: int, change: int) -> None:
        desk, work = self._desk, self._desk.work
        # A second try after trouble is the same sale, and the journal takes it once; another
        # basket is another sale.
        content = replace(work.draft, selected=None, next_pieces=1, tenders=(), effort=0)
        if self._tried is None or self._tried[1] != content:
            self._tried = desk.plugs.ids.sale_id(), content
        sale = self._sale(self._tried[0], payment, rounding, change)
        recorded, refund = self._write(sale)
        if isinstance(recorded, Shortfall):
            self._give_back(recorded, payment.tenders)
            return
        out = tuple(
            one for one in (refund.tenders if refund else ()) if one.kind is not TenderKind.EXCHANGE
        )
        desk.done = DoneView(
            sale=sale.id,
            seq=recorded.seq,
            due=sale.due,
            paid=sum(tender.amount for tender in sale.tenders),
            change=change + sum(one.amount for one in out if one.kind is TenderKind.CASH),
            off=sale.evaluation.discount,
            exchange=refund.id if refund else "",
            back=out,
        )
        desk.exchange, work.returned = None, ()
        desk.stage, desk.payment, self._tried = Stage.DONE, None, None
        self._taken_back.clear()
        work.begin()
        desk.telling.sound = Sound.DONE
        desk.plugs.line.recorded()

    def _sale(self, its_id: str, payment: Payment, rounding: int, change: int) -> Sale:
        """The basket, paid so."""
        work = self._desk.work
        choices, evaluation = work.paid_with(paid_with(payment.tenders, change))
        return Sale(
            id=its_id,
            at=work.at,
            basket=work.basket(),
            standing=work.standing,
            choices=choices,
            evaluation=evaluation,
            tenders=payment.tenders,
            rounding=rounding,
            change=change,
            card=work.draft.card,
            others=work.others(self._desk.shop.offers_on_slip, evaluation),
        )

    def _write(self, sale: Sale) -> tuple[Recorded | Shortfall, RefundRecord | None]:
        """Record a sale, and with it the return that pays for it."""
        journal, exchange = self._desk.plugs.journal, self._desk.exchange
        if exchange is None:
            return journal.record_sale(sale), None
        kept = sum(one.amount for one in sale.tenders if one.kind is TenderKind.EXCHANGE)
        refund = exchange.plan(kept)
        if isinstance(refund, CodeSpent):
            return Shortfall(missing=((refund.account, refund.wanted - refund.here),)), None
        return journal.record_exchange(refund, sale), refund.record

    def _give_back(self, shortfall: Shortfall, handed: tuple[Tender, ...]) -> None:
        desk = self._desk
        desk.stage, desk.payment = Stage.SELLING, None
        units = {account.unit for account, _ in shortfall.missing}
        # What a wallet was to pay lies in no drawer: it is simply not taken.
        short = {account for account, _ in shortfall.missing}
        tenders = desk.work.draft.tenders
        kept = tuple(one for one in tenders if one.account is None or one.account not in short)
        if kept != tenders:
            desk.work.keep_tenders(kept)
        offers = desk.work.offers_of(short)
        lost = desk.work.give_back(units)
        if kept:
            desk.work.keep_tenders(kept)
            self._begin(kept)  # what lies in the drawer still counts
        desk.telling.quiet()
        if any(one.account in short for one in handed):
            desk.telling.refuse(NoticeKind.PURSE_SHORT)
            return
        if offers and not lost:
            desk.telling.gone(offers[0], Reason(why=Why.BUDGET_USED_UP))
            return
        desk.telling.refuse(
            NoticeKind.RIGHTS_MISSING,
            name=next(iter(lost), None),
            rest=whereabouts(desk.work, next(iter(sorted(units)), "")),
        )


def _in_hand(tenders: tuple[Tender, ...]) -> int:
    """What the customer handed over; money in a wallet lies nowhere."""
    return sum(one.amount for one in tenders if one.account is None)
