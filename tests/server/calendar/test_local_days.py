"""Two stores of one chain, in Warsaw and in Bucharest: each lives by its own day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from terminal.loyalty.bodies import LotWarned
from terminal.loyalty.facts import Fact, FactKind, decode
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account
from terminal.server.calendar.days import Report, run_day
from terminal.server.calendar.deciding import UnfitDay, let_stay
from terminal.server.database import accounts as account_table
from terminal.server.database import facts as fact_table
from terminal.server.database import logs
from terminal.server.database.connection import ServerDatabase
from terminal.server.registry.local_days import LocalDays, local_day, local_days
from tests.server.paper_till import PaperTill, begin, deliver, earn, points, till
from tests.server.registry.owners import publish, shop_record

WARSAW = "0a" * 16
BUCHAREST = "0b" * 16
ANNA = points(1)
BELA = points(2)
OCTOBER = date(2026, 10, 24)
"""The last day of summer time: that night clocks go back, in both at 01:00 UTC."""


def ms(text: str) -> int:
    """An instant of UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def days(database: ServerDatabase, instant: str) -> LocalDays:
    with database.reading() as connection:
        return local_days(connection, ms(instant))


def run(database: ServerDatabase, instant: str) -> Report:
    return run_day(database, now_ms=ms(instant), days=days(database, instant))


@pytest.fixture
def chain(server_database: ServerDatabase) -> ServerDatabase:
    publish(server_database, shop=shop_record(WARSAW, name="Złota"))
    publish(
        server_database,
        shop=shop_record(BUCHAREST, name="Lipscani", country="RO", currency="RON", language="ro"),
    )
    return server_database


@pytest.mark.parametrize(
    ("instant", "warsaw", "bucharest"),
    [
        ("2026-07-01T20:59", date(2026, 7, 1), date(2026, 7, 1)),
        ("2026-07-01T21:00", date(2026, 7, 1), date(2026, 7, 2)),
        ("2026-07-01T22:00", date(2026, 7, 2), date(2026, 7, 2)),
        # Before and after the autumn change: the same midnight, an hour of UTC later.
        ("2026-10-24T21:00", date(2026, 10, 24), date(2026, 10, 25)),
        ("2026-10-24T22:00", date(2026, 10, 25), date(2026, 10, 25)),
        ("2026-10-25T21:59", date(2026, 10, 25), date(2026, 10, 25)),
        ("2026-10-25T22:00", date(2026, 10, 25), date(2026, 10, 26)),
        ("2026-10-25T22:59", date(2026, 10, 25), date(2026, 10, 26)),
        ("2026-10-25T23:00", date(2026, 10, 26), date(2026, 10, 26)),
    ],
)
def test_a_day_ends_in_bucharest_an_hour_before_warsaw(
    chain: ServerDatabase, instant: str, warsaw: date, bucharest: date
) -> None:
    found = days(chain, instant)

    assert (found.at(WARSAW), found.at(BUCHAREST)) == (warsaw, bucharest)
    assert (found.open, found.begun) == (warsaw, bucharest)
    with chain.reading() as connection:
        in_one = [local_day(connection, one, ms(instant)) for one in (WARSAW, BUCHAREST)]
    assert in_one == [warsaw, bucharest]


def test_a_zone_that_was_told_wins_over_the_country(chain: ServerDatabase) -> None:
    publish(chain, shop=shop_record(WARSAW, name="Złota", time_zone="Atlantic/Azores"))

    assert days(chain, "2026-07-01T23:59").at(WARSAW) == date(2026, 7, 1)


def test_a_till_that_publishes_its_shop_again_leaves_the_zone(chain: ServerDatabase) -> None:
    publish(chain, shop=shop_record(WARSAW, name="Złota", time_zone="Atlantic/Azores"))
    publish(chain, shop=shop_record(WARSAW, name="Złota 44"))

    assert days(chain, "2026-07-01T23:59").at(WARSAW) == date(2026, 7, 1)


@pytest.mark.parametrize("wrong", ["Warsaw", "Europe", "../etc/passwd", "/etc/passwd", "CET+1\0"])
def test_a_zone_that_there_is_not_is_refused(chain: ServerDatabase, wrong: str) -> None:
    reply = publish(chain, shop=shop_record(WARSAW, time_zone=wrong))

    assert not reply.published
    assert "time_zone" in reply.problems[0][1] or "sign" in reply.problems[0][1]


