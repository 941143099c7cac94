"""What is recorded in bulk is what the counter would have recorded, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import Standing
from terminal.till.database.bulk import FACTS_TOGETHER
from terminal.till.database.rebuild import check
from terminal.till.database.recording import Enrolment
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded, Shortfall
from terminal.till.ports import Member
from tests.fakes.paid_sale import paid_sale

Files = Any
PEOPLE = 4


@dataclass(frozen=True)
class Way:
    """How somebody records: by the journal, or by a bulk."""

    enrol: Callable[[Enrolment], object]
    standing: Callable[[str], Standing]
    record: Callable[[Sale], object]


def enrolment(files: Files, number: int) -> Enrolment:
    return Enrolment(
        member=Member(id=f"{number:032x}", name=f"Member {number}", phone=f"+4860010020{number}"),
        card_number=f"{number:013d}",
        at=files.clock.now(),
        opening=(("points", 50, date(2030, 1, 31)), ("points", 5, None), ("stamps", 3, None)),
    )


def play(files: Files, way: Way, sales: int) -> None:
    """Members join and buy, each spending what the sale before brought."""
    for number in range(1, PEOPLE + 1):
        way.enrol(enrolment(files, number))
    for number in range(sales):
        standing = way.standing(f"{number % PEOPLE + 1:032x}")
        spend = min(30, standing.spendable("points")) if number % 3 else 0
        sale = paid_sale(
            files.ids.sale_id(), files.clock.now(), standing, spend=spend, earn=7 + number % 5
        )
        assert isinstance(way.record(sale), Recorded)


def tables(till: TillDatabase) -> dict[str, list[tuple[Any, ...]]]:
    with till.database.reading() as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        return {
            name: sorted(map(tuple, connection.execute(f"SELECT * FROM {name}")), key=repr)
            for (name,) in names
        }


def one_by_one(files: Files, till: TillDatabase) -> Way:
    return Way(
        enrol=lambda one: till.journal.enrol_many([one]),
        standing=till.members.standing,
        record=till.journal.record_sale,
    )


def test_a_bulk_leaves_the_same_file_as_one_sale_after_the_other(
    files: Files, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = type(files)(tmp_path_factory.mktemp("other"))
    sales = 60
    try:
        slow = other.open()
        play(other, one_by_one(other, slow), sales)
        till = files.open()
        with till.journal.in_bulk() as bulk:
            play(files, Way(bulk.enrol, bulk.standing, bulk.record_sale), sales)
        assert tables(till) == tables(slow)
        assert check(till.database).clean
        assert check(till.database).facts == 2 * PEOPLE + sales
    finally:
        other.close()


def test_more_than_waits_at_once(files: Files) -> None:
    till = files.open()
    with till.journal.in_bulk() as bulk:
        bulk.enrol(enrolment(files, 1))
        for _ in range(FACTS_TOGETHER + 5):
            nobody = Standing()
            bulk.record_sale(paid_sale(files.ids.sale_id(), files.clock.now(), nobody))
    assert check(till.database).clean
    assert till.journal.identity().next_seq == FACTS_TOGETHER + 8


def test_a_bulk_that_stops_in_the_middle_leaves_nothing(files: Files) -> None:
    till = files.open()
    before = tables(till)

    def stop(_sale: Sale) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), till.journal.in_bulk() as bulk:
        play(files, Way(bulk.enrol, bulk.standing, stop), 12)
    assert tables(till) == before


def test_nobody_spends_in_bulk_what_they_have_not(files: Files) -> None:
    till = files.open()
    with till.journal.in_bulk() as bulk:
        bulk.enrol(enrolment(files, 1))
        standing = bulk.standing(f"{1:032x}")
        told = bulk.record_sale(
            paid_sale(files.ids.sale_id(), files.clock.now(), standing, spend=56, earn=1)
        )
        assert isinstance(told, Shortfall)
    assert till.members.standing(f"{1:032x}").spendable("points") == 55
    assert check(till.database).clean
