"""Silver, gold and back: tiers go with the day, by what all tills counted."""

import json
from datetime import date, datetime, timedelta

from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.units import ExpiresAfter, Expiry
from terminal.loyalty.wallet import Account
from terminal.server.calendar.days import run_day
from terminal.server.calendar.reading import ending_accounts
from terminal.server.database import accounts, counts, logs, people, revisions
from terminal.server.database import facts as fact_table
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.people import MemberRow
from terminal.server.database.revisions import PROGRAMME, RevisionRow
from terminal.server.registry.local_days import LocalDays
from terminal.wire.programme_json import programme_of
from tests.server.paper_till import (
    MAIN_STREET,
    NOW_MS,
    PaperTill,
    begin,
    deliver,
    earn,
    points,
    till,
)

ANNA = points(1)
MEMBER = "a" * 32
MARCH = date(2026, 3, 14)


def club(*, down: str = "step", grace_days: int = 31, expiry: Expiry | None = None) -> str:
    """A programme with silver from 100 and gold from 300 in a calendar year."""
    idle = {"kind": "after", "months": 6, "since": "purchase"}
    content = {
        "format": 1,
        "programme": 1,
        "revision": 1,
        "holds_from": "2024-01-01T00:00:00+01:00",
        "name": {"en": "Club"},
        "unit": {
            "id": "points",
            "kind": "status" if expiry is None else "points",
            "name": {"en": "points"},
        }
        | ({} if expiry is None else {"expiry": idle}),
        "earn": [{"id": "each", "per": {"kind": "visit"}}],
    }
    if expiry is None:
        content["tiers"] = {
            "tiers": [
                {"id": "silver", "name": {"en": "Silver"}, "units": 100},
                {"id": "gold", "name": {"en": "Gold"}, "units": 300},
            ],
            "period": {"kind": "year"},
            "grace_days": grace_days,
            "down": down,
        }
    programme_of(content)  # it is one
    return json.dumps(content)


def publish(database: ServerDatabase, content: str) -> None:
    row = RevisionRow(PROGRAMME, 1, 1, 0, content, NOW_MS)
    database.run(lambda connection: revisions.add_revisions(connection, [row]))


def buy(one: PaperTill, number: int, n: int, day: date = MARCH) -> None:
    body = {
        "id": f"{number:032x}",
        "at": {"local": f"{day}T12:00:00", "offset_minutes": 60, "business_day": str(day)},
        "currency": "PLN",
        "prices_include_tax": True,
        "lines": [{"key": 1, "sku": "tea", "name": "Tea", "vat": 2300, "gross": 1000}],
        "earned": [{"programme": 1, "rule": "each", "account": [*ANNA], "n": n}],
        "member": MEMBER,
        "wallet": ANNA.wallet,
    }
    one.day = day
    one.record(
        earn(Account(*ANNA), n),
        body=json.dumps(body, sort_keys=True, separators=(",", ":")).encode(),
    )


def come_back(database: ServerDatabase, n: int, day: date = MARCH) -> None:
    """What a purchase brought comes back, on the day of the purchase as always."""

    def work(connection: Connection) -> None:
        write_counts(connection, -n, day)
        # As whoever applies facts does for each wallet that they are about.
        rows = accounts.wallet_rows(connection, [ANNA.wallet])
        accounts.write_wallets(connection, [row._replace(version=row.version + 1) for row in rows])

    database.run(work)


def write_counts(connection: Connection, n: int, day: date = MARCH) -> None:
    counts.add_counts(connection, {(ANNA.wallet, "brought:1/each", day): n})


def opened(database: ServerDatabase, content: str) -> PaperTill:
    one = till(1)
    begin(database, one)
    publish(database, content)
    row = MemberRow(MEMBER, json.dumps({"name": ["Anna", 1]}), "", MAIN_STREET, "active", "")
    database.run(lambda connection: people.save_members(connection, [row]))
    database.run(
        lambda connection: people.give_wallets(connection, [(ANNA.wallet, MEMBER, MAIN_STREET)])
    )
    return one


def tier_on(database: ServerDatabase, day: date) -> tuple[str, int]:
    """Her tier as the record says after a run of the calendar, and its version."""
    run_day(database, now_ms=_noon(day), days=LocalDays(day))
    assert run_day(database, now_ms=_noon(day), days=LocalDays(day)).tiers == 0, "nothing is left"
    with database.reading() as connection:
        row = people.rows_of(connection, [MEMBER])[MEMBER]
    value, version = json.loads(row.fields).get("tier", ["", 0])
    return value, version


def _noon(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12).timestamp() * 1000)  # noqa: DTZ001


