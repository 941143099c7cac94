"""The checkout: every action of the cashier is one call that returns the whole picture.

No screen, no signals, no threads. A refusal is a notice in the view; trouble with the disk ends
in a notice too, and the sale stays in hand. Undo is a list of drafts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.money import cash_step
from terminal.loyalty.sale import Sale, TenderKind
from terminal.loyalty.standing import RewardName
from terminal.till.checkout import rewards, rows
from terminal.till.checkout.draft import Draft, DraftLine
from terminal.till.checkout.joining import new_member
from terminal.till.checkout.lookup import (
    Answer,
    BlankCard,
    FoundCard,
    FoundProduct,
    Hits,
    Lookup,
    Nothing,
    Pieces,
    StrangeCard,
    UnknownCode,
)
from terminal.till.checkout.payment import Payment
from terminal.till.checkout.picture import Occasion, checkout_view
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.view import (
    CheckoutView,
    DoneView,
    NoticeKind,
    Sound,
    Stage,
    Weight,
)
from terminal.till.checkout.work import BasketInWork, Shop
from terminal.till.ports import (
    Card,
    CardState,
    Member,
    Shortfall,
    Tile,
)
from terminal.till.trouble import Trouble

SAME_CARD_WITHIN = timedelta(seconds=2)
"""A card that the scanner reads twice in one movement is one card."""


_Given = ParamSpec("_Given")
_Step = Callable[Concatenate["Checkout", _Given], CheckoutView]


def _without_trouble(step: _Step[_Given]) -> _Step[_Given]:
    """A step that tells of trouble in the view, and leaves the sale in hand."""

    @wraps(step)
    def told(checkout: Checkout, /, *given: _Given.args, **named: _Given.kwargs) -> CheckoutView:
        try:
            return step(checkout, *given, **named)
        except Trouble as trouble:
            return checkout._in_trouble(trouble)  # noqa: SLF001 - a method, but for its place

    return cast("_Step[_Given]", told)


class Checkout:
    """One counter: the basket in work, the payment, the sale that was just recorded."""

    def __init__(self, shop: Shop, lookup: Lookup, plugs: Plugs) -> None:
        self._shop = shop
        self._lookup = lookup
        self._plugs = plugs
        self._stage = Stage.SELLING
        self._payment: Payment | None = None
        self._done: DoneView | None = None
        self._tried: tuple[str, Draft] | None = None
        """The id and the basket of a sale that trouble kept from being recorded."""
        self._joining = ""
        self._offered: Card | None = None
        """A replaced card whose member Enter attaches."""
        self._hits = Hits("")
        self._telling = Telling()
        self._seen_card: tuple[str, datetime] | None = None
        self._work = BasketInWork(
            shop, plugs.members, plugs.programmes, plugs.working_basket, plugs.clock
        )
        self._work.on_trouble = self._telling.trouble
        self._work.on_gone = self._telling.gone
        if self._work.draft.lines or self._work.draft.member:
            count = len(self._work.draft.lines)
            self._tell(NoticeKind.BASKET_RESTORED, Weight.LOOK, count=count)

    # What is on the screen

    def view(self) -> CheckoutView:
        """The whole picture as it stands."""
        return checkout_view(
            self._work,
            self._telling,
            Occasion(
                stage=self._stage,
                currency=self._shop.currency,
                hits=self._hits,
                joining=self._joining,
                payment=self._payment,
                done=self._done,
            ),
        )

    def tiles(self) -> Sequence[Tile]:
        """Goods of the touch screen."""
        return self._plugs.catalogue.tiles()

    def slip(self, sale_id: str | None = None) -> tuple[str, ...]:
        """The lines of a recorded sale's slip; None is the last sale."""
        return self._plugs.slip(sale_id)

    # Goods and customers

    @_without_trouble
    def scan(self, text: str) -> CheckoutView:
        """A text from a scanner, on any screen."""
        return self._take(self._lookup.scanned(text))

    @_without_trouble
    def enter(self, text: str) -> CheckoutView:
        """A text from the entry field. Empty text confirms a joining."""
        if not text.strip():
            return self._confirm()
        return self._take(self._lookup.typed(text))

    def _confirm(self) -> CheckoutView:
        """Enter alone: what the notice offers."""
        if self._joining:
            return self.join()
        card, self._offered = self._offered, None
        if card is not None:
            return self._attach(card.member, card=None, number=card.member.card_number)
        return self.view()

    @_without_trouble
    def add_product(self, sku: str) -> CheckoutView:
        """Goods from a tile or a list of hits."""
        self._quiet()
        product = self._plugs.catalogue.by_sku(sku)
        if product is None:
            return self._refuse(NoticeKind.NO_PRODUCT_FOUND, text=sku)
        return self._take(FoundProduct(product, sku))

    @_without_trouble
    def pick_member(self, member_id: str) -> CheckoutView:
        """A member from a list of hits."""
        self._quiet()
        member = self._plugs.members.by_id(member_id)
        if member is None:
            return self._refuse(NoticeKind.NOBODY_FOUND)
        return self._attach(member, card=None, number=member.card_number)

    @_without_trouble
    def remove_member(self) -> CheckoutView:
        """The card is taken off the sale, with the rewards that hung on it."""
        self._quiet()
        member = self._work.member
        if member is None or self._stage is not Stage.SELLING:
            return self.view()
        self._work.change_member(None, card=None, card_number="")
        return self._tell(NoticeKind.MEMBER_REMOVED, text=member.short_name)

    @_without_trouble
    def join(self, name: str = "", phone: str = "") -> CheckoutView:
        """The holder of the blank card becomes a member, offline, now."""
        number, self._joining = self._joining, ""
        self._quiet()
        if not number:
            return self._refuse(NoticeKind.NOBODY_FOUND)
        now = self._plugs.clock.now()
        key, country = self._plugs.ids.random_id(), self._shop.country
        member = new_member(key, now, number, name=name, phone=phone, country=country)
        if member is None:
            self._joining = number
            return self._refuse(NoticeKind.PHONE_REFUSED, text=phone)
        try:
            self._plugs.journal.enrol(member, number, now)
        except Trouble:
            self._joining = number
            raise
        except ValueError:
            return self._take(self._lookup.scanned(number))
        card = self._plugs.members.by_card(number)
        self._attach(member, card=card.id if card else None, number=number)
        return self._tell(NoticeKind.ENROLLED, Weight.GOOD, text=member.name, sound=Sound.MEMBER)

    # Lines

    def select(self, key: int) -> CheckoutView:
        """The row that keys act on from now on. No step to undo."""
        if self._work.draft.line(key) is not None:
            self._work.adjust(replace(self._work.draft, selected=key))
        return self.view()

    @_without_trouble
    def set_pieces(self, key: int, pieces: int) -> CheckoutView:
        """How many pieces a row has; none voids it."""
        line = self._row(key)
        if line is not None:
            rows.set_pieces(self._work, self._telling, line, pieces)
        return self.view()

    @_without_trouble
    def add_pieces(self, key: int, change: int) -> CheckoutView:
        """One piece more or less; the last one is not taken, Del does that."""
        line = self._row(key)
        if line is not None:
            rows.set_pieces(self._work, self._telling, line, max(1, line.pieces + change))
        return self.view()

    @_without_trouble
    def void(self, key: int) -> CheckoutView:
        """A row taken out, before the sale is recorded."""
        line = self._row(key)
        if line is not None:
            rows.void(self._work, self._telling, line)
        return self.view()

    @_without_trouble
    def set_price(self, key: int, amount: int) -> CheckoutView:
        """A price for an unknown code or for goods without one."""
        line = self._row(key)
        if line is not None:
            rows.set_price(self._work, self._telling, line, amount)
        return self.view()

    def _row(self, key: int) -> DraftLine | None:
        self._quiet()
        return self._work.draft.line(key) if self._stage is Stage.SELLING else None

    # Rewards

    @_without_trouble
    def toggle_reward(self, name: RewardName | None = None) -> CheckoutView:
        """A reward on or off; None is the first one that is on or ready."""
        self._quiet()
        if self._stage is Stage.SELLING:
            rewards.toggle(self._work, self._telling, name)
        return self.view()

    @_without_trouble
    def claim_part(self, name: RewardName, times: int) -> CheckoutView:
        """A claimed reward so many times; 0 takes it off."""
        self._quiet()
        if self._stage is Stage.SELLING:
            rewards.claim(self._work, self._telling, name, times)
        return self.view()

    # Undo

    @_without_trouble
    def undo(self) -> CheckoutView:
        """The step before, any step before payment."""
        self._quiet()
        undone = self._stage is Stage.SELLING and self._work.undo()
        return self._tell(NoticeKind.UNDONE if undone else NoticeKind.NOTHING_TO_UNDO)

    @_without_trouble
    def redo(self) -> CheckoutView:
        """The step that was undone."""
        self._quiet()
        redone = self._stage is Stage.SELLING and self._work.redo()
        return self._tell(NoticeKind.REDONE if redone else NoticeKind.NOTHING_TO_UNDO)

    def dismiss(self) -> CheckoutView:
        """Esc: notices, lists, a joining, a quantity for the next product. Never the basket."""
        self._quiet()
        self._joining, self._offered = "", None
        self._work.adjust(replace(self._work.draft, next_pieces=1))
        return self.view()

    # Payment

    @_without_trouble
    def finish(self) -> CheckoutView:
        """On to payment, if nothing waits for a price. What costs nothing is recorded at once."""
        self._quiet()
        if self._stage is not Stage.SELLING:
            return self.view()
        if self._work.draft.blocked:
            blocked = self._work.draft.blocked
            self._work.adjust(replace(self._work.draft, selected=blocked[0]))
            return self._refuse(NoticeKind.PAYMENT_BLOCKED, count=len(blocked))
        if not self._work.draft.lines:
            return self._refuse(NoticeKind.NOTHING_TO_PAY_FOR)
        # From here to the recorded sale the price stands, whatever the clock does.
        self._work.refresh()
        step = cash_step(self._shop.currency, self._shop.country, self._work.at.local.date())
        self._stage, self._payment = Stage.PAYING, Payment(self._work.evaluation.total, step)
        self._joining, self._offered = "", None
        if self._work.evaluation.total == 0:
            return self._record(self._payment, 0, 0)
        return self.view()

    def back(self) -> CheckoutView:
        """From payment back to the goods; what was handed over is handed back."""
        self._quiet()
        if self._stage is Stage.PAYING:
            self._stage, self._payment = Stage.SELLING, None
        return self.view()

    @_without_trouble
    def tender(self, kind: TenderKind, amount: int) -> CheckoutView:
        """Money taken. When it suffices the sale is recorded, and only then is it done."""
        self._quiet()
        if self._payment is None:
            return self.view()
        if self._payment.refuses(kind, amount, self._shop.currency):
            return self._refuse(NoticeKind.TENDER_REFUSED, amount=amount)
        after = self._payment.after(kind, amount)
        settled = after.settled_by(kind)
        if settled is None:
            self._payment = after
            return self.view()
        return self._record(after, *settled)

    def begin_next(self) -> CheckoutView:
        """An empty basket for the next customer."""
        self._quiet()
        if self._stage is Stage.DONE:
            self._stage, self._done = Stage.SELLING, None
        return self.view()

    def _record(self, payment: Payment, rounding: int, change: int) -> CheckoutView:
        # A second try after trouble is the same sale, and the journal takes it once; another
        # basket is another sale.
        content = replace(self._work.draft, selected=None, next_pieces=1)
        if self._tried is None or self._tried[1] != content:
            self._tried = self._plugs.ids.sale_id(), content
        sale = Sale(
            id=self._tried[0],
            at=self._work.at,
            basket=self._work.basket(),
            standing=self._work.standing,
            choices=self._work.draft.choices,
            evaluation=self._work.evaluation,
            tenders=payment.tenders,
            rounding=rounding,
            change=change,
            card=self._work.draft.card,
        )
        recorded = self._plugs.journal.record_sale(sale)
        if isinstance(recorded, Shortfall):
            self._stage, self._payment = Stage.SELLING, None
            lost = self._work.give_back({account.unit for account, _ in recorded.missing})
            self._telling.quiet()
            self._telling.refuse(NoticeKind.RIGHTS_MISSING, name=next(iter(lost), None))
            return self.view()
        self._done = DoneView(
            sale=sale.id,
            seq=recorded.seq,
            due=sale.due,
            paid=sum(tender.amount for tender in sale.tenders),
            change=change,
        )
        self._stage, self._payment = Stage.DONE, None
        self._seen_card = self._tried = None
        self._work.begin()
        self._telling.sound = Sound.DONE
        return self.view()

    # One answer of the look-up

    def _take(self, answer: Answer) -> CheckoutView:
        self._quiet()
        if self._payment is not None and self._payment.tenders:
            # Going on selling would forget money that lies in the drawer, or left a bank.
            return self._refuse(NoticeKind.MONEY_TAKEN)
        match answer:
            case Nothing(text=text):
                return self._refuse(NoticeKind.UNREADABLE_CODE, text=text)
            case StrangeCard(number=number):
                return self._refuse(NoticeKind.CARD_UNKNOWN, text=number)
            case Hits(text=text, members=(), products=()):
                return self._refuse(NoticeKind.NOBODY_FOUND, text=text)
            case Pieces(n=0):
                return self._refuse(NoticeKind.QUANTITY_REFUSED)
            case FoundCard(card=card):
                return self._take_card(card)
            case _:
                # Goods go into the basket, and who is about to join still is.
                goods = isinstance(answer, FoundProduct | UnknownCode | Pieces)
                self._open_for_goods(self._joining if goods else "")
        match answer:
            case FoundProduct(product=product, code=code, pieces=pieces):
                rows.add(self._work, self._telling, code, product, pieces)
            case UnknownCode(code=code, pieces=pieces):
                rows.add(self._work, self._telling, code, None, pieces)
            case Pieces(n=n):
                self._work.adjust(replace(self._work.draft, next_pieces=n))
                return self._tell(NoticeKind.QUANTITY_SET, count=n)
            case Hits():
                return self._take_hits(answer)
            case BlankCard(number=number):
                self._joining = number
                return self._tell(NoticeKind.NEW_CARD, Weight.LOOK, text=number, sound=Sound.LOOK)
        return self.view()

    def _take_card(self, card: Card) -> CheckoutView:
        name = card.member.short_name
        if card.state is CardState.BLOCKED:
            return self._tell(NoticeKind.CARD_BLOCKED, Weight.LOOK, text=name, sound=Sound.LOOK)
        if self._is_same_again(card.number):
            return self._tell(NoticeKind.SAME_CARD_AGAIN)
        self._open_for_goods()
        if card.state is CardState.REPLACED:
            # Whoever found a lost card must not spend with it, so it takes the cashier's Enter.
            self._offered = card
            return self._tell(NoticeKind.CARD_REPLACED, Weight.LOOK, text=name, sound=Sound.LOOK)
        return self._attach(card.member, card=card.id, number=card.number)

    def _take_hits(self, hits: Hits) -> CheckoutView:
        if len(hits.members) == 1 and not hits.products:
            member = hits.members[0]
            return self._attach(member, card=None, number=member.card_number)
        if len(hits.products) == 1 and not hits.members:
            product = hits.products[0]
            return self._take(FoundProduct(product, product.sku))
        self._hits = hits
        count = len(hits.members) + len(hits.products)
        return self._tell(NoticeKind.SEVERAL_FOUND, text=hits.text, count=count)

    def _is_same_again(self, number: str) -> bool:
        now = self._plugs.clock.now().local
        before, self._seen_card = self._seen_card, (number, now)
        return (
            before is not None
            and before[0] == number == self._work.draft.card_number
            and timedelta(0) <= now - before[1] <= SAME_CARD_WITHIN
        )

    def _attach(self, member: Member, *, card: str | None, number: str) -> CheckoutView:
        self._quiet()
        if self._payment is not None and self._payment.tenders:
            return self._refuse(NoticeKind.MONEY_TAKEN)
        self._open_for_goods()
        self._work.change_member(member.id, card=card, card_number=number)
        ready = any(
            offer.applied or offer.reason.why is Why.READY for offer in self._work.evaluation.offers
        )
        sound = Sound.REWARD_READY if ready else Sound.MEMBER
        return self._tell(
            NoticeKind.MEMBER_ATTACHED, Weight.GOOD, text=member.short_name, sound=sound
        )

    # Notices

    def _open_for_goods(self, joining: str = "") -> None:
        """A scan on the payment screen goes on selling; on a finished sale it begins the next."""
        self._joining, self._offered = joining, None
        if self._stage is not Stage.SELLING:
            self._stage, self._payment, self._done = Stage.SELLING, None, None

    def _quiet(self) -> None:
        self._telling.quiet()
        self._hits = Hits("")

    def _tell(
        self,
        kind: NoticeKind,
        weight: Weight = Weight.QUIET,
        *,
        text: str = "",
        count: int = 0,
        sound: Sound = Sound.NONE,
    ) -> CheckoutView:
        self._telling.tell(kind, weight, text=text, count=count, sound=sound)
        return self.view()

    def _refuse(
        self, kind: NoticeKind, *, text: str = "", amount: int = 0, count: int = 0
    ) -> CheckoutView:
        self._telling.refuse(kind, text=text, amount=amount, count=count)
        return self.view()

    def _in_trouble(self, trouble: Trouble) -> CheckoutView:
        self._telling.trouble(trouble)
        return self.view()
