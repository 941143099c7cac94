"""The checkout: every action of the cashier is one call that returns the whole picture.

No screen, no signals, no threads. A refusal is a notice in the view; trouble with the disk ends
in a notice too, and the sale stays in hand. Undo is a list of drafts. What the line to the
server brings changes the picture without any action; who paints it listens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from terminal.loyalty.sale import TenderKind
from terminal.loyalty.standing import RewardName
from terminal.till.checkout import rewards, rows
from terminal.till.checkout.customers import Customers
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.draft import DraftLine
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
    UnknownCard,
    UnknownCode,
)
from terminal.till.checkout.paying import Paying
from terminal.till.checkout.picture import Occasion, checkout_view
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.server_line import server_view
from terminal.till.checkout.view import CheckoutView, NoticeKind, ServerView, Stage, Weight
from terminal.till.checkout.work import Shop
from terminal.till.ports import Tile
from terminal.till.trouble import Trouble

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
        self._plugs = plugs
        self._desk = Desk(shop, lookup, plugs)
        self._work, self._telling = self._desk.work, self._desk.telling
        self._customers = Customers(self._desk, self._tell_changed)
        self._asking = self._customers.asking
        self._paying = Paying(self._desk)
        self._on_view: list[Callable[[CheckoutView], None]] = []
        self._on_line: list[Callable[[], None]] = []
        if self._work.draft.lines or self._work.draft.member:
            count = len(self._work.draft.lines)
            self._telling.tell(NoticeKind.BASKET_RESTORED, Weight.LOOK, count=count)
        plugs.line.listen(self._line_changed)

    # What is on the screen

    def view(self) -> CheckoutView:
        """The whole picture as it stands."""
        desk = self._desk
        return checkout_view(
            self._work,
            self._telling,
            Occasion(
                stage=desk.stage,
                currency=desk.shop.currency,
                hits=desk.hits,
                joining=desk.joining,
                payment=desk.payment,
                done=desk.done,
                asking=self._asking.current,
            ),
        )

    def server(self) -> ServerView:
        """How the till stands with its server, as of now."""
        return server_view(self._plugs.line.contact(), self._plugs.clock.now())

    def listen(self, on_view: Callable[[CheckoutView], None], on_line: Callable[[], None]) -> None:
        """Tell a picture that changed without a step, and that ``server`` is another one."""
        self._on_view.append(on_view)
        self._on_line.append(on_line)

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
        return self._take(self._desk.lookup.scanned(text))

    @_without_trouble
    def enter(self, text: str) -> CheckoutView:
        """A text from the entry field. Empty text confirms a joining."""
        if not text.strip():
            self._customers.confirm()
            return self.view()
        return self._take(self._desk.lookup.typed(text))

    @_without_trouble
    def add_product(self, sku: str) -> CheckoutView:
        """Goods from a tile or a list of hits."""
        self._desk.quiet()
        product = self._plugs.catalogue.by_sku(sku)
        if product is None:
            return self._refuse(NoticeKind.NO_PRODUCT_FOUND, text=sku)
        return self._take(FoundProduct(product, sku))

    @_without_trouble
    def pick_member(self, member_id: str) -> CheckoutView:
        """A member from a list of hits."""
        self._desk.quiet()
        self._customers.pick(member_id)
        return self.view()

    @_without_trouble
    def remove_member(self) -> CheckoutView:
        """The card is taken off the sale, with the rewards that hung on it."""
        self._desk.quiet()
        self._customers.remove()
        return self.view()

    @_without_trouble
    def join(self, name: str = "", phone: str = "") -> CheckoutView:
        """The holder of the blank card becomes a member, offline, now."""
        self._customers.join(name, phone)
        return self.view()

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
        self._desk.quiet()
        return self._work.draft.line(key) if self._selling else None

    # Rewards

    @_without_trouble
    def toggle_reward(self, name: RewardName | None = None) -> CheckoutView:
        """A reward on or off; None is the first one that is on or ready.

        One whose units are elsewhere is waited for: the view's ``asking`` says so.
        """
        self._desk.quiet()
        if self._selling:
            waiting = rewards.waits_for_units(self._work, name)
            if waiting is not None:
                self._asking.wait_for_reward(waiting)
            else:
                rewards.toggle(self._work, self._telling, name)
        return self.view()

    @_without_trouble
    def claim_part(self, name: RewardName, times: int) -> CheckoutView:
        """A claimed reward so many times; 0 takes it off."""
        self._desk.quiet()
        if self._selling:
            rewards.claim(self._work, self._telling, name, times)
        return self.view()

    @_without_trouble
    def give_up_asking(self) -> CheckoutView:
        """Whoever waits for the server has waited long enough; without it then."""
        if self._asking.current is not None:
            self._telling.quiet()
            self._asking.give_up()
        return self.view()

    # Undo

    @_without_trouble
    def undo(self) -> CheckoutView:
        """The step before, any step before payment."""
        self._desk.quiet()
        undone = self._selling and self._work.undo()
        return self._stepped(NoticeKind.UNDONE if undone else NoticeKind.NOTHING_TO_UNDO)

    @_without_trouble
    def redo(self) -> CheckoutView:
        """The step that was undone."""
        self._desk.quiet()
        redone = self._selling and self._work.redo()
        return self._stepped(NoticeKind.REDONE if redone else NoticeKind.NOTHING_TO_UNDO)

    def _stepped(self, kind: NoticeKind) -> CheckoutView:
        self._telling.tell(kind)
        self._asking.top_up()
        return self.view()

    @_without_trouble
    def dismiss(self) -> CheckoutView:
        """Esc: a wait for the server, notices, lists, a joining, a quantity. Never the basket."""
        self._desk.quiet()
        if self._asking.give_up():
            return self.view()
        self._desk.joining, self._desk.offered = "", None
        self._work.adjust(replace(self._work.draft, next_pieces=1))
        return self.view()

    # Payment

    @_without_trouble
    def finish(self) -> CheckoutView:
        """On to payment, if nothing waits for a price. What costs nothing is recorded at once."""
        self._desk.quiet()
        if self._selling:
            if (asking := self._asking.current) and asking.card:
                # The customer showed a card; the sale shall count for it all the same.
                self._asking.give_up()
                self._telling.quiet()
            self._paying.finish()
        return self._paid()

    def back(self) -> CheckoutView:
        """From payment back to the goods; what was handed over is handed back."""
        self._desk.quiet()
        self._paying.back()
        self._asking.line_changed()
        return self.view()

    @_without_trouble
    def tender(self, kind: TenderKind, amount: int) -> CheckoutView:
        """Money taken. When it suffices the sale is recorded, and only then is it done."""
        self._desk.quiet()
        self._paying.tender(kind, amount)
        return self._paid()

    def _paid(self) -> CheckoutView:
        if self._desk.stage is Stage.DONE:
            self._customers.forget_seen()
        return self.view()

    def begin_next(self) -> CheckoutView:
        """An empty basket for the next customer."""
        self._desk.quiet()
        self._paying.begin_next()
        return self.view()

    # One answer of the look-up

    def _take(self, answer: Answer) -> CheckoutView:
        self._desk.quiet()
        if self._desk.money_taken:
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
                self._customers.take_card(card)
            case BlankCard(number=number):
                self._customers.take_blank_card(number)
            case UnknownCard(number=number):
                self._customers.take_unknown_card(number)
            case Hits():
                self._desk.open_for_goods()
                return self._take_hits(answer)
            case FoundProduct() | UnknownCode() | Pieces():
                # Goods go into the basket, and who is about to join still is.
                self._desk.open_for_goods(self._desk.joining)
                self._take_goods(answer)
        return self.view()

    def _take_goods(self, answer: FoundProduct | UnknownCode | Pieces) -> None:
        match answer:
            case FoundProduct(product=product, code=code, pieces=pieces):
                rows.add(self._work, self._telling, code, product, pieces)
            case UnknownCode(code=code, pieces=pieces):
                rows.add(self._work, self._telling, code, None, pieces)
            case Pieces(n=n):
                self._work.adjust(replace(self._work.draft, next_pieces=n))
                self._telling.tell(NoticeKind.QUANTITY_SET, count=n)

    def _take_hits(self, hits: Hits) -> CheckoutView:
        if len(hits.members) == 1 and not hits.products:
            member = hits.members[0]
            self._customers.attach(member, card=None, number=member.card_number)
            return self.view()
        if len(hits.products) == 1 and not hits.members:
            product = hits.products[0]
            return self._take(FoundProduct(product, product.sku))
        self._desk.hits = hits
        count = len(hits.members) + len(hits.products)
        self._telling.tell(NoticeKind.SEVERAL_FOUND, text=hits.text, count=count)
        return self.view()

    # What happens by itself

    def _line_changed(self) -> None:
        if self._asking.line_changed():
            self._tell_changed()
        for told in self._on_line:
            told()

    def _tell_changed(self) -> None:
        view = self.view()
        for told in self._on_view:
            told(view)

    # Notices

    @property
    def _selling(self) -> bool:
        return self._desk.stage is Stage.SELLING

    def _refuse(self, kind: NoticeKind, *, text: str = "") -> CheckoutView:
        self._telling.refuse(kind, text=text)
        return self.view()

    def _in_trouble(self, trouble: Trouble) -> CheckoutView:
        self._telling.trouble(trouble)
        return self.view()
