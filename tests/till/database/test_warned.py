"""Whoever is shown in good time that units end was warned, once for each lot and last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from terminal.loyalty.bodies import LotWarned, read_body
from terminal.loyalty.facts import decode
from terminal.till.database.rebuild import check, rebuild
from tests.fakes.paid_sale import paid_sale
from tests.till.database.test_settling import ANNA, POINTS, Line

Files = Any


@pytest.fixture
def line(files: Files) -> Line:
    line = Line(files)
    line.enrol()
    return line


def sell(line: Line, **moves: Any) -> None:
    standing = line.till.members.standing(ANNA)
    now = line.files.clock.now()
    line.till.journal.record_sale(paid_sale(line.files.ids.sale_id(), now, standing, **moves))


def warnings(line: Line) -> list[LotWarned]:
    with line.till.database.reading() as connection:
        rows = connection.execute("SELECT stored FROM facts WHERE kind = 'LotWarned' ORDER BY seq")
        return [read_body(LotWarned, decode(bytes(stored)).body) for (stored,) in rows]


def test_a_lot_that_ends_soon_is_told_once(line: Line) -> None:
    today = line.files.clock.now().business_day
    soon, later = today + timedelta(days=20), today + timedelta(days=60)
    sell(line, earn=40, day=soon)
    sell(line, earn=10, day=later)
    (warned,) = warnings(line)
    assert warned == LotWarned(
        wallet=line.wallet,
        unit=POINTS,
        day=soon,
        last_day=soon,
        n=40,
        how="display",
    )
    sell(line)
    assert len(warnings(line)) == 1
    assert check(line.till.database).clean
    # With the first lot spent, the slip names the next one.
    sell(line, spend=40)
    assert [one.day for one in warnings(line)] == [soon, later]


@pytest.mark.parametrize("days", [13, 91])
def test_too_late_and_too_early_are_no_warnings(line: Line, days: int) -> None:
    sell(line, earn=40, day=line.files.clock.now().business_day + timedelta(days=days))
    assert warnings(line) == []


def test_who_was_warned_elsewhere_is_not_warned_again(line: Line) -> None:
    soon = line.files.clock.now().business_day + timedelta(days=20)
    line.sync_fully()
    line.server.mint(line.account, 40, soon)
    line.server.grant(line.account, 40)
    stated = line.server.statement(line.wallet)
    stated = replace(stated, accounts=(replace(stated.accounts[0], warned=(soon,)),))
    line.sync(statements=(stated,))
    sell(line)
    assert warnings(line) == []


def test_an_extension_is_told_anew_by_its_last_day(line: Line) -> None:
    today = line.files.clock.now().business_day
    soon = today + timedelta(days=20)
    sell(line, earn=40, day=soon)
    line.sync_fully()
    line.files.clock.advance(days=21)
    until = soon + timedelta(days=30)
    stated = line.server.statement(line.wallet)
    extended: tuple[tuple[date, date], ...] = ((soon, until),)
    stated = replace(stated, accounts=(replace(stated.accounts[0], extended=extended),))
    line.sync(statements=(stated,))
    sell(line)
    assert [(one.day, one.last_day) for one in warnings(line)] == [(soon, soon), (soon, until)]
    with line.till.database.writing() as connection:
        connection.execute("DELETE FROM lots_warned")
    assert len(check(line.till.database).differences) == 2
    rebuild(line.till.database)
    assert check(line.till.database).clean


def test_who_shows_no_card_is_warned_of_nothing(line: Line) -> None:
    now = line.files.clock.now()
    line.till.journal.record_sale(paid_sale(line.files.ids.sale_id(), now))
    assert warnings(line) == []


def test_a_statement_tells_all_last_days_and_only_what_is_on_paper_counts(line: Line) -> None:
    today = line.files.clock.now().business_day
    soon, later = today + timedelta(days=20), today + timedelta(days=60)
    too_soon = today + timedelta(days=5)
    for day in (too_soon, soon, later):
        sell(line, earn=10, day=day)
    before = [one.day for one in warnings(line)]
    prints = line.till.slip_prints

    told = prints.endings(ANNA)
    assert [(one.day, one.how) for one in told] == [
        (day, "slip") for day in (soon, later) if day not in before
    ]
    assert [one.day for one in warnings(line)] == before, "nothing is printed yet"
    prints.told(told)

    assert {soon, later} <= {one.day for one in warnings(line)}
    assert prints.endings(ANNA) == ()
    assert check(line.till.database).clean
