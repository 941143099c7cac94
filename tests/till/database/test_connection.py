"""The file is opened as it must be, or not at all."""

from __future__ import annotations

import sqlite3
import stat
import sys
import threading
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from terminal.till.database import connection as way
from terminal.till.database import migrations
from terminal.till.database.failures import trouble_of
from terminal.till.database.quick import Quick
from terminal.till.journal_port import Recorded
from terminal.till.ports import Member
from terminal.till.trouble import Trouble, TroubleKind
from tests.fakes.paid_sale import paid_sale

Files = Any


def refused(files: Files) -> Trouble:
    with pytest.raises(Trouble) as caught:
        files.open()
    return caught.value


def test_every_connection_has_the_settings(files: Files) -> None:
    till = files.open()
    with ExitStack() as together:
        readers = [together.enter_context(till.database.reading()) for _ in range(5)]
        writer = together.enter_context(till.database.writing())
        for connection in (*readers, writer):
            for name, _, expected in way.PRAGMAS:
                assert Quick(connection).one(f"PRAGMA {name}") == (expected,), name
        assert len({id(one) for one in (*readers, writer)}) == 6
    with till.database.reading() as again:
        assert again in readers, "connections are kept"


def test_what_is_read_when_the_file_is_closed_is_let_go_of(files: Files) -> None:
    till = files.open()
    with till.database.reading() as connection:
        till.close()
        assert Quick(connection).one("SELECT count(*) FROM facts") == (0,)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        Quick(connection).one("SELECT count(*) FROM facts")


