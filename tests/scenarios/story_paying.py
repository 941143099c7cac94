"""What pays in a story, by the keys of a till."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from terminal.loyalty.engine.evaluation import Evaluation, NotApplied
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.story.steps import Paid
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import Weight
from terminal.till.checkout.view import CheckoutView, Stage
from tests.scenarios.story_holdings import holdings
from tests.scenarios.story_words import StoryRefused

if TYPE_CHECKING:
    from tests.scenarios.story_till import StoryTill


def pay(shop: StoryTill, view: CheckoutView, tenders: tuple[Paid, ...]) -> CheckoutView:
    """What the story says, and cash for the rest."""
    checkout = shop.till.checkout
    for one in tenders:
        assert view.stage is Stage.PAYING, view.notice
        if one.kind in (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT):
            view = _pay_from_wallet(shop, view, one)
        else:
            before = view.payment.remaining if view.payment else 0
            view = checkout.tender(one.kind, one.amount)
            if view.notice is not None and view.notice.weight is Weight.REFUSED:
                shop.clear()
                over = one.amount - before
                raise StoryRefused(f"{over} more was paid than is due, and not in cash")
    if view.stage is Stage.PAYING:
        assert view.payment is not None
        cash = view.payment.remaining + view.payment.rounding
        view = checkout.tender(TenderKind.CASH, cash)
    assert view.stage is Stage.DONE, view.notice
    return view


def _pay_from_wallet(shop: StoryTill, view: CheckoutView, paid: Paid) -> CheckoutView:
    checkout = shop.till.checkout
    assert view.payment is not None
    fits = [
        one
        for one in view.payment.purses
        if one.kind is paid.kind and (not paid.code or one.account.wallet == shop.codes[paid.code])
    ]
    if not fits:
        unit = next(one.account.unit for one in holdings(shop, shop.codes[paid.code]))
        shop.clear()
        raise StoryRefused(f"{paid.amount} {unit} wanted, 0 there")
    account = fits[0].account
    view = checkout.with_bearers(lambda keys: keys.pay(account, paid.amount))
    if view.notice is not None and view.notice.weight is Weight.REFUSED:
        shop.clear()
        there = fits[0].amount
        raise StoryRefused(f"{paid.amount} {account.unit} wanted, {there} there")
    return view


def as_recorded(judged: Evaluation, record: SaleRecord, away: list[NotApplied]) -> Evaluation:
    """What the cashier saw, and what was earned as it stands on the file; both must be one sale."""
    assert record.total == judged.total
    assert sum(line.net for line in record.lines) == sum(line.net for line in judged.lines)
    assert [(one.name, one.discount) for one in record.applied] == [
        (one.name, one.discount) for one in judged.applied
    ]
    return replace(judged, earned=record.earned, not_applied=(*judged.not_applied, *away))
