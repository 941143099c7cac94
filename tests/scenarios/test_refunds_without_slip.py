"""Goods come back by a manager's PIN: the server finds their purchase and takes back what it brought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.counting import counted
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.refunding import Refund
from terminal.loyalty.standing import NOBODY
from terminal.loyalty.without_slip import without_slip
from terminal.server.database import counts, migrations, refunds
from terminal.server.database.connection import Connection
from terminal.server.intake import leftovers
from terminal.server.intake.leftovers import settle_refunds_without_slip
from terminal.server.intake.past_sales import sales_asked
from terminal.server.ledger import rebuilding
from terminal.till.database.facts import unix_ms
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.wire.sync_json import Ask, AskKind
from tests.fakes.paid_sale import COFFEE
from tests.scenarios.refund_counter import ANNA, Counter
from tests.server.older_tables import counted_name_by_name

TEA = replace(COFFEE, sku="tea", name="Herbata")


def bring(
    counter: Counter,
    till: TillDatabase,
    *lines: Line,
    member: str | None = ANNA,
) -> RefundRecord:
    """These goods come back without their slip."""
    basket = Basket(currency="PLN", lines=lines)
    at = counter.store.later(minutes=1)
    priced = evaluate(basket, NOBODY, (), at)
    record = without_slip(counter.ids.sale_id(), at, basket, priced, member=member, cash_step=1)
    recorded = till.journal.record_refund(Refund(record, ()), approver="shop-pin")
    assert isinstance(recorded, Recorded)
    return record


def coffees(pieces: int) -> Line:
    return Line(key=7, product=COFFEE, pieces=pieces)


def look(counter: Counter) -> None:
    """Everybody speaks, the server looks for purchases, and everybody hears of it."""
    counter.hear()
    settle_refunds_without_slip(counter.store.database, unix_ms(counter.store.clock.now()))
    counter.hear()
    counter.hear()


def test_what_the_goods_had_earned_goes_once_the_purchase_is_found(counter: Counter) -> None:
    first, second = counter.first, counter.second
    counter.sell(first, lines=4, earn=40)
    bring(counter, second, coffees(1))
    look(counter)
    assert counter.points(first) == counter.points(second) == (30, 0)
    assert counter.settled() == 1
    look(counter)
    assert counter.settled() == 1
    assert counter.found(second) == []


def test_of_several_purchases_the_one_that_costs_the_member_least(counter: Counter) -> None:
    first, second = counter.first, counter.second
    counter.sell(first, lines=2, earn=100)
    counter.sell(first, lines=2, earn=20)
    counter.sell(second, lines=2, earn=60)
    bring(counter, second, coffees(1))
    look(counter)
    assert counter.points(first) == (170, 0)
    # Its other piece, then a purchase that has pieces left: nothing comes back twice.
    bring(counter, second, coffees(1))
    bring(counter, second, coffees(1))
    look(counter)
    assert counter.points(first) == (130, 0)


def test_the_purchase_that_has_all_of_the_goods_goes_before_a_cheaper_one(
    counter: Counter,
) -> None:
    first, second = counter.first, counter.second
    counter.sell(first, lines=1, earn=1)
    counter.sell(first, lines=3, earn=30)
    bring(counter, second, coffees(3))
    look(counter)
    assert counter.points(first) == (1, 0)


def test_a_purchase_that_is_still_at_a_silent_till_is_waited_for(counter: Counter) -> None:
    first, second = counter.first, counter.second
    counter.sell(first, lines=2, earn=40)
    bring(counter, second, coffees(2))
    counter.hear(second)
    settle_refunds_without_slip(counter.store.database, unix_ms(counter.store.clock.now()))
    assert counter.settled() == 0
    look(counter)
    assert counter.points(first) == (0, 0)


def test_goods_that_the_member_is_not_known_to_have_bought_cost_nothing_and_are_told(
    counter: Counter,
) -> None:
    first, second = counter.first, counter.second
    counter.sell(first, lines=2, earn=40)
    record = bring(counter, second, Line(key=1, product=TEA))
    look(counter)
    assert counter.found(second) == []
    counter.store.later(days=15)
    look(counter)
    assert counter.points(first) == (40, 0)
    assert counter.found(second) == [(FindingKind.NO_PURCHASE, record.due)]
    look(counter)
    assert len(counter.found(second)) == 1


def test_after_two_weeks_a_part_of_the_goods_is_better_than_none(counter: Counter) -> None:
    first, second = counter.first, counter.second
    counter.sell(first, lines=2, earn=40)
    bring(counter, second, coffees(1), Line(key=9, product=TEA))
    look(counter)
    assert counter.points(first) == (40, 0)
    counter.store.later(days=15)
    look(counter)
    assert counter.points(first) == (20, 0)


def test_nobody_is_asked_for_anything_where_no_card_was_shown(counter: Counter) -> None:
    first, second = counter.first, counter.second
    counter.sell(first, lines=2, earn=40)
    bring(counter, second, coffees(1), member=None)
    look(counter)
    assert (counter.points(first), counter.settled()) == ((40, 0), 0)


def test_the_slip_that_turns_up_later_is_a_second_return_of_the_same_goods(
    counter: Counter,
) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, lines=1, earn=40)
    bring(counter, second, coffees(1))
    look(counter)
    counter.take_back(first, sale, 1, here=True)
    counter.hear()
    assert counter.found(first) == [(FindingKind.REFUNDED_TWICE, sale.total)]


def test_the_members_history_loses_what_came_back(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, lines=1, earn=40)
    bring(counter, second, coffees(1))
    look(counter)
    assert {one.name for one in counted(sale)} == {"purchases", "spent", "brought:1/each"}
    with counter.store.database.reading() as connection:
        assert set(counts.all_counts(connection).values()) == {0}
    assert rebuilding.check(counter.store.database).clean


def test_where_many_wait_each_round_goes_on_where_the_last_one_ended(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "WITHOUT_SLIP_MOST", 2)
    first, second = counter.first, counter.second
    counter.sell(first, lines=3, earn=30)
    for _ in range(2):
        bring(counter, second, Line(key=1, product=TEA))  # nobody bought any: they wait
    bring(counter, second, coffees(3))
    counter.hear()
    now_ms = unix_ms(counter.store.clock.now())
    database = counter.store.database
    came_to = settle_refunds_without_slip(database, now_ms)
    assert counter.settled() == 0
    came_to = settle_refunds_without_slip(database, now_ms, came_to)
    assert counter.settled() == 1
    assert came_to == leftovers.BEFORE_ALL


def test_what_came_back_before_servers_looked_for_purchases_is_settled_after_the_update(
    counter: Counter,
) -> None:
    counter.sell(counter.first, lines=4, earn=40)
    bring(counter, counter.second, coffees(1))
    counter.hear()
    database = counter.store.database

    def as_it_was(connection: Connection) -> None:
        refunds.forget_all(connection)  # they were not noted then
        counted_name_by_name(connection)
        connection.exec_driver_sql("UPDATE tables_version SET version = 7")

    database.run(as_it_was)
    database.run(migrations.bring_up_to_date)
    look(counter)
    assert counter.points(counter.first) == (30, 0)


def test_no_till_is_told_that_the_lines_of_the_basket_are_those_of_the_sale(
    counter: Counter,
) -> None:
    """One of an older program would take them off what may still come back by the slip."""
    sale = counter.sell(counter.first, lines=1, earn=40)
    bring(counter, counter.second, coffees(1))
    look(counter)
    assert counter.settled() == 1
    with counter.store.database.reading() as connection:
        (told,) = sales_asked(connection, [Ask(kind=AskKind.SALE, key=sale.id)])
    assert told.refunds == ()
