"""What a cashier does with goods that come back in a story, by the keys of a till."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from terminal.barcodes.slip_code import slip_code
from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.story.steps import Returned, TakeBack, TakeBackWithoutSlip
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView
from tests.scenarios.story_words import KEY, PIN, StoryRefused

if TYPE_CHECKING:
    from tests.scenarios.story_till import StoryTill


def take_back(shop: StoryTill, step: TakeBack) -> RefundRecord:
    """Scan the slip, choose the pieces, Enter."""
    checkout = shop.till.checkout
    choose(shop, step, step.show)
    instead = step.instead
    if instead is not None:
        checkout.with_refunds(lambda keys: keys.pay_by(instead))
    view = checkout.enter("")
    if view.notice is not None and view.notice.kind is NoticeKind.CODE_SPENT:
        record = shop.record(shop.sales[step.sale])
        sold = sum(one.earned for one in record.bearers if one.fresh)
        checkout.dismiss()
        raise StoryRefused(f"of the card sold with it {sold - view.notice.amount} are spent")
    return _recorded(shop, view)


def choose(shop: StoryTill, back: TakeBack | Returned, show: tuple[str, ...] = ()) -> None:
    """The slip is scanned, and the pieces that come back are chosen."""
    checkout = shop.till.checkout
    assert back.law == checkout._desk.shop.refund_law, "a shop has one law"
    if back.sale not in shop.sales:
        raise StoryRefused(f"there is no sale {back.sale!r}")
    view = shop.seen(checkout.scan(slip_code(UUID(shop.sales[back.sale]))))
    if view.refund is None:
        raise StoryRefused(f"the slip of {back.sale!r} is not known here")
    if view.notice is not None and view.notice.kind is NoticeKind.RETURNED_ALREADY:
        checkout.enter("")
        raise StoryRefused("all of it is back")
    for code in show:
        shop.seen(checkout.scan(voucher_code(shop.codes[code], key=code_key(KEY))))
    for key, n in (back.pieces or {}).items():
        checkout.with_refunds(lambda keys, at=int(key), n=n: keys.set_pieces(at, n))  # type: ignore[misc]
    if back.pieces is None:
        checkout.enter("")


def undo_sale(shop: StoryTill, sale: str) -> RefundRecord:
    """The key for returns right after a sale, and Enter."""
    checkout = shop.till.checkout
    done = checkout.view().done
    if done is None or done.refund or done.sale != shop.sales[sale]:
        raise StoryRefused(f"only the sale that was just finished here is undone: refund {sale!r}")
    checkout.with_refunds(lambda keys: keys.begin())
    return _recorded(shop, checkout.enter(""))


def take_back_without_slip(shop: StoryTill, step: TakeBackWithoutSlip) -> RefundRecord:
    """The goods go into the basket, the member shows their card, and the shop's PIN is typed."""
    checkout = shop.till.checkout
    shop.scan_goods(step.lines)
    if step.member:
        shop.seen(checkout.scan(shop.cards[step.member]))
    checkout.with_refunds(lambda keys: keys.without_slip())
    return _recorded(shop, checkout.enter(PIN))


def _recorded(shop: StoryTill, view: CheckoutView) -> RefundRecord:
    assert view.done is not None, view.notice
    found = shop.till.database.journal.load_refund(view.done.sale)
    assert found is not None
    return found.record
