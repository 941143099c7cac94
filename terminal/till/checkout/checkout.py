"""The checkout: every action of the cashier is one call that returns the whole picture.

No screen, no signals, no threads. A refusal is a notice in the view; trouble with the disk ends
in a notice too, and the sale stays in hand. Undo is a list of drafts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from terminal.loyalty.basket import LARGEST_PIECES
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.money import LARGEST_AMOUNT, cash_step
from terminal.loyalty.sale import Sale, TenderKind
from terminal.loyalty.standing import NO_CHOICES, RewardName
from terminal.till.checkout import rewards
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
    Catalogue,
    Clock,
    Ids,
    Journal,
    Member,
    Members,
    Programmes,
    Shortfall,
    Tile,
    WorkingBasket,
)
from terminal.till.trouble import Trouble

SAME_CARD_WITHIN = timedelta(seconds=2)
"""A card that the scanner reads twice in one movement is one card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugs:
    """What the checkout is plugged into."""

    catalogue: Catalogue
    members: Members
    programmes: Programmes
    journal: Journal
    working_basket: WorkingBasket
    clock: Clock
    ids: Ids
    slip: Callable[[str | None], tuple[str, ...]]
    """The lines of a sale's slip; None is the last sale."""


class Checkout:
    """One counter: the basket in work, the payment, the sale that was just recorded."""

    def __init__(self, shop: Shop, lookup: Lookup, plugs: Plugs) -> None:
        self._shop = shop
        self._lookup = lookup
        self._plugs = plugs
        self._stage = Stage.SELLING
        self._payment: Payment | None = None
        self._done: DoneView | None = None
        self._sale_id = ""
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

    def scan(self, text: str) -> CheckoutView:
        """A text from a scanner, on any screen."""
        self._open_for_goods()
        return self._take(self._lookup.scanned(text))

    def enter(self, text: str) -> CheckoutView:
        """A text from the entry field. Empty text confirms a joining."""
        if not text.strip():
            return self._confirm()
        self._open_for_goods()
        return self._take(self._lookup.typed(text))

    def _confirm(self) -> CheckoutView:
        """Enter alone: what the notice offers."""
        if self._joining:
            return self.join()
        card, self._offered = self._offered, None
        if card is not None:
            return self._attach(card.member, card=None, number=card.member.card_number)
        return self.view()

    def add_product(self, sku: str) -> CheckoutView:
        """Goods from a tile or a list of hits."""
        self._open_for_goods()
        product = self._plugs.catalogue.by_sku(sku)
        if product is None:
            return self._refuse(NoticeKind.NO_PRODUCT_FOUND, text=sku)
        return self._take(FoundProduct(product, sku))

    def pick_member(self, member_id: str) -> CheckoutView:
        """A member from a list of hits."""
        self._open_for_goods()
        member = self._plugs.members.by_id(member_id)
        if member is None:
            return self._refuse(NoticeKind.NOBODY_FOUND)
        return self._attach(member, card=None, number=member.card_number)

    def remove_member(self) -> CheckoutView:
        """The card is taken off the sale, with the rewards that hung on it."""
        self._quiet()
        if self._work.draft.member is None:
            return self.view()
        draft = replace(
            self._work.draft, member=None, card=None, card_number="", choices=NO_CHOICES
        )
        self._work.change(draft)
        return self._tell(NoticeKind.MEMBER_REMOVED)

    def join(self, name: str = "", phone: str = "") -> CheckoutView:
        """The holder of the blank card becomes a member, offline, now."""
        number, self._joining = self._joining, ""
        self._quiet()
        if not number:
            return self._refuse(NoticeKind.NOBODY_FOUND)
        now = self._plugs.clock.now()
        member = Member(
            id=self._plugs.ids.random_id(),
            name=name.strip(),
            phone=phone.strip(),
            joined=now.local.date(),
            card_number=number,
        )
        try:
            self._plugs.journal.enrol(member, number, now)
        except Trouble as trouble:
            self._joining = number
            return self._in_trouble(trouble)
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

    def set_pieces(self, key: int, pieces: int) -> CheckoutView:
        """How many pieces a row has; none voids it."""
        self._quiet()
        line = self._work.draft.line(key)
        if line is None or self._stage is not Stage.SELLING:
            return self.view()
        if pieces <= 0:
            return self.void(key)
        if pieces > LARGEST_PIECES:
            return self._refuse(NoticeKind.QUANTITY_REFUSED, count=LARGEST_PIECES)
        self._work.change(self._work.draft.with_line(replace(line, pieces=pieces)))
        return self.view()

    def add_pieces(self, key: int, change: int) -> CheckoutView:
        """One piece more or less; the last one is not taken, Del does that."""
        line = self._work.draft.line(key)
        if line is None:
            return self.view()
        return self.set_pieces(key, max(1, line.pieces + change))

    def void(self, key: int) -> CheckoutView:
        """A row taken out, before the sale is recorded."""
        self._quiet()
        line = self._work.draft.line(key)
        if line is None or self._stage is not Stage.SELLING:
            return self.view()
        self._work.change(self._work.draft.without_line(key))
        name = line.product.name if line.product else line.code
        return self._tell(NoticeKind.LINE_VOIDED, text=name)

    def set_price(self, key: int, amount: int) -> CheckoutView:
        """A price for an unknown code or for goods without one."""
        self._quiet()
        line = self._work.draft.line(key)
        if line is None or self._stage is not Stage.SELLING:
            return self.view()
        if not 0 < amount <= LARGEST_AMOUNT // LARGEST_PIECES:
            return self._refuse(NoticeKind.TENDER_REFUSED, amount=amount)
        self._work.change(self._work.draft.with_line(replace(line, price=amount)))
        return self.view()

    # Rewards

    def toggle_reward(self, name: RewardName | None = None) -> CheckoutView:
        """A reward on or off; None is the first one that is on or ready."""
        self._quiet()
        if self._stage is Stage.SELLING:
            rewards.toggle(self._work, self._telling, name)
        return self.view()

    def claim_part(self, name: RewardName, times: int) -> CheckoutView:
        """A claimed reward so many times; 0 takes it off."""
        self._quiet()
        if self._stage is Stage.SELLING:
            rewards.claim(self._work, self._telling, name, times)
        return self.view()

    # Undo

    def undo(self) -> CheckoutView:
        """The step before, any step before payment."""
        self._quiet()
        undone = self._stage is Stage.SELLING and self._work.undo()
        return self._tell(NoticeKind.UNDONE if undone else NoticeKind.NOTHING_TO_UNDO)

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
        self._stage = Stage.PAYING
        self._payment, self._sale_id = Payment(self._work.evaluation.total, step), ""
        if self._work.evaluation.total == 0:
            return self.tender(TenderKind.CASH, 0)
        return self.view()

    def back(self) -> CheckoutView:
        """From payment back to the goods; what was handed over is handed back."""
        self._quiet()
        if self._stage is Stage.PAYING:
            self._stage, self._payment = Stage.SELLING, None
        return self.view()

    def tender(self, kind: TenderKind, amount: int) -> CheckoutView:
        """Money taken. When it suffices the sale is recorded, and only then is it done."""
        self._quiet()
        if self._payment is None:
            return self.view()
        if self._payment.refuses(kind, amount):
            return self._refuse(NoticeKind.TENDER_REFUSED, amount=amount)
        after = self._payment.after(kind, amount)
        settled = after.settled()
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
        # A second try after trouble is the same sale: the journal takes it once.
        self._sale_id = self._sale_id or self._plugs.ids.sale_id()
        sale = Sale(
            id=self._sale_id,
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
        try:
            recorded = self._plugs.journal.record_sale(sale)
        except Trouble as trouble:
            return self._in_trouble(trouble)
        if isinstance(recorded, Shortfall):
            self._stage, self._payment = Stage.SELLING, None
            self._work.choose(NO_CHOICES)
            return self._refuse(NoticeKind.RIGHTS_MISSING)
        self._done = DoneView(
            sale=sale.id,
            seq=recorded.seq,
            due=sale.due,
            paid=sum(tender.amount for tender in sale.tenders),
            change=change,
        )
        self._stage, self._payment = Stage.DONE, None
        self._seen_card = None
        self._work.begin()
        self._telling.sound = Sound.DONE
        return self.view()

    # One answer of the look-up

    def _take(self, answer: Answer) -> CheckoutView:
        self._quiet()
        self._joining, self._offered = "", None
        match answer:
            case FoundProduct(product=product, code=code, pieces=pieces):
                n = pieces or self._work.draft.next_pieces
                self._work.change(self._work.draft.with_product(code, product, n))
                return self.view()
            case UnknownCode(code=code, pieces=pieces):
                n = pieces or self._work.draft.next_pieces
                self._work.change(self._work.draft.with_product(code, None, n))
                return self._refuse(NoticeKind.UNKNOWN_CODE, text=code)
            case Pieces(n=n):
                self._work.adjust(replace(self._work.draft, next_pieces=n))
                return self._tell(NoticeKind.QUANTITY_SET, count=n)
            case Hits():
                return self._take_hits(answer)
            case Nothing(text=text):
                return self._refuse(NoticeKind.UNREADABLE_CODE, text=text)
            case StrangeCard(number=number):
                return self._refuse(NoticeKind.CARD_UNKNOWN, text=number)
            case BlankCard(number=number):
                self._joining = number
                return self._tell(NoticeKind.NEW_CARD, Weight.LOOK, text=number, sound=Sound.LOOK)
            case FoundCard(card=card):
                return self._take_card(card)

    def _take_card(self, card: Card) -> CheckoutView:
        name = card.member.name
        if card.state is CardState.BLOCKED:
            return self._tell(NoticeKind.CARD_BLOCKED, Weight.LOOK, text=name, sound=Sound.LOOK)
        if card.state is CardState.REPLACED:
            # Whoever found a lost card must not spend with it, so it takes the cashier's Enter.
            self._offered = card
            return self._tell(NoticeKind.CARD_REPLACED, Weight.LOOK, text=name, sound=Sound.LOOK)
        if self._is_same_again(card.number):
            return self._tell(NoticeKind.SAME_CARD_AGAIN)
        return self._attach(card.member, card=card.id, number=card.number)

    def _take_hits(self, hits: Hits) -> CheckoutView:
        if len(hits.members) == 1 and not hits.products:
            member = hits.members[0]
            return self._attach(member, card=None, number=member.card_number)
        if len(hits.products) == 1 and not hits.members:
            product = hits.products[0]
            return self._take(FoundProduct(product, product.sku))
        self._hits = hits
        if not hits.members and not hits.products:
            return self._refuse(NoticeKind.NOBODY_FOUND, text=hits.text)
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
        self._joining = ""
        same = self._work.draft.member == member.id
        choices = self._work.draft.choices if same else NO_CHOICES
        self._work.change(
            replace(
                self._work.draft, member=member.id, card=card, card_number=number, choices=choices
            )
        )
        ready = any(
            offer.applied or offer.reason.why is Why.READY for offer in self._work.evaluation.offers
        )
        sound = Sound.REWARD_READY if ready else Sound.MEMBER
        return self._tell(NoticeKind.MEMBER_ATTACHED, Weight.GOOD, text=member.name, sound=sound)

    # Notices

    def _open_for_goods(self) -> None:
        """A scan on the payment screen goes on selling; on a finished sale it begins the next."""
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
