"""What an owner sets aside for an offer is put into the pool once, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from terminal.loyalty.ledger import NOTHING
from terminal.loyalty.wallet import budget_account
from terminal.server.database import accounts
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.feeds import interested_stores
from terminal.server.ledger.funding import fund
from terminal.server.ledger.rebuilding import check
from tests.server.paper_till import begin, deliver, spend, till
from tests.server.registry import owners

OFFER = budget_account(7, "first")


def published(
    database: ServerDatabase, amount: int, *, revision: int = 1, holds_from: str = ""
) -> None:
    reward = {
        "id": "first",
        "name": {"en": "For the first"},
        "benefit": {"kind": "amount_off", "amount": 100},
        "target": {"scope": "piece"},
        "budget": {"of": "times", "amount": amount},
    }
    more = {"holds_from": holds_from} if holds_from else {}
    text = owners.programme(7, revision, rewards=[reward], **more)
    owners.found(database, text)


def stands(database: ServerDatabase) -> tuple[int, int, int]:
    """What was put in, what was given out, and what sits in the pool."""
    with database.reading() as connection:
        known = accounts.accounts_of(connection, [OFFER.wallet])
    sums, pool = known.get(OFFER, (NOTHING, 0))
    return sums.earned_in_all, sums.used, pool


def funded(database: ServerDatabase, now_ms: int = owners.NOW) -> int:
    return database.run(lambda connection: fund(connection, now_ms))


def test_a_budget_is_put_in_once_however_many_look(server_database: ServerDatabase) -> None:
    published(server_database, 500)
    with ThreadPoolExecutor(4) as at_once:
        found = list(at_once.map(lambda _: funded(server_database), range(8)))

    assert sum(found) == 1
    assert stands(server_database) == (500, 0, 500)
    assert check(server_database).differences == ()


def test_less_takes_only_what_the_pool_has_and_the_rest_when_it_comes_back(
    server_database: ServerDatabase,
) -> None:
    published(server_database, 500)
    funded(server_database)
    one = till(1)
    begin(server_database, one)
    one.receive(OFFER, 400)
    one.record(spend(OFFER, 150))
    deliver(server_database, one)
    assert stands(server_database) == (500, 150, 100)

    published(server_database, 200, revision=2)
    funded(server_database)
    assert stands(server_database) == (400, 150, 0)

    one.give_back(OFFER, 250)
    deliver(server_database, one)
    funded(server_database)
    assert stands(server_database) == (200, 150, 50)
    assert check(server_database).differences == ()


def test_a_smaller_budget_to_come_changes_nothing_until_it_holds(
    server_database: ServerDatabase,
) -> None:
    published(server_database, 500)
    funded(server_database)
    published(server_database, 200, revision=2, holds_from="2027-02-01T00:00:00+01:00")

    assert funded(server_database) == 0
    assert funded(server_database, owners.NOW + 30 * 86_400_000) == 1
    assert stands(server_database) == (200, 0, 200)


def test_nobody_is_told_whenever_a_budget_is_spent(server_database: ServerDatabase) -> None:
    published(server_database, 500)
    funded(server_database)
    one = till(1)
    begin(server_database, one)
    one.receive(OFFER, 400)
    one.record(spend(OFFER, 150))
    deliver(server_database, one)

    with server_database.reading() as connection:
        assert interested_stores(connection, [OFFER.wallet]) == {}
