"""A till whose disk was restored or copied begins a new log; nothing sold is lost, no right copied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from terminal.loyalty.sale import Sale
from terminal.loyalty.wallet import Account, UnitId
from terminal.till.database.aside import contradict
from terminal.till.database.quick import Quick
from terminal.till.database.rebuild import DifferenceKind, check, rebuild
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.ports import Member
from terminal.wire.sync_json import LogMark, Verdict
from tests.fakes.paid_sale import paid_sale
from tests.till.database.small_server import SmallServer
from tests.till.database.test_settling import ANNA, Line

Files = Any
SECOND, NEW = "e" * 16, "f" * 16
_OF_LOG = "SELECT stored FROM facts WHERE incarnation = ? ORDER BY seq"


@pytest.fixture
def line(files: Files) -> Line:
    line = Line(files)
    line.enrol()
    line.sell(earn=100)
    line.sync_fully()
    return line


def restored_from_a_copy(line: Line) -> None:
    """The disk of now; a day is sold and told on it; then the copy comes back and sells too."""
    line.files.close()
    copy = line.files.copy("copy.db")
    line.till = line.files.open()
    line.sell(earn=10)
    line.sell(spend=30)
    line.server.mint(line.account, 50)
    line.server.grant(line.account, 50)
    line.sync_fully()
    line.files.close()
    line.till = line.files.open(copy)
    line.sell(earn=3)
    line.sell(spend=20)


def held_after(server: SmallServer, till: TillDatabase) -> list[bytes]:
    own = till.journal.identity()
    return server.logs[own.incarnation].facts[own.acknowledged :]


def test_both_futures_are_kept_and_no_right_goes_along(line: Line) -> None:
    restored_from_a_copy(line)
    old = line.till.journal.identity()
    held = held_after(line.server, line.till)
    assert len(held) == 3
    line.till.sync.begin_anew(held, (), incarnation=NEW, at=line.files.clock.now())
    own = line.till.journal.identity()
    assert (own.incarnation, own.next_seq, own.acknowledged) == (NEW, 3, 0)
    assert check(line.till.database).clean
    # What the customer was given twice is owed by nobody here: the server sees it.
    assert line.spendable() == 0
    assert line.balance() == 100 + 10 - 30 + 3 - 20
    request = line.prepare()
    assert request.replaces == old.incarnation
    assert request.nonce == ""
    assert [mark.incarnation for mark in request.logs] == [NEW, old.incarnation]
    assert len(request.facts) == 2
    line.settle(request, line.server.answer(request))
    line.server.apply()
    line.sync_fully()
    assert line.balance() == 50 + 63
    assert line.server.sums[line.account].balance == 113
    assert check(line.till.database).clean
    with line.till.database.reading() as connection:
        (aside,) = Quick(connection).one("SELECT count(*) FROM set_aside")
    assert aside == 2


def test_what_only_the_till_has_of_the_old_log_still_goes_up(line: Line) -> None:
    line.sell(earn=5)
    line.till.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    assert line.till.sync.contact().waiting == 1
    assert line.till.journal.identity().next_seq == 1
    assert (line.balance(), line.spendable()) == (105, 0)
    line.sell(earn=4)
    request = line.prepare()
    assert request.logs[0].incarnation == NEW
    line.settle(request, line.server.answer(request))
    line.server.apply()
    line.sync_fully()
    assert line.till.sync.contact().waiting == 0
    assert line.server.sums[line.account].balance == 109
    assert (line.balance(), line.spendable()) == (109, 4)
    assert check(line.till.database).clean


def test_older_logs_go_first_and_a_cut_one_holds_back_the_own(line: Line) -> None:
    for _ in range(4):
        line.sell(earn=5)
    old = line.till.journal.identity().incarnation
    line.till.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    line.sell(earn=1)
    assert [old in fact for fact in line.prepare(most_facts=2).facts] == [True, True]
    assert [old in fact for fact in line.prepare(most_facts=5).facts] == [True] * 4 + [False]


def test_a_second_new_log_follows_one_that_the_server_knows(line: Line) -> None:
    first = line.till.journal.identity().incarnation
    line.till.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    line.sell(earn=5)
    line.till.sync.begin_anew((), (), incarnation="e" * 16, at=line.files.clock.now())
    assert line.prepare().replaces == first
    line.sync_fully()
    line.till.sync.begin_anew((), (), incarnation="d" * 16, at=line.files.clock.now())
    assert line.prepare().replaces == "e" * 16
    assert check(line.till.database).clean
    line.files.close()
    line.till = line.files.open()
    assert [mark.incarnation for mark in line.prepare().logs] == [
        "d" * 16,
        first,
        NEW,
        "e" * 16,
    ]


def test_what_does_not_fit_changes_nothing(line: Line) -> None:
    restored_from_a_copy(line)
    held = held_after(line.server, line.till)
    before = line.till.journal.identity()
    now = line.files.clock.now()
    with pytest.raises(ValueError, match="does not follow"):
        line.till.sync.begin_anew(held[1:], (), incarnation=NEW, at=now)
    with pytest.raises(ValueError, match="already"):
        line.till.sync.begin_anew(held, (), incarnation=before.incarnation, at=now)
    other = [one.replace(before.incarnation.encode(), b"9" * 16) for one in held]
    with pytest.raises(ValueError, match="in the log"):
        line.till.sync.begin_anew(other, (), incarnation=NEW, at=now)
    assert line.till.journal.identity() == before
    assert check(line.till.database).clean


def test_a_sale_recorded_again_is_found_by_its_number(line: Line) -> None:
    restored_from_a_copy(line)
    sale = paid_sale(line.files.ids.sale_id(), line.files.clock.now())
    line.till.journal.record_sale(sale)
    held = held_after(line.server, line.till)
    line.till.sync.begin_anew(held, (), incarnation=NEW, at=line.files.clock.now())
    found = line.till.journal.load(sale.id)
    assert found is not None
    assert found.recorded.incarnation == NEW
    assert found.record.at == sale.at
    # The cashier's second try is still the same sale.
    assert line.till.journal.record_sale(sale) == found.recorded


def test_a_grant_of_the_new_log_may_have_an_old_number(line: Line) -> None:
    account = Account(line.wallet, UnitId("points"))
    line.server.mint(account, 40)
    line.server.grant(account, 20)
    line.sync_fully()
    line.till.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    line.server.granted = 0
    line.server.grant(account, 20)
    line.sync_fully()
    assert line.spendable() == 20
    assert check(line.till.database).clean


def test_what_waits_in_a_log_that_the_server_takes_for_anothers_goes_up_in_the_present_one(
    line: Line,
) -> None:
    """This till is the copy; the other one goes on under the first name."""
    line.sell(earn=7)
    line.sync_fully()
    for _ in range(4):
        line.sell(earn=5)
    first = line.till.journal.identity().incarnation
    line.till.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    line.sell(earn=1)
    line.server.foreign = frozenset({first})
    del line.server.logs[first]
    request = line.prepare(most_facts=2)
    assert all(first in fact for fact in request.facts)

    line.settle(request, line.server.answer(request))

    assert line.till.sync.contact().waiting == 5
    request = line.prepare(most_facts=9)
    assert all(NEW in fact for fact in request.facts)
    assert [mark.incarnation for mark in request.acknowledged] == [NEW]
    line.settle(request, line.server.answer(request))
    line.server.apply()
    line.sync_fully()
    assert line.till.sync.contact().waiting == 0
    assert line.balance() == line.server.sums[line.account].balance == 128
    assert check(line.till.database).clean


def test_a_small_request_brings_a_question_only(line: Line) -> None:
    line.sell(earn=1)
    line.till.members.change(Member(id=ANNA, name="Anna Maria"))
    request = line.prepare(most_facts=0)
    assert (request.facts, request.records) == ((), ())


def two_copies(line: Line) -> tuple[TillDatabase, TillDatabase]:
    """A till with two sales that wait, and its copy; the copy's next sale is in the old log too."""
    line.sell(earn=5)
    line.sell(earn=6)
    line.files.close()
    copy = line.files.copy("copy.db")
    line.till = line.files.open(copy)
    line.sell(earn=7)
    other, line.till = line.till, line.files.open()
    return line.till, other


