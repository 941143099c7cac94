"""Goods come back: the sale is found, pieces are chosen, what will happen is shown, then recorded.

Offline, for every sale of this till. Nothing happens before the last step, so nothing needs to be
undone; the basket in work waits meanwhile. A refund that is recorded is a fact like a sale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from terminal.loyalty.refund import RefundReason, RefundRecord
from terminal.loyalty.refunding import CodeSpent, Refund
from terminal.loyalty.store_credit import credit_unit
from terminal.till.checkout.asking import Asking
from terminal.till.checkout.desk import Desk, Exchange
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.refund_approval import WithoutSlip
from terminal.till.checkout.refund_choosing import RefundChoosing
from terminal.till.checkout.refund_in_hand import InHand
from terminal.till.checkout.refund_picture import refund_view
from terminal.till.checkout.refund_view import RefundState, RefundView
from terminal.till.checkout.view import DoneView, Stage
from terminal.till.journal_port import RecordedSale, Shortfall
from terminal.till.line_port import LineTrouble, Question
from terminal.till.trouble import Trouble

_TRIES = 3
"""How often a refund is worked out anew because rights went meanwhile, before anybody is told."""


class Refunds(RefundChoosing):
    """What the keys for returns do; how pieces are chosen has a page of its own."""

    def __init__(self, desk: Desk, asking: Asking, changed: Callable[[], None]) -> None:
        """``changed`` is called when the picture is another one without a step of the cashier."""
        super().__init__(desk)
        self._asking, self._changed = asking, changed
        self._without = WithoutSlip(desk, self._done)
        self._exchanged: InHand | None = None
        """What pays for the basket in work."""

    @property
    def view(self) -> RefundView | None:
        """What is shown of it; None while there is none."""
        if not self.on:
            return None
        if self._without.waits:
            return self._without.view
        if self._in_hand is None:
            return RefundView(state=RefundState.ASKING)
        return refund_view(
            self._in_hand,
            self._planned,
            self._desk.plugs.clock.now(),
            credit=self._in_hand.member is not None
            and credit_unit(self._desk.work.programmes) is not None,
        )

    # --- which sale ---------------------------------------------------------------------------

    def begin(self) -> None:
        """F8: which slip? Right after a sale, that sale is undone."""
        desk = self._desk
        done, exchanged = desk.done, self._exchanged
        if desk.exchange is not None and exchanged is not None and not desk.money_taken:
            self.drop_exchange()
            self._enter()
            self._in_hand = replace(exchanged, asked_as=RefundReason.RETURNED)
            self._plan()
        elif desk.money_taken:
            desk.telling.refuse(NoticeKind.MONEY_TAKEN)
        elif self.on and self._in_hand is not None:
            self._ask()
        elif self.on:
            self.close()
        elif done is not None and not done.refund:
            self.open(done.sale, reason=RefundReason.VOIDED)
        else:
            self._ask()

    def open(self, sale_id: str, reason: RefundReason = RefundReason.RETURNED) -> None:
        """A slip was scanned: its sale with what is left to come back."""
        desk, plugs = self._desk, self._desk.plugs
        sale = plugs.past.load(sale_id)
        if sale is None and plugs.past.load_refund(sale_id) is not None:
            desk.slip = sale_id
            return
        if sale is not None:
            self._show(sale, reason, here=True)
        elif not self._asking.ask_for_sale(sale_id, lambda: self._open_told(sale_id, reason)):
            self._open_told(sale_id, reason)

    def _open_told(self, sale_id: str, reason: RefundReason) -> None:
        """Another till's sale, as far as the server told it now or some time ago."""
        sale = self._desk.plugs.elsewhere(sale_id)
        if sale is None:
            trouble = self._desk.plugs.line.contact().trouble
            asked = trouble in (LineTrouble.NONE, LineTrouble.NOT_PAIRED)
            kind = NoticeKind.SLIP_UNKNOWN if asked else NoticeKind.SLIP_NOT_HERE
            self._desk.telling.refuse(kind)
        else:
            self._show(sale, reason, here=False)

    def number(self, typed: str) -> bool:
        """The number on a slip of this till; False if that is none."""
        digits = typed.strip().lstrip("#№")
        if self._in_hand is not None and any(self._in_hand.left.values()):
            return False
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            return False
        sale = self._desk.plugs.past.by_number(int(digits))
        if sale is None:
            self._desk.telling.refuse(NoticeKind.SLIP_NUMBER_UNKNOWN, text=digits)
        else:
            self._show(sale, RefundReason.RETURNED, here=True)
        return True

    def _ask(self) -> None:
        self._enter()
        self._desk.telling.tell(NoticeKind.RETURN_WHICH)

    def _enter(self) -> None:
        desk = self._desk
        if desk.stage is not Stage.RETURNING:
            desk.open_for_goods()
        desk.put_away()
        desk.stage = Stage.RETURNING
        self._drop()

    def _drop(self) -> None:
        self._in_hand = self._planned = None
        self._planning.drop()
        self._without.drop()

    def _show(self, sale: RecordedSale, reason: RefundReason, *, here: bool) -> None:
        plugs, record = self._desk.plugs, sale.record
        self._enter()
        earlier = tuple(one.record for one in plugs.past.refunds_of(record))
        self._in_hand = InHand(
            id=plugs.ids.sale_id(),
            sale=sale,
            earlier=earlier,
            programmes=tuple(plugs.programmes.of_sale(set(record.revisions), record.at)),
            member=plugs.members.by_id(record.member) if record.member else None,
            known={},
            selected=next((line.key for line in record.lines), None),
            asked_as=reason,
            here=here,
        )
        if not any(self._in_hand.left.values()):
            self._desk.telling.tell(NoticeKind.RETURNED_ALREADY, Weight.LOOK, count=len(earlier))
        elif reason is RefundReason.VOIDED:
            self._choose(self._in_hand.left, by_itself=True)
        elif not here:
            self._desk.telling.tell(NoticeKind.RETURN_ELSEWHERE, Weight.LOOK)
        self._ask_for_rights(self._in_hand)
        self._ask_what_came_back(self._in_hand)

    def _ask_for_rights(self, one: InHand) -> None:
        """Units that the sale brought and that may be taken back elsewhere only would be owed."""
        line = self._desk.plugs.line
        if one.member is None or not (one.here and line.contact().is_paired):
            return
        standing = self._desk.plugs.members.standing(one.member.id)
        wants = []
        for holding in standing.holdings:
            account = holding.account
            earned = sum(won.n for won in one.sale.record.earned if won.account == account)
            lacking = min(earned, holding.sums.balance) - max(0, holding.spendable)
            if lacking > 0:
                wants.append((account, lacking))
        if wants:
            question = Question(wants=tuple(wants), member=one.member.id)
            line.ask(question, lambda came: self._rights_came(one.id, came=came))

    def _ask_what_came_back(self, one: InHand) -> None:
        """Pieces of a sale of this till may have come back to another one; nobody waits for it."""
        line = self._desk.plugs.line
        if one.here and line.contact().is_paired:
            question = Question(sale=one.sale.record.id)
            line.ask(question, lambda came: self._heard_of_it(one.id, came=came))

    def _heard_of_it(self, refund_id: str, *, came: bool) -> None:
        one = self._in_hand
        if not came or one is None or one.id != refund_id:
            return
        try:
            found = self._desk.plugs.past.refunds_of(one.sale.record)
            if len(found) == len(one.earlier):
                return
            one = replace(one, earlier=tuple(each.record for each in found))
            left = one.left
            self._in_hand = replace(
                one, back=tuple((key, min(n, left[key])) for key, n in one.back)
            )
            kind = (
                NoticeKind.RETURNED_ELSEWHERE if any(left.values()) else NoticeKind.RETURNED_ALREADY
            )
            count = len(one.earlier)
            self._desk.telling.tell(kind, Weight.LOOK, count=count, sound=Sound.LOOK)
            self._choose(dict(self._in_hand.back), by_itself=one.by_itself)
        except Trouble as trouble:
            self._desk.telling.trouble(trouble)
        self._changed()

    def _rights_came(self, refund_id: str, *, came: bool) -> None:
        one = self._in_hand
        if came and one is not None and one.id == refund_id and one.back:
            try:
                self._plan()
            except Trouble as trouble:
                self._desk.telling.trouble(trouble)
            self._changed()

    # --- for other goods ----------------------------------------------------------------------

    def exchange(self) -> None:
        """What comes back pays for the goods in the basket; both are recorded with their sale."""
        desk, planned = self._desk, self._planned
        if self._is_unseen():
            return
        if self._in_hand is None or not isinstance(planned, Refund) or not planned.record.due:
            desk.telling.refuse(NoticeKind.EXCHANGE_WHAT)
            return
        one = replace(self._in_hand, asked_as=RefundReason.EXCHANGED)
        self.drop_exchange()
        self._exchanged = one
        amount = planned.record.due
        desk.exchange = Exchange(amount, lambda kept: self._planning.worked_out(one, kept))
        self.close()
        # What it is worth stays here for the goods, so nothing goes back onto a card meanwhile.
        staying = self._planning.worked_out(one, amount)
        desk.work.returned = staying.entries if isinstance(staying, Refund) else ()
        desk.work.refresh()
        desk.telling.tell(NoticeKind.EXCHANGE_ON, Weight.LOOK, amount=amount)

    def drop_exchange(self) -> None:
        """The basket is paid for in the usual way; the goods have not come back."""
        desk = self._desk
        if desk.exchange is not None:
            desk.exchange, desk.work.returned, self._exchanged = None, (), None
            desk.work.refresh()

    # --- and done -----------------------------------------------------------------------------

    def enter(self) -> None:
        """Enter: everything, if nothing is chosen yet; else it is recorded."""
        one = self._in_hand
        if one is None:
            return
        if not any(one.left.values()):
            self.close()
        elif not one.back:
            self.choose_all()
        else:
            self.confirm()

    def confirm(self) -> None:
        """Record what is chosen. Rights that went meanwhile are owed, and that is shown first."""
        one, shown = self._in_hand, self._planned
        if self._is_unseen() or one is None or shown is None:
            return
        if isinstance(shown, CodeSpent):
            self._desk.telling.refuse(NoticeKind.CODE_SPENT, amount=shown.here)
            return
        for _ in range(_TRIES):
            planned = self._planning.worked_out(one)
            if isinstance(planned, CodeSpent) or _tells(planned) != _tells(shown):
                self._planned = planned
                self._desk.telling.tell(NoticeKind.RETURN_CHANGED, Weight.LOOK, sound=Sound.LOOK)
                return
            recorded = self._desk.plugs.journal.record_refund(planned)
            if not isinstance(recorded, Shortfall):
                self._done(planned.record, recorded.seq)
                return
        self._desk.telling.tell(NoticeKind.RETURN_CHANGED, Weight.LOOK, sound=Sound.LOOK)

    def _done(self, record: RefundRecord, seq: int) -> None:
        desk = self._desk
        self._drop()
        desk.done = DoneView(
            sale=record.id,
            seq=seq,
            due=record.paid_back,
            paid=0,
            change=0,
            refund=True,
            back=record.tenders,
        )
        desk.stage = Stage.DONE
        desk.telling.sound = Sound.DONE
        desk.plugs.line.recorded()
        try:
            desk.work.look_again()  # who is on the basket may be who brought the goods back
        except Trouble as trouble:
            desk.telling.trouble(trouble)  # of what is shown; the refund is recorded

    def close(self) -> None:
        """Esc: nothing happened; the basket is there again."""
        if self.on:
            self._drop()
            self._desk.stage = Stage.SELLING

    # --- without a slip -----------------------------------------------------------------------

    def without_slip(self) -> None:
        """What is in the basket comes back, as it is priced there, once the shop's PIN is told."""
        record = self._without.prepared()
        if record is not None:
            self._enter()
            self._without.wait(record)

    @property
    def wants_pin(self) -> bool:
        """Whether what is typed now is the shop's PIN."""
        return self.on and self._without.waits

    def approve(self, typed: str) -> None:
        """The shop's PIN: with it the refund is recorded, and the basket is empty."""
        self._without.typed(typed)


def _tells(refund: Refund | CodeSpent) -> object:
    """What of a refund the cashier has seen."""
    if isinstance(refund, CodeSpent):
        return refund
    record = refund.record
    return record.paid_back, record.tenders, record.taken, record.given, _owed(record)


def _owed(record: RefundRecord) -> Sequence[tuple[str, int]]:
    return [(one.unit, one.owed) for one in record.balances]
