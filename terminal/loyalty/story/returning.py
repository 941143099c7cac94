"""Goods that come back in a story, whole or in part, or in exchange for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from terminal.loyalty.refund import RefundLaw, RefundReason, pieces_left
from terminal.loyalty.refunding import CodeSpent, Refund, Wish, plan
from terminal.loyalty.store_credit import credit_of
from terminal.loyalty.story.shop import StoryShop, StoryStops
from terminal.loyalty.story.steps import Returned, TakeBack
from terminal.loyalty.story.told import Happened
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import WalletId


def take_back(shop: StoryShop, step: TakeBack) -> Happened:
    """Take pieces of a sale back."""
    refund = planned_refund(shop, step, instead=step.instead, show=step.show)
    book_refund(shop, step.sale, refund)
    return Happened(refund=refund.record)


def planned_refund(
    shop: StoryShop,
    back: TakeBack | Returned,
    *,
    instead: TenderKind | None = None,
    show: Iterable[str] = (),
    kept: int = 0,
) -> Refund:
    """Work out what comes back; nothing is booked yet.

    Raises:
        StoryStops: these pieces cannot come back, or the money not that way.
    """
    record = shop.sales.get(back.sale)
    if record is None:
        raise StoryStops(f"there is no sale {back.sale!r}")
    earlier = shop.refunds.get(back.sale, [])
    left = pieces_left(record, earlier)
    pieces = _pieces(back.pieces) if back.pieces is not None else left
    for key, n in pieces.items():
        if not 0 <= n <= left.get(key, 0):
            raise StoryStops(f"of line {key} {left.get(key, 0)} can come back, not {n}")
    if not any(pieces.values()):
        raise StoryStops("nothing of it comes back" if any(left.values()) else "all of it is back")
    standing = shop.standing(record.member or "", (), 0)
    credit = credit_of(standing, shop.in_force(), shop.today)
    if instead is TenderKind.STORE_CREDIT and credit is None:
        raise StoryStops("store credit needs a member and a programme with store credit")
    planned = plan(
        Wish(
            id=shop.next_refund,
            at=shop.at,
            sale=record,
            programmes=tuple(shop.programmes),
            earlier=tuple(earlier),
            back={key: n for key, n in pieces.items() if n},
            law=RefundLaw(back.law),
            reason=RefundReason.EXCHANGED if kept else RefundReason.RETURNED,
            standing=standing,
            codes=tuple(shop.codes_of(record)),
            shown=tuple(_code(shop, one) for one in show),
            instead=instead,
            credit=credit,
            kept=kept,
        )
    )
    if isinstance(planned, CodeSpent):
        raise StoryStops(f"of the card sold with it {planned.wanted - planned.here} are spent")
    return planned


def book_refund(shop: StoryShop, sale: str, refund: Refund) -> None:
    """Let a refund that was worked out happen."""
    shop.refunds.setdefault(sale, []).append(refund.record)
    shop.move(refund.entries)
    shop.take_pending(sale, refund.entries)
    shop.count(refund.record.counts, shop.sales[sale].member or "")


def _code(shop: StoryShop, name: str) -> WalletId:
    if name not in shop.codes:
        raise StoryStops(f"no sale gave the code {name!r}")
    return shop.codes[name]


def _pieces(written: Mapping[str, int]) -> dict[int, int]:
    """How many of each line, by its number."""
    try:
        return {int(key): n for key, n in written.items()}
    except ValueError as error:
        raise StoryStops(f"pieces: lines are counted from 1 ({', '.join(written)})") from error
