"""What an owner sees of alarms and of units that wait for a decision, and how both are put away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from terminal.loyalty.expiry import ExpiryTerms
from terminal.server import attention, commands
from terminal.server.attention import Ruling
from terminal.server.calendar.days import run_day
from terminal.server.clock import day_of, system_clock
from terminal.server.database import accounts, alarms, recalls
from terminal.server.database.alarms import Alarm
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.database.overview import read_overview
from terminal.server.failures import NotDone
from terminal.server.leaving import MOVED_FILE
from terminal.server.ledger import rebuilding
from terminal.server.registry.local_days import LocalDays
from terminal.server.routes.figures import Figures
from terminal.server.settings import Settings
from tests.server.paper_till import (
    MAIN_STREET,
    PaperTill,
    begin,
    deliver,
    earn,
    points,
    spend,
    till,
)

ANNA = points(1)
TODAY = day_of(system_clock())
KINDS = (
    "exposure",
    "fork",
    "parked",
    "server_restored",
    "round_failed",
    "applying_failed",
    "foreign_log",
    "forgiven",
    "written_off",
    "counted_twice",
    "phones_asked",
    "same_phone",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(folder=tmp_path)


@pytest.fixture
def database(settings: Settings) -> Iterator[ServerDatabase]:
    opened = open_database(settings.url)
    yield opened
    opened.close()


def ring(
    database: ServerDatabase, kind: str = "fork", now_ms: int = 1_000, detail: str = "something"
) -> None:
    alarm = Alarm(kind, "here", detail)
    database.run(lambda connection: alarms.raise_alarms(connection, [alarm], now_ms))


def metric(database: ServerDatabase, name: str) -> list[str]:
    text = Figures(database, lambda: 0).text().decode()
    return [line for line in text.splitlines() if line.startswith(name)]


def test_nothing_is_told_in_words_too(settings: Settings, database: ServerDatabase) -> None:
    assert attention.listed(settings).lines == ("Nothing needs a person.",)


@pytest.mark.parametrize("kind", KINDS)
def test_each_alarm_says_what_happened_and_what_to_do(
    settings: Settings, database: ServerDatabase, kind: str
) -> None:
    ring(database, kind)

    told = attention.listed(settings)

    (plain,) = told.plain["alarms"]
    assert all(plain[part] for part in ("what", "means", "do"))
    assert kind.replace("_", " ").capitalize() + "." != plain["what"], "it has words of its own"
    assert "{" not in "".join(told.lines)
    assert any("What to do: " in line for line in told.lines)


def test_an_alarm_is_put_away_with_a_note(settings: Settings, database: ServerDatabase) -> None:
    ring(database)
    (plain,) = attention.listed(settings).plain["alarms"]

    attention.put_away(settings, plain["id"], "the copied disk is gone")

    assert attention.listed(settings).plain["alarms"] == []
    (kept,) = attention.listed(settings, done=True).plain["alarms"]
    assert (kept["note"], kept["times"]) == ("the copied disk is gone", 1)
    assert kept["done_ms"] > 0
    assert not any("ALARM" in line for line in commands.tills(settings).lines)
    with pytest.raises(NotDone, match="no open alarm"):
        attention.put_away(settings, plain["id"], "")


def test_the_same_thing_again_is_open_again(settings: Settings, database: ServerDatabase) -> None:
    ring(database)
    (first,) = attention.listed(settings).plain["alarms"]
    attention.put_away(settings, first["id"], "looked at")

    ring(database, now_ms=2_000)

    told = attention.listed(settings)
    (again,) = told.plain["alarms"]
    assert (again["id"], again["times"], again["done_ms"]) == (first["id"], 2, 0)
    assert any("put away before: looked at" in line for line in told.lines)


@pytest.mark.parametrize("kind", ["exposure", "foreign_log"])
def test_what_stands_as_it_stood_when_it_was_put_away_stays_away(
    settings: Settings, database: ServerDatabase, kind: str
) -> None:
    """It is noticed with every sale and every request; the owner has seen it."""
    ring(database, kind)
    (first,) = attention.listed(settings).plain["alarms"]
    attention.put_away(settings, first["id"], "")

    ring(database, kind, now_ms=2_000)
    assert attention.listed(settings).plain["alarms"] == []

    ring(database, kind, now_ms=3_000, detail="it grows")
    assert len(attention.listed(settings).plain["alarms"]) == 1


def test_figures_count_what_is_open(settings: Settings, database: ServerDatabase) -> None:
    ring(database, "exposure")
    ring(database, "fork")
    for one in attention.listed(settings).plain["alarms"]:
        if one["kind"] == "fork":
            attention.put_away(settings, one["id"], "")

    assert metric(database, "tenth_alarms{") == ['tenth_alarms{kind="exposure"} 1.0']


# --- units that nobody was told of ---------------------------------------------------------------


@pytest.fixture
def one(database: ServerDatabase) -> PaperTill:
    """Anna has 40 points that should have ended long ago, and 60 that never end."""
    one = till(1, MAIN_STREET)
    begin(database, one)
    one.record(earn(ANNA, 40, TODAY - timedelta(days=100)), earn(ANNA, 60))
    deliver(database, one)
    terms = ExpiryTerms(months_most=1)
    run_day(database, now_ms=system_clock(), days=LocalDays(TODAY), terms=terms)
    return one


def balance(database: ServerDatabase) -> int:
    with database.reading() as connection:
        return accounts.accounts_of(connection, [ANNA.wallet])[ANNA][0].balance


def lots(settings: Settings) -> list[dict[str, object]]:
    found: list[dict[str, object]] = attention.listed(settings).plain["lots"]
    return found


def give_back(database: ServerDatabase, one: PaperTill, n: int) -> None:
    with database.reading() as connection:
        assert sum(row.n for row in recalls.recalls_of(connection, one.incarnation)) >= n
    one.give_back(ANNA, n)
    deliver(database, one)


def test_lots_that_wait_for_a_person_are_listed(
    settings: Settings, database: ServerDatabase, one: PaperTill
) -> None:
    (lot,) = lots(settings)
    assert (lot["wallet"], lot["unit"], lot["n"]) == (ANNA.wallet, "points", 40)
    assert any("until you decide" in line for line in attention.listed(settings).lines)
    assert metric(database, "tenth_decisions ") == ["tenth_decisions 1.0"]


def test_the_owner_lets_them_stay(
    settings: Settings, database: ServerDatabase, one: PaperTill
) -> None:
    (lot,) = lots(settings)
    until = TODAY + timedelta(days=60)

    attention.decide(settings, Ruling(str(lot["id"]), until))

    terms = ExpiryTerms(months_most=1)
    assert lots(settings) == []
    run_day(database, now_ms=system_clock(), days=LocalDays(until), terms=terms)
    assert lots(settings) == []
    run_day(database, now_ms=system_clock(), days=LocalDays(until + timedelta(days=1)), terms=terms)
    assert len(lots(settings)) == 1, "told nobody, so it is asked again"
    assert balance(database) == 100
    assert rebuilding.check(database).clean


def test_they_stay_long_enough_that_somebody_can_be_told(
    settings: Settings, database: ServerDatabase, one: PaperTill
) -> None:
    with pytest.raises(NotDone, match="too soon"):
        attention.decide(settings, Ruling("all", TODAY + timedelta(days=13)))
    assert len(lots(settings)) == 1


def test_the_owner_lets_them_end_once_tills_gave_them_back(
    settings: Settings, database: ServerDatabase, one: PaperTill
) -> None:
    terms = ExpiryTerms(months_most=1)

    told = attention.decide(settings, Ruling("all", None))

    assert any("asked back" in line for line in told.lines)
    assert balance(database) == 100, "the till may have spent them"
    assert lots(settings) == [], "nobody is asked twice"
    give_back(database, one, 100)  # what stays out may be spent, and is spent of these first
    run_day(database, now_ms=system_clock(), days=LocalDays(TODAY), terms=terms)
    assert balance(database) == 60
    with database.reading() as connection:
        assert read_overview(connection).decisions == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM decisions").scalar() == 0
    assert rebuilding.check(database).clean


def test_what_was_spent_meanwhile_does_not_end(
    settings: Settings, database: ServerDatabase, one: PaperTill
) -> None:
    attention.decide(settings, Ruling("all", None))
    one.record(spend(ANNA, 40))
    deliver(database, one)

    run_day(
        database, now_ms=system_clock(), days=LocalDays(TODAY), terms=ExpiryTerms(months_most=1)
    )

    assert balance(database) == 60
    assert rebuilding.check(database).clean


def test_an_unknown_lot_is_told(settings: Settings, database: ServerDatabase) -> None:
    with pytest.raises(NotDone, match="No lot"):
        attention.decide(settings, Ruling("0000", date(2030, 1, 1)))


def test_in_the_archive_of_a_shop_that_moved_nothing_is_decided(
    settings: Settings, database: ServerDatabase, one: PaperTill
) -> None:
    """Its till counts at another server, which has the lots too."""
    ring(database)
    (alarm,) = attention.listed(settings).plain["alarms"]
    (settings.folder / MOVED_FILE).write_text('{"url": "https://other.example"}', encoding="utf-8")

    for ruling in (Ruling("all", None), Ruling("all", date(2040, 1, 1))):
        with pytest.raises(NotDone, match="archive"):
            attention.decide(settings, ruling)
    with pytest.raises(NotDone, match="archive"):
        attention.put_away(settings, alarm["id"], "seen")

    assert balance(database) == 100
    assert lots(settings), "it can be read all the same"
