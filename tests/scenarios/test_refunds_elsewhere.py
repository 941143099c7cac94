"""Goods come back to a till that did not sell them: money at once, units by the server."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.sale import Sale, sale_body, sale_record
from terminal.loyalty.sale_ahead import SaleAhead
from terminal.loyalty.wallet import Account, UnitId
from terminal.server.database import alarms, refunds
from terminal.server.database.connection import ServerDatabase
from terminal.server.intake import leftovers
from terminal.server.intake.leftovers import settle_refunds
from terminal.server.ledger import rebuilding
from terminal.till.database.facts import unix_ms
from terminal.till.journal_port import Recorded
from tests.scenarios.refund_counter import ANNA, Counter
from tests.scenarios.two_tills import Store

APRIL = date(2026, 4, 30)


def test_another_tills_goods_come_back_and_their_points_go(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    counter.hear()
    refund = counter.take_back(second, sale, 1, here=False)
    assert refund.entries == ()
    assert refund.record.paid_back == sale.total // 2
    assert counter.points(second) == (40, 0)

    counter.hear()
    assert counter.points(first)[0] == counter.points(second)[0] == 20
    assert counter.settled() == 1
    assert counter.found(second) == []


def test_points_whose_right_was_at_the_selling_till_are_owed_until_it_comes_back(
    counter: Counter,
) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    counter.hear()
    counter.take_back(second, sale, 1, 2, here=False)
    counter.hear(second)
    assert counter.points(second) == (0, 40)

    counter.hear()
    assert counter.points(first) == counter.points(second) == (0, 0)
    assert counter.usable(first) == counter.usable(second) == 0


def test_what_two_returns_leave_owed_is_asked_back_together(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sales = [counter.sell(first, earn=40), counter.sell(first, earn=60)]
    counter.sell(first, earn=10)
    counter.hear()
    for sale in sales:
        counter.take_back(second, sale, 1, 2, here=False)
    counter.hear(second)
    assert counter.points(second) == (10, 100)
    counter.hear()
    counter.hear()
    assert counter.points(first) == counter.points(second) == (10, 0)


def test_points_that_were_spent_meanwhile_are_owed_and_repaid(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    counter.hear()
    points = Account(first.members.standing(ANNA).wallets[0], UnitId("points"))
    assert isinstance(
        first.journal.adjust([Entry(points, EntryKind.SPEND, 30)], "goodwill", ANNA), Recorded
    )
    counter.take_back(second, sale, 1, 2, here=False)
    counter.hear()
    assert counter.points(first) == counter.points(second) == (-30, 30)
    counter.sell(second, earn=50)
    counter.hear()
    assert counter.points(first) == counter.points(second) == (20, 0)


def test_a_refund_waits_for_the_sale_that_is_still_at_its_till(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    counter.take_back(
        second, sale, 1, 2, here=False
    )  # the slip is whole; the line of Till 1 is not
    counter.hear(second)
    assert counter.settled() == 0
    counter.hear(first)
    assert counter.settled() == 1
    counter.hear()
    assert counter.points(first) == counter.points(second) == (0, 0)


def test_a_reward_that_was_paid_with_points_gives_them_back(counter: Counter) -> None:
    first, second = counter.first, counter.second
    counter.sell(first, earn=90)
    sale = counter.sell(first, spend=50, earn=10)
    counter.hear()
    assert counter.points(second) == (50, 0)
    counter.take_back(second, sale, 1, 2, here=False)
    counter.hear()
    assert counter.points(first) == counter.points(second) == (90, 0)


def test_parts_at_both_tills_come_to_the_whole(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, lines=3, earn=10)
    counter.hear()
    for till, line in ((second, 1), (first, 2), (second, 3)):
        counter.take_back(till, sale, line, here=till is first)
        counter.hear()
    assert counter.points(first) == counter.points(second) == (0, 0)
    assert counter.found(first) == counter.found(second) == []
    assert counter.settled() == 2


@pytest.mark.parametrize("first_heard", [True, False])
def test_a_piece_that_comes_back_at_two_tills_is_found_and_owed(
    counter: Counter, *, first_heard: bool
) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    counter.hear()
    counter.take_back(first, sale, 1, here=True)
    counter.take_back(second, sale, 1, here=False)
    for till in (first, second) if first_heard else (second, first):
        counter.hear(till)
    counter.hear()
    # Twice 20 of 40 are gone, for one piece that was sold once.
    assert counter.points(first)[0] == counter.points(second)[0] == 0
    late = second if first_heard else first
    assert counter.found(late) == [(FindingKind.REFUNDED_TWICE, sale.lines[0].net)]
    assert counter.found(first if first_heard else second) == []


def test_what_the_selling_till_took_comes_before_what_waited_for_its_sale(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    counter.take_back(second, sale, 1, here=False)
    counter.hear(second)
    counter.take_back(first, sale, 1, here=True)
    counter.hear()
    # Both are looked at together; the earlier one is the second all the same.
    assert counter.found(second) == [(FindingKind.REFUNDED_TWICE, sale.lines[0].net)]
    assert counter.found(first) == []
    assert counter.points(first)[0] == counter.points(second)[0] == 0


def test_nothing_is_settled_while_a_log_is_missing_after_a_restore(counter: Counter) -> None:
    first, second = counter.first, counter.second
    missing = counter.store.open_till().journal.identity().incarnation
    counter.hear()
    sale = counter.sell(first, earn=40)
    counter.take_back(second, sale, 1, here=False)

    def is_missing(quarantined: int) -> None:
        counter.store.database.run(
            lambda connection: connection.exec_driver_sql(
                f"UPDATE logs SET quarantined = {quarantined} WHERE incarnation = '{missing}'"
            )
        )

    is_missing(1)
    counter.hear(first, second)
    now_ms = unix_ms(counter.store.clock.now())
    settle_refunds(counter.store.database, now_ms)
    assert counter.settled() == 0
    is_missing(0)
    settle_refunds(counter.store.database, now_ms)
    assert counter.settled() == 1


def test_pending_points_are_taken_where_they_wait(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn_pending=40)
    counter.hear()
    counter.take_back(second, sale, 1, here=False)
    counter.hear()
    (holding,) = second.members.standing(ANNA).of("points")
    assert (holding.sums.pending, holding.sums.debt) == (20, 0)


def test_of_lots_that_end_in_april_the_right_ones_go(counter: Counter) -> None:
    first, second = counter.first, counter.second
    old = counter.sell(first, earn=40, day=APRIL)
    counter.sell(first, earn=60)
    counter.hear()
    counter.take_back(second, old, 1, 2, here=False)
    counter.hear()
    (holding,) = second.members.standing(ANNA).of("points")
    assert holding.sums.earned == ((None, 60),)


def test_whoever_looks_again_settles_nothing_twice(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    counter.take_back(second, sale, 1, here=False)
    counter.hear()
    for _ in range(3):
        settle_refunds(counter.store.database, unix_ms(counter.store.clock.now()))
    assert counter.settled() == 1


def test_a_refund_that_cannot_be_settled_holds_up_no_other(counter: Counter) -> None:
    first, second = counter.first, counter.second
    bad, good = counter.sell(first, earn=40), counter.sell(first, earn=40)
    counter.take_back(second, bad, 1, here=False)
    counter.hear()
    database = counter.store.database
    with database.reading() as connection:
        (settled,) = refunds.of_sale(connection, bad.id)

    def place_it(seq_before: int, seq: int) -> None:
        database.run(
            lambda connection: connection.exec_driver_sql(
                f"UPDATE refunds SET by_seq = {seq} WHERE by_seq = {seq_before}"
            )
        )

    place_it(settled.by_seq, 999)  # where no fact is: the tables were tampered with
    counter.take_back(second, bad, 2, here=False)
    counter.take_back(second, good, 1, here=False)
    counter.hear()
    settle_refunds(database, unix_ms(counter.store.clock.now()))
    assert counter.settled() == 2
    with database.reading() as connection:
        assert [alarm.kind for alarm in alarms.read_alarms(connection)] == ["settling_failed"]
    place_it(999, settled.by_seq)
    settle_refunds(database, unix_ms(counter.store.clock.now()))
    assert counter.settled() == 3


def test_what_takes_long_to_judge_is_settled_when_no_till_waits(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = counter.first, counter.second
    effort = leftovers.STEPS_WAITED_FOR + 1
    monkeypatch.setattr(leftovers, "STEPS_MOST", effort)
    for _ in range(2):
        sale = counter.sell(first, earn=40, effort=effort)
        counter.take_back(second, sale, 1, here=False, law=RefundLaw.REEVALUATE)
    counter.hear()
    assert counter.settled() == 0
    # Some seconds of it, then everything else that a server does by itself, then the others.
    database, now_ms = counter.store.database, unix_ms(counter.store.clock.now())
    beyond = settle_refunds(database, now_ms)
    assert counter.settled() == 1
    beyond = settle_refunds(database, now_ms, beyond)
    assert counter.settled() == 2
    assert settle_refunds(database, now_ms, beyond) == ""


def test_what_is_noted_of_refunds_is_written_again_from_the_facts(counter: Counter) -> None:
    first, second = counter.first, counter.second
    sale = counter.sell(first, earn=40)
    counter.take_back(second, sale, 1, here=False)
    counter.take_back(first, sale, 2, here=True)
    counter.hear()
    database = counter.store.database
    database.run(refunds.forget_all)
    assert not rebuilding.check(database).clean
    rebuilding.rebuild(database)
    counter.hear()
    assert rebuilding.check(database).clean
    assert counter.settled() == 1
    assert counter.points(first)[0] == 0


def test_a_sale_that_moved_other_units_than_it_says_holds_up_no_refund(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = counter.first, counter.second
    monkeypatch.setattr("terminal.till.database.journal.sale_entries", lambda _: ())
    odd = counter.sell(first, earn=40)  # a till of another make: in words, and not in entries
    monkeypatch.undo()
    sale = counter.sell(first, earn=40, unit="stamps:coffee")
    counter.hear()
    counter.take_back(second, odd, 1, 2, here=False)
    counter.take_back(second, sale, 1, 2, here=False)
    counter.hear()
    assert counter.settled() == 2


def test_a_sale_that_cannot_be_read_here_holds_up_no_other_refund(
    server_database: ServerDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(server_database, tmp_path)  # no till but a newer one can refold its own
    counter = Counter(store)

    def of_a_newer_till(_: SaleAhead, sale: Sale) -> bytes:
        return sale_body(sale_record(sale)).replace(b"earned_per_money", b"earned_per_smile")

    first, second = counter.first, counter.second
    monkeypatch.setattr(SaleAhead, "body", of_a_newer_till)
    newer = counter.sell(first, earn=40)
    monkeypatch.undo()
    sale = counter.sell(first, earn=40)
    counter.hear()
    counter.take_back(second, newer, 1, here=False)
    counter.take_back(second, sale, 1, here=False)
    counter.hear()
    assert counter.settled() == 1
    store.close()