def changes(database: ServerDatabase) -> list[tuple[str, str]]:
    """What facts say of her tier, in order."""
    with database.reading() as connection:
        own = [log for log in logs.of_store(connection, MAIN_STREET) if log.role == "server"]
        rows = [
            row
            for log in own
            for row in fact_table.between(
                connection, log.incarnation, after=0, up_to=log.stored, most=100
            )
        ]
    found = [
        json.loads(decode(row.stored).body) for row in rows if row.kind == FactKind.TIER_CHANGED
    ]
    return [(one["before"], one["after"]) for one in found]


def test_who_earned_enough_at_any_till_is_gold_on_the_record(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database, club())
    buy(one, 1, 120)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH) == ("silver", 1)

    buy(one, 2, 200)
    deliver(server_database, one)

    assert tier_on(server_database, MARCH + timedelta(days=1)) == ("gold", 2)
    assert changes(server_database) == [("", "silver"), ("silver", "gold")]


def test_a_new_year_lowers_after_the_grace_step_by_step(server_database: ServerDatabase) -> None:
    one = opened(server_database, club())
    buy(one, 1, 320)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH)[0] == "gold"

    assert tier_on(server_database, date(2026, 12, 31))[0] == "gold"
    assert tier_on(server_database, date(2027, 1, 1))[0] == "gold"
    assert tier_on(server_database, date(2027, 1, 31))[0] == "gold"
    assert tier_on(server_database, date(2027, 2, 1))[0] == "silver"
    assert tier_on(server_database, date(2027, 3, 3))[0] == "silver"
    assert tier_on(server_database, date(2027, 3, 4))[0] == ""


def test_without_grace_and_steps_one_falls_at_once(server_database: ServerDatabase) -> None:
    one = opened(server_database, club(down="straight", grace_days=0))
    buy(one, 1, 320)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH)[0] == "gold"

    assert tier_on(server_database, date(2027, 1, 1)) == ("", 2)


def test_what_came_back_raised_nobody_and_leaves_no_grace(server_database: ServerDatabase) -> None:
    one = opened(server_database, club())
    buy(one, 1, 120)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH)[0] == "silver"
    buy(one, 2, 700, MARCH + timedelta(days=1))
    deliver(server_database, one)
    assert tier_on(server_database, MARCH + timedelta(days=1))[0] == "gold"

    come_back(server_database, 700, MARCH + timedelta(days=1))
    assert tier_on(server_database, MARCH + timedelta(days=2)) == ("silver", 3)
    come_back(server_database, 120)
    assert tier_on(server_database, MARCH + timedelta(days=2)) == ("", 4)
    assert changes(server_database)[2:] == [("gold", "silver"), ("silver", "")]


def test_after_a_return_the_grace_of_the_year_before_still_runs(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database, club())
    buy(one, 1, 150)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH)[0] == "silver"
    assert tier_on(server_database, date(2027, 1, 1))[0] == "silver"
    buy(one, 2, 700, date(2027, 1, 10))
    deliver(server_database, one)
    assert tier_on(server_database, date(2027, 1, 10))[0] == "gold"

    come_back(server_database, 700, date(2027, 1, 10))

    assert tier_on(server_database, date(2027, 1, 12))[0] == "silver"
    assert tier_on(server_database, date(2027, 1, 31))[0] == "silver"
    assert tier_on(server_database, date(2027, 2, 1))[0] == ""


def test_nobody_is_looked_at_again_of_whom_nothing_was_told(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database, club())
    buy(one, 1, 120)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH)[0] == "silver"

    # Written past whoever applies facts, which no till can do.
    server_database.run(lambda connection: write_counts(connection, 200))

    assert tier_on(server_database, date(2026, 12, 31))[0] == "silver"
    buy(one, 2, 1)
    deliver(server_database, one)
    assert tier_on(server_database, date(2026, 12, 31))[0] == "gold"


def test_a_purchase_of_last_year_that_comes_late_counts_in_the_next_round(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database, club(grace_days=60))
    buy(one, 1, 120, date(2026, 12, 30))
    deliver(server_database, one)
    assert tier_on(server_database, date(2026, 12, 31))[0] == "silver"
    assert tier_on(server_database, date(2027, 1, 15))[0] == "silver"

    buy(one, 2, 150, date(2027, 1, 10))
    deliver(server_database, one)
    assert tier_on(server_database, date(2027, 1, 15))[0] == "silver"
    buy(one, 3, 150, date(2027, 1, 2))
    deliver(server_database, one)

    assert tier_on(server_database, date(2027, 1, 15))[0] == "gold"


