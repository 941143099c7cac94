"""What is done with each answer of the look-up: goods, cards, lists, and codes that mean nothing."""

from __future__ import annotations

from terminal.barcodes.reading import shown
from terminal.barcodes.voucher_code import wallet_of
from terminal.loyalty.wallet import WalletId
from terminal.till.checkout.bearers import BearerSteps
from terminal.till.checkout.care import Care
from terminal.till.checkout.customers import Customers
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.goods import Goods
from terminal.till.checkout.lookup import (
    Answer,
    BlankCard,
    FoundCard,
    FoundProduct,
    Hits,
    NobodysPhone,
    Nothing,
    Pieces,
    ScannedSlip,
    ShownBearer,
    StrangeCard,
    UnknownCard,
    UnknownCode,
)
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.refunds import Refunds


class Answers:
    """Hands each answer to whom it concerns."""

    def __init__(
        self,
        desk: Desk,
        customers: Customers,
        goods: Goods,
        bearers: BearerSteps,
        refunds: Refunds,
    ) -> None:
        self._desk, self._customers, self._goods = desk, customers, goods
        self._bearers, self._refunds = bearers, refunds
        self.care: Care | None = None
        """Who may want the next card for something else."""

    def take(self, answer: Answer, *, typed: bool = False) -> None:
        """One answer to what was scanned or typed; what lists showed before is over."""
        desk, care = self._desk, self.care
        if care is not None:
            shown = answer.card if isinstance(answer, FoundCard) else None
            if shown is not None and care.households.bring(shown, typed=typed):
                return
            care.close()
        if self._refunds.on:
            self._take_back(answer)
        elif desk.money_taken and not isinstance(answer, ShownBearer):
            desk.telling.refuse(NoticeKind.MONEY_TAKEN)
        else:
            self._take(answer, typed=typed)

    def _take(self, answer: Answer, *, typed: bool) -> None:
        desk = self._desk
        refuse = desk.telling.refuse
        if (
            typed
            and isinstance(answer, FoundCard | StrangeCard)
            and self._customers.proofs.slowed()
        ):
            return
        match answer:
            case FoundCard() | BlankCard() | UnknownCard() | StrangeCard() | NobodysPhone():
                self._take_customer(answer, typed=typed)
            case ScannedSlip(sale=sale):
                self._refunds.open(sale)
            case ShownBearer(wallet=wallet, code=code):
                self._bearers.take(wallet, code)
            case Nothing(text=text):
                refuse(NoticeKind.UNREADABLE_CODE, text=text)
            case Hits(text=text, members=(), products=()):
                refuse(NoticeKind.NOBODY_FOUND, text=shown(text))
            case Pieces(n=0):
                refuse(NoticeKind.QUANTITY_REFUSED)
            case Hits():
                self._take_hits(answer)
            case FoundProduct() | UnknownCode() | Pieces() if desk.shop.amounts_only:
                refuse(NoticeKind.AMOUNTS_ONLY)
            case FoundProduct() | UnknownCode() | Pieces():
                self._goods.take(answer)

    def typed_back(self, text: str) -> None:
        """What was typed while goods come back; nothing: what the screen offers."""
        refunds = self._refunds
        if not text.strip():
            refunds.enter()
        elif refunds.wants_pin:
            refunds.approve(text)
        elif not (refunds.number(text) or refunds.typed_pieces(text)):
            self._take_back(self._desk.lookup.typed(text))

    def _take_back(self, answer: Answer) -> None:
        """While goods come back: another slip, goods of this one, and nothing else."""
        match answer:
            case ScannedSlip(sale=sale):
                self._refunds.open(sale)
            case FoundProduct():
                self._refunds.scan(answer)
            case Hits(members=(), products=(product,)):
                self._refunds.scan(FoundProduct(product, product.sku))
            case ShownBearer(wallet=wallet, code=code) if wallet or code:
                self._refunds.show_code(WalletId(wallet or wallet_of(code) or ""))
            case Nothing(text=text):
                self._desk.telling.refuse(NoticeKind.UNREADABLE_CODE, text=text)
            case _:
                self._desk.telling.refuse(NoticeKind.RETURN_OPEN)

    def _take_customer(
        self,
        answer: FoundCard | BlankCard | UnknownCard | StrangeCard | NobodysPhone,
        *,
        typed: bool,
    ) -> None:
        match answer:
            case FoundCard(card=card):
                self._customers.take_card(card, typed=typed)
            case BlankCard(number=number):
                self._customers.take_blank_card(number)
            case UnknownCard(number=number):
                self._customers.take_unknown_card(number)
            case StrangeCard(number=number):
                if typed:
                    self._desk.plugs.reception.missed()
                self._desk.telling.refuse(NoticeKind.CARD_UNKNOWN, text=number)
            case NobodysPhone(number=number):
                self._customers.take_unknown_phone(number)

    def _take_hits(self, hits: Hits) -> None:
        desk = self._desk
        desk.open_for_goods()
        if desk.shop.amounts_only:
            hits = Hits(hits.text, hits.members)
        if len(hits.members) == 1 and not hits.products:
            member = hits.members[0]
            self._customers.attach(member, card=None, number=member.card_number)
        elif len(hits.products) == 1 and not hits.members:
            product = hits.products[0]
            self._goods.take(FoundProduct(product, product.sku))
        elif not hits.members and not hits.products:
            desk.telling.refuse(NoticeKind.NOBODY_FOUND, text=shown(hits.text))
        else:
            desk.hits = hits
            count = len(hits.members) + len(hits.products)
            desk.telling.tell(NoticeKind.SEVERAL_FOUND, text=shown(hits.text), count=count)
