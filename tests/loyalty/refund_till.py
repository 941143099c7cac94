"""One sale at a till and what comes back of it, with what every refund must hold to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from terminal.loyalty.basket import Basket
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.ledger import Entry, fold, rights_of
from terminal.loyalty.money import round_cash
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import (
    RefundLaw,
    RefundRecord,
    pieces_left,
    read_refund_body,
    refund_body,
)
from terminal.loyalty.refunding import CodeSpent, Refund, Wish, plan
from terminal.loyalty.sale import Sale, SaleRecord, sale_entries, sale_record
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Choices, Holding, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account, UnitId
from tests.loyalty import shop
from tests.loyalty.test_sale import SALE_ID

POINTS = Account(shop.ANNAS, UnitId("points"))
LATER = shop.moment("2026-03-15T09:00")
PER_ZLOTY = EarnRule(id="per-zloty", per=PerMoney(amount=100))


def points(**other: Any) -> Programme:
    """A point for each zloty, where nothing else is said."""
    return shop.programme(**{"unit": shop.unit(), "earn": (PER_ZLOTY,), **other})


class Till:
    """One sale and its refunds, with the member's sums and the rights that this till holds."""

    def __init__(self, sale: Sale, programmes: Sequence[Programme], *, step: int = 1) -> None:
        self.programmes = tuple(programmes)
        self.record: SaleRecord = sale_record(sale)
        self.step = step
        self.standing = sale.standing
        held = (*sale.standing.holdings, *sale.standing.budgets)
        self.sums = {one.account: one.sums for one in held}
        self.rights = {one.account: one.spendable for one in held}
        self.refunds: list[RefundRecord] = []
        self.before = (dict(self.sums), dict(self.rights))
        self.move(sale_entries(sale))

    def move(self, entries: Sequence[Entry]) -> None:
        self.sums = fold(entries, self.sums)
        for account, n in rights_of(entries).items():
            self.rights[account] = self.rights.get(account, 0) + n
            assert self.rights[account] >= 0, "a right below zero"

    def holdings(self) -> tuple[Holding, ...]:
        return tuple(
            Holding(account=account, sums=sums, spendable=self.rights.get(account, 0))
            for account, sums in self.sums.items()
        )

    def plan(self, back: Mapping[int, int], law: RefundLaw, **more: Any) -> Refund | CodeSpent:
        return plan(
            Wish(
                id=SALE_ID,
                at=more.pop("at", LATER),
                sale=self.record,
                programmes=self.programmes,
                earlier=tuple(self.refunds),
                back=back,
                law=law,
                standing=replace(self.standing, holdings=self.holdings()),
                cash_step=self.step,
                **more,
            )
        )

    def take_back(self, back: Mapping[int, int], law: RefundLaw, **more: Any) -> RefundRecord:
        refund = self.plan(back, law, **more)
        assert isinstance(refund, Refund)
        assert read_refund_body(refund_body(refund.record)) == refund.record
        self.move(refund.entries)
        self.refunds.append(refund.record)
        self.sane()
        return refund.record

    def everything(self, law: RefundLaw, **more: Any) -> RefundRecord:
        return self.take_back(pieces_left(self.record, self.refunds), law, **more)

    def sane(self) -> None:
        """What holds after every refund."""
        one, record = self.refunds[-1], self.record
        assert one.due >= 0
        assert one.remainder == 0 or one.due == 0
        assert sum(past.due for past in self.refunds) <= record.total
        assert sum(past.paid_back for past in self.refunds) <= record.due
        assert sum(tender.amount for tender in one.tenders) == one.paid_back
        assert all(tender.amount > 0 for tender in one.tenders)
        assert sum(rate.taxable + rate.tax for rate in one.vat) == one.due
        by_rate = {rate.rate: rate.gross for rate in one.vat}
        for rate in {line.vat for line in one.lines}:
            assert sum(line.back for line in one.lines if line.vat == rate) == by_rate.get(rate, 0)
        for sold in record.lines:
            back = sum(
                line.pieces for past in self.refunds for line in past.lines if line.key == sold.key
            )
            assert 0 <= back <= sold.pieces

    def in_all(self) -> dict[object, int]:
        """What all refunds come to."""
        sums: dict[object, int] = {}

        def add(key: object, n: int) -> None:
            sums[key] = sums.get(key, 0) + n
            if not sums[key]:
                del sums[key]

        for one in self.refunds:
            add("due", one.due)
            add("paid back", one.paid_back)
            for line in one.lines:
                add(("net", line.key), line.back)
                add(("pieces", line.key), line.pieces)
            for rate in one.vat:
                add(("taxable", rate.rate), rate.taxable)
                add(("tax", rate.rate), rate.tax)
            for tender in one.tenders:
                add(tender.kind, tender.amount)
            for taken in one.taken:
                add((taken.programme, taken.rule, taken.account, taken.day), taken.n)
            for back in one.given:
                add((back.name, back.account), back.n)
            for one_count in one.counts:
                add((one_count.name, one_count.day), one_count.n)
        return sums


def sold(
    basket: Basket,
    *programmes: Programme,
    to: Standing = NOBODY,
    choices: Choices = NO_CHOICES,
    paid: Sequence[Tender] | None = None,
    step: int = 1,
) -> Till:
    evaluation = evaluate(basket, to, programmes, shop.NOON, choices)
    due = round_cash(evaluation.total, step)
    tenders = tuple(paid) if paid is not None else (Tender(kind=TenderKind.CASH, amount=due),)
    handed = sum(one.amount for one in tenders)
    rounding = handed - evaluation.total if paid is not None else due - evaluation.total
    sale = Sale(
        id=SALE_ID,
        at=shop.NOON,
        basket=basket,
        standing=to,
        choices=choices,
        evaluation=evaluation,
        tenders=tenders,
        rounding=rounding,
    )
    return Till(sale, programmes, step=step)
