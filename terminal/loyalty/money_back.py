"""How money goes back: by the way it came, and in coins that there are.

Together all refunds of a sale come to what was paid, cash rounding included, however they are
split: what goes back by each way is counted in all, and a refund is the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from terminal.loyalty.money import round_cash
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account

BACK_FIRST = (
    TenderKind.GIFT_CARD,
    TenderKind.STORE_CREDIT,
    TenderKind.CARD,
    TenderKind.TRANSFER,
    TenderKind.OTHER_TILL,
    TenderKind.VOUCHER,
    TenderKind.EXCHANGE,
    TenderKind.CASH,
)
"""Units go back to their wallet before money leaves the shop, and cash leaves it last."""

_NO_CHOICE = (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT, TenderKind.EXCHANGE)
_Way = tuple[TenderKind, Account | None]
_CASH: _Way = (TenderKind.CASH, None)
_EXCHANGE: _Way = (TenderKind.EXCHANGE, None)


def money_back(
    sale: SaleRecord,
    earlier: Sequence[RefundRecord],
    due: int,
    *,
    cash_step: int,
    instead: TenderKind | None = None,
    kept: int = 0,
) -> tuple[tuple[Tender, ...], int]:
    """(tenders, cash rounding) by which ``due`` minor units go back for a sale.

    ``cash_step`` is how cash was rounded on the day of the sale. ``instead`` of the ways by which
    it came the money goes back by this one, except what a gift card or store credit paid. ``kept``
    of it stays in the shop, for goods that go instead.
    """
    left = _left(sale, earlier)
    moved: dict[_Way, int] = {_EXCHANGE: kept} if kept else {}
    due -= kept
    for way in sorted(left, key=lambda one: BACK_FIRST.index(one[0])):
        n = min(due, left[way])
        if n > 0:
            due -= n
            # What goods that came back had paid is money by now.
            usual = _CASH if way == _EXCHANGE else way
            to = usual if instead is None or way[1] is not None else (instead, None)
            moved[to] = moved.get(to, 0) + n
    if due > 0:
        to = (instead or TenderKind.CASH, None)
        moved[to] = moved.get(to, 0) + due
    exact = sum(moved.values())
    if moved.get(_CASH, 0):
        moved[_CASH] = _in_coins(sale, earlier, moved[_CASH], cash_step)
    _never_more_than_paid(moved, sale.due - sum(one.paid_back for one in earlier), cash_step)
    tenders = tuple(
        Tender(kind=kind, amount=n, account=account) for (kind, account), n in moved.items() if n
    )
    return tenders, sum(moved.values()) - exact


def ways_back(sale: SaleRecord) -> tuple[TenderKind, ...]:
    """The ways by which money may go back at this till, the usual one first."""
    paid = [kind for kind in BACK_FIRST if any(one.kind is kind for one in sale.tenders)]
    offered = [one for one in paid if one not in _NO_CHOICE]
    return tuple(dict.fromkeys((*offered, TenderKind.CASH, TenderKind.CARD)))


def paid_by(sale: SaleRecord) -> dict[tuple[TenderKind, Account | None], int]:
    """What was paid by each way, change and cash rounding taken off; together the sale's total."""
    paid: dict[_Way, int] = {}
    for one in sale.tenders:
        way = (one.kind, one.account)
        paid[way] = paid.get(way, 0) + one.amount
    if _CASH in paid:
        paid[_CASH] -= sale.change + sale.rounding
    return paid


def _left(sale: SaleRecord, earlier: Iterable[RefundRecord]) -> dict[_Way, int]:
    """What has not gone back yet of each way."""
    left = paid_by(sale)
    for record in earlier:
        for way, n in _exactly(record).items():
            left[way] = left.get(way, 0) - n
    short = -sum(n for n in left.values() if n < 0)
    # Went back by another way than it came: then less is left of the others, the last first.
    for way in sorted(left, key=lambda one: -BACK_FIRST.index(one[0])):
        if left[way] > 0 and short > 0:
            n = min(short, left[way])
            left[way] -= n
            short -= n
    return {way: n for way, n in left.items() if n > 0}


def _exactly(record: RefundRecord) -> dict[_Way, int]:
    """What went back by each way, the rounding of coins taken off."""
    moved: dict[_Way, int] = {}
    for one in record.tenders:
        moved[one.kind, one.account] = moved.get((one.kind, one.account), 0) + one.amount
    first = sorted(moved, key=lambda one: (one != _CASH, one[1] is not None))
    rounded = next(iter(first), _CASH)
    moved[rounded] = moved.get(rounded, 0) - record.rounding
    return moved


def _in_coins(sale: SaleRecord, earlier: Iterable[RefundRecord], exact: int, step: int) -> int:
    """The cash that is handed over for ``exact``; all cash of the sale is rounded together."""
    before, exact_before = 0, 0
    for record in earlier:
        before += sum(one.amount for one in record.tenders if one.kind is TenderKind.CASH)
        exact_before += _exactly(record).get(_CASH, 0)
    paid = paid_by(sale).get(_CASH, 0)
    whole = exact_before + exact
    in_all = paid + sale.rounding if whole == paid else round_cash(whole, step)
    return max(0, in_all - before)


def _never_more_than_paid(moved: dict[_Way, int], most: int, step: int) -> None:
    """Coins that were rounded up before, in place of a card, leave a cent less for later."""
    over = sum(moved.values()) - most
    for way in sorted(moved, key=lambda one: one == _CASH):
        if over > 0 and way[1] is None and way != _EXCHANGE:
            less = min(moved[way], over if way != _CASH else -(-over // step) * step)
            moved[way] -= less
            over -= less
