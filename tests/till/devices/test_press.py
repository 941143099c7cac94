"""The window's end of a printer: never waits, always gets an answer, outlives what prints."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terminal.till.devices.press import ChildPress, DirectPress
from terminal.till.printer_port import PrinterAnswer, PrinterFault, SlipSheet
from terminal.till.settings import PrinterTable, Settings, ShopTable, write_settings
from tests.fakes.printers import FakePrinter, NetworkMachine
from tests.paper.escpos_renderer import render

SHEET = SlipSheet(lines=("SKLEP", "Jabłka 5,60"), code="1234")
ENDLESS_S = 240


class Window:
    """The window's thread: what is posted to it waits until it looks."""

    def __init__(self) -> None:
        self.posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.answers: list[PrinterAnswer] = []

    def wait(self, count: int = 1) -> list[PrinterAnswer]:
        while len(self.answers) < count:
            self.posted.get(timeout=ENDLESS_S)()
        return self.answers


@pytest.fixture
def window() -> Window:
    return Window()


@pytest.fixture
def machine() -> Iterator[NetworkMachine]:
    machine = NetworkMachine()
    yield machine
    machine.close()


def press_for(folder: Path, table: PrinterTable, window: Window) -> ChildPress:
    write_settings(Settings(folder=folder, shop=ShopTable(name="Shop"), printer=table))
    return child(window, [sys.executable, "-m", "terminal", "press", "--folder", str(folder)])


def child(
    window: Window,
    command: list[str],
    stuck_s: float = ENDLESS_S,
    steady: Callable[[], float] = time.monotonic,
) -> ChildPress:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    return ChildPress(start, post=window.posted.put, stuck_s=stuck_s, steady=steady)


def test_slips_come_out_of_a_process_of_its_own(
    tmp_path: Path, window: Window, machine: NetworkMachine
) -> None:
    press = press_for(tmp_path, PrinterTable(kind="network", address=machine.address), window)
    press.put(SHEET, window.answers.append)
    assert window.answers == []  # nobody waited
    assert window.wait() == [PrinterAnswer(told=True)]
    machine.paper = False
    press.put(SHEET, window.answers.append)
    assert window.wait(2)[1].fault is PrinterFault.NO_PAPER
    press.close()
    assert render(bytes(machine.received)).cuts == 1


def test_a_process_that_is_stuck_is_ended_and_the_next_slip_has_another(window: Window) -> None:
    asleep = "import sys, time; sys.stdin.readline(); time.sleep(600)"
    press = child(window, [sys.executable, "-c", asleep], stuck_s=0.5)
    for count in (1, 2):
        press.put(SHEET, window.answers.append)
        assert window.wait(count)[-1].fault is PrinterFault.STOPPED
    press.close()


def test_a_drawer_that_waited_behind_a_stuck_slip_stays_shut_for_good(window: Window) -> None:
    """Minutes later somebody else stands there, and nobody watches the drawer."""
    echo = (
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    sheet = json.loads(line)\n"
        "    said = dict(fault='', place=str(sheet['drawer']), told=True, detail='')\n"
        "    print(json.dumps(said), flush=True)\n"
    )
    put_at = iter([0.0, 0.0, 0.0])
    looked_at = iter([9.0, 11.0, 11.0])
    clock = [put_at]
    press = child(window, [sys.executable, "-c", echo], steady=lambda: next(clock[0]))
    press._feeder = threading.Thread(target=press._feed, daemon=True)  # not begun yet
    in_time, late = SlipSheet(lines=("1",), drawer=True), SlipSheet(lines=("2",), drawer=True)
    for sheet in (in_time, late, SlipSheet(drawer=True)):
        press.put(sheet, window.answers.append)
    clock[0] = looked_at
    press._feeder.start()
    opened, printed, alone = window.wait(3)
    assert (opened.place, printed.place) == ("True", "False")
    assert (printed.fault, alone.fault) == (PrinterFault.NONE, PrinterFault.STOPPED)
    press.close()


def test_a_process_that_dies_or_babbles_is_no_printer(window: Window) -> None:
    for program in ("import sys; sys.exit(3)", "print('hello', flush=True); input(); input()"):
        press = child(window, [sys.executable, "-c", program])
        press.put(SHEET, window.answers.append)
        press.put(SHEET, window.answers.append)
        assert {one.fault for one in window.wait(2)} == {PrinterFault.STOPPED}
        press.close()
        window.answers.clear()


def test_a_program_that_is_not_there(window: Window, tmp_path: Path) -> None:
    press = child(window, [str(tmp_path / "nothing")])
    press.put(SHEET, window.answers.append)
    assert window.wait()[0].fault is PrinterFault.STOPPED
    press.close()


def test_without_a_printer_that_is_the_answer(tmp_path: Path, window: Window) -> None:
    press = press_for(tmp_path, PrinterTable(kind="none"), window)
    press.put(SHEET, window.answers.append)
    assert window.wait()[0].fault is PrinterFault.NO_PRINTER
    press.close()


def test_settings_that_cannot_be_read_are_an_answer_too(tmp_path: Path, window: Window) -> None:
    press = press_for(tmp_path, PrinterTable(), window)
    (tmp_path / "shop.toml").write_text("[shop")
    press.put(SHEET, window.answers.append)
    assert window.wait()[0].fault is PrinterFault.STOPPED
    press.close()


def test_a_till_that_closes_waits_for_no_printer(window: Window) -> None:
    asleep = "import sys, time; sys.stdin.readline(); time.sleep(600)"
    press = child(window, [sys.executable, "-c", asleep])
    press.put(SHEET, window.answers.append)
    press.close()
    assert window.answers == []
    press.close()


def test_printers_without_waiting_answer_at_once() -> None:
    fake = FakePrinter()
    answers: list[PrinterAnswer] = []
    DirectPress(fake).put(SHEET, answers.append)
    DirectPress(None).put(SHEET, answers.append)
    assert [one.fault for one in answers] == [PrinterFault.NONE, PrinterFault.NO_PRINTER]
    assert fake.sheets == [SHEET]
