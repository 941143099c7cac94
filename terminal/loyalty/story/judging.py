"""What the server of a story does with what it hears: it checks sales, and settles what came back.

By the same functions as a real server, which keeps what is told here as findings for the owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.judging import cheaper, check_sale
from terminal.loyalty.checking.overshooting import (
    limited,
    nth_given,
    overshoot,
    told,
    told_again,
    was_not_heard,
)
from terminal.loyalty.history import PURCHASES, Counted
from terminal.loyalty.ledger import Entry
from terminal.loyalty.refund import RefundRecord, UnitsTaken, pieces_back, pieces_left
from terminal.loyalty.refund_checking import check_refund
from terminal.loyalty.refund_entries import bearer_accounts, unit_entries
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.story.shop import StoryShop
from terminal.loyalty.unwinding import Step, unwind
from terminal.loyalty.wallet import WalletId
from terminal.loyalty.without_slip import WITHIN, Purchase, chosen, lines_of, pieces_of

WAITED = timedelta(days=14)
"""So long a till may be silent that sold the goods."""


def judge_sale(shop: StoryShop, record: SaleRecord, entries: Iterable[Entry]) -> None:
    """Look whether a sale is right, by itself and with all that is known now."""
    programmes = tuple(shop.programmes)
    found = list(check_sale(record, entries, programmes))
    better = None if found else cheaper(record, programmes)
    found += [better] if better else []
    shop.found += [*found, *_too_often(shop, record), *_given_again(shop, record)]


def settle_refund(shop: StoryShop, sale: str, refund: RefundRecord) -> None:
    """Look at a refund of a sale; where its till could not move the units, they move now."""
    record = shop.sales[sale]
    earlier = shop.refunds.setdefault(sale, [])
    codes = [one.account for one in refund.taken]  # the till saw which of several came back
    back = pieces_back([refund])
    step = unwind(record, shop.programmes, earlier, back, refund.law, codes)
    taken = refund.taken
    if not refund.settled:
        entries, taken = _entries_of(shop, record, refund, step)
        shop.move(entries)
        shop.take_pending(sale, entries)
        refund = replace(refund, taken=taken, given=step.given)
    shop.found += check_refund(record, shop.programmes, refund, step, taken)
    earlier.append(refund)


def _entries_of(
    shop: StoryShop, record: SaleRecord, refund: RefundRecord, step: Step
) -> tuple[tuple[Entry, ...], tuple[UnitsTaken, ...]]:
    bearer, _ = bearer_accounts(record, shop.programmes)
    return unit_entries(
        record,
        step,
        refund.tenders,
        today=shop.today,
        pending={one: sums.pending for one, sums in shop.sums.items()},
        rights=shop.rights,
        debts={one: sums.debt for one, sums in shop.sums.items()},
        bearer=bearer,
    )


# --- goods without a slip ---------------------------------------------------------------------------


def look_for_purchases(shop: StoryShop) -> None:
    """Find the purchases of goods that came back without a slip, as far as they are here."""
    for refund in list(shop.slipless):
        purchases = [one for one in _purchases(shop, refund) if one[1].came]
        wanted = sum(line.pieces for line in refund.lines)
        waits = shop.today < refund.at.business_day + WAITED
        fitting = [one for one in purchases if one[1].pieces == wanted or not waits]
        best, _ = chosen([one for _, one in fitting], refund, lambda _sale, _refund: 0)
        if best is not None:
            name, purchase = fitting[best.place]
            entries, taken = _entries_of(shop, purchase.sale, refund, best.step)
            shop.move(entries)
            shop.take_pending(name, entries)
            shop.count(best.step.counts, purchase.sale.wallet)
            shop.refunds.setdefault(name, []).append(
                replace(
                    refund,
                    taken=taken,
                    given=(),
                    lines=lines_of(purchase.came),
                    vat=(),
                    counts=best.step.counts,
                )
            )
        elif waits:
            continue
        elif refund.member:
            shop.found.append(Finding(kind=FindingKind.NO_PURCHASE, cost=refund.due))
        shop.slipless.remove(refund)


def _purchases(shop: StoryShop, refund: RefundRecord) -> Iterator[tuple[str, Purchase]]:
    """The member's sales that may have any of these goods, the latest first. As the server finds
    them: by the units that they brought to the member, not to whoever has a code.
    """
    if not refund.member:
        return
    skus = {line.sku for line in refund.lines}
    since: date = refund.at.business_day - WITHIN
    for name, sale in reversed(shop.sales.items()):
        if (
            sale.member == refund.member
            and any(one.account.wallet == sale.wallet for one in sale.earned)
            and since <= sale.at.business_day
            and sale.at.utc <= refund.at.utc
            and any(line.sku in skus for line in sale.lines)
        ):
            earlier = tuple(shop.refunds.get(name, ()))
            came = pieces_of(sale, earlier, refund)
            yield name, Purchase(sale, tuple(shop.programmes), earlier, came)


# --- what several tills gave together ---------------------------------------------------------------


def _too_often(shop: StoryShop, record: SaleRecord) -> Iterator[Finding]:
    """What of a sale is more than a limit leaves the member, with what all tills told."""
    counts = _counts(shop, record)
    for one in limited(record, shop.programmes) if record.wallet else ():
        mine = [each for each in counts if each.name in one.names]
        worst = overshoot(one.limit, record.at.business_day, mine)
        if worst is None:
            continue
        place = (min(_purse(shop, record)), one.names[0], worst.period)
        fresh = worst.over - shop.overshot.get(place, 0)
        if fresh > 0:
            shop.overshot[place] = worst.over
            yield told(one, worst, fresh)


def _given_again(shop: StoryShop, record: SaleRecord) -> Iterator[Finding]:
    """What of a sale was for the member's n-th purchase, and given for another one too."""
    counts = _counts(shop, record)
    purchases = [one for one in counts if one.name == PURCHASES]
    for one in nth_given(record, shop.programmes) if record.wallet else ():
        others = [
            other
            for other in _of_same(shop, record)
            if any(
                (each.name, each.turn) == (one.name, one.turn)
                for each in nth_given(other, shop.programmes)
            )
            and was_not_heard(one, record.at.business_day, other.at.business_day, purchases)
        ]
        if others:
            yield told_again(one, 1 + len(others))


def _of_same(shop: StoryShop, record: SaleRecord) -> Iterator[SaleRecord]:
    """Other sales of the same member or household that did not come back whole."""
    wallets = set(_purse(shop, record))
    for name, other in shop.sales.items():
        kept = any(pieces_left(other, shop.refunds.get(name, ())).values())
        if other.id != record.id and other.wallet in wallets and kept:
            yield other


def _counts(shop: StoryShop, record: SaleRecord) -> Sequence[Counted]:
    return shop.history_of(_purse(shop, record)).counted


def _purse(shop: StoryShop, record: SaleRecord) -> tuple[WalletId, ...]:
    """All wallets that the member of a sale uses."""
    if record.member in shop.members:
        return shop.wallets_of(record.member)
    return (WalletId(record.wallet),) if record.wallet else ()
