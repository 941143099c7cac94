"""What an owner decides at the shell about a till that is stolen, copied or lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.server import commands
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.failures import NotDone
from terminal.server.intake.refusals import Refused
from terminal.server.settings import Settings
from tests.server.paper_till import MAIN_STREET, earn, points
from tests.server.registry.owners import found, programme
from tests.server.speaking_till import Office, SpeakingTill

ANNA = points(1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(folder=tmp_path)


@pytest.fixture
def database(settings: Settings) -> Iterator[ServerDatabase]:
    opened = open_database(settings.url)
    yield opened
    opened.close()


@pytest.fixture
def office(database: ServerDatabase) -> Office:
    office = Office(database)
    unit = {"id": "points", "kind": "points", "name": {"en": "points"}}
    worth = {**unit, "worth": {"units": 100, "amount": 500}}
    found(database, programme(unit=worth), store=MAIN_STREET)
    return office


@pytest.fixture
def till(office: Office) -> SpeakingTill:
    """It earned 100 points of Anna's, and may spend them without asking."""
    till = office.pair(1, MAIN_STREET)
    till.paper.record(earn(ANNA, 100))
    till.sync(office)
    return till


def lane(till: SpeakingTill) -> str:
    return till.paper.name


def test_what_a_till_may_spend_is_shown(settings: Settings, till: SpeakingTill) -> None:
    told = commands.tills(settings)
    (line,) = told.lines
    assert "may spend 100 points" in line
    assert till.incarnation in line
    (row,) = told.plain["tills"]
    assert row["rights"] == {"points": 100}


@pytest.mark.parametrize("by", ["lane", "log"])
def test_a_copied_till_is_fenced(
    settings: Settings, office: Office, till: SpeakingTill, by: str
) -> None:
    told = commands.fence(settings, lane(till) if by == "lane" else till.incarnation, revoke=False)
    assert told.plain["rights"] == {"points": 100}
    shown = commands.tills(settings).lines
    assert "fenced" in shown[0]
    assert shown[1].startswith("ALARM ")
    assert "A till gets no rights" in shown[1]
    assert shown[1].endswith(f"tenth server write-off {till.incarnation}"), "what to do"
    commands.write_off(settings, till.incarnation, "lost")
    assert not any("tenth server write-off" in line for line in commands.tills(settings).lines), (
        "it is done"
    )
    # It is still heard: what it sold is taken.
    till.paper.record(earn(ANNA, 1))
    till.send(office, till.asking())


def test_a_stolen_till_is_let_in_no_more(
    settings: Settings, office: Office, till: SpeakingTill
) -> None:
    commands.fence(settings, till.incarnation, revoke=True)
    with pytest.raises(Refused) as refused:
        till.send(office, till.asking())
    assert refused.value.code == "retired"
    assert "not let in" in commands.tills(settings).lines[0]


def test_the_rights_of_a_lost_till_go_back(
    settings: Settings, office: Office, till: SpeakingTill
) -> None:
    told = commands.write_off(settings, lane(till), "burnt")
    assert told.plain["value"] == 500
    assert told.plain["rights"] == {"points": 100}
    other = office.pair(2, MAIN_STREET)
    other.want(office, ANNA, 60)
    assert other.rights(ANNA) == 60


def test_after_a_restore_a_till_that_never_comes_back_is_written_off(
    settings: Settings, office: Office, till: SpeakingTill
) -> None:
    told = commands.restored(settings)
    assert told.plain["waiting"] == [till.incarnation]
    # Whoever withdrew a key since the backup has to be told that nobody here knows of it.
    assert "code-key STORE --withdraw" in told.lines[-1]
    assert "has not spoken" in commands.tills(settings).lines[0]
    commands.write_off(settings, till.incarnation, "burnt")
    other = office.pair(2, MAIN_STREET)
    # It was let in on the new timeline, so nobody is waited for any more.
    other.want(office, ANNA, 60)
    assert other.rights(ANNA) == 60


def test_a_name_that_fits_nobody_or_several(
    settings: Settings, office: Office, till: SpeakingTill
) -> None:
    with pytest.raises(NotDone, match="no till Till 9"):
        commands.fence(settings, "Till 9", revoke=False)
    twin = office.pair(3, MAIN_STREET)
    twin.paper.name = lane(till)
    office.database.run(
        lambda it: it.exec_driver_sql("UPDATE terminals SET lane = ?", (lane(till),))
    )
    with pytest.raises(NotDone, match="Several"):
        commands.fence(settings, lane(till), revoke=False)


def test_a_lane_whose_till_began_anew_means_the_till_that_is_there(
    settings: Settings, office: Office, till: SpeakingTill
) -> None:
    commands.fence(settings, till.incarnation, revoke=True)
    back = office.pair(3, MAIN_STREET)
    back.paper.name = lane(till)
    office.database.run(
        lambda it: it.exec_driver_sql("UPDATE terminals SET lane = ?", (lane(till),))
    )

    told = commands.fence(settings, lane(till), revoke=True)

    assert told.plain["incarnation"] == back.incarnation
    assert any("tenth server code" in line for line in told.lines), "how it comes back"


def test_the_books_are_proven_and_mended(
    settings: Settings, database: ServerDatabase, till: SpeakingTill
) -> None:
    assert commands.rebuild(settings, only_check=True).ok
    database.run(lambda it: it.exec_driver_sql("UPDATE accounts SET earned = earned + 1"))
    checked = commands.rebuild(settings, only_check=True)
    assert not checked.ok
    assert checked.lines == ()
    assert commands.rebuild(settings, only_check=False).plain["mended"] is True
    assert commands.rebuild(settings, only_check=True).ok
    database.run(lambda it: it.exec_driver_sql("UPDATE facts SET hash = 'x'"))
    damaged = commands.rebuild(settings, only_check=False)
    assert not damaged.ok
    assert "damaged" in damaged.problems[-1]
