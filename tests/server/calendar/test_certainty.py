"""A shop's only computer with a wrong date: nobody's units end by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from terminal.loyalty.bodies import LotWarned
from terminal.loyalty.expiry import ExpiryTerms
from terminal.loyalty.facts import FactKind, decode, encode
from terminal.server.background import run_today
from terminal.server.database import accounts
from terminal.server.database.connection import ServerDatabase
from tests.server.paper_till import NOW_MS, PaperTill, begin, deliver, earn, points, till

ANNA = points(1)
APRIL, MARCH = date(2026, 4, 30), date(2026, 3, 14)
DAY_MS = 86_400_000
TERMS = ExpiryTerms()


def left(database: ServerDatabase) -> int:
    with database.reading() as connection:
        known, _ = accounts.accounts_of(connection, [ANNA.wallet])[ANNA]
    return known.balance


def shop(database: ServerDatabase) -> PaperTill:
    """Anna has 40 points until the end of April, and was told so in March; the server holds them."""
    one = till(1)
    begin(database, one)
    one.day = MARCH
    one.record(earn(ANNA, 40, APRIL))
    body = LotWarned(
        wallet=ANNA.wallet, unit=ANNA.unit, day=APRIL, last_day=APRIL, n=40, how="slip"
    )
    one.give_back(ANNA, 40)
    one.record(kind=FactKind.LOT_WARNED, body=body)
    deliver(database, one)
    return one


def sell(database: ServerDatabase, one: PaperTill, now_ms: int, clock: str) -> None:
    one.wall_ms = now_ms
    one.record()
    doubted = replace(decode(one.facts.pop()), clock=clock)
    one.head = doubted.before
    one.write(encode(doubted))
    deliver(database, one)


def test_units_end_by_a_date_that_is_near_what_the_tills_wrote(
    server_database: ServerDatabase,
) -> None:
    shop(server_database)
    assert run_today(server_database, NOW_MS + 30 * DAY_MS, TERMS)
    assert left(server_database) == 0


def test_units_do_not_end_by_a_date_far_ahead(server_database: ServerDatabase) -> None:
    one = shop(server_database)
    in_a_year = NOW_MS + 400 * DAY_MS
    assert not run_today(server_database, in_a_year, TERMS)
    sell(server_database, one, in_a_year, "suspect")
    assert not run_today(server_database, in_a_year + 1, TERMS)
    assert left(server_database) == 40


def test_a_shop_that_was_closed_goes_on_with_its_first_sale(
    server_database: ServerDatabase,
) -> None:
    one = shop(server_database)
    in_a_year = NOW_MS + 400 * DAY_MS
    sell(server_database, one, in_a_year, "trusted")
    assert run_today(server_database, in_a_year + 1, TERMS)
    assert left(server_database) == 0


def test_a_till_whose_clock_is_fast_keeps_nobody_from_ending_days(
    server_database: ServerDatabase,
) -> None:
    one = shop(server_database)
    sell(server_database, one, NOW_MS + 31 * DAY_MS, "trusted")
    assert run_today(server_database, NOW_MS + 30 * DAY_MS, TERMS)
    assert left(server_database) == 0