@pytest.mark.parametrize("setting", [name for name, _, _ in way.PRAGMAS])
def test_a_setting_that_does_not_hold_stops_the_start(
    files: Files, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    believed = tuple((name, to, 77 if name == setting else was) for name, to, was in way.PRAGMAS)
    monkeypatch.setattr(way, "PRAGMAS", believed)
    trouble = refused(files)
    assert trouble.kind is TroubleKind.DATABASE_FAILED
    assert setting in trouble.detail


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_nobody_else_of_this_computer_may_read_it(files: Files) -> None:
    files.path = files.path.parent / "home" / "shop" / "till.db"
    files.open()
    assert stat.S_IMODE(files.path.parent.stat().st_mode) == 0o700
    found = {one.name: stat.S_IMODE(one.stat().st_mode) for one in files.path.parent.iterdir()}
    assert found == dict.fromkeys(("till.db", "till.db-wal", "till.db-shm"), 0o600)


def test_a_failure_that_is_logged_names_nobody(files: Files) -> None:
    till = files.open()
    till.journal.enrol(Member(id="a" * 32, name="Anna"), "5012345678900", files.clock.now())
    zofia = ("Zofia Nałkowska", "+48600123456")
    with pytest.raises(sqlite3.IntegrityError) as caught, till.database.writing() as connection:
        connection.execute(
            "INSERT INTO members (id, name, phone, phone_reversed, tier, segments)"
            " SELECT id, ?, ?, '', '', '[]' FROM members",
            zofia,
        )
    told = "".join(traceback.format_exception(caught.value))
    assert "UNIQUE constraint failed" in told
    assert "Nałkowska" not in told
    assert "600123456" not in told


def test_a_file_that_is_no_database_is_damaged_and_left_alone(files: Files) -> None:
    files.path.write_bytes(b"Dear customer, " * 500)
    before = files.path.read_bytes()
    assert refused(files).kind is TroubleKind.DATABASE_DAMAGED
    assert files.path.read_bytes() == before


def test_another_program_s_database_is_left_alone(files: Files, by_hand: Any) -> None:
    with by_hand(files.path) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    before = files.path.read_bytes()
    trouble = refused(files)
    assert trouble.kind is TroubleKind.DATABASE_FAILED
    assert "another program" in trouble.detail
    assert files.path.read_bytes() == before


def test_a_later_version_s_file_is_left_alone(files: Files, by_hand: Any) -> None:
    files.open()
    files.close()
    with by_hand(files.path) as later:
        later.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")
    before = files.path.read_bytes()
    assert refused(files).kind is TroubleKind.DATABASE_TOO_NEW
    assert files.path.read_bytes() == before


def test_a_file_damaged_in_the_middle_is_told_after_an_unclean_end(files: Files) -> None:
    till = files.open()
    for _ in range(100):
        till.journal.record_sale(paid_sale(files.ids.sale_id(), files.clock.now(), lines=5))
    files.close()
    content = bytearray(files.path.read_bytes())
    for place in range(4096 * 4, len(content), 4096 * 3):
        content[place : place + 2048] = b"\xff" * 2048
    files.path.write_bytes(content)
    Path(f"{files.path}-wal").touch()
    assert refused(files).kind is TroubleKind.DATABASE_DAMAGED


def test_a_folder_that_cannot_be_made_is_trouble(files: Files) -> None:
    files.path.write_text("a file where a folder should be")
    files.path = files.path / "till.db"
    assert refused(files).kind is TroubleKind.DATABASE_FAILED


def test_a_folder_in_the_place_of_the_file_is_trouble(files: Files) -> None:
    files.path.mkdir()
    assert refused(files).kind is TroubleKind.DATABASE_FAILED


def test_a_file_that_somebody_else_holds_is_locked(
    files: Files, by_hand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way, "BUSY_MS", 50)
    monkeypatch.setattr(way, "PRAGMAS", (("busy_timeout", "50", 50), *way.PRAGMAS[1:]))
    till = files.open()
    sale = paid_sale(files.ids.sale_id(), files.clock.now())
    with by_hand(files.path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Trouble) as caught:
            till.journal.record_sale(sale)
        other.execute("ROLLBACK")
    assert caught.value.kind is TroubleKind.DATABASE_LOCKED
    assert isinstance(till.journal.record_sale(sale), Recorded)


def test_the_log_is_tidied_away_at_the_end(files: Files) -> None:
    files.open()
    assert Path(f"{files.path}-wal").exists()
    files.close()
    assert [one.name for one in files.path.parent.iterdir()] == ["till.db"]


def test_a_second_start_does_not_load_alembic(files: Files) -> None:
    """It takes 165 ms to import, at every start of the till."""
    import subprocess
    import sys

    files.open()
    files.close()
    program = (
        "import sys; from pathlib import Path\n"
        "from terminal.till.database.connection import open_file\n"
        f"open_file(Path({str(files.path)!r})).close()\n"
        "assert not {'sqlalchemy', 'alembic'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_threads_take_turns(files: Files) -> None:
    till = files.open()
    sales = [paid_sale(files.ids.sale_id(), files.clock.now()) for _ in range(40)]
    troubles: list[BaseException] = []

    def sell(share: list[Any]) -> None:
        try:
            for sale in share:
                till.journal.record_sale(sale)
                till.journal.load(sale.id)
        except Exception as error:  # noqa: BLE001 - any of them is a finding
            troubles.append(error)

    threads = [threading.Thread(target=sell, args=(sales[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert till.journal.identity().next_seq == 41


def failure(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite would say")
    error.sqlite_errorcode = code
    error.sqlite_errorname = "SQLITE_SOMETHING"
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, TroubleKind.DISK_FULL),
        (sqlite3.SQLITE_IOERR_SHMSIZE, TroubleKind.DISK_FULL),
        (sqlite3.SQLITE_CORRUPT, TroubleKind.DATABASE_DAMAGED),
        (sqlite3.SQLITE_CORRUPT_INDEX, TroubleKind.DATABASE_DAMAGED),
        (sqlite3.SQLITE_NOTADB, TroubleKind.DATABASE_DAMAGED),
        (sqlite3.SQLITE_IOERR_CORRUPTFS, TroubleKind.DATABASE_DAMAGED),
        (sqlite3.SQLITE_BUSY, TroubleKind.DATABASE_LOCKED),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, TroubleKind.DATABASE_LOCKED),
        (sqlite3.SQLITE_LOCKED, TroubleKind.DATABASE_LOCKED),
        (sqlite3.SQLITE_READONLY, TroubleKind.DATABASE_FAILED),
        (sqlite3.SQLITE_READONLY_DIRECTORY, TroubleKind.DATABASE_FAILED),
        (sqlite3.SQLITE_IOERR_FSYNC, TroubleKind.DATABASE_FAILED),
        (sqlite3.SQLITE_CANTOPEN, TroubleKind.DATABASE_FAILED),
    ],
)
def test_failures_are_sorted(code: int, kind: TroubleKind) -> None:
    trouble = trouble_of(failure(code))
    assert trouble is not None
    assert trouble.kind is kind


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR])
def test_our_own_mistakes_are_no_trouble_of_the_world(code: int) -> None:
    assert trouble_of(failure(code)) is None
    assert trouble_of(ValueError("no error of SQLite at all")) is None
