"""A till that its server turned away joins again in its own folder, and nothing that it holds is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.server.clock import day_of, system_clock
from terminal.server.database import overview, registry
from terminal.server.database.alarms import read_alarms
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.connection import open_database as open_server_database
from terminal.server.database.overview import TillRow
from terminal.server.intake import rulings
from terminal.server.ledger import rebuilding
from terminal.till import joining, own_rules
from terminal.till.database.only_till import COURIER_LOCK_FILE, only_till
from terminal.till.database.rebuild import check
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.journal_port import Recorded
from terminal.till.line_port import LineTrouble
from terminal.till.ports import Member
from terminal.till.settings import Settings, read_settings
from terminal.till.sync.keys import KEY_FILE, NEXT_KEY_FILE
from terminal.till.sync.pairing import NotPaired, introduce
from tests.fakes.paid_sale import paid_sale
from tests.till.sync.office import Office

ANNA = "a" * 32


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "office")
    office.start()
    office.publish()
    yield office
    office.stop()


@pytest.fixture
def till(office: Office, tmp_path: Path) -> Settings:
    """Anna has 100 points at it, and everything is at the server."""
    settings = joining.pair(tmp_path / "home" / "till2", office.url, office.code(), "Till 2")
    joining.fetch(settings)
    with joining.opened(settings) as (database, _):
        member = Member(id=ANNA, name="Anna")
        database.journal.enrol(member, "2912345678901", SystemClock().now())
    sell(settings, earn=100)
    assert joining.fetch(settings) is LineTrouble.NONE
    return settings


def sell(settings: Settings, *, earn: int) -> None:
    with joining.opened(settings) as (database, _):
        sale = paid_sale(
            SystemIds().sale_id(), SystemClock().now(), database.members.standing(ANNA), earn=earn
        )
        assert isinstance(database.journal.record_sale(sale), Recorded)


def points(settings: Settings) -> tuple[int, int]:
    """What Anna has, and what she may spend at this till."""
    with joining.opened(settings) as (database, _):
        standing = database.members.standing(ANNA)
        return standing.balance("points"), standing.spendable("points")


class Books:
    """The server's database, as its owner's commands use it."""

    def __init__(self, office: Office) -> None:
        self._url = office.settings.url

    def __enter__(self) -> ServerDatabase:
        self._database = open_server_database(self._url)
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()


def rows(office: Office) -> dict[str, TillRow]:
    """The tills by their standing, as `tenth server tills` tells them."""
    with Books(office) as database, database.reading() as connection:
        found = overview.read_tills(connection)
    assert len({row.standing for row in found}) == len(found)
    return {row.standing: row for row in found}


def turn_away(office: Office, settings: Settings) -> str:
    """The owner fences and revokes a till; tells its log."""
    with joining.opened(settings) as (database, _):
        own = database.journal.identity().incarnation
    with Books(office) as database:
        rulings.fence(database, own, "an operator said so", system_clock())
        terminal = rows(office)["fenced"].terminal
        database.run(lambda connection: registry.revoke(connection, terminal))
    return own


def join_again(office: Office, settings: Settings, code: str | None = None) -> Settings:
    return joining.pair(settings.folder, office.url, code or office.code(), settings.lane.name)


def sound(office: Office, settings: Settings) -> None:
    """Both books agree with the facts, and with each other."""
    with Books(office) as database:
        assert rebuilding.check(database).clean
    with joining.opened(settings) as (opened, store):
        assert check(opened.database).clean
        assert store.contact().waiting == 0


def test_a_till_that_was_turned_away_joins_again_with_all_it_holds(
    office: Office, till: Settings
) -> None:
    old = turn_away(office, till)
    sell(till, earn=5)
    sell(till, earn=6)
    assert joining.fetch(till) is LineTrouble.REVOKED

    again = join_again(office, till)

    assert joining.fetch(again) is LineTrouble.NONE
    assert again == read_settings(till.folder) == till
    assert office.facts() == 4, "the two that waited are there, in the old log"
    sell(again, earn=1)
    assert joining.fetch(again) is LineTrouble.NONE
    assert points(again) == (112, 1), "the old rights wait for the owner"
    told = rows(office)
    assert (told["active"].lane, told["active"].terminal_standing) == ("Till 2", "active")
    assert told["fenced"].incarnation == old
    words = own_rules.words_of_joining(
        again, "till2", (), whole=True, earlier=joining.earlier_log(again)
    )
    assert any(f"tenth server write-off {old}" in line for line in words)
    assert told["fenced"].rights == (("points", 111),)
    sound(office, again)


def test_what_it_could_spend_is_given_back_by_a_write_off(office: Office, till: Settings) -> None:
    old = turn_away(office, till)
    again = join_again(office, till)
    joining.fetch(again)

    with Books(office) as database:
        now_ms = system_clock()
        rulings.write_off(database, old, reason="back", now_ms=now_ms, today=day_of(now_ms))

    joining.fetch(again)
    assert set(rows(office)) == {"active"}
    sound(office, again)


def test_a_written_off_till_comes_back_too(office: Office, till: Settings) -> None:
    old = turn_away(office, till)
    sell(till, earn=5)
    with Books(office) as database:
        now_ms = system_clock()
        rulings.write_off(database, old, reason="lost", now_ms=now_ms, today=day_of(now_ms))

    again = join_again(office, till)

    assert joining.fetch(again) is LineTrouble.NONE
    assert points(again)[0] == 105
    sound(office, again)


def test_the_key_that_was_turned_away_is_never_let_in_again(office: Office, till: Settings) -> None:
    """A thief may have a copy of it."""
    thief = till.folder.with_name("thief")
    shutil.copytree(till.folder, thief)
    turn_away(office, till)
    before = (till.folder / KEY_FILE).read_text(encoding="ascii")

    join_again(office, till)

    assert (till.folder / KEY_FILE).read_text(encoding="ascii") != before
    assert not (till.folder / NEXT_KEY_FILE).exists()
    assert joining.fetch(read_settings(thief)) is LineTrouble.REVOKED


def test_a_wrong_code_changes_nothing(office: Office, till: Settings) -> None:
    turn_away(office, till)
    sell(till, earn=5)
    before = points(till)

    with pytest.raises(NotPaired, match="opens nothing"):
        join_again(office, till, "WRONG")

    assert points(till) == before, "what it may spend stays with it"
    again = join_again(office, till)
    assert joining.fetch(again) is LineTrouble.NONE
    assert points(again)[0] == 105


class CutOffError(BaseException):
    """The power goes."""


@pytest.mark.parametrize("same_code", [True, False])
@pytest.mark.parametrize(
    "place", ["introduce", "begin_anew", "take_over", "write_settings", "take_next_key"]
)
def test_wherever_it_is_cut_off_it_is_repeated(
    office: Office, till: Settings, monkeypatch: pytest.MonkeyPatch, place: str, same_code: bool
) -> None:
    turn_away(office, till)
    sell(till, earn=5)
    code = office.code()

    def dark(*_: object, **__: object) -> object:
        raise CutOffError

    def introduced(*given: object) -> object:
        introduce(*given)  # type: ignore[arg-type]
        raise CutOffError

    with monkeypatch.context() as patched:
        if place == "begin_anew":
            patched.setattr("terminal.till.database.sync_store.StoredSync.begin_anew", dark)
        else:
            patched.setattr(joining, place, introduced if place == "introduce" else dark)
        with pytest.raises(CutOffError):
            join_again(office, till, code)
    sell(till, earn=6)

    again = join_again(office, till, code if same_code else None)

    assert joining.fetch(again) is LineTrouble.NONE
    assert points(again)[0] == 111
    assert len([row for row in rows(office).values() if row.standing == "active"]) == 1
    sound(office, again)


def test_a_copy_that_was_turned_away_keeps_its_sales(office: Office, till: Settings) -> None:
    """Two machines of one disk: the other one was first to begin anew."""
    sell(till, earn=5)
    copied = till.folder.with_name("till3")
    shutil.copytree(till.folder, copied)
    copy = read_settings(copied)
    sell(till, earn=10)
    sell(copy, earn=20)
    for _ in range(2):
        joining.fetch(till)  # its number runs ahead, then the copy's is seen as a fork
        joining.fetch(copy)
    away, stays = (till, copy) if joining.fetch(till) is LineTrouble.REVOKED else (copy, till)
    sell(away, earn=40)

    again = join_again(office, away)

    assert joining.fetch(again) is LineTrouble.NONE
    assert joining.fetch(stays) is LineTrouble.NONE
    assert points(again)[0] == points(stays)[0] == 175, "what both had counts once"
    sound(office, again)
    sound(office, stays)


def test_a_till_that_is_let_in_stays_as_it_is(office: Office, till: Settings) -> None:
    sell(till, earn=5)
    with pytest.raises(NotPaired, match=r"paired with http://127.* already"):
        join_again(office, till)

    assert office.facts() == 3, "asking brought up what waited"
    assert not (till.folder / NEXT_KEY_FILE).exists()


def test_nobody_is_asked_for_nothing(office: Office, till: Settings) -> None:
    turn_away(office, till)
    office.stop()

    with pytest.raises(NotPaired, match="Nobody answers"):
        join_again(office, till, "CODE")

    office.start()


def test_a_till_whose_server_was_restored_to_before_it_joined_brings_everything(
    office: Office, tmp_path: Path
) -> None:
    office.stop()
    backup = office.settings.folder / "server.sqlite"
    kept = backup.read_bytes()
    office.start()
    settings = joining.pair(tmp_path / "home" / "till2", office.url, office.code(), "Till 2")
    with joining.opened(settings) as (database, _):
        database.journal.enrol(Member(id=ANNA, name="Anna"), "2912345678901", SystemClock().now())
    sell(settings, earn=5)
    assert joining.fetch(settings) is LineTrouble.NONE
    office.stop()
    for file in office.settings.folder.glob("server.sqlite*"):
        file.unlink()
    backup.write_bytes(kept)
    office.start()
    assert joining.fetch(settings) is LineTrouble.REVOKED

    again = join_again(office, settings)

    assert joining.fetch(again) is LineTrouble.NONE
    assert office.facts() == 2
    assert points(again)[0] == 5
    joining.fetch(again)  # whom the server forgot goes up with the next word
    sound(office, again)


@pytest.mark.parametrize("held", ["till.lock", COURIER_LOCK_FILE])
def test_an_open_till_is_told_in_words(
    office: Office, till: Settings, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "LOCK_WAIT_S", 0)
    turn_away(office, till)
    code = office.code()
    with only_till(till.folder, held), pytest.raises(NotPaired, match="Close its window"):
        join_again(office, till, code)

    assert joining.fetch(join_again(office, till, code)) is LineTrouble.NONE


def test_the_owner_sees_why_there_are_two_logs(office: Office, till: Settings) -> None:
    old = turn_away(office, till)
    join_again(office, till)

    with Books(office) as database, database.reading() as connection:
        assert [(one.kind, one.place) for one in read_alarms(connection)] == [("fork", old)]
