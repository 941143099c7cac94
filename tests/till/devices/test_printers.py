"""Every printer keeps its side: what is printed is whole, what fails has a name and an end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import zxingcpp

from terminal.barcodes.slip_code import slip_code
from terminal.till.devices.escpos_bytes import Setting, escpos_library, sheet_bytes
from terminal.till.devices.escpos_printer import EscPosPrinter, Patience
from terminal.till.devices.plugs import FilePlug, NetworkPlug, SerialPlug
from terminal.till.devices.printers import slip_printer
from terminal.till.printer_port import PrinterFault, SlipPrinter, SlipSheet
from terminal.till.settings import PrinterTable
from tests.fakes.printers import FakePrinter, NetworkMachine, SerialMachine
from tests.paper.escpos_renderer import render

CODE = slip_code(UUID("01980000-0000-7000-8000-000000000001"))
SHEET = SlipSheet(lines=("SKLEP", "Jabłka ąęș ț ł ķ ґ ₴        5,60"), code=CODE)
ENDLESS = Patience(answer=240, progress=240, done=240)
"""For printers that answer, on however slow a machine."""
QUICK = Patience(answer=0.3, progress=0.6, done=0.6)
"""For printers that never will."""
SETTING = Setting(columns=32)

needs_pty = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def at_network(cache: Path) -> Iterator[tuple[NetworkMachine, EscPosPrinter]]:
    machine = NetworkMachine()
    yield (
        machine,
        EscPosPrinter(NetworkPlug(machine.address, cache), SETTING, cache, patience=ENDLESS),
    )
    machine.close()


@pytest.fixture
def at_serial(cache: Path) -> Iterator[tuple[SerialMachine, EscPosPrinter]]:
    machine = SerialMachine()
    plug = SerialPlug(machine.address, 115_200, cache)
    yield machine, EscPosPrinter(plug, SETTING, cache, patience=ENDLESS)
    machine.close()


@pytest.fixture(params=["fake", "network", pytest.param("serial", marks=needs_pty), "file", "text"])
def printer(
    request: pytest.FixtureRequest, tmp_path: Path, cache: Path
) -> tuple[SlipPrinter, Callable[[], Any]]:
    """A printer that works, and what came out of it: lines and whether the drawer was opened."""
    if request.param == "fake":
        fake = FakePrinter()
        return fake, lambda: [(len(one.lines) > 0, one.drawer) for one in fake.sheets]
    if request.param == "text":
        folder = slip_printer(PrinterTable(kind="folder"), tmp_path)
        assert folder is not None
        return folder, lambda: [(True, False) for _ in (tmp_path / "slips").glob("*.txt")]
    if request.param == "file":
        file = tmp_path / "lp0"
        real = EscPosPrinter(FilePlug(str(file), cache), SETTING, cache, patience=QUICK)
        return real, lambda: _came_out(file.read_bytes())
    machine, there = request.getfixturevalue(f"at_{request.param}")
    return there, lambda: _came_out(bytes(machine.received))


def _came_out(content: bytes) -> list[tuple[bool, bool]]:
    rendered = render(content)
    return [(rendered.cuts > 0, rendered.kicks > 0)]


# --- the contract ------------------------------------------------------------------------------


def test_a_slip_comes_out(printer: tuple[SlipPrinter, Callable[[], Any]]) -> None:
    there, came_out = printer
    assert there.print_sheet(SHEET).fault is PrinterFault.NONE
    assert came_out() == [(True, False)]


def test_a_printer_that_is_well_says_nothing_is_wrong(
    printer: tuple[SlipPrinter, Callable[[], Any]],
) -> None:
    assert printer[0].look().fault is PrinterFault.NONE


def test_without_lines_nothing_is_printed_or_cut(
    printer: tuple[SlipPrinter, Callable[[], Any]],
) -> None:
    there, came_out = printer
    assert there.print_sheet(SlipSheet(drawer=True)).fault is PrinterFault.NONE
    assert came_out() in ([(False, True)], [])  # a folder has no drawer


# --- what stands on the paper ------------------------------------------------------------------


@pytest.mark.parametrize("columns", [42, 32])
def test_the_code_of_a_slip_scans(cache: Path, columns: int) -> None:
    sheet = SlipSheet(lines=SHEET.lines * 20, code=CODE, drawer=True)
    rendered = render(sheet_bytes(sheet, Setting(columns=columns), cache))
    (found,) = zxingcpp.read_barcodes(rendered.picture().convert("L"))
    assert found.text == CODE
    assert (rendered.cuts, rendered.kicks) == (1, 1)
    assert rendered.picture().width == {42: 576, 32: 384}[columns]


@pytest.mark.parametrize("columns", [42, 32])
def test_in_text_mode_the_code_is_a_picture_and_scans(cache: Path, columns: int) -> None:
    setting = Setting(columns=columns, mode="text", code_page="CP852")
    rendered = render(sheet_bytes(SHEET, setting, cache))
    (found,) = zxingcpp.read_barcodes(rendered.picture().convert("L"))
    assert found.text == CODE
    assert set(rendered.pages) == {18}
    assert not rendered.printed_in_chinese


def test_a_page_may_have_another_number_at_another_maker(cache: Path) -> None:
    setting = Setting(mode="text", code_page="CP1250", page_number=72)
    rendered = render(sheet_bytes(SHEET, setting, cache))
    assert set(rendered.pages) == {72}
    assert rendered.text("cp1250")[1] == "Jabłka ąęş ţ ł k ? UAH      5,60"


def test_the_library_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import tempfile

    for name in [one for one in sys.modules if one.split(".")[0] == "escpos"]:
        monkeypatch.delitem(sys.modules, name)
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("ESCPOS_CAPABILITIES_PICKLE_DIR", "unset by the till")
    sheet_bytes(SHEET, Setting(), tmp_path / "cache")
    assert list(place.iterdir()) == []
    assert [one.suffix for one in (tmp_path / "cache").iterdir()] == [".pickle"]
    assert capsys.readouterr().out == ""


def test_a_cache_that_was_cut_off_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.split(".")[0] == "escpos"]:
        monkeypatch.delitem(sys.modules, name)
    escpos_library(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    for name in [one for one in sys.modules if one.split(".")[0] == "escpos"]:
        monkeypatch.delitem(sys.modules, name)
    assert escpos_library(tmp_path).Dummy()


# --- what may go wrong -------------------------------------------------------------------------


def test_nobody_at_the_address(cache: Path) -> None:
    machine = NetworkMachine()
    machine.close()
    there = EscPosPrinter(NetworkPlug(machine.address, cache), SETTING, cache, patience=QUICK)
    assert there.print_sheet(SHEET).fault is PrinterFault.NO_ANSWER
    assert there.look().fault is PrinterFault.NO_ANSWER


def test_no_such_device(tmp_path: Path, cache: Path) -> None:
    for plug in (
        SerialPlug(str(tmp_path / "ttyS9"), 9600, cache),
        FilePlug(str(tmp_path / "no" / "lp0"), cache),
    ):
        there = EscPosPrinter(plug, SETTING, cache, patience=QUICK)
        assert there.print_sheet(SHEET).fault is PrinterFault.NO_ANSWER


@pytest.mark.parametrize("where", ["at_network", pytest.param("at_serial", marks=needs_pty)])
@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"paper": False}, PrinterFault.NO_PAPER),
        ({"cover_open": True}, PrinterFault.COVER_OPEN),
        ({"error": True}, PrinterFault.FAILED),
    ],
    ids=["paper", "cover", "cutter"],
)
def test_a_printer_that_says_why_not_is_believed_and_sent_nothing(
    where: str, wrong: dict[str, bool], fault: PrinterFault, request: pytest.FixtureRequest
) -> None:
    machine, there = request.getfixturevalue(where)
    for name, value in wrong.items():
        setattr(machine, name, value)
    answer = there.print_sheet(SHEET)
    assert (answer.fault, answer.told) == (fault, True)
    assert render(bytes(machine.received)).pictures == []
    assert there.look().fault is fault


@pytest.mark.parametrize("lines", [SHEET.lines, ()])
def test_the_drawer_opens_without_paper_too(
    at_network: tuple[NetworkMachine, EscPosPrinter], lines: tuple[str, ...]
) -> None:
    machine, there = at_network
    machine.paper = False
    answer = there.print_sheet(SlipSheet(lines=lines, drawer=True))
    assert answer.fault is (PrinterFault.NO_PAPER if lines else PrinterFault.NONE)
    rendered = render(machine.everything())
    assert (rendered.kicks, rendered.cuts, rendered.pictures) == (1, 0, [])


@pytest.mark.parametrize("where", ["at_network", pytest.param("at_serial", marks=needs_pty)])
def test_paper_that_ends_in_the_middle_has_its_name(
    where: str, request: pytest.FixtureRequest
) -> None:
    machine, there = request.getfixturevalue(where)
    there._patience = Patience(answer=240, progress=240, done=QUICK.done)
    machine.paper_for = 40
    assert there.print_sheet(SHEET).fault is PrinterFault.NO_PAPER


def test_a_printer_that_never_answers_is_believed_to_print(
    at_network: tuple[NetworkMachine, EscPosPrinter],
) -> None:
    machine, there = at_network
    there._patience = QUICK
    machine.answers = False
    answer = there.print_sheet(SHEET)
    assert (answer.fault, answer.told) == (PrinterFault.NONE, False)


def test_a_printer_that_is_gone_in_the_middle(
    at_network: tuple[NetworkMachine, EscPosPrinter],
) -> None:
    machine, there = at_network
    machine.hangs_up_after = 20
    assert there.print_sheet(SHEET).fault is PrinterFault.STOPPED


def test_a_printer_that_takes_nothing_is_left_after_a_while(
    at_network: tuple[NetworkMachine, EscPosPrinter],
) -> None:
    """More than the sockets hold, so that waiting for room has to end."""
    machine, there = at_network
    there._patience = QUICK
    machine.deaf = True
    endless = SlipSheet(lines=SHEET.lines * 2_500)
    assert there.print_sheet(endless).fault is PrinterFault.STOPPED


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("a file stands in the way")
    there = slip_printer(PrinterTable(kind="folder"), tmp_path)
    assert there is not None
    assert there.print_sheet(SHEET).fault is PrinterFault.DISK
    assert there.look().fault is PrinterFault.DISK


def test_a_pdf_is_as_wide_as_its_paper(tmp_path: Path) -> None:
    import pypdfium2  # type: ignore[import-untyped]

    for columns, width in ((42, 80), (32, 58)):
        there = slip_printer(PrinterTable(kind="pdf", columns=columns), tmp_path)
        assert there is not None
        place = there.print_sheet(SHEET).place
        page = pypdfium2.PdfDocument(tmp_path / place)[0]
        assert page.get_width() / 72 * 25.4 == pytest.approx(width, abs=0.2)
        (found,) = zxingcpp.read_barcodes(page.render(scale=203.2 / 72).to_pil())
        assert found.text == CODE
