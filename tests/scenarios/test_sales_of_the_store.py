"""A slip of the till beside, and no line: each till knows its store's sales of the last 30 days."""

from __future__ import annotations

import pytest

from terminal.loyalty.sale import SaleRecord
from terminal.server.feed import store_sales
from terminal.server.intake.sync import answer
from terminal.till.database import store_sales as kept
from terminal.till.database.facts import unix_ms
from terminal.till.database.quick import Quick
from terminal.till.database.till_database import TillDatabase
from terminal.till.line_port import Question
from tests.scenarios.refund_counter import Counter

OTHER = "0b" * 16


def hear(counter: Counter, *tills: TillDatabase) -> None:
    """Some minutes of talk: a till asks once a minute."""
    for _ in range(3):
        counter.store.later(minutes=2)
        counter.hear(*tills)


def knows(till: TillDatabase, sale: SaleRecord) -> bool:
    found = till.journal.told_sale(sale.id)
    return found is not None and found.record == sale


def kept_at(till: TillDatabase) -> int:
    with till.database.reading() as connection:
        return int(Quick(connection).one("SELECT count(*) FROM store_sales")[0])


def test_a_slip_of_the_till_beside_comes_back_without_a_line(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    hear(counter)
    assert knows(second, sale)
    # From here on nobody is asked: what is known is on the till's own disk.
    told = second.journal.told_sale(sale.id)
    assert told is not None
    refund = counter.take_back(second, told.record, 1, here=False)
    assert refund.record.paid_back == sale.total // 2
    hear(counter)
    assert counter.points(first)[0] == 20


def test_what_came_back_at_another_till_is_known_at_the_till_that_sold_it(
    counter: Counter,
) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    hear(counter)
    counter.take_back(second, sale, 1, here=False)
    hear(counter)
    (back,) = first.journal.refunds_of(sale)
    assert [line.key for line in back.record.lines] == [1]
    assert len(second.journal.refunds_of(sale)) == 1


def test_sales_of_another_store_and_of_long_ago_are_not_told(counter: Counter) -> None:
    first = counter.first
    elsewhere = counter.store.open_till(OTHER)
    old = counter.sell(first, earn=1)
    counter.hear()
    counter.store.later(days=40)
    new = counter.sell(first, earn=1)
    counter.hear(first)
    third = counter.store.open_till()
    hear(counter)
    assert not knows(third, old)
    assert knows(third, new)
    assert kept_at(elsewhere) == 0
    assert not knows(first, new), "its own are in its journal"


def test_a_long_past_comes_in_many_small_replies(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_sales, "BYTES_MOST", 4_000)
    monkeypatch.setattr(store_sales, "LOOKED_AT", 3)
    sales = [counter.sell(counter.first, earn=1) for _ in range(9)]
    for _ in range(9):
        hear(counter)
    assert all(knows(counter.second, sale) for sale in sales)


def test_no_more_than_so_many_are_kept_and_the_newest_of_them(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT_MOST", 3)
    sales = [counter.sell(counter.first, earn=1) for _ in range(6)]
    hear(counter)
    assert [knows(counter.second, sale) for sale in sales] == [False] * 2 + [True] * 4


def test_a_sale_takes_less_than_half_of_its_room(counter: Counter) -> None:
    sale = counter.sell(counter.first, earn=40)
    hear(counter)
    with counter.second.database.reading() as connection:
        (size,) = Quick(connection).one("SELECT length(squeezed) FROM store_sales")
        stored = kept.sale_of_store(connection, sale.id)
    assert stored is not None
    assert size * 2 < len(stored)


def test_a_till_whose_clock_is_years_ahead_keeps_them_all_the_same(counter: Counter) -> None:
    store, second = counter.store, counter.second
    sale = counter.sell(counter.first, earn=40)
    counter.hear(counter.first)
    ahead = store.later(days=4_000)
    request = second.sync.prepare(
        random="9" * 32, question=Question(), most_facts=500, most_bytes=1_000_000, at=ahead
    )
    now_ms = unix_ms(store.later(days=-4_000))
    reply = answer(store.database, request, now_ms=now_ms, chance=lambda: "9" * 32)
    second.sync.settle(request, reply, at=ahead)
    assert knows(second, sale)
