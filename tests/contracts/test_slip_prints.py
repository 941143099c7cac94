"""Which slips are on paper: the fake and the file agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from terminal.till.database.till_database import open_database
from terminal.till.printer_port import SlipPrints, SlipState
from tests.fakes import FakeClock, FakeIds
from tests.fakes.slip_prints import FakeSlipPrints

TODAY = date(2026, 6, 15)


@pytest.fixture(params=["fake", "file"])
def prints(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SlipPrints]:
    if request.param == "fake":
        yield FakeSlipPrints()
        return
    till = open_database(tmp_path / "till.db", clock=FakeClock(), ids=FakeIds())
    yield till.slip_prints
    till.close()


def test_a_slip_that_was_asked_for_waits_until_it_is_printed(prints: SlipPrints) -> None:
    assert prints.of_sale("a") == SlipState()
    prints.want("a", TODAY)
    assert prints.of_day(TODAY) == {"a": SlipState(waiting=True)}
    prints.printed("a")
    assert prints.of_sale("a") == SlipState(printed=1)


def test_a_copy_counts_too_and_nobody_need_wait_for_ever(prints: SlipPrints) -> None:
    for _ in range(2):
        prints.want("a", TODAY)
        prints.printed("a")
    prints.want("a", TODAY)
    assert prints.of_sale("a") == SlipState(waiting=True, printed=2)
    prints.let_go("a")
    assert prints.of_sale("a") == SlipState(printed=2)


def test_what_nobody_asked_for_cannot_be_struck_off(prints: SlipPrints) -> None:
    prints.printed("a")
    prints.let_go("a")
    assert prints.of_sale("a") == SlipState()


def test_days_are_apart_and_old_ones_are_forgotten(prints: SlipPrints) -> None:
    prints.want("old", TODAY - timedelta(days=4))
    prints.want("yesterday", TODAY - timedelta(days=1))
    prints.want("a", TODAY)
    assert set(prints.of_day(TODAY)) == {"a"}
    assert prints.of_sale("yesterday").waiting
    assert prints.of_sale("old") == SlipState()


def test_what_waits_outlives_a_crash(tmp_path: Path) -> None:
    till = open_database(tmp_path / "till.db", clock=FakeClock(), ids=FakeIds())
    till.slip_prints.want("a", TODAY)
    till.close()
    again = open_database(tmp_path / "till.db", clock=FakeClock(), ids=FakeIds())
    assert again.slip_prints.of_sale("a").waiting
    again.close()
