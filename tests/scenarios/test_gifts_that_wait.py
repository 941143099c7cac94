"""Units given by hand that have to wait, taken back before they vest: till and server agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from terminal.loyalty.earning import EarnRule, PerVisit
from terminal.loyalty.giving import giving, taking_back
from terminal.loyalty.ledger import NOTHING
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.units import UnitKind
from terminal.server.calendar.days import run_day
from terminal.server.database.connection import ServerDatabase
from terminal.server.registry.local_days import local_days
from terminal.till.database.facts import unix_ms
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.ports import Member
from terminal.wire.programme_json import write_programme
from tests.scenarios.two_tills import STORE, Store
from tests.server.registry import owners

ANNA = "a" * 32
SORRY = Programme(
    programme=1,
    revision=1,
    holds_from=datetime(2026, 1, 1, tzinfo=UTC),
    name={"en": "Sorry"},
    unit=UnitTerms(id="sorry", kind=UnitKind.POINTS, name={"en": "Points"}, vesting_days=14),
    earn=(EarnRule(id="sorry", on="goodwill", per=PerVisit(), units=30),),
)


@pytest.fixture
def store(server_database: ServerDatabase, tmp_path: Path) -> Iterator[Store]:
    made = Store(server_database, tmp_path)
    now_ms = unix_ms(made.clock.now())
    shop = owners.shop_record(STORE)
    assert owners.publish(made.database, write_programme(SORRY), shop=shop, now_ms=now_ms).published
    yield made
    made.close()


def give(store: Store, till: TillDatabase) -> None:
    now = store.later(minutes=1)
    gift = giving("goodwill", [SORRY], till.members.standing(ANNA), now, why="wait")
    assert gift is not None
    assert isinstance(till.journal.give(gift, ANNA, now), Recorded)


def take_back(store: Store, till: TillDatabase) -> None:
    """The earliest that stands."""
    now = store.later(minutes=1)
    gift = [one for one in till.journal.gifts(ANNA, 4) if not one.taken_back][-1]
    back = taking_back(gift, till.members.standing(ANNA), now.business_day)
    assert back is not None
    assert isinstance(till.journal.give(back, ANNA, now), Recorded)


def vest(store: Store) -> None:
    """What the server's calendar does today, told to everybody."""
    store.sync()
    now_ms = unix_ms(store.clock.now())
    with store.database.reading() as connection:
        days = local_days(connection, now_ms)
    run_day(store.database, now_ms=now_ms, days=days)
    store.sync()
    store.sync()


@pytest.mark.parametrize("told", [True, False], ids=["the server knows it", "at once"])
def test_what_was_taken_back_never_vests(store: Store, told: bool) -> None:
    first, second = store.open_till(), store.open_till()
    first.journal.enrol(Member(id=ANNA, name="Anna"), "2900000000017", store.clock.now())
    store.sync()
    store.sync()
    give(store, first)
    if told:
        store.sync()
        store.sync()
    take_back(store, first)
    store.sync()
    store.later(days=20)
    vest(store)

    for till in (first, second):
        for held in till.members.standing(ANNA).of("sorry"):
            assert (held.sums, held.spendable) == (NOTHING, 0)


@pytest.mark.parametrize("told", [True, False], ids=["the server knows it", "at once"])
def test_what_was_given_later_waits_its_own_time(store: Store, told: bool) -> None:
    first, second = store.open_till(), store.open_till()
    first.journal.enrol(Member(id=ANNA, name="Anna"), "2900000000017", store.clock.now())
    store.sync()
    store.sync()
    give(store, first)
    store.later(days=10)
    give(store, first)
    if told:
        store.sync()
        store.sync()
    take_back(store, first)

    store.later(days=5)
    vest(store)
    for till in (first, second):
        (held,) = till.members.standing(ANNA).of("sorry")
        assert (held.sums.balance, held.sums.pending) == (0, 30), "its two weeks are not over"
    store.later(days=10)
    vest(store)
    (held,) = second.members.standing(ANNA).of("sorry")
    assert (held.sums.balance, held.sums.pending) == (30, 0)
