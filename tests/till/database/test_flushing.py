"""What a scan keeps is written at once and on the disk a moment later; a sale waits for the disk."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from terminal.till.database import connection as way
from terminal.till.database import flushing
from terminal.till.database.flushing import Flusher
from terminal.till.database.quick import Quick
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.trouble import Trouble
from tests.fakes import FakeClock, FakeIds
from tests.fakes.paid_sale import paid_sale

Files = Any


def commits_of(till: TillDatabase, act: Any) -> list[str]:
    """How each commit within an act waited for the disk."""
    waits, told = "FULL", []

    def heard(statement: str) -> None:
        nonlocal waits
        if statement.startswith("PRAGMA synchronous = "):
            waits = statement.rpartition(" ")[2]
        elif statement == "COMMIT":
            told.append(waits)

    with till.database.writing() as driver:
        pass
    driver.set_trace_callback(heard)
    act()
    driver.set_trace_callback(None)
    return told


def test_a_basket_does_not_wait_for_the_disk_and_a_sale_does(files: Files) -> None:
    till = files.open()
    sale = paid_sale(files.ids.sale_id(), files.clock.now())
    basket = till.working_basket
    assert commits_of(till, lambda: basket.save(b"three coffees")) == ["NORMAL"]
    assert commits_of(till, lambda: till.journal.record_sale(sale)) == ["FULL"]


def test_a_sale_after_a_basket_that_failed_waits_for_the_disk(files: Files) -> None:
    till = files.open()
    with pytest.raises(ZeroDivisionError), till.database.writing_soon():
        raise ZeroDivisionError
    sale = paid_sale(files.ids.sale_id(), files.clock.now())
    assert commits_of(till, lambda: till.journal.record_sale(sale)) == ["FULL"]


def test_a_program_that_dies_has_kept_the_basket(files: Files) -> None:
    files.open()
    files.close()
    child = multiprocessing.get_context("fork").Process(target=_keep_and_die, args=(files.path,))
    child.start()
    child.join()
    assert files.open().working_basket.load() == b"three coffees"


def _keep_and_die(path: Path) -> None:
    till = open_database(path, clock=FakeClock(), ids=FakeIds())
    till.working_basket.save(b"three coffees")
    os._exit(1)


def test_the_disk_has_it_a_moment_later(tmp_path: Path) -> None:
    log, flushed = tmp_path / "till-wal", Event()
    log.touch()
    flusher = Flusher(log, lost=pytest.fail, sync=lambda _: flushed.set())
    flusher.due()
    assert flushed.wait(60)
    flusher.close()


def test_what_is_due_at_the_end_is_flushed(tmp_path: Path) -> None:
    log, flushes = tmp_path / "till-wal", list[int]()
    log.touch()
    flusher = Flusher(log, lost=pytest.fail, sync=flushes.append)
    flusher.due()
    flusher.close()
    assert flushes


def test_a_log_that_was_tidied_away_needs_nothing(tmp_path: Path) -> None:
    flusher = Flusher(tmp_path / "till-wal", lost=pytest.fail)
    flusher.due()
    flusher.close()


def test_no_scan_brings_the_log_over(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flushing, "TIDY_AFTER", 1_000_000)
    till = files.open()
    till.database.empty_log()
    for number in range(400):
        till.working_basket.save(f"{number} coffees, ".encode() * 1_000)
    log = files.path.with_name(files.path.name + "-wal")
    assert log.stat().st_size > 1_000 * 4_096, "SQLite would have done it by itself"
    assert b"coffees" not in files.path.read_bytes()


def test_after_so_many_flushes_the_log_begins_anew(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "TIDY_AFTER", 3)
    till = files.open()
    till.database.empty_log()
    for number in range(2):
        till.working_basket.save(f"{number} coffees".encode())
        till.database.rest()
    assert b"1 coffees" not in files.path.read_bytes()
    till.working_basket.save(b"three coffees")
    till.database.rest()
    assert b"three coffees" in files.path.read_bytes()
    with till.database.reading() as connection:
        _, pages, brought = Quick(connection).one("PRAGMA wal_checkpoint(PASSIVE)")
    assert pages == brought


def test_who_is_at_work_on_the_file_delays_it_and_loses_nothing(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "TIDY_AFTER", 1)
    till = files.open()
    with till.database.reading() as connection:
        before = Quick(connection).rows("SELECT * FROM working_basket")
        till.working_basket.save(b"three coffees")
        till.database.rest()
        assert Quick(connection).rows("SELECT * FROM working_basket") == before
    assert till.working_basket.load() == b"three coffees"
    till.working_basket.save(b"four coffees")
    till.database.rest()
    assert b"four coffees" in files.path.read_bytes()


def test_what_hinders_tidying_up_ends_no_flushing(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = files.open()
    believed = tuple((name, to, "another") for name, to, _ in way.PRAGMAS)
    monkeypatch.setattr(way, "PRAGMAS", believed)
    till.database._bring_over()  # what it raises ends the thread that waits for the disk
    till.working_basket.save(b"three coffees")
    till.database.rest()
    assert till.working_basket.load() == b"three coffees"


def test_after_a_disk_that_failed_nothing_is_written(files: Files) -> None:
    till, lost = files.open(), Event()

    def fail(_: int) -> None:
        lost.set()
        raise OSError("the disk is gone")

    till.database._flusher._sync = fail
    till.working_basket.save(b"three coffees")
    assert lost.wait(60)
    till.database._flusher.close()
    with pytest.raises(Trouble, match="the disk is gone"):
        till.working_basket.save(b"four coffees")
    with pytest.raises(Trouble, match="the disk is gone"):
        till.database.sweep()
