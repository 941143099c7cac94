"""A refund without a slip: what lies in the basket comes back, as it is priced there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.evaluation import VatPrice
from terminal.loyalty.money import round_cash, tax_upon, tax_within
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.refund import RefundedLine, RefundRecord, UnitsCredited
from terminal.loyalty.standing import Moment, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind, last_day
from terminal.loyalty.wallet import Account, UnitId


def without_slip(
    refund_id: str, at: Moment, basket: Basket, *, member: str | None, cash_step: int
) -> RefundRecord:
    """The record: cash goes back, and no units move here, as nobody knows of which sale they are."""
    by_rate: dict[int, int] = {}
    for line in basket.lines:
        by_rate[line.product.vat] = by_rate.get(line.product.vat, 0) + line.amount
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
                back=line.amount,
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


def credit_unit(programmes: Iterable[Programme]) -> UnitTerms | None:
    """The unit of the shop's store credit: money that a member holds; None if it has none."""
    units = (one.unit for one in programmes if one.unit is not None)
    return next((one for one in units if one.kind is UnitKind.MONEY and one.held == "member"), None)


def credit_of(
    standing: Standing, programmes: Iterable[Programme], today: date
) -> UnitsCredited | None:
    """Where the member's money would go as store credit; None where it cannot."""
    unit = credit_unit(programmes)
    if unit is None or not standing.wallets:
        return None
    account = Account(standing.wallets[0], UnitId(unit.id))
    return UnitsCredited(account=account, n=0, day=last_day(unit.expiry, today))
