"""Parked baskets, in the till's file and in the fake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal.till.database.till_database import open_database
from terminal.till.ports import ParkedBasket, ParkedBaskets
from tests.fakes import FakeClock, FakeIds, FakeParkedBaskets, FakeWorkingBasket

FIRST = ParkedBasket(
    id="a" * 32,
    local=datetime(2026, 6, 15, 9, 30),  # noqa: DTZ001 - by the clock on the wall
    business_day=date(2026, 6, 15),
    total=1998,
    stored=b"first",
)
SECOND = replace(FIRST, id="b" * 32, local=FIRST.local.replace(hour=10), stored=b"second")
YESTERDAY = replace(
    FIRST, id="c" * 32, local=FIRST.local.replace(day=14, hour=23), business_day=date(2026, 6, 14)
)


@pytest.fixture(params=["stored", "fake"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[ParkedBaskets, Any]]:
    if request.param == "fake":
        working = FakeWorkingBasket()
        yield FakeParkedBaskets(working), working
        return
    database = open_database(tmp_path / "till.sqlite", clock=FakeClock(), ids=FakeIds())
    yield database.parked, database.working_basket
    database.close()


Places = tuple[ParkedBaskets, Any]


def test_the_latest_stands_first(places: Places) -> None:
    parked, _ = places
    for basket in (FIRST, YESTERDAY, SECOND):
        parked.exchange(put=basket, take=None, working=b"")
    assert list(parked.waiting()) == [SECOND, FIRST, YESTERDAY]


def test_one_is_put_and_another_taken_with_the_basket_in_work(places: Places) -> None:
    parked, working = places
    parked.exchange(put=FIRST, take=None, working=b"")
    assert working.load() == b""
    parked.exchange(put=SECOND, take=FIRST, working=b"first")
    assert list(parked.waiting()) == [SECOND]
    assert working.load() == b"first"


def test_one_that_is_gone_is_taken_without_harm(places: Places) -> None:
    parked, working = places
    parked.exchange(put=None, take=FIRST, working=b"first")
    assert working.load() == b"first"
    assert not parked.waiting()
