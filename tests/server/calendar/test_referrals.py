"""Who brings somebody new is thanked, once, and so is who came; told on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from terminal.loyalty.bodies import UnitsAdjusted
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.ledger import Entry, EntryKind, Sums
from terminal.loyalty.wallet import Account, UnitId, budget_account
from terminal.server.calendar.days import Report, run_day
from terminal.server.calendar.thanks_back import take_thanks_back
from terminal.server.database import (
    accounts,
    grants,
    logs,
    people,
    recalls,
    registry,
    revisions,
)
from terminal.server.database import facts as fact_table
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.grants import GrantRow
from terminal.server.database.people import MemberRow
from terminal.server.database.revisions import PROGRAMME, RevisionRow
from terminal.server.ledger import rebuilding
from terminal.server.ledger.funding import fund
from terminal.server.ledger.minting import mint
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


def bring_back(one: PaperTill, member: str, number: int, bought: date = MARCH) -> None:
    gone = {
        "id": f"{0xF000 + number:032x}",
        "sale": f"{number:032x}",
        "member": member,
        "wallet": WALLETS[member],
        "counts": [["purchases", str(bought), -1]],
    }
    one.record(kind=FactKind.REFUND_RECORDED, body=json.dumps(gone, separators=(",", ":")).encode())


def sums_of(database: ServerDatabase, account: Account) -> Sums:
    with database.reading() as connection:
        return accounts.accounts_of(connection, [account.wallet])[account][0]


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
    bring_back(one, PIOTR, 1)
    deliver(server_database, one)

    assert run(server_database) == 0


def test_who_only_buys_and_returns_brings_nothing_however_often(
    server_database: ServerDatabase,
) -> None:
    budget: dict[str, Any] = {
        "budget": {"of": "units", "amount": 150},
        "limits": [{"most": 100, "per": "member", "period": {"kind": "year"}}],
    }
    one = opened(server_database)
    server_database.run(lambda connection: registry.add_store(connection, SHOP, "{}"))
    publish(server_database, bring_a_friend(number=2, **budget))
    for number in (1, 2):
        day = MARCH + timedelta(days=2 * number)
        buy(one, PIOTR, number, day)
        deliver(server_database, one)
        assert run(server_database, day) == 1
        assert (has(server_database, ANNA), has(server_database, PIOTR)) == (100, 40)
        assert sums_of(server_database, budget_account(1, "brought")).balance == 50

        bring_back(one, PIOTR, number, day)
        deliver(server_database, one)
        assert run(server_database, day + timedelta(days=1)) == 0
        assert (has(server_database, ANNA), has(server_database, PIOTR)) == (0, 0)
        assert sums_of(server_database, budget_account(1, "brought")).balance == 150

    last = MARCH + timedelta(days=20)
    buy(one, PIOTR, 3, last)
    deliver(server_database, one)
    assert run(server_database, last) == 1
    assert (has(server_database, ANNA), has(server_database, PIOTR)) == (100, 40)


def test_thanks_stay_while_one_purchase_does(server_database: ServerDatabase) -> None:
    one = opened(server_database)
    buy(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database)
    buy(one, PIOTR, 2, MARCH + timedelta(days=1))
    bring_back(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database, MARCH + timedelta(days=1))

    assert (has(server_database, ANNA), has(server_database, PIOTR)) == (100, 40)


def test_thanks_that_are_spent_are_owed(server_database: ServerDatabase) -> None:
    one = opened(server_database)
    buy(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database)
    account = Account(WALLETS[ANNA], FRIENDS)
    spent = [Entry(account, EntryKind.SPEND, 70)]
    server_database.run(
        lambda connection: mint(
            connection,
            store=MAIN_STREET,
            kind=FactKind.UNITS_ADJUSTED,
            entries=tuple(spent),
            body=UnitsAdjusted(reason="goodwill", member=ANNA),
            now_ms=NOW_MS,
            business_day=MARCH,
        )
    )
    bring_back(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database, MARCH + timedelta(days=1))

    sums = sums_of(server_database, account)
    # The balance less what is owed is what the shop has of her: nobody can spend what is not there.
    assert (sums.balance, sums.debt) == (-70, 70)
    assert has_right(server_database, account) == 0
    assert has(server_database, PIOTR) == 0


def test_what_tills_hold_of_thanks_is_asked_back_and_owed_until_then(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database)
    buy(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database)
    account = Account(WALLETS[ANNA], FRIENDS)

    def sent(connection: Connection) -> None:
        accounts.lock_wallets(connection, [account.wallet], one.store)
        row = GrantRow(one.incarnation, 1, 1, *account, 80, grants.SENT, NOW_MS)
        grants.add_grants(connection, [row])
        grants.change_pools(connection, {account: -80})

    server_database.run(sent)
    one.receive(account, 80)
    one.record(Entry(account, EntryKind.SPEND, 60))
    bring_back(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database, MARCH + timedelta(days=1))
    assert sums_of(server_database, account).debt == 80
    with server_database.reading() as connection:
        asked = recalls.recalls_of(connection, one.incarnation)
    assert [(row.wallet, row.unit, row.n) for row in asked] == [(*account, 20)]

    one.give_back(account, 20)
    deliver(server_database, one)
    run(server_database, MARCH + timedelta(days=2))

    sums = sums_of(server_database, account)
    assert (sums.balance, sums.debt) == (-60, 60)
    assert has_right(server_database, account) == 0


def has_right(database: ServerDatabase, account: Account) -> int:
    with database.reading() as connection:
        return accounts.accounts_of(connection, [account.wallet])[account][1]


def test_thanks_that_wait_are_taken_before_they_vest(server_database: ServerDatabase) -> None:
    content = json.loads(bring_a_friend())
    content["unit"]["vesting_days"] = 14
    one = opened(server_database, json.dumps(content))
    buy(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database)
    account = Account(WALLETS[ANNA], FRIENDS)
    assert sums_of(server_database, account).pending == 100
    bring_back(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database, MARCH + timedelta(days=1))

    sums = sums_of(server_database, account)
    assert (sums.balance, sums.pending, sums.debt) == (0, 0, 0)
    run(server_database, MARCH + timedelta(days=30))
    assert has(server_database, ANNA) == 0


def test_a_return_that_is_heard_of_before_its_purchase_takes_nothing(
    server_database: ServerDatabase,
) -> None:
    one = opened(server_database)
    buy(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database)
    bring_back(one, PIOTR, 2, MARCH + timedelta(days=1))
    deliver(server_database, one)
    run(server_database, MARCH + timedelta(days=1))
    assert (has(server_database, ANNA), has(server_database, PIOTR)) == (100, 40)

    buy(one, PIOTR, 2, MARCH + timedelta(days=1))
    bring_back(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database, MARCH + timedelta(days=2))
    assert (has(server_database, ANNA), has(server_database, PIOTR)) == (0, 0)


def test_who_came_and_was_given_nothing_takes_the_thanks_back_too(
    server_database: ServerDatabase,
) -> None:
    content = json.loads(bring_a_friend())
    del content["earn"][1]
    one = opened(server_database, json.dumps(content))
    for number in (1, 2):
        buy(one, PIOTR, number)
        deliver(server_database, one)
        assert run(server_database) == 1
        assert has(server_database, ANNA) == 100
        bring_back(one, PIOTR, number)
        deliver(server_database, one)
        assert run(server_database) == 0
        assert has(server_database, ANNA) == 0


def test_two_servers_at_once_take_thanks_back_once(server_database: ServerDatabase) -> None:
    one = opened(server_database)
    buy(one, PIOTR, 1)
    deliver(server_database, one)
    run(server_database)
    bring_back(one, PIOTR, 1)
    deliver(server_database, one)
    days = LocalDays(MARCH)
    with ThreadPoolExecutor(2) as both:
        done = list(
            both.map(
                lambda _: take_thanks_back(server_database, now_ms=NOW_MS, days=days), range(2)
            )
        )

    assert sum(done) == 1
    assert (has(server_database, ANNA), has(server_database, PIOTR)) == (0, 0)
    assert rebuilding.check(server_database).clean
