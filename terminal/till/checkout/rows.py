"""One row more, fewer, dearer or gone: what the keys for lines do to the basket in work."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.basket import LARGEST_GRAMS, LARGEST_PIECES, Product
from terminal.loyalty.money import LARGEST_AMOUNT
from terminal.till.checkout.deeds import Deed
from terminal.till.checkout.draft import DraftLine, Waiting
from terminal.till.checkout.lookup import FoundProduct, UnknownCode
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.work import BasketInWork

DEAREST = LARGEST_AMOUNT // LARGEST_PIECES
HEAVIEST = LARGEST_GRAMS // 10
"""A tonne: more than any counter weighs, and what somebody types who thinks in grams."""

UNUSUAL_PIECES = 1_000
"""So many of one thing nobody counts out on a counter; what was typed is most likely a code."""

_ASKS = {Waiting.PRICE: NoticeKind.PRICE_WANTED, Waiting.WEIGHT: NoticeKind.WEIGHT_WANTED}


def add(work: BasketInWork, telling: Telling, goods: FoundProduct | UnknownCode) -> None:
    """Goods, or a code that no price list knows: so many pieces as were asked for before."""
    known = goods.product if isinstance(goods, FoundProduct) else None
    if not _is_sane(goods.price, goods.grams):
        telling.refuse(NoticeKind.PRICE_REFUSED, amount=goods.price or 0)
        return
    draft = work.draft.with_product(
        goods.code,
        known,
        goods.pieces or work.draft.next_pieces,
        grams=goods.grams,
        price=goods.price if known else None,
        printed=None if known else goods.price,
    )
    if draft is None:
        most = LARGEST_PIECES if goods.grams is None else 1
        telling.refuse(NoticeKind.QUANTITY_REFUSED, count=most)
        return
    work.change(draft)
    added = work.draft.lines[-1]
    if known is None:
        telling.refuse(NoticeKind.UNKNOWN_CODE, text=goods.code)
    elif added.waits_for and added.key == work.draft.selected:
        telling.tell(_ASKS[added.waits_for], Weight.LOOK, text=known.name)


def set_pieces(work: BasketInWork, telling: Telling, line: DraftLine, pieces: int) -> None:
    """How many pieces a row has; none voids it."""
    if pieces <= 0:
        void(work, telling, line)
    elif pieces > (1 if line.grams is not None else LARGEST_PIECES):
        telling.refuse(NoticeKind.QUANTITY_REFUSED, count=LARGEST_PIECES)
    elif _is_usual_count(telling, line, pieces):
        work.change(work.draft.with_line(replace(line, pieces=pieces)))


def _is_usual_count(telling: Telling, line: DraftLine, pieces: int) -> bool:
    """Whether a row may have so many: whoever says it twice means it. One more is always usual."""
    usual = pieces < max(UNUSUAL_PIECES, line.pieces + 2)
    if usual or telling.is_said_twice(("pieces", line.key, pieces)):
        return True
    telling.tell(NoticeKind.QUANTITY_UNUSUAL, Weight.LOOK, count=pieces, sound=Sound.LOOK)
    return False


def is_usual_price(
    telling: Telling, amount: int, ask_above: int | None, what: object = None
) -> bool:
    """Whether a typed price is taken: whoever says it twice means it."""
    usual = ask_above is None or amount <= ask_above
    if usual or telling.is_said_twice(("price", what, amount)):
        return True
    telling.tell(NoticeKind.PRICE_UNUSUAL, Weight.LOOK, amount=amount, sound=Sound.LOOK)
    return False


def void(work: BasketInWork, telling: Telling, line: DraftLine) -> None:
    """A row taken out."""
    work.change(work.draft.without_line(line.key))
    telling.tell(NoticeKind.LINE_VOIDED, text=line.product.name if line.product else line.code)


def set_price(
    work: BasketInWork, telling: Telling, line: DraftLine, amount: int, ask_above: int | None
) -> None:
    """A price for an unknown code, for goods without one, for a kilogram of weighed goods."""
    if not 0 < amount <= DEAREST:
        telling.refuse(NoticeKind.PRICE_REFUSED, amount=amount)
    elif is_usual_price(telling, amount, ask_above, line.key):
        work.change(work.draft.with_line(replace(line, price=amount)))


def set_weight(work: BasketInWork, telling: Telling, line: DraftLine, grams: int) -> None:
    """What the scale shows for goods that are sold by weight."""
    weighed = line.product is not None and line.product.by_weight and line.pieces == 1
    if weighed and 0 < grams <= HEAVIEST:
        # A price of the piece was instead of a weight; one of a kilogram stays.
        price = line.price if line.is_weighed else None
        work.change(work.draft.with_line(replace(line, grams=grams, price=price)))
    else:
        telling.refuse(NoticeKind.WEIGHT_REFUSED)


def link(work: BasketInWork, line: DraftLine, product: Product, deed: Deed) -> None:
    """A code that nobody knew belongs to a product: this row and all others of the code."""

    def known(one: DraftLine) -> DraftLine:
        if one.product is not None or one.code != line.code:
            return one
        grams = one.grams if product.by_weight else None
        return replace(one, product=product, grams=grams, price=one.printed, printed=None)

    lines = tuple(known(one) for one in work.draft.lines)
    work.change(replace(work.draft, lines=lines, selected=line.key, next_pieces=1), deed)


def _is_sane(price: int | None, grams: int | None) -> bool:
    fits = price is None or 0 < price <= DEAREST
    return fits and (grams is None or 0 < grams <= HEAVIEST)
