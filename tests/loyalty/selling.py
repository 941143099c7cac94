"""One sale through the engine, held against the independent checker every time."""

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Choices, Standing
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
    return sold
