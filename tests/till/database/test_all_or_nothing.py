"""A sale is recorded whole and durably, or nothing of it is."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from terminal.loyalty.facts import FIRST_HASH, decode, fact_hash
from terminal.loyalty.sale import Sale, sale_record
from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.rebuild import check
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.journal_port import Recorded, Shortfall
from terminal.till.ports import Member
from terminal.till.trouble import Trouble, TroubleKind
from tests.fakes import FakeClock, FakeIds
from tests.fakes.paid_sale import paid_sale
from tests.till.statements import before_each_statement

Files = Any
ANNA = "a" * 32
MOST_STATEMENTS = 60


class PulledPlug(Exception):
    """Something ends the work between two statements."""


def prepare(files: Files, till: TillDatabase) -> Sale:
    """A member with 100 points, a basket in work, and the sale that it became."""
    till.journal.enrol(Member(id=ANNA, name="Anna"), "5012345678900", files.clock.now())
    first = paid_sale(files.ids.sale_id(), files.clock.now(), till.members.standing(ANNA), earn=100)
    till.journal.record_sale(first)
    till.working_basket.save(b"three coffees")
    return paid_sale(
        files.ids.sale_id(),
        files.clock.now(),
        till.members.standing(ANNA),
        lines=3,
        spend=60,
        earn=7,
        earn_pending=3,
    )


def whole_file(till: TillDatabase) -> dict[str, list[Any]]:
    """Every row of every table."""
    with till.database.reading() as connection:
        quick = Quick(connection)
        names = quick.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {name: quick.rows(f"SELECT * FROM {name}") for (name,) in names}


def failing_at(n: int) -> AbstractContextManager[None]:
    """Let the n-th statement from now on fail."""
    count = 0

    def before(_: str) -> None:
        nonlocal count
        count += 1
        if count == n:
            raise PulledPlug

    return before_each_statement(before)


def test_a_failure_at_any_statement_leaves_everything_as_it_was(files: Files) -> None:
    till = files.open()
    sale = prepare(files, till)
    before = whole_file(till)
    failures = 0
    for n in range(1, MOST_STATEMENTS):
        try:
            with failing_at(n):
                recorded = till.journal.record_sale(sale)
        except PulledPlug:
            failures += 1
            continue
        assert whole_file(till)["facts"] != before["facts"]
        break
    else:
        pytest.fail("the sale was never recorded")
    assert failures > 12, "each statement of a sale should have failed once"
    assert recorded == Recorded(incarnation=till.journal.identity().incarnation, seq=3)
    assert check(till.database).clean


def test_nothing_is_left_of_each_failed_try(files: Files) -> None:
    till = files.open()
    sale = prepare(files, till)
    before = whole_file(till)
    for n in range(1, 13):
        with failing_at(n), pytest.raises(PulledPlug):
            till.journal.record_sale(sale)
        assert whole_file(till) == before


def test_a_failing_commit_leaves_everything_as_it_was(files: Files) -> None:
    till = files.open()
    sale = prepare(files, till)
    before = whole_file(till)

    def refuse(_: Any) -> None:
        raise PulledPlug

    with pytest.MonkeyPatch.context() as plug:
        plug.setattr(Connection, "commit", refuse)
        with pytest.raises(PulledPlug):
            till.journal.record_sale(sale)
    assert whole_file(till) == before
    assert isinstance(till.journal.record_sale(sale), Recorded)


def test_a_sale_that_was_made_ready_is_the_sale_that_is_paid(files: Files) -> None:
    till = files.open()
    till.journal.enrol(Member(id=ANNA, name="Anna"), "5012345678900", files.clock.now())
    standing = till.members.standing(ANNA)
    sold = paid_sale(files.ids.sale_id(), files.clock.now(), standing, lines=2, earn=40)
    by_card = replace(sold, id="")
    cash = (Tender(kind=TenderKind.CASH, amount=sold.due + 52),)
    in_cash = replace(sold, tenders=cash, rounding=2, change=50)
    till.journal.prepare(by_card)
    assert isinstance(till.journal.record_sale(in_cash), Recorded)

    found = till.journal.load(sold.id)
    assert found is not None
    assert found.record == sale_record(in_cash)
    assert check(till.database).clean


def test_of_a_sale_that_was_made_ready_and_never_paid_nothing_is_left(files: Files) -> None:
    till = files.open()
    before = whole_file(till)
    till.journal.prepare(paid_sale("", files.clock.now(), lines=3))
    assert whole_file(till) == before
    sold = paid_sale(files.ids.sale_id(), files.clock.now(), lines=1)
    assert isinstance(till.journal.record_sale(sold), Recorded)
    found = till.journal.load(sold.id)
    assert found is not None
    assert found.record == sale_record(sold)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.slow
def test_a_program_that_dies_at_any_statement_leaves_a_sound_file(files: Files) -> None:
    till = files.open()
    prepared = prepare(files, till)
    files.close()
    recorded = []
    for n in range(1, 30):
        copy = files.copy(f"copy{n}.db")
        _in_child(_die_at, copy, n, prepared)
        survivor = files.open(copy)
        assert check(survivor.database).clean
        found = survivor.journal.load(prepared.id) is not None
        assert (survivor.working_basket.load() == b"") is found
        assert survivor.members.standing(ANNA).spendable("points") == (47 if found else 100)
        recorded.append(found)
    assert recorded == sorted(recorded)
    assert not recorded[0]
    assert recorded[-1]


def _die_at(path: Path, n: int, sale: Sale) -> None:
    till = open_database(path, clock=FakeClock(), ids=FakeIds())
    count = 0

    def before(_: str) -> None:
        nonlocal count
        count += 1
        if count == n:
            os._exit(1)

    with before_each_statement(before):
        till.journal.record_sale(sale)
    os._exit(0)


def _in_child(work: Callable[..., None], *arguments: Any) -> None:
    child = multiprocessing.get_context("fork").Process(target=work, args=arguments)
    child.start()
    child.join()


def test_a_full_disk_is_told_and_loses_nothing(files: Files) -> None:
    till = files.open()
    sale = prepare(files, till)
    with till.database.reading() as connection:
        (pages,) = Quick(connection).one("PRAGMA page_count")
    _limit(till, pages)
    before = whole_file(till)
    sold = []
    trouble = None
    for _ in range(500):
        one = paid_sale(files.ids.sale_id(), files.clock.now(), lines=20)
        try:
            till.journal.record_sale(one)
        except Trouble as caught:
            trouble = caught
            break
        sold.append(one.id)
    assert trouble is not None
    assert trouble.kind is TroubleKind.DISK_FULL
    assert till.working_basket.load() == (b"" if sold else b"three coffees")
    assert len(whole_file(till)["facts"]) == len(before["facts"]) + len(sold)
    assert check(till.database).clean
    _limit(till, 2**30)
    assert till.journal.record_sale(sale).seq == 3 + len(sold)
    assert check(till.database).clean


def _limit(till: TillDatabase, pages: int) -> None:
    with till.database.writing() as connection:
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_after_a_failed_sync_nothing_is_written_until_the_next_start(files: Files) -> None:
    till = files.open()
    sale = prepare(files, till)

    def lose(_: Any) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error

    with pytest.MonkeyPatch.context() as disk:
        disk.setattr(Connection, "commit", lose)
        with pytest.raises(Trouble) as caught:
            till.journal.record_sale(sale)
    assert caught.value.kind is TroubleKind.DATABASE_FAILED
    with pytest.raises(Trouble, match="closed to writing"):
        till.journal.record_sale(sale)
    files.close()
    again = files.open()
    assert isinstance(again.journal.record_sale(sale), Recorded)


def test_facts_hang_together_by_their_hashes(files: Files) -> None:
    till = files.open()
    prepare(files, till)
    head = FIRST_HASH
    for row in whole_file(till)["facts"]:
        _, seq, kind, kept_hash, stored, *_ = row
        fact = decode(stored)
        assert (fact.seq, fact.kind, fact.before) == (seq, kind, head)
        head = fact_hash(stored)
        assert kept_hash == head
    assert till.journal.identity().head == head


def test_no_fact_holds_personal_data(files: Files) -> None:
    till = files.open()
    member = Member(id=ANNA, name="Żaneta Wyjątkowa", phone="+48600123456", birthday=(2, 29))
    till.journal.enrol(member, "5012345678900", files.clock.now())
    standing = till.members.standing(ANNA)
    till.journal.record_sale(paid_sale(files.ids.sale_id(), files.clock.now(), standing, earn=10))
    for row in whole_file(till)["facts"]:
        text = row[4].decode()
        assert "Wyj" not in text
        assert "600123456" not in text
        assert "5012345678900" not in text


def test_the_clock_s_step_back_is_noted_and_stops_nothing(files: Files) -> None:
    till = files.open()

    def quality() -> str:
        sale = paid_sale(files.ids.sale_id(), files.clock.now())
        till.journal.record_sale(sale)
        return str(decode(whole_file(till)["facts"][-1][4]).clock)

    assert quality() == "trusted"
    files.clock.advance(minutes=-4)
    assert quality() == "trusted"
    files.clock.advance(minutes=-2)
    assert quality() == "suspect"
    files.clock.advance(minutes=10)
    assert quality() == "trusted"
    files.clock.astray = True
    files.clock.advance(days=36_500)
    assert quality() == "suspect"
    files.clock.astray = False
    files.clock.advance(days=-36_500)
    assert quality() == "trusted"


def test_many_are_enrolled_at_once_or_nobody(files: Files) -> None:
    from terminal.till.database.recording import Enrolment

    till = files.open()
    at = files.clock.now()
    enrolments = [
        Enrolment(
            member=Member(id=f"{n:032x}", name=f"Member {n}"),
            card_number=f"{n:013d}",
            at=at,
            opening=(("points", 100 + n, None),),
        )
        for n in range(1, 21)
    ]
    with pytest.raises(ValueError, match="belongs to somebody"):
        till.journal.enrol_many([*enrolments, enrolments[0]])
    assert whole_file(till)["members"] == []
    assert till.journal.enrol_many(enrolments) == 20
    assert till.members.standing(f"{7:032x}").spendable("points") == 107
    assert till.journal.identity().next_seq == 41
    assert check(till.database).clean


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.slow
def test_two_programs_write_into_one_file_and_overspend_nothing(files: Files) -> None:
    till = files.open()
    till.journal.enrol(Member(id=ANNA, name="Anna"), "5012345678900", files.clock.now())
    standing = till.members.standing(ANNA)
    till.journal.record_sale(paid_sale(files.ids.sale_id(), files.clock.now(), standing, earn=100))
    files.close()
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_spend_all, args=(files.path, f"{n:016x}")) for n in (1, 2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    till = files.open()
    standing = till.members.standing(ANNA)
    assert standing.spendable("points") == 0
    findings = check(till.database)
    assert findings.clean
    assert findings.facts == 2 + 50


def _spend_all(path: Path, name: str) -> None:
    till = open_database(path, clock=FakeClock(), ids=FakeIds())
    standing = till.members.standing(ANNA)
    for n in range(40):
        sale = paid_sale(f"{name}{n:016x}", FakeClock().now(), standing, spend=2)
        answer = till.journal.record_sale(sale)
        assert isinstance(answer, Recorded | Shortfall)
    till.close()
    os._exit(0)