def test_units_of_a_window_that_slides_are_missed_on_the_day_on_which_they_leave_it(
    server_database: ServerDatabase,
) -> None:
    content = json.loads(club(grace_days=0))
    content["tiers"]["period"] = {"kind": "days", "days": 10}
    one = opened(server_database, json.dumps(content))
    buy(one, 1, 60, MARCH)
    buy(one, 2, 60, MARCH + timedelta(days=4))
    deliver(server_database, one)
    assert tier_on(server_database, MARCH + timedelta(days=4))[0] == "silver"

    assert tier_on(server_database, MARCH + timedelta(days=9))[0] == "silver"
    assert tier_on(server_database, MARCH + timedelta(days=10))[0] == ""


def test_another_revision_and_a_household_are_looked_at_on_the_same_day(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database, club())
    buy(one, 1, 120)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH)[0] == "silver"

    changed = json.loads(club()) | {"revision": 2}
    changed["tiers"]["tiers"][1]["units"] = 110
    row = RevisionRow(PROGRAMME, 1, 2, 0, json.dumps(changed), NOW_MS)
    server_database.run(lambda connection: revisions.add_revisions(connection, [row]))
    assert tier_on(server_database, MARCH)[0] == "gold"

    bert, home = "b" * 32, "c" * 32
    fields = {"name": ["Bert", 1], "household": [home, 1]}
    with server_database.reading() as connection:
        anna = people.rows_of(connection, [MEMBER])[MEMBER]
    shared = json.dumps(json.loads(anna.fields) | {"household": [home, 1]})

    def move_in(connection: Connection) -> None:
        row = MemberRow(bert, json.dumps(fields), "", MAIN_STREET, "active", "", home)
        people.save_members(connection, [row])

    server_database.run(move_in)
    assert tier_on(server_database, MARCH)[0] == "gold"
    server_database.run(
        lambda connection: people.save_members(
            connection, [anna._replace(fields=shared, household=home)]
        )
    )
    assert tier_on(server_database, MARCH)[0] == "gold"
    with server_database.reading() as connection:
        raised = people.rows_of(connection, [bert])[bert]
    assert json.loads(raised.fields)["tier"][0] == "gold"


def test_a_tier_that_the_office_gave_stays(server_database: ServerDatabase) -> None:
    opened(server_database, club())
    fields = json.dumps({"name": ["Anna", 1], "tier": ["gold", 3]})
    row = MemberRow(MEMBER, fields, "", MAIN_STREET, "active", "")
    server_database.run(lambda connection: people.save_members(connection, [row]))

    assert tier_on(server_database, MARCH) == ("gold", 3)


def test_who_was_given_gold_is_not_silver_for_what_they_buy(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database, club(down="straight", grace_days=0))
    fields = json.dumps({"name": ["Anna", 1], "tier": ["gold", 3]})
    row = MemberRow(MEMBER, fields, "", MAIN_STREET, "active", "")
    server_database.run(lambda connection: people.save_members(connection, [row]))
    buy(one, 1, 120)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH) == ("gold", 3)
    buy(one, 2, 200, MARCH + timedelta(days=1))
    deliver(server_database, one)
    assert tier_on(server_database, MARCH + timedelta(days=1)) == ("gold", 3)

    assert tier_on(server_database, date(2027, 1, 1)) == ("gold", 3)
    assert changes(server_database) == []


def test_who_was_given_silver_earns_gold_and_never_falls_below(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database, club())
    fields = json.dumps({"name": ["Anna", 1], "tier": ["silver", 3]})
    row = MemberRow(MEMBER, fields, "", MAIN_STREET, "active", "")
    server_database.run(lambda connection: people.save_members(connection, [row]))
    buy(one, 1, 120)
    deliver(server_database, one)
    assert tier_on(server_database, MARCH) == ("silver", 3)
    buy(one, 2, 200)
    deliver(server_database, one)

    assert tier_on(server_database, MARCH + timedelta(days=1)) == ("gold", 4)
    # A year later nothing is earned any more; what was given stays.
    assert tier_on(server_database, date(2027, 1, 31)) == ("gold", 4)
    assert tier_on(server_database, date(2027, 2, 1)) == ("silver", 5)
    assert tier_on(server_database, date(2028, 2, 2)) == ("silver", 5)
    assert changes(server_database) == [("silver", "gold"), ("gold", "silver")]


def test_a_purchase_moves_units_that_end_by_inactivity(server_database: ServerDatabase) -> None:
    one = opened(server_database, club(expiry=ExpiresAfter(months=6)))
    buy(one, 1, 10)
    buy(one, 2, 10, MARCH + timedelta(days=100))
    deliver(server_database, one)

    with server_database.reading() as connection:
        ending = ending_accounts(connection, [ANNA])[ANNA]

    assert ending.renewed_to == date(2026, 12, 22)
