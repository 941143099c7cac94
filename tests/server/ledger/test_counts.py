"""What members did before, at all tills together: counted once, whoever sold it, in any order."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from terminal.loyalty.conditions import Limit, Period, Spending
from terminal.loyalty.earning import EarnRule, PerVisit
from terminal.loyalty.facts import FactKind
from terminal.loyalty.history import PURCHASES, SPENT, Counted, History, brought, rest
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.units import UnitKind
from terminal.server.database import counts, migrations, revisions
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.revisions import PROGRAMME, RevisionRow
from terminal.server.ledger.rebuilding import DifferenceKind, check, rebuild
from terminal.server.ledger.statements import statements_of
from terminal.wire.programme_json import write_programme
from tests.server.older_tables import counted_name_by_name
from tests.server.paper_till import NOW_MS, TODAY, PaperTill, begin, deliver, earn, points, till

ANNA = points(1)
EVER = Period()
THIS_DAY = Period(kind="day")


def sale(number: int, *, day: date = TODAY, price: int = 1000, brings: int = 10) -> bytes:
    """The body of a sale to Anna, as a till writes it."""
    content = {
        "id": f"{number:032x}",
        "at": {"local": f"{day}T12:00:00", "offset_minutes": 120, "business_day": str(day)},
        "currency": "PLN",
        "prices_include_tax": True,
        "lines": [{"key": 1, "sku": "tea", "name": "Tea", "vat": 2300, "gross": price}],
        "earned": [{"programme": 1, "rule": "each", "account": [*ANNA], "n": brings}],
        "member": "a" * 32,
        "wallet": ANNA.wallet,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def back(*, day: date = TODAY, price: int = 1000, brings: int = 10) -> bytes:
    """The body of the return of all of such a sale, as far as it counts."""
    counted = ((PURCHASES, 1), (SPENT, price), (brought(1, "each"), brings))
    content = {
        "counts": [[name, str(day), -n] for name, n in counted],
        "member": "a" * 32,
        "wallet": ANNA.wallet,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def history(database: ServerDatabase, whose: PaperTill) -> History:
    with database.reading() as connection:
        (found,) = statements_of(connection, [ANNA.wallet], whose.incarnation, NOW_MS)
    assert found.history is not None
    return History(found.history)


def publish(database: ServerDatabase, *rules: EarnRule, number: int = 1) -> None:
    programme = Programme(
        programme=number,
        revision=1,
        holds_from=datetime(2026, 1, 1, tzinfo=UTC),
        name={"en": "Points"},
        unit=UnitTerms(id="points", kind=UnitKind.POINTS, name={"en": "Points"}),
        earn=rules,
    )
    row = RevisionRow(PROGRAMME, number, 1, 0, write_programme(programme), NOW_MS)
    database.run(lambda connection: revisions.add_revisions(connection, [row]))


def each(*limits: Limit) -> EarnRule:
    return EarnRule(id="each", per=PerVisit(), units=10, limits=limits)


def test_a_till_is_told_what_was_bought_at_another(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 10), body=sale(1, price=1250))
    two.record(earn(ANNA, 10), body=sale(2, day=TODAY - timedelta(days=2)))
    two.record(body=sale(3, price=400, brings=0))  # nothing moved, and it was a purchase
    for each_till in (one, two):
        deliver(server_database, each_till)

    known = history(server_database, one)

    assert known.total(PURCHASES, EVER, TODAY) == 3
    assert known.total(SPENT, THIS_DAY, TODAY) == 1650
    assert known.last_day(PURCHASES) == TODAY
    assert check(server_database).differences == ()


def test_only_what_rules_can_ask_for_goes_down(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 10), body=sale(1))
    deliver(server_database, one)
    assert {each_one.name for each_one in history(server_database, one).counted} == {
        PURCHASES,
        SPENT,
    }

    publish(server_database, each(Limit(most=50, period=Period(kind="month"))))

    assert history(server_database, one).total(brought(1, "each"), THIS_DAY, TODAY) == 10


def test_days_that_no_rule_looks_at_by_themselves_come_as_one(
    server_database: ServerDatabase,
) -> None:
    one = till(1)
    begin(server_database, one)
    days = [TODAY - timedelta(days=ago) for ago in (400, 200, 100, 3)]
    for number, day in enumerate(days):
        one.record(earn(ANNA, 10), body=sale(number, day=day))
    deliver(server_database, one)
    before = history(server_database, one)

    rule = EarnRule(
        id="big",
        per=PerVisit(),
        occasion=Spending(amount=100, period=Period(kind="days", days=250)),
    )
    publish(server_database, rule)
    now = history(server_database, one)

    assert [one.day for one in before.counted if one.name == SPENT] == days[2:]
    assert [one.day for one in now.counted if one.name == SPENT] == days
    assert [one.day for one in now.counted if one.name == PURCHASES] == days[2:]
    assert before.total(PURCHASES, EVER, TODAY) == 4


def test_what_two_copies_of_a_disk_recorded_again_counts_once(
    server_database: ServerDatabase,
) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    for copy in (one, two):
        copy.record(earn(ANNA, 10), body=sale(1))
        copy.record(body=sale(2, brings=0))
        deliver(server_database, copy)

    assert history(server_database, one).total(PURCHASES, EVER, TODAY) == 2
    assert check(server_database).differences == ()


def test_in_whatever_order_logs_arrive_the_counts_are_the_same(
    server_database: ServerDatabase,
) -> None:
    found = set()
    for order in permutations(range(3)):
        tills = [till(10 * (1 + sum(p * 3**i for i, p in enumerate(order))) + n) for n in range(3)]
        begin(server_database, *tills)
        before = _all(server_database, tills[0])
        for n in order:
            number = tills[n].incarnation
            body = sale(int(number, 16), day=TODAY - timedelta(days=n))
            tills[n].record(earn(ANNA, 10), body=body)
            deliver(server_database, tills[n])
        after = _all(server_database, tills[0])
        found.add(tuple(sorted((key, after[key] - before.get(key, 0)) for key in after)))
    assert len(found) == 1
    assert check(server_database).differences == ()


def _all(database: ServerDatabase, whose: PaperTill) -> dict[tuple[str, date], int]:
    with database.reading() as connection:
        stated = statements_of(connection, [ANNA.wallet], whose.incarnation, NOW_MS)
    return {(one.name, one.day): one.n for found in stated for one in found.history or ()}


@pytest.mark.parametrize(
    "body",
    [
        sale(1).replace(b'"gross":1000', b'"gross":"much"'),
        sale(1).replace(b'"business_day":"2026', b'"business_day":"MMXX'),
        sale(1).replace(b'"rule":"each"', b'"rule":"ea\\u0000ch"'),
        sale(1).replace(b'"gross":1000', b'"gross":99999999999999999999'),
    ],
    ids=["no number", "no day", "no name", "too much"],
)
def test_a_body_that_counts_nothing_sensible_moves_its_units_all_the_same(
    server_database: ServerDatabase, body: bytes
) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 10), body=body)
    applied = deliver(server_database, one)

    assert applied.parked == ()
    assert history(server_database, one).counted == ()
    assert check(server_database).differences == ()


def test_a_count_that_somebody_changed_is_found_and_mended(
    server_database: ServerDatabase,
) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 10), body=sale(1))
    deliver(server_database, one)

    def by_hand(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE counted SET counts = '{\"purchases\":7}'")

    server_database.run(by_hand)

    assert {each_one.kind for each_one in rebuild(server_database).differences} == {
        DifferenceKind.COUNTS
    }
    assert check(server_database).clean
    assert history(server_database, one).total(PURCHASES, EVER, TODAY) == 1


def test_that_a_purchase_was_there_is_known_after_all_is_written_anew(
    server_database: ServerDatabase,
) -> None:
    """Its slip told a last day, so an older warning counts no more, though all of it came back."""
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 10), body=sale(1))
    one.record(earn(ANNA, 10), body=sale(2, day=TODAY - timedelta(days=1)))
    one.record(kind=FactKind.REFUND_RECORDED, body=back())
    deliver(server_database, one)
    with server_database.reading() as connection:
        before = counts.all_counts(connection)
        told = {one for _, one in counts.counts_of(connection, [ANNA.wallet], date.min)}
    assert Counted(PURCHASES, TODAY, 0) in told

    def without(connection: Connection) -> None:
        connection.exec_driver_sql(f"DELETE FROM counted WHERE day = '{TODAY}'")

    server_database.run(without)

    assert {each_one.kind for each_one in rebuild(server_database).differences} == {
        DifferenceKind.COUNTS
    }
    with server_database.reading() as connection:
        assert counts.all_counts(connection) == before
        again = {one for _, one in counts.counts_of(connection, [ANNA.wallet], date.min)}
    assert again == told
    assert check(server_database).clean


def test_a_server_that_is_updated_counts_what_happened_before(
    server_database: ServerDatabase,
) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    for copy in (one, two):
        copy.record(earn(ANNA, 10), body=sale(1))
        deliver(server_database, copy)

    def as_it_was(connection: Connection) -> None:
        for later in (
            "counted",
            "tiers",
            "tier_looks",
            "retellings",
            "given_tiers",
            "refunds",
            "overshoots",
            "nths",
        ):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {later}")
        connection.exec_driver_sql("DROP INDEX ix_members_household")
        connection.exec_driver_sql("ALTER TABLE members DROP COLUMN household")
        connection.exec_driver_sql("UPDATE tables_version SET version = 1")

    server_database.run(as_it_was)
    server_database.run(migrations.bring_up_to_date)

    assert history(server_database, one).counted == (
        Counted(PURCHASES, TODAY, 1),
        Counted(SPENT, TODAY, 1000),
    )
    assert check(server_database).clean


def test_what_a_rule_carried_on_under_an_older_name_is_not_lost(
    server_database: ServerDatabase,
) -> None:
    """All that it ever counted stood there; five pieces made a unit of two, so one is left over."""
    one = till(1)
    begin(server_database, one)
    content = json.loads(sale(1))
    carried = {"programme": 1, "rule": "each", "account": [*ANNA], "n": 2}
    content["earned"] = [{**carried, "counted": 500, "reason": {"per": 2}}]
    told = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    one.record(earn(ANNA, 2), body=told)
    one.record(earn(ANNA, 10), body=sale(2, day=TODAY - timedelta(days=1)))
    deliver(server_database, one)
    with server_database.reading() as connection:
        before = counts.all_counts(connection)
    assert before[ANNA.wallet, rest(1, "each"), TODAY] == 100

    def as_it_was(connection: Connection) -> None:
        older = json.dumps({"rest:1/each": 500, brought(1, "each"): 2})
        connection.exec_driver_sql(f"DELETE FROM counted WHERE day = '{TODAY}'")
        connection.exec_driver_sql(
            f"INSERT INTO counted VALUES ('{ANNA.wallet}', '{TODAY}', '{older}')"
        )
        for later in ("tier_looks", "retellings", "given_tiers"):
            connection.exec_driver_sql(f"DROP TABLE {later}")
        connection.exec_driver_sql("UPDATE tables_version SET version = 10")

    server_database.run(as_it_was)
    assert not check(server_database).clean
    server_database.run(migrations.bring_up_to_date)

    with server_database.reading() as connection:
        assert counts.all_counts(connection) == before
    assert check(server_database).clean


def test_what_was_counted_name_by_name_is_the_same_after_the_update(
    server_database: ServerDatabase,
) -> None:
    one = till(1)
    begin(server_database, one)
    for number, day in enumerate((TODAY, TODAY - timedelta(days=1), TODAY)):
        one.record(earn(ANNA, 10), body=sale(number, day=day))
    one.record(kind=FactKind.REFUND_RECORDED, body=back(day=TODAY - timedelta(days=1)))
    deliver(server_database, one)
    before = history(server_database, one)

    def as_it_was(connection: Connection) -> None:
        counted_name_by_name(connection)
        connection.exec_driver_sql("UPDATE tables_version SET version = 8")

    server_database.run(as_it_was)
    server_database.run(migrations.bring_up_to_date)

    assert history(server_database, one) == before
    assert check(server_database).clean
