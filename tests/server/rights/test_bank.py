"""Rights go where they are wanted, sit in one place, and come back by decision only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from terminal.loyalty.bodies import RightsReturned
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId
from terminal.server.database import accounts, grants
from terminal.server.database.connection import ServerDatabase
from terminal.server.intake import rulings
from terminal.server.ledger.rebuilding import check
from terminal.server.rights.policy import Caps
from terminal.wire.sync_json import Want
from tests.server.paper_till import STATION, TODAY, earn, points, spend, wallet
from tests.server.speaking_till import Office, SpeakingTill, rounds

ANNA = points(1)
BORIS = points(2)


@pytest.fixture
def office(server_database: ServerDatabase) -> Iterator[Office]:
    """A server; in the end its rights come to what its sums say, and its tables to its facts."""
    office = Office(server_database)
    yield office
    demand_conserved(office)
    assert check(office.database).clean


def places(office: Office, account: Account = ANNA) -> dict[str, int]:
    """Where the rights are: the pool is '', on the way 'sent'."""
    with office.database.reading() as connection:
        rows = accounts.accounts_of(connection, [account.wallet])
        found = {"": rows[account][1] if account in rows else 0}
        for held in accounts.holdings_of(connection, [account.wallet]):
            if held.account == account:
                found[held.incarnation] = held.n
        found["sent"] = sum(
            one.n for one in grants.sent_of(connection, [account.wallet]) if one.account == account
        )
    return {place: n for place, n in found.items() if n}


def demand_conserved(office: Office) -> None:
    with office.database.reading() as connection:
        wallets = [row.wallet for row in accounts.wallet_rows(connection, map(wallet, range(60)))]
        rows = accounts.accounts_of(connection, wallets)
        out: dict[Account, int] = {}
        for held in accounts.holdings_of(connection, wallets):
            out[held.account] = out.get(held.account, 0) + held.n
        for one in grants.sent_of(connection, wallets):
            out[one.account] = out.get(one.account, 0) + one.n
        for account, (sums, pool) in rows.items():
            assert pool + out.get(account, 0) == sums.rights_in_all, account


def in_the_pool(office: Office, till: SpeakingTill, account: Account, n: int) -> None:
    """Somebody earned, and the till gave it back."""
    till.paper.record(earn(account, n))
    till.paper.record(
        Entry(account, EntryKind.RELEASE, n),
        kind=FactKind.RIGHTS_RETURNED,
        body=RightsReturned(reason="recalled"),
    )
    till.sync(office)


def alarms(office: Office) -> set[str]:
    return {row[0] for row in office.dump()["alarms"]}


def test_a_want_is_served_from_the_pool(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    in_the_pool(office, first, ANNA, 50)

    reply = second.want(office, ANNA, 20)

    assert [(one.account, one.n) for one in reply.grants] == [(ANNA, 20)]
    assert second.rights(ANNA) == 20
    assert places(office) == {"": 30, "sent": 20}
    second.sync(office)
    assert places(office) == {"": 30, second.incarnation: 20}


def test_a_grant_of_a_lost_reply_is_repeated_and_not_given_again(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    in_the_pool(office, first, ANNA, 50)
    second.sync(office)
    wish = Want(wallet=ANNA.wallet, unit=ANNA.unit, n=20)
    second.send(office, second.asking(wants=(wish,)))  # its reply is lost, and the till asks again
    reply = second.want(office, ANNA, 20)

    assert [one.n for one in reply.grants] == [20]
    assert second.rights(ANNA) == 20
    assert places(office) == {"": 30, "sent": 20}


def test_a_till_that_heard_may_want_more(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    in_the_pool(office, first, ANNA, 50)
    second.want(office, ANNA, 20)
    second.want(office, ANNA, 20)

    assert second.rights(ANNA) == 40


def test_what_the_pool_lacks_is_asked_back_from_the_other_till(office: Office) -> None:
    first, second = office.pair(1), office.pair(2, STATION)
    first.paper.record(earn(ANNA, 50))
    first.sync(office)
    heard = office.database.bell.heard(first.paper.store)

    assert not second.want(office, ANNA, 30).grants
    assert office.database.bell.wait(first.paper.store, 60, since=heard)
    heard = office.database.bell.heard(STATION)
    reply = first.sync(office)
    assert [(one.n, one.reason) for one in reply.recalls] == [(30, "recalled")]
    first.sync(office)
    assert office.database.bell.wait(STATION, 60, since=heard)

    second.want(office, ANNA, 30)
    assert (first.rights(ANNA), second.rights(ANNA)) == (20, 30)
    assert not first.sync(office).recalls


def test_a_till_gives_back_what_it_has_and_no_more(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    first.paper.record(earn(ANNA, 50))
    first.sync(office)
    second.want(office, ANNA, 50)
    first.paper.record(spend(ANNA, 45))
    rounds(office, [first, second])

    assert second.want(office, ANNA, 50).grants[0].n == 5
    assert not first.sync(office).recalls


def test_several_tills_are_asked_until_it_is_enough(office: Office) -> None:
    tills = [office.pair(number) for number in (1, 2, 3, 4)]
    for till, n in zip(tills, (10, 30, 20, 0), strict=True):
        if n:
            till.paper.record(earn(ANNA, n))
        till.sync(office)

    tills[3].want(office, ANNA, 45)
    asked = [sum(one.n for one in till.sync(office).recalls) for till in tills[:3]]

    assert asked == [0, 30, 15]


def test_grants_stay_below_the_cap(office: Office) -> None:
    office.caps = Caps(count_most=20)
    first, second = office.pair(1), office.pair(2)
    in_the_pool(office, first, ANNA, 50)

    assert second.want(office, ANNA, 50).grants[0].n == 20
    assert second.rights(ANNA) == 20
    second.sync(office)
    assert not second.want(office, ANNA, 10).grants


def test_what_is_earned_above_the_cap_goes_back_at_contact(office: Office) -> None:
    office.caps = Caps(count_most=20)
    first, _ = office.pair(1), office.pair(2)
    first.paper.record(earn(ANNA, 50))

    reply = first.sync(office)
    assert [(one.n, one.reason) for one in reply.recalls] == [(30, "over_cap")]
    first.sync(office)
    assert places(office) == {"": 30, first.incarnation: 20}
    assert not first.sync(office).recalls


def test_a_stores_only_till_keeps_what_it_earned(office: Office) -> None:
    office.caps = Caps(count_most=20)
    first = office.pair(1)
    office.pair(2, STATION)
    first.paper.record(earn(ANNA, 50))

    reply = first.sync(office)
    assert reply.only_till
    assert not reply.recalls


def test_what_was_asked_back_over_the_cap_and_was_spent_is_asked_no_more(office: Office) -> None:
    office.caps = Caps(count_most=20)
    first, _ = office.pair(1), office.pair(2)
    first.paper.record(earn(ANNA, 50))
    first.send(office, first.asking())
    first.paper.record(spend(ANNA, 45))

    assert not first.sync(office).recalls


def test_a_fenced_till_gets_nothing(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    in_the_pool(office, first, ANNA, 50)
    rulings.fence(office.database, second.incarnation, "stolen", office.now_ms)

    assert not second.want(office, ANNA, 20).grants
    assert places(office) == {"": 50}


def test_nobody_is_asked_for_the_rights_of_a_dead_till(office: Office) -> None:
    dead, second = office.pair(1), office.pair(2)
    dead.paper.record(earn(ANNA, 50))
    dead.sync(office)
    rulings.fence(office.database, dead.incarnation, "lost", office.now_ms)
    second.want(office, ANNA, 20)

    assert not office.dump()["recalls"]
    assert places(office) == {dead.incarnation: 50}


def test_what_a_dead_till_held_goes_back_to_the_pool_by_decision(office: Office) -> None:
    dead, second = office.pair(1), office.pair(2)
    in_the_pool(office, second, BORIS, 30)
    dead.paper.record(earn(ANNA, 50))
    dead.sync(office)
    dead.want(office, BORIS, 30)

    rulings.write_off(
        office.database, dead.incarnation, reason="stolen", now_ms=office.now_ms, today=TODAY
    )

    assert places(office) == {"": 50}
    assert places(office, BORIS) == {"": 30}
    assert "written_off" in alarms(office)
    assert second.want(office, ANNA, 50).grants[0].n == 50
    assert second.statements[ANNA.wallet].version > 1


def test_a_loss_becomes_real_when_the_dead_tills_facts_turn_up(office: Office) -> None:
    dead, second = office.pair(1), office.pair(2)
    dead.paper.record(earn(ANNA, 50))
    dead.sync(office)
    rulings.write_off(
        office.database, dead.incarnation, reason="lost", now_ms=office.now_ms, today=TODAY
    )
    second.want(office, ANNA, 50)
    second.paper.record(spend(ANNA, 50))
    second.sync(office)

    dead.paper.record(spend(ANNA, 50))
    dead.sync(office)

    assert "exposure" in alarms(office)
    assert places(office) == {dead.incarnation: -50}


def test_a_loss_that_can_still_be_kept_from_growing_is(office: Office) -> None:
    dead, second = office.pair(1), office.pair(2)
    dead.paper.record(earn(ANNA, 50))
    dead.sync(office)
    rulings.write_off(
        office.database, dead.incarnation, reason="lost", now_ms=office.now_ms, today=TODAY
    )
    # Its rights wait in the pool when it turns out that it had spent them.
    dead.paper.record(spend(ANNA, 50))
    dead.sync(office)
    second.sync(office)
    rounds(office, [second])

    assert not second.want(office, ANNA, 50).grants
    assert sum(places(office).values()) == 0


def test_a_grant_that_was_written_off_and_had_come_is_counted_once(office: Office) -> None:
    first, dead = office.pair(1), office.pair(2)
    in_the_pool(office, first, ANNA, 50)
    dead.want(office, ANNA, 50)
    rulings.write_off(
        office.database, dead.incarnation, reason="lost", now_ms=office.now_ms, today=TODAY
    )
    assert places(office) == {"": 50}
    dead.sync(office)

    assert places(office) == {dead.incarnation: 50}


def test_the_value_at_risk_is_what_each_till_holds(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 50))
    till.paper.record(earn(Account(BORIS.wallet, UnitId("stamps")), 3))
    till.sync(office)

    assert rulings.value_at_risk(office.database) == {till.incarnation: 0}