def test_what_another_copy_put_in_the_place_of_ours_is_recorded_again(line: Line) -> None:
    this, other = two_copies(line)
    line.sell(earn=1)
    line.sell(earn=2)
    old = this.journal.identity().incarnation
    this.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    line.till = other
    line.sync_fully()  # the copy's five facts: two are ours too, one is not
    line.till = this
    request = line.prepare()
    mark = LogMark(incarnation=old, seq=5, hash="9" * 64)
    told = (LogMark(incarnation=NEW, seq=0), mark)
    # By its number alone the mark would let our fifth fact pass for sent.
    line.settle(request, line.server.answer(replace(request, facts=()), acknowledged=told))
    assert this.sync.contact().waiting == 4
    request = line.prepare()
    reply = line.server.answer(
        replace(request, facts=()),
        acknowledged=told,
        contradicted=(LogMark(incarnation=old, seq=5),),
    )
    assert line.settle(request, reply).more
    assert check(this.database).clean
    assert this.journal.identity().next_seq == 3
    line.sync_fully()
    line.sync_fully()
    assert this.sync.contact().waiting == 0
    assert line.balance() == 100 + 5 + 6 + 7 + 1 + 2
    assert line.server.sums[line.account].balance == line.balance()
    assert check(this.database).clean


def place_of(till: TillDatabase, sale_id: str) -> Recorded:
    found = till.journal.load(sale_id)
    assert found is not None
    return found.recorded


