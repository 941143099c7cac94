"""What the shop owes to others: a partner's miles, money for the animal shelter."""

import json
from datetime import date, datetime
from pathlib import Path

from terminal import resources
from terminal.loyalty.history import Counted, brought, had
from terminal.loyalty.programme import Programme
from terminal.loyalty.settlements import Cause, PartnerUnits, settlement
from terminal.server import settlements
from terminal.server.database import counts, revisions
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.database.revisions import PROGRAMME, RevisionRow
from terminal.server.settings import read_settings
from terminal.wire.programme_json import read_programme

MARCH, LATER = date(2026, 3, 14), date(2026, 4, 2)


def ready(*names: str) -> list[Programme]:
    folder = resources.path("programmes")
    return [read_programme((folder / f"{name}.json").read_bytes()) for name in names]


def test_miles_and_donations_are_summed_and_returns_taken_off() -> None:
    found = settlement(
        [
            Counted(had(39, "miles"), MARCH, 3),
            Counted(had(39, "miles"), LATER, -1),  # a return, on the day of its sale
            Counted(brought(40, "bonus"), MARCH, 7),  # no rule of today
            Counted(had(54, "give"), MARCH, 2),
            Counted(brought(1, "purchase"), MARCH, 500),  # the shop's own points are not settled
        ],
        ready("partner-miles", "miles", "good-cause", "points"),
    )

    assert found.partners == (PartnerUnits(partner="Sky Air", unit="miles", n=500),)
    assert found.causes == (Cause(cause="shelter", times=2, amount=1000),)


def test_a_day_is_judged_by_its_own_revision() -> None:
    (first,) = ready("good-cause")
    content = json.loads((resources.path("programmes") / "good-cause.json").read_text("utf-8"))
    content |= {"revision": 2, "holds_from": "2026-04-01T00:00:00+02:00"}
    content["rewards"][0]["benefit"]["amount"] = 700
    second = read_programme(json.dumps(content))

    found = settlement(
        [Counted(had(54, "give"), MARCH, 1), Counted(had(54, "give"), LATER, 1)], [first, second]
    )

    assert found.causes == (Cause(cause="shelter", times=2, amount=1200),)


def test_the_command_tells_the_days_that_were_asked_for(tmp_path: Path) -> None:
    settings = read_settings(tmp_path)
    database = open_database(settings.url)
    fill(database)
    database.close()

    told = settlements.told(settings, date(2026, 3, 1), date(2026, 3, 31))

    assert told.lines == ("shelter: €10.00, given 2 times",)
    assert told.plain["causes"] == [{"cause": "shelter", "times": 2, "amount": 1000}]


def fill(database: ServerDatabase) -> None:
    content = (resources.path("programmes") / "good-cause.json").read_text("utf-8")
    now_ms = int(datetime(2026, 3, 14).timestamp() * 1000)  # noqa: DTZ001
    row = RevisionRow(PROGRAMME, 54, 1, 0, content, now_ms)
    database.run(lambda connection: revisions.add_revisions(connection, [row]))
    name, wallet = had(54, "give"), "a" * 32
    totals = {(wallet, name, MARCH): 2, (wallet, name, LATER): 9}
    database.run(lambda connection: counts.add_counts(connection, totals))
