"""What a member did before is known at the counter, offline, and what others saw comes on top."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from terminal.loyalty.conditions import Period
from terminal.loyalty.history import PURCHASES, SPENT, Counted, brought
from terminal.loyalty.standing import Traits
from terminal.till.database.counts import history_of_operator
from terminal.till.database.rebuild import check, rebuild
from terminal.till.ports import Member
from tests.fakes.paid_sale import COFFEE, paid_sale
from tests.till.database.test_settling import ANNA, Line

Files = Any
EVER = Period()
TODAY = Period(kind="day")


def history(line: Line) -> Any:
    return line.till.members.standing(ANNA).history


def today(line: Line) -> date:
    day: date = line.files.clock.now().business_day
    return day


def test_the_next_card_shows_what_was_bought_a_minute_ago(files: Files) -> None:
    line = Line(files)
    line.enrol()
    line.sell(lines=2, earn=40)
    line.sell(lines=1, earn=20)

    known = history(line)

    day = today(line)
    assert known.total(PURCHASES, TODAY, day) == 2
    assert known.total(SPENT, EVER, day) == 3 * COFFEE.price
    assert known.total(brought(1, "each"), EVER, day) == 60
    assert known.last_day(PURCHASES) == day
    assert check(line.till.database).clean


def test_what_other_tills_sold_comes_down_and_own_sales_count_once(files: Files) -> None:
    line = Line(files)
    line.enrol()
    line.sell(earn=20)
    line.sync_fully()
    yesterday = today(line) - timedelta(days=1)
    line.server.count(line.wallet, Counted(PURCHASES, yesterday, 3))
    line.sync_fully()
    line.sell(earn=20)  # the line is down from here on

    known = history(line)

    assert known.total(PURCHASES, TODAY, today(line)) == 2
    assert known.total(PURCHASES, EVER, today(line)) == 5
    assert check(line.till.database).clean


def test_a_server_of_an_older_program_takes_nothing_away(files: Files) -> None:
    line = Line(files)
    line.server.tells_history = False
    line.enrol()
    line.sell(earn=20)
    line.sync_fully()
    line.sell(earn=20)
    line.sync_fully()

    assert history(line).total(PURCHASES, EVER, today(line)) == 2
    assert check(line.till.database).clean


def test_what_a_newer_server_told_is_void_once_an_older_one_speaks(files: Files) -> None:
    line = Line(files)
    line.enrol()
    line.sell(earn=20)
    line.sync_fully()
    line.server.tells_history = False
    line.sell(earn=20)
    line.sync_fully()

    assert history(line).total(PURCHASES, EVER, today(line)) == 2
    assert check(line.till.database).clean


def test_everybody_whom_one_serves_counts_for_them_with_a_card_or_without(files: Files) -> None:
    line = Line(files)
    line.enrol()
    line.sell(earn=20)
    line.sell(earn=5)
    line.till.journal.record_sale(paid_sale(files.ids.sale_id(), files.clock.now()))
    files.clock.advance(days=40)
    line.sell(earn=7)
    day, name = today(line), brought(1, "each")

    with line.till.database.reading() as connection:
        known = history_of_operator(connection, None, {name: day})

    assert known.total(name, TODAY, day) == 7
    assert known.total(name, EVER, day) == 32
    assert len(known.counted) == 2
    assert known.total(PURCHASES, EVER, day) == 0


def test_a_wrong_count_is_told_and_mended(files: Files) -> None:
    line = Line(files)
    line.enrol()
    line.sell(earn=20)
    line.sync_fully()
    with line.till.database.writing() as connection:
        connection.execute("UPDATE counts SET n = n + 1 WHERE name = 'purchases'")
        connection.execute("DELETE FROM counted")

    found = check(line.till.database)
    rebuild(line.till.database)

    assert {one.kind.value for one in found.differences} == {"counts"}
    assert check(line.till.database).clean
    assert history(line).total(PURCHASES, EVER, today(line)) == 1


def test_many_sales_at_once_count_like_one_after_the_other(files: Files) -> None:
    line = Line(files)
    line.enrol()
    with line.till.journal.in_bulk() as bulk:
        for _ in range(3):
            standing = bulk.standing(ANNA)
            sale = paid_sale(files.ids.sale_id(), files.clock.now(), standing, earn=2)
            bulk.record_sale(sale)
            assert bulk.standing(ANNA).history.total(PURCHASES, EVER, today(line))

    assert history(line).total(PURCHASES, EVER, today(line)) == 3
    assert check(line.till.database).clean


def test_sales_of_before_the_upgrade_count_too(files: Files, monkeypatch: Any) -> None:
    line = Line(files)
    line.enrol()
    line.sell(earn=20)
    with line.till.database.writing() as connection:
        later = ("counted", "counts", "told_counts", "told_sales", "code_keys", "remarks")
        for table in (*later, "store_sales", "store_logs"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX ix_facts_refunds")
        connection.execute("DROP INDEX ix_members_household")
        for column in ("referred_by", "household"):
            connection.execute(f"ALTER TABLE members DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 6")
    files.close()

    line.till = files.open()

    assert history(line).total(PURCHASES, EVER, today(line)) == 1
    assert check(line.till.database).clean


def test_traits_say_when_somebody_joined_who_brought_them_and_what_they_agree_to(
    files: Files,
) -> None:
    from terminal.loyalty.consent import Consent, Purpose

    line = Line(files)
    agreed = Consent(purpose=Purpose.OFFERS, given=True, text="1 en", at_ms=1)
    refused = Consent(purpose=Purpose.MARKETING, given=False, text="1 en", at_ms=1)
    member = Member(
        id=ANNA,
        name="Anna",
        joined=date(2026, 3, 1),
        referred_by="b" * 32,
        consents=(agreed, refused),
    )
    line.till.journal.enrol(member, "5012345678900", files.clock.now())

    traits = line.till.members.standing(ANNA).traits

    assert traits == Traits(
        member=ANNA,
        enrolled=date(2026, 3, 1),
        referred_by="b" * 32,
        consents=frozenset({"offers"}),
    )
    known = line.till.members.by_id(ANNA)
    assert known is not None
    assert known.referred_by == "b" * 32
    (record,) = line.prepare().records
    assert {"referred_by": "b" * 32}.items() <= {f.name: f.value for f in record.fields}.items()
