"""What is made of a sale before it is paid: the same bytes, and never those of another sale."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from terminal.loyalty.basket import Basket
from terminal.loyalty.counting import counted, counts_of_fact
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.facts import FactKind
from terminal.loyalty.sale import Sale, sale_body, sale_record
from terminal.loyalty.sale_ahead import SaleAhead
from terminal.loyalty.standing import Choices
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account, UnitId
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters
from tests.loyalty.test_sale import of_chance, paid

MONEY = Account(shop.ANNAS, UnitId("credit"))


def by_card(sale: Sale) -> Sale:
    """The same goods, as they look before anybody has paid."""
    total = sale.evaluation.total
    tenders = (Tender(kind=TenderKind.CARD, amount=total),) if total else ()
    return replace(sale, id="", tenders=tenders, rounding=0, change=0)


@settings(max_examples=100)
@given(counters(lines=5, pieces=3, offers=4, with_tax=None))
def test_a_sale_that_was_made_ready_is_written_like_any_other(counter: Counter) -> None:
    evaluation = evaluate(
        counter.basket, counter.standing, counter.programmes, counter.at, counter.choices
    )
    sale = of_chance(counter, evaluation)
    ahead = SaleAhead(by_card(sale))

    assert ahead.is_of(sale)
    body = sale_body(sale_record(sale))
    assert ahead.body(sale) == body
    assert ahead.counts.counts == counted(sale_record(sale))
    told = counts_of_fact(FactKind.SALE_RECORDED.value, body)
    assert ahead.counts == (told or ahead.counts)
    assert bool(ahead.counts.counts) is (told is not None)


def cake() -> Sale:
    """Anna buys a cake, in cash and rounded."""
    sale = paid(shop.basket(shop.CAKE), shop.points(), by=shop.anna({"points": 137}))
    total = sale.evaluation.total
    cash = (Tender(kind=TenderKind.CASH, amount=total + 3),)
    return replace(sale, tenders=cash, rounding=-2, change=5)


def test_it_is_of_the_same_basket_however_that_is_paid() -> None:
    sale = cake()
    again = Basket(lines=tuple(replace(one) for one in sale.basket.lines), currency="PLN")
    assert SaleAhead(by_card(sale)).is_of(replace(sale, basket=again))


def _another_basket(sale: Sale) -> Sale:
    line = replace(sale.basket.lines[0], key=2)
    return replace(sale, basket=replace(sale.basket, lines=(line,)))


def _out_of_a_wallet(sale: Sale) -> Sale:
    total = sale.evaluation.total
    tender = Tender(kind=TenderKind.STORE_CREDIT, amount=total, account=MONEY)
    return replace(sale, tenders=(tender,), rounding=0, change=0)


@pytest.mark.parametrize(
    "other",
    [
        _another_basket,
        _out_of_a_wallet,
        lambda sale: replace(sale, at=shop.moment("2026-03-14T15:31")),
        lambda sale: replace(sale, card="c" * 32),
        lambda sale: replace(sale, standing=replace(sale.standing)),
        lambda sale: replace(sale, evaluation=replace(sale.evaluation)),
        lambda sale: replace(sale, choices=Choices(paid_with=((TenderKind.CASH, 1),))),
    ],
)
def test_it_is_of_no_other_sale(other: Callable[[Sale], Sale]) -> None:
    sale = cake()
    ahead = SaleAhead(by_card(sale))
    assert ahead.is_of(sale)
    assert not ahead.is_of(other(sale))
