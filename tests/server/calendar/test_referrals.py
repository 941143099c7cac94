"""Who brings somebody new is thanked, once, and so is who came; told on both databases."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.ledger import Sums
from terminal.loyalty.wallet import Account, UnitId, budget_account
from terminal.server.calendar.days import Report, run_day
from terminal.server.database import accounts, logs, people, registry, revisions
from terminal.server.database import facts as fact_table
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.people import MemberRow
from terminal.server.database.revisions import PROGRAMME, RevisionRow
from terminal.server.ledger import rebuilding
from terminal.server.ledger.funding import fund
from terminal.server.registry.local_days import LocalDays
from terminal.wire.programme_json import programme_of
from tests.server.paper_till import (
    MAIN_STREET,
    NOW_MS,
    STATION,
    PaperTill,
    begin,
    deliver,
    till,
    wallet,
)

MARCH = date(2026, 3, 14)
ANNA, PIOTR, OLGA, TWIN = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
WALLETS = {ANNA: wallet(1), PIOTR: wallet(2), OLGA: wallet(3), TWIN: wallet(4)}
SHOP = "0c" * 16
"""Where budgets are written."""
FRIENDS = UnitId("friends")


def bring_a_friend(*, number: int = 1, holds_from: str = "2024-01-01", **brought: Any) -> str:
    content = {
        "format": 1,
        "programme": 1,
        "revision": number,
        "holds_from": f"{holds_from}T00:00:00+01:00",
        "name": {"en": "Bring a friend"},
        "unit": {"id": FRIENDS, "kind": "points", "name": {"en": "points"}},
        "earn": [
            {"id": "brought", "on": "referral", "per": {"kind": "visit"}, "units": 100, **brought},
            {"id": "came", "on": "referred", "per": {"kind": "visit"}, "units": 40},
        ],
    }
    programme_of(content)  # it is one
    return json.dumps(content)


def publish(database: ServerDatabase, *contents: str) -> None:
    rows = [
        RevisionRow(PROGRAMME, 1, json.loads(one)["revision"], 0, one, NOW_MS) for one in contents
    ]
    database.run(lambda connection: revisions.add_revisions(connection, rows))
    database.run(lambda connection: fund(connection, NOW_MS))


def join(
    database: ServerDatabase, member: str, by: str = "", store: str = MAIN_STREET, merged: str = ""
) -> None:
    fields = {"name": ["Somebody", 1], "referred_by": [by or None, 1]}
    text = json.dumps(fields, separators=(",", ":"))
    save(database, MemberRow(member, text, "", store, "merged" if merged else "active", merged))
    given = [(WALLETS[member], merged or member, store)]
    database.run(lambda connection: people.give_wallets(connection, given))


def save(database: ServerDatabase, row: MemberRow) -> None:
    database.run(lambda connection: people.save_members(connection, [row]))


def opened(database: ServerDatabase, *contents: str) -> PaperTill:
    """Anna has brought Piotr."""
    one = till(1)
    begin(database, one, till(2, STATION))
    publish(database, *(contents or (bring_a_friend(),)))
    join(database, ANNA)
    join(database, PIOTR, ANNA, STATION)
    return one


def buy(one: PaperTill, member: str, number: int, day: date = MARCH) -> None:
    body = {
        "id": f"{number:032x}",
        "at": {"local": f"{day}T12:00:00", "offset_minutes": 60, "business_day": str(day)},
        "currency": "PLN",
        "prices_include_tax": True,
        "lines": [{"key": 1, "sku": "tea", "name": "Tea", "vat": 2300, "gross": 1000}],
        "member": member,
        "wallet": WALLETS[member],
    }
    one.day = day
    one.record(
        kind=FactKind.SALE_RECORDED,
        body=json.dumps(body, sort_keys=True, separators=(",", ":")).encode(),
    )


def run(database: ServerDatabase, day: date = MARCH) -> int:
    """Who was thanked for; a second run finds nothing, and a refold the same."""
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() * 1000)
    report = run_day(database, now_ms=noon, days=LocalDays(day))
    assert run_day(database, now_ms=noon, days=LocalDays(day)) == Report()
    assert rebuilding.check(database).clean
    return report.thanked


def has(database: ServerDatabase, member: str) -> int:
    """What somebody may spend, all of it in the pool."""
    account = Account(WALLETS[member], FRIENDS)
    with database.reading() as connection:
        found = accounts.accounts_of(connection, [account.wallet])
    sums, pool = found.get(account, (Sums(), 0))
    assert pool == sums.balance
    return pool


def test_both_are_thanked_once_after_the_first_purchase(server_database: ServerDatabase) -> None:
    one = opened(server_database)
    assert run(server_database) == 0

    buy(one, PIOTR, 1)
    deliver(server_database, one)
    assert run(server_database) == 1
    buy(one, PIOTR, 2, MARCH + timedelta(days=1))
    deliver(server_database, one)
    assert run(server_database, MARCH + timedelta(days=1)) == 0

    assert (has(server_database, ANNA), has(server_database, PIOTR)) == (100, 40)


def test_whoever_was_not_brought_brings_nothing(server_database: ServerDatabase) -> None:
    one = opened(server_database)
    buy(one, ANNA, 1)
    deliver(server_database, one)

    assert run(server_database) == 0
    assert has(server_database, ANNA) == 0


def test_each_friend_counts_and_a_limit_holds(server_database: ServerDatabase) -> None:
    once: dict[str, Any] = {"limits": [{"most": 100, "per": "member", "period": {"kind": "year"}}]}
    one = opened(server_database, bring_a_friend(**once))
    join(server_database, OLGA, ANNA)
    buy(one, PIOTR, 1)
    buy(one, OLGA, 2)
    deliver(server_database, one)

    assert run(server_database) == 2

    assert has(server_database, ANNA) == 100
    assert (has(server_database, PIOTR), has(server_database, OLGA)) == (40, 40)


def test_two_friends_on_one_day_are_two_thanks_to_whoever_compares_facts(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database)
    join(server_database, OLGA, ANNA)
    buy(one, PIOTR, 1)
    buy(one, OLGA, 2)
    deliver(server_database, one)
    run(server_database)

    with server_database.reading() as connection:
        own = [log for log in logs.of_store(connection, MAIN_STREET) if log.role == "server"]
        facts = [
            decode(row.stored)
            for log in own
            for row in fact_table.between(
                connection, log.incarnation, after=0, up_to=log.stored, most=100
            )
        ]
    assert has(server_database, ANNA) == 200
    thanks = [one.body for one in facts if b'"referral"' in one.body]
    assert len(thanks) == len(set(thanks)) == 2


def test_the_rules_of_the_day_of_the_purchase_hold(server_database: ServerDatabase) -> None:
    begins = bring_a_friend(holds_from="2026-03-15")
    richer = bring_a_friend(number=2, holds_from="2026-04-01", units=500)
    one = opened(server_database, begins, richer)
    join(server_database, OLGA, ANNA)
    buy(one, PIOTR, 1, MARCH)
    buy(one, OLGA, 2, MARCH + timedelta(days=3))
    deliver(server_database, one)

    assert run(server_database, date(2026, 4, 2)) == 1

    assert has(server_database, ANNA) == 100
    assert (has(server_database, PIOTR), has(server_database, OLGA)) == (0, 40)


def test_a_budget_is_spent_and_no_more(server_database: ServerDatabase) -> None:
    budget: dict[str, Any] = {"budget": {"of": "units", "amount": 150}}
    one = opened(server_database)
    server_database.run(lambda connection: registry.add_store(connection, SHOP, "{}"))
    publish(server_database, bring_a_friend(number=2, **budget))
    join(server_database, OLGA, ANNA)
    buy(one, PIOTR, 1)
    buy(one, OLGA, 2)
    deliver(server_database, one)

    assert run(server_database) == 2

    account = budget_account(1, "brought")
    with server_database.reading() as connection:
        sums, pool = accounts.accounts_of(connection, [account.wallet])[account]
    given = has(server_database, ANNA)
    assert given == 150
    assert (sums.balance, pool) == (150 - given, 150 - given)


def test_who_turned_out_to_be_somebody_else_is_thanked_under_that_name(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database)
    join(server_database, TWIN, merged=ANNA)
    join(server_database, OLGA, TWIN)
    buy(one, OLGA, 1)
    deliver(server_database, one)

    assert run(server_database) == 1

    assert has(server_database, ANNA) + has(server_database, TWIN) == 100
    assert has(server_database, OLGA) == 40


def test_nobody_brings_themselves(server_database: ServerDatabase) -> None:
    one = opened(server_database)
    join(server_database, TWIN, merged=ANNA)
    join(server_database, ANNA, TWIN)
    buy(one, ANNA, 1)
    deliver(server_database, one)

    assert run(server_database) == 0
    assert has(server_database, ANNA) == 0


@pytest.mark.parametrize("gone", [ANNA, PIOTR])
def test_who_is_erased_is_not_thanked_and_nobody_is_for_them(
    server_database: ServerDatabase, gone: str
) -> None:
    one = opened(server_database)
    buy(one, PIOTR, 1)
    deliver(server_database, one)
    with server_database.reading() as connection:
        row = people.rows_of(connection, [gone])[gone]
    save(server_database, row._replace(standing="erased"))

    assert run(server_database) == 0
    assert (has(server_database, ANNA), has(server_database, PIOTR)) == (0, 0)


def test_a_purchase_that_came_back_before_is_none(server_database: ServerDatabase) -> None:
    one = opened(server_database)
    buy(one, PIOTR, 1)
    gone = {
        "id": "f" * 32,
        "sale": f"{1:032x}",
        "member": PIOTR,
        "wallet": WALLETS[PIOTR],
        "counts": [["purchases", str(MARCH), -1]],
    }
    one.record(kind=FactKind.REFUND_RECORDED, body=json.dumps(gone, separators=(",", ":")).encode())
    deliver(server_database, one)

    assert run(server_database) == 0
