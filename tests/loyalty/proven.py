"""What the engine promises of a small basket by chance, held against all who know it another way.

Trying everything says the least that it can come to; the checker and the server, that it was allowed.
"""

from hypothesis import assume

from terminal.loyalty.checking.judging import check_sale
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.sale import sale_entries, sale_record
from tests.loyalty.chance import Counter
from tests.loyalty.checker import check
from tests.loyalty.oracle import best, came_to
from tests.loyalty.selling import settled


def nothing_is_cheaper(
    counter: Counter, *, pieces: int = 5, efforts: tuple[int, ...] = (3000,)
) -> None:
    """Nothing costs less than the bound, and nothing less than what is proven, at every effort.

    Baskets of more pieces are passed over: trying everything would take too long.
    """
    assume(sum(line.pieces for line in counter.basket.lines) <= pieces)
    asked = (counter.basket, counter.standing, counter.programmes, counter.at, counter.choices)

    expected = best(counter)

    for effort in efforts:
        found = evaluate(*asked, effort)
        check(*asked, found)
        came = came_to(counter, found)
        assert found.bound <= expected.cost <= came.cost
        assert not found.proven or came.cost == expected.cost
        sale = settled(found, counter.basket, counter.standing, counter.choices)
        assert check_sale(sale_record(sale), sale_entries(sale), counter.programmes) == ()
