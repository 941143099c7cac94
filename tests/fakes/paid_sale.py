"""A sale as the checkout would hand it over, with an allocation of the test's own choice."""

from __future__ import annotations

from datetime import date

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.engine.evaluation import (
    Earned,
    Evaluation,
    LinePrice,
    Reason,
    Spent,
    VatPrice,
    Why,
)
from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Moment, RewardName, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account, UnitId

COFFEE = Product(
    sku="coffee", name="Kawa mielona 500 g", price=2499, vat=2300, gtin="05901234123457"
)


def paid_sale(
    sale_id: str,
    at: Moment,
    standing: Standing = NOBODY,
    *,
    lines: int = 1,
    spend: int = 0,
    earn: int = 0,
    earn_pending: int = 0,
    unit: str = "points",
    day: date | None = None,
    revisions: tuple[tuple[int, int], ...] = (),
    effort: int = 0,
) -> Sale:
    """So many coffees, paid with a card; units move on the member's first wallet."""
    basket = Basket(
        currency="PLN", lines=tuple(Line(key=key, product=COFFEE) for key in range(1, lines + 1))
    )
    account = Account(standing.wallets[0], UnitId(unit)) if standing.wallets else None
    earned = [(n, vests) for n, vests in ((earn, None), (earn_pending, date(2026, 7, 1))) if n]
    if account is None and (spend or earned):
        raise ValueError("nobody has no wallet")
    evaluation = Evaluation(
        lines=tuple(
            LinePrice(line=line.key, gross=line.amount, discount=0, vat=2300)
            for line in basket.lines
        ),
        vat=(VatPrice(rate=2300, gross=basket.amount, discount=0, taxable=0, tax=0),),
        gross=basket.amount,
        discount=0,
        total=basket.amount,
        applied=(),
        spent=tuple(
            Spent(name=RewardName(1, "reward"), account=account, n=spend)
            for _ in range(1)
            if account and spend
        ),
        earned=tuple(
            Earned(
                programme=1,
                revision=1,
                rule="each",
                account=account,
                n=n,
                day=day,
                vests=vests,
                reason=Reason(why=Why.EARNED_PER_MONEY, amount=basket.amount, units=n, per=100),
            )
            for n, vests in earned
            if account
        ),
        offers=(),
        not_applied=(),
        bound=basket.amount,
        proven=True,
        steps=1,
        revisions=revisions,
        effort=effort,
    )
    return Sale(
        id=sale_id,
        at=at,
        basket=basket,
        standing=standing,
        choices=NO_CHOICES,
        evaluation=evaluation,
        tenders=(Tender(kind=TenderKind.CARD, amount=basket.amount),),
    )
