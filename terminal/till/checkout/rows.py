"""One row more, fewer, dearer or gone: what the keys for lines do to the basket in work."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.basket import LARGEST_PIECES, Product
from terminal.loyalty.money import LARGEST_AMOUNT
from terminal.till.checkout.draft import DraftLine
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.view import NoticeKind
from terminal.till.checkout.work import BasketInWork


def add(
    work: BasketInWork, telling: Telling, code: str, product: Product | None, pieces: int | None
) -> None:
    """Goods, or a code that no price list knows: so many pieces as were asked for before."""
    draft = work.draft.with_product(code, product, pieces or work.draft.next_pieces)
    if draft is None:
        telling.refuse(NoticeKind.QUANTITY_REFUSED, count=LARGEST_PIECES)
        return
    work.change(draft)
    if product is None:
        telling.refuse(NoticeKind.UNKNOWN_CODE, text=code)


def set_pieces(work: BasketInWork, telling: Telling, line: DraftLine, pieces: int) -> None:
    """How many pieces a row has; none voids it."""
    if pieces <= 0:
        void(work, telling, line)
    elif pieces > LARGEST_PIECES:
        telling.refuse(NoticeKind.QUANTITY_REFUSED, count=LARGEST_PIECES)
    else:
        work.change(work.draft.with_line(replace(line, pieces=pieces)))


def void(work: BasketInWork, telling: Telling, line: DraftLine) -> None:
    """A row taken out."""
    work.change(work.draft.without_line(line.key))
    telling.tell(NoticeKind.LINE_VOIDED, text=line.product.name if line.product else line.code)


def set_price(work: BasketInWork, telling: Telling, line: DraftLine, amount: int) -> None:
    """A price for an unknown code or for goods without one."""
    if 0 < amount <= LARGEST_AMOUNT // LARGEST_PIECES:
        work.change(work.draft.with_line(replace(line, price=amount)))
    else:
        telling.refuse(NoticeKind.PRICE_REFUSED, amount=amount)