def facts_of(till: TillDatabase, log: str) -> list[bytes]:
    with till.database.reading() as connection:
        rows = Quick(connection).rows(_OF_LOG, (log,))
    return [bytes(stored) for (stored,) in rows]


def copied_with_a_sale_of_an_older_log(
    line: Line,
) -> tuple[Sale, Recorded, TillDatabase, TillDatabase]:
    """A sale, its older place, the till that has recorded it again since, and its copy."""
    sale = paid_sale(line.files.ids.sale_id(), line.files.clock.now(), earn=0)
    this, at = line.till, line.files.clock.now()
    this.journal.record_sale(sale)
    place = place_of(this, sale.id)
    this.sync.begin_anew((), (), incarnation=SECOND, at=at)
    line.files.close()
    copy = line.files.copy("copy.db")
    other, this = line.files.open(copy), line.files.open()
    with this.database.writing() as connection:
        contradict(connection, line.files.clock, place.incarnation, place.seq, at)
    return sale, place, this, other


def test_a_sale_that_two_copies_tell_of_is_recorded_again_by_one(line: Line) -> None:
    """It waits in an older log of both; one has recorded it again, which the other learns first."""
    sale, place, this, other = copied_with_a_sale_of_an_older_log(line)
    at = line.files.clock.now()
    assert place_of(this, sale.id) == Recorded(incarnation=SECOND, seq=1)

    line.till = other
    line.sell(earn=3)
    other.sync.begin_anew(facts_of(this, SECOND), (), incarnation=NEW, at=at)
    assert check(other.database).clean
    assert place_of(other, sale.id) == place
    with other.database.writing() as connection:
        contradict(connection, line.files.clock, place.incarnation, place.seq, at)

    assert place_of(other, sale.id) == Recorded(incarnation=SECOND, seq=1)
    assert other.journal.identity().next_seq == 2  # only what it sold by itself
    assert check(other.database).clean


def test_a_sale_that_stands_in_two_logs_is_rebuilt_under_one_of_them(line: Line) -> None:
    sale, place, this, other = copied_with_a_sale_of_an_older_log(line)
    at = line.files.clock.now()
    other.sync.begin_anew(facts_of(this, SECOND), (), incarnation=NEW, at=at)
    with other.database.writing() as connection:
        Quick(connection).run("UPDATE facts SET sale_id = NULL WHERE sale_id = ?", (sale.id,))
    assert {one.kind for one in rebuild(other.database).differences} == {DifferenceKind.COLUMNS}
    assert place_of(other, sale.id) == place
    assert check(other.database).clean


def test_a_mark_that_goes_back_to_another_future_brings_everything_again(line: Line) -> None:
    """A restored server had the copy's facts in the place of ours, below what we believed safe."""
    this, other = two_copies(line)
    other.close()
    old = this.journal.identity()
    this.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    line.sync_fully()
    assert this.sync.contact().waiting == 0
    request = line.prepare()
    mark = LogMark(incarnation=old.incarnation, seq=2, hash="9" * 64)
    told = (LogMark(incarnation=NEW, seq=0), mark)
    line.settle(request, line.server.answer(replace(request, facts=()), acknowledged=told))
    assert this.sync.contact().waiting == old.next_seq - 1
    line.sync_fully()
    assert this.sync.contact().waiting == 0
    assert check(this.database).clean


def test_a_mark_beyond_the_end_tells_of_what_was_sent_only(line: Line) -> None:
    this, other = two_copies(line)
    this.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    line.till = other
    line.sync_fully()
    line.till = this
    request = line.prepare(most_facts=1)
    line.settle(request, line.server.answer(request))
    assert this.sync.contact().waiting == 1
    line.sync_fully()
    assert this.sync.contact().waiting == 0
    assert line.balance() == 118
    assert check(this.database).clean


def test_a_server_that_changes_its_timeline_has_looked_at_nothing_that_was_sent(
    line: Line,
) -> None:
    """Its mark is beyond our end, where the copy's facts stand: ours were compared, or were not."""
    this, other = two_copies(line)
    old = this.journal.identity()
    this.sync.begin_anew((), (), incarnation=NEW, at=line.files.clock.now())
    other.close()
    request = line.prepare()
    mark = LogMark(incarnation=old.incarnation, seq=9, hash="9" * 64)
    told = (LogMark(incarnation=NEW, seq=0), mark)
    line.server.timeline += 1
    reply = line.server.answer(replace(request, facts=()), acknowledged=told)
    assert reply.verdict is Verdict.TIMELINE
    line.settle(request, reply)
    assert this.sync.contact().waiting == old.next_seq - 1 - old.acknowledged > 0
    line.sync_fully()
    assert this.sync.contact().waiting == 0
    assert check(this.database).clean
