"""Goods come back where two tills share a member: what one undoes, the server and the other know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.refunding import Refund, Wish, plan
from terminal.loyalty.sale import SaleRecord, sale_record
from terminal.loyalty.wallet import Account, UnitId
from terminal.server.database.connection import open_database
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.ports import Member
from tests.fakes import FakeIds
from tests.fakes.paid_sale import paid_sale
from tests.scenarios.two_tills import Store, everybody_agrees

ANNA = "a" * 32
APRIL = date(2026, 4, 30)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    made = Store(database, tmp_path)
    yield made
    everybody_agrees(made)
    made.close()
    database.close()


def two_tills(store: Store) -> tuple[TillDatabase, TillDatabase]:
    first, second = store.open_till(), store.open_till()
    first.journal.enrol(Member(id=ANNA, name="Anna"), "2900000000017", store.clock.now())
    store.sync()
    return first, second


IDS = FakeIds()
IDS._last = 77_000


def sell(store: Store, till: TillDatabase, *, day: date | None = None, **moves: Any) -> SaleRecord:
    at = store.later(minutes=1)
    sale = paid_sale(IDS.sale_id(), at, till.members.standing(ANNA), lines=2, day=day, **moves)
    assert isinstance(till.journal.record_sale(sale), Recorded)
    return sale_record(sale)


def take_back(
    store: Store, till: TillDatabase, sale: SaleRecord, pieces: int = 2
) -> tuple[Entry, ...]:
    at = store.later(minutes=1)
    planned = plan(
        Wish(
            id=IDS.sale_id(),
            at=at,
            sale=sale,
            programmes=(),
            earlier=tuple(one.record for one in till.journal.refunds_of(sale)),
            back={line.key: 1 for line in sale.lines[:pieces]},
            law=RefundLaw.PRO_RATA,
            standing=till.members.standing(ANNA),
        )
    )
    assert isinstance(planned, Refund)
    assert isinstance(till.journal.record_refund(planned), Recorded)
    return planned.entries


def balance(till: TillDatabase) -> tuple[int, int]:
    """(balance, debt)."""
    holdings = till.members.standing(ANNA).of("points")
    return (
        sum(one.sums.balance for one in holdings),
        sum(one.sums.debt for one in holdings),
    )


def test_what_one_till_takes_back_the_other_sees(store: Store) -> None:
    first, second = two_tills(store)
    sale = sell(store, first, earn=40)
    store.sync()
    store.sync()
    assert balance(second) == (40, 0)
    take_back(store, first, sale, pieces=1)
    store.sync()
    store.sync()
    assert balance(first) == balance(second) == (20, 0)


def test_points_that_the_other_till_spent_are_owed_and_repaid(store: Store) -> None:
    first, second = two_tills(store)
    sale = sell(store, first, earn=40)
    store.sync()
    wallet = second.members.standing(ANNA).wallets[0]
    points = Account(wallet, UnitId("points"))
    # The right to them is at the first till: here it is spent, and only then are they taken back.
    assert isinstance(
        first.journal.adjust([Entry(points, EntryKind.SPEND, 30)], "goodwill", ANNA), Recorded
    )
    take_back(store, first, sale)
    assert balance(first) == (-30, 30)
    store.sync()
    store.sync()
    assert balance(second) == (-30, 30)
    sell(store, second, earn=50)
    store.sync()
    store.sync()
    assert balance(first) == balance(second) == (20, 0)


def test_pending_points_come_back_before_and_after_they_vested(store: Store) -> None:
    first, second = two_tills(store)
    sale = sell(store, first, earn_pending=40)
    store.sync()
    take_back(store, first, sale, pieces=1)
    store.sync()
    store.sync()
    assert balance(second) == (0, 0)
    holdings = second.members.standing(ANNA).of("points")
    assert sum(one.sums.pending for one in holdings) == 20


def test_of_lots_that_end_in_april_the_right_ones_go(store: Store) -> None:
    first, second = two_tills(store)
    old = sell(store, first, earn=40, day=APRIL)
    sell(store, first, earn=60)
    store.sync()
    take_back(store, first, old)
    store.sync()
    store.sync()
    (holding,) = second.members.standing(ANNA).of("points")
    assert holding.sums.earned == ((None, 60),)


def test_the_other_till_tells_where_the_points_went(store: Store) -> None:
    first, second = two_tills(store)
    sale = sell(store, first, earn=40)
    entries = take_back(store, first, sale)
    assert [one.kind for one in entries] == [EntryKind.UNEARN]
    store.sync()
    store.sync()
    story = second.journal.movements(ANNA, 5)
    assert [(one.kind, one.entry.n) for one in story] == [
        ("RefundRecorded", 40),
        ("SaleRecorded", 40),
    ]