# --- units ---------------------------------------------------------------------------------------


def told_in_october(one: PaperTill, last: date) -> None:
    """Anna earned 40 points until a day at this till, and was warned of it on a slip."""
    one.day = date(2026, 9, 1)
    one.record(earn(ANNA, 40, last))
    one.give_back(ANNA, 40)
    body = LotWarned(wallet=ANNA.wallet, unit=ANNA.unit, day=last, last_day=last, n=40, how="slip")
    one.record(kind=FactKind.LOT_WARNED, body=body)


@pytest.mark.parametrize("home", [WARSAW, BUCHAREST])
@pytest.mark.parametrize(
    ("last", "still", "over"),
    [
        (date(2026, 9, 30), "2026-09-30T21:59", "2026-09-30T22:00"),
        (OCTOBER, "2026-10-24T21:59", "2026-10-24T22:00"),
        (date(2026, 10, 25), "2026-10-25T22:59", "2026-10-25T23:00"),
    ],
)
def test_points_end_when_their_day_is_over_in_every_store(
    chain: ServerDatabase, home: str, last: date, still: str, over: str
) -> None:
    """A member of Bucharest may stand at the till in Warsaw before midnight."""
    one = till(1, home)
    begin(chain, one)
    told_in_october(one, last)
    deliver(chain, one)

    assert run(chain, still) == Report()
    assert run(chain, over) == Report(expired=1)


def test_what_expires_bears_the_day_of_its_own_store(chain: ServerDatabase) -> None:
    """In the hour in which one store is a day ahead, each has its own day in the books."""
    warsaw, bucharest = till(1, WARSAW), till(2, BUCHAREST)
    begin(chain, warsaw, bucharest)
    for one, whose in ((warsaw, ANNA), (bucharest, BELA)):
        one.day = date(2026, 9, 1)
        one.record(earn(whose, 40, date(2026, 9, 29)))
        deliver(chain, one)

    run(chain, "2026-09-30T21:30")  # nobody was warned, so they stay; that is recorded

    assert [fact.business_day for fact in minted(chain, WARSAW)] == [date(2026, 9, 30)]
    assert [fact.business_day for fact in minted(chain, BUCHAREST)] == [date(2026, 10, 1)]


def minted(database: ServerDatabase, store: str) -> list[Fact]:
    with database.reading() as connection:
        (own,) = [log for log in logs.of_store(connection, store) if log.role == "server"]
        rows = fact_table.between(connection, own.incarnation, after=0, up_to=99, most=99)
    return [decode(row.stored) for row in rows]


def vesting_on(whose: Account, day: date) -> bytes:
    """The body of a sale whose units vest on a day."""
    return (
        f'{{"earned":[{{"account":["{whose.wallet}","points"],"n":40,"vests":"{day}"}}]}}'
    ).encode()


def pending(database: ServerDatabase, whose: Account) -> int:
    with database.reading() as connection:
        found = account_table.accounts_of(connection, [ANNA.wallet, BELA.wallet])
    return next(sums.pending for account, (sums, _) in found.items() if account == whose)


def test_points_vest_when_the_day_of_the_store_that_sold_has_begun(chain: ServerDatabase) -> None:
    warsaw, bucharest = till(1, WARSAW), till(2, BUCHAREST)
    begin(chain, warsaw, bucharest)
    for one, whose in ((warsaw, ANNA), (bucharest, BELA)):
        one.record(
            Entry(whose, EntryKind.EARN_PENDING, 40, None),
            body=vesting_on(whose, date(2026, 10, 25)),
        )
        deliver(chain, one)

    assert run(chain, "2026-10-24T20:59") == Report()
    assert run(chain, "2026-10-24T21:00") == Report(vested=1)
    assert (pending(chain, ANNA), pending(chain, BELA)) == (40, 0)
    assert run(chain, "2026-10-24T22:00") == Report(vested=1)
    assert pending(chain, ANNA) == 0


def test_a_day_that_is_decided_leaves_time_to_tell_it_in_every_store(
    chain: ServerDatabase,
) -> None:
    in_the_hour = days(chain, "2026-10-24T21:30")  # Bucharest has the 25th

    def stay(until: date) -> None:
        let_stay(chain, [], until, now_ms=ms("2026-10-24T21:30"), days=in_the_hour)

    stay(date(2026, 11, 8))
    with pytest.raises(UnfitDay):
        stay(date(2026, 11, 7))
