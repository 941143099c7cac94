"""A refund without a slip: what lies in the basket comes back, as it is priced there."""

from __future__ import annotations

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.evaluation import Evaluation, VatPrice
from terminal.loyalty.money import round_cash, tax_upon, tax_within
from terminal.loyalty.refund import RefundedLine, RefundRecord
from terminal.loyalty.standing import Moment
from terminal.loyalty.tender import Tender, TenderKind


def without_slip(
    refund_id: str,
    at: Moment,
    basket: Basket,
    priced: Evaluation,
    *,
    member: str | None,
    cash_step: int,
) -> RefundRecord:
    """The record: cash goes back, and no units move here, as nobody knows of which sale they are.

    What goes back is what the goods would cost this customer now, offers taken off, as the screen
    shows it: who bought at a member's price gets no more than that.
    """
    nets = {line.line: line.net for line in priced.lines}
    by_rate: dict[int, int] = {}
    for line in basket.lines:
        by_rate[line.product.vat] = by_rate.get(line.product.vat, 0) + nets[line.key]
    vat = tuple(_vat(rate, by_rate[rate], basket) for rate in sorted(by_rate))
    due = sum(one.taxable + one.tax for one in vat)
    cash = round_cash(due, cash_step)
    return RefundRecord(
        id=refund_id,
        at=at,
        currency=basket.currency,
        prices_include_tax=basket.prices_include_tax,
        lines=tuple(
            RefundedLine(
                key=line.key,
                sku=line.product.sku,
                name=line.product.name,
                vat=line.product.vat,
                unit_price=line.unit_price,
                pieces=line.pieces,
                grams=line.grams,
                back=nets[line.key],
            )
            for line in basket.lines
        ),
        vat=vat,
        due=due,
        rounding=cash - due,
        tenders=(Tender(kind=TenderKind.CASH, amount=cash),) if cash else (),
        settled=False,
        member=member,
    )


def _vat(rate: int, net: int, basket: Basket) -> VatPrice:
    inside = basket.prices_include_tax
    tax = tax_within(net, rate) if inside else tax_upon(net, rate)
    return VatPrice(rate=rate, gross=net, taxable=net - tax if inside else net, tax=tax)
