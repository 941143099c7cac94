"""Goods that come back in a story, whole or in part, or in exchange for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.money import cash_step
from terminal.loyalty.refund import RefundLaw, RefundReason, RefundRecord, pieces_left
from terminal.loyalty.refunding import CodeSpent, Refund, Wish, plan
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Standing
from terminal.loyalty.store_credit import credit_of
from terminal.loyalty.story.goods import basket_of
from terminal.loyalty.story.judging import look_for_purchases, settle_refund
from terminal.loyalty.story.shop import StoryShop, StoryStops
from terminal.loyalty.story.steps import Returned, TakeBack, TakeBackWithoutSlip
from terminal.loyalty.story.told import Happened
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import WalletId
from terminal.loyalty.without_slip import without_slip


def take_back(shop: StoryShop, step: TakeBack) -> Happened:
    """Take pieces of a sale back."""
    refund = planned_refund(shop, step, instead=step.instead, show=step.show)
    book_refund(shop, step.sale, refund)
    return Happened(refund=refund.record)


def undo_sale(shop: StoryShop, sale: str) -> Happened:
    """The sale that this till just finished should not have been: everything of it is undone."""
    if sale not in shop.names.sold_at:
        raise StoryStops(f"there is no sale {sale!r}")
    if shop.names.last_sale.get(shop.at_till) != sale:
        raise StoryStops(f"only the sale that was just finished here is undone: refund {sale!r}")
    refund = planned_refund(shop, Returned(sale=sale), reason=RefundReason.VOIDED)
    book_refund(shop, sale, refund)
    return Happened(refund=refund.record)


def take_back_without_slip(shop: StoryShop, step: TakeBackWithoutSlip) -> Happened:
    """Take goods back of which nobody has the slip, at the prices of today."""
    if not step.lines:
        raise StoryStops("nothing comes back")
    basket = basket_of(shop.story, step.lines)
    standing = shop.standing(step.member, (), 0)
    priced = evaluate(basket, standing, shop.in_force(), shop.at, NO_CHOICES, shop.story.effort)
    record = without_slip(
        shop.next_refund(),
        shop.at,
        basket,
        priced,
        member=step.member or None,
        cash_step=cash_step(shop.story.currency, shop.story.country, shop.today),
    )
    shop.names.refunds_made += 1
    shop.names.last_sale.pop(shop.at_till, None)
    if shop.hears:
        _hear_without_slip(shop, record)
        look_for_purchases(shop)
    shop.later(lambda other: _hear_without_slip(other, record))
    return Happened(refund=record)


def _hear_without_slip(shop: StoryShop, record: RefundRecord) -> None:
    shop.slipless.append(record)


def planned_refund(
    shop: StoryShop,
    back: TakeBack | Returned,
    *,
    instead: TenderKind | None = None,
    show: Iterable[str] = (),
    kept: int = 0,
    reason: RefundReason = RefundReason.RETURNED,
) -> Refund:
    """Work out what comes back; nothing is booked yet.

    Raises:
        StoryStops: these pieces cannot come back, or the money not that way.
    """
    record, earlier, pieces = _chosen(shop, back)
    standing = _standing(shop, record)
    credit = credit_of(standing, shop.in_force(), shop.today)
    if instead is TenderKind.STORE_CREDIT and credit is None:
        raise StoryStops("store credit needs a member and a programme with store credit")
    if instead in (TenderKind.EXCHANGE, TenderKind.GIFT_CARD):
        raise StoryStops(f"money goes back by other means than {instead}")
    planned = plan(
        Wish(
            id=shop.next_refund(),
            at=shop.at,
            sale=record,
            programmes=tuple(shop.programmes),
            earlier=tuple(earlier),
            back={key: n for key, n in pieces.items() if n},
            law=RefundLaw(back.law),
            reason=RefundReason.EXCHANGED if kept else reason,
            standing=standing,
            codes=tuple(shop.codes_of(record)),
            shown=tuple(_code(shop, one) for one in show),
            cash_step=cash_step(shop.story.currency, shop.story.country, record.at.local.date()),
            instead=instead,
            credit=credit,
            kept=kept,
            settled=shop.names.sold_at[back.sale] == shop.at_till,
        )
    )
    if isinstance(planned, CodeSpent):
        raise StoryStops(f"of the card sold with it {planned.wanted - planned.here} are spent")
    return planned


def _chosen(
    shop: StoryShop, back: TakeBack | Returned
) -> tuple[SaleRecord, list[RefundRecord], dict[int, int]]:
    """The sale, what came back of it before, and the pieces that come back now, by line."""
    record = shop.sales.get(back.sale)
    if record is None and back.sale in shop.names.sold_at:
        raise StoryStops(f"the slip of {back.sale!r} is not known here: its till has no line")
    if record is None:
        raise StoryStops(f"there is no sale {back.sale!r}")
    # For which sale goods without a slip were taken, the server knows and no till.
    earlier = [one for one in shop.refunds.get(back.sale, ()) if one.sale]
    left = pieces_left(record, earlier)
    pieces = _pieces(back.pieces) if back.pieces is not None else left
    for key, n in pieces.items():
        if key not in left:
            raise StoryStops(f"{back.sale!r} has no line {key}")
        if not 0 <= n <= left[key]:
            raise StoryStops(f"line {key}: {left[key]} can come back, not {n}")
    if not any(pieces.values()):
        raise StoryStops("nothing of it comes back" if any(left.values()) else "all of it is back")
    return record, earlier, pieces


def _standing(shop: StoryShop, record: SaleRecord) -> Standing:
    """The member's, unless nobody knows them any more, or here."""
    known = record.member is not None and record.member in shop.members
    return shop.standing(record.member or "", (), 0) if known else NOBODY


def book_refund(shop: StoryShop, sale: str, refund: Refund) -> None:
    """Let a refund that was worked out happen."""
    record, day = refund.record, shop.today
    shop.names.refunds_made += 1
    shop.names.last_sale.pop(shop.at_till, None)
    shop.count_served(record.counts)
    shop.later(lambda other: _hear(other, sale, refund, day))
    if shop.hears:
        _hear(shop, sale, refund, day)
    else:
        _take(shop, sale, refund, day)
        shop.refunds.setdefault(sale, []).append(record)


def _take(shop: StoryShop, sale: str, refund: Refund, day: date) -> None:
    shop.move(refund.entries, day)
    shop.take_pending(sale, refund.entries)
    shop.count(refund.record.counts, refund.record.wallet)


def _hear(shop: StoryShop, sale: str, refund: Refund, day: date) -> None:
    _take(shop, sale, refund, day)
    settle_refund(shop, sale, refund.record)


def _code(shop: StoryShop, name: str) -> WalletId:
    if name not in shop.names.codes:
        raise StoryStops(f"no sale gave the code {name!r}")
    return shop.names.codes[name]


def _pieces(written: Mapping[str, int]) -> dict[int, int]:
    """How many of each line, by its number."""
    try:
        return {int(key): n for key, n in written.items()}
    except ValueError as error:
        raise StoryStops(f"pieces: lines are counted from 1 ({', '.join(written)})") from error
