"""One sale through the engine, held against the independent checker every time.

And against the server's: what the till records must be nothing to find fault with.
"""

from collections.abc import Sequence

from terminal.loyalty.basket import Basket
from terminal.loyalty.checking.findings import Finding
from terminal.loyalty.checking.judging import check_sale
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.plain import to_lean
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import Sale, read_sale_body, sale_body, sale_entries, sale_record
from terminal.loyalty.sale_ahead import SaleAhead
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Choices, Standing
from terminal.loyalty.tender import Tender, TenderKind
from tests.loyalty import shop
from tests.loyalty.checker import check


def sell(
    basket: Basket,
    *programmes: Programme,
    to: Standing = NOBODY,
    choices: Choices = NO_CHOICES,
    at: str = "2026-03-14T15:30",
) -> Evaluation:
    """What the till would ask for, and why."""
    sold = evaluate(basket, to, programmes, shop.moment(at), choices)
    check(basket, to, programmes, shop.moment(at), choices, sold)
    if sum(n for _, n in choices.paid_with) <= sold.total and basket.lines:
        sale = settled(sold, basket, to, choices, at)
        record = sale_record(sale)
        assert read_sale_body(sale_body(record)) == record
        assert SaleAhead(sale).body(sale) == sale_body(record)
        found = check_sale(record, sale_entries(sale), programmes)
        assert found == (), (found, to_lean(record))
    return sold


def faults(
    basket: Basket,
    sold_by: Sequence[Programme],
    rules: Sequence[Programme],
    *,
    to: Standing = NOBODY,
    choices: Choices = NO_CHOICES,
) -> tuple[Finding, ...]:
    """What the server finds where a till sold by other programmes than the rules are."""
    sale = settled(evaluate(basket, to, sold_by, shop.moment(), choices), basket, to, choices)
    return check_sale(sale_record(sale), sale_entries(sale), rules)


def settled(
    sold: Evaluation, basket: Basket, to: Standing, choices: Choices, at: str = "2026-03-14T15:30"
) -> Sale:
    """The sale, paid as the choices say and the rest in cash."""
    left = sold.total - sum(n for _, n in choices.paid_with)
    told = [Tender(kind=kind, amount=n) for kind, n in choices.paid_with]
    cash = [Tender(kind=TenderKind.CASH, amount=left)] if left or not told else []
    return Sale(
        id=f"{7:032x}",
        at=shop.moment(at),
        basket=basket,
        standing=to,
        choices=choices,
        evaluation=sold,
        tenders=(*told, *cash),
    )
