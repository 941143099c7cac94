"""Slips at the window: printed, looked for, printed again, and what the printer says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from terminal.loyalty.money import Currency
from terminal.till.checkout.printing import Printing, When
from terminal.till.devices.wedge import Wedge
from terminal.till.gui.open_panel import Open
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.gui.style import Look
from terminal.till.printer_port import PrinterFault
from terminal.wording.words import Words
from tests.fakes.printers import FakePrinter
from tests.till.gui.conftest import Hand, wait_until
from tests.till.gui.scripted import ScriptedTill
from tests.till.gui.scripted_slips import DONE, SALES, YESTERDAY, scripted_printing
from tests.till.gui.settled import settled

BUTTER = "5901234123457"


class Shop:
    """A window with a printer that the test holds in its hand."""

    def __init__(self, qtbot: QtBot, when: When = When.ASK, *, drawer: bool = False) -> None:
        self.printer = FakePrinter()
        self.printing: Printing = scripted_printing(self.printer, when=when, drawer=drawer)
        self.till = ScriptedTill()
        words = Words("en", Currency("PLN"))
        window = SaleWindow(self.till, words, listen=Wedge(), printing=self.printing, look=Look())
        qtbot.addWidget(window)
        window.resize(1024, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.counter.entry.field.hasFocus)
        self.hand = Hand(window, self.till)

    def sell(self) -> None:
        self.hand.scan(BUTTER)
        self.hand.press(Qt.Key.Key_F9)
        self.hand.press(Qt.Key.Key_F10)
        settled(self.hand.window)

    @property
    def rows(self) -> list[str]:
        return self.hand.window.counter.slips.spoken()

    @property
    def preview(self) -> str:
        return self.hand.window.counter.done.paper.toPlainText()


@pytest.fixture
def shops(qtbot: QtBot) -> Iterator[list[Shop]]:
    opened: list[Shop] = []
    yield opened
    for one in opened:
        one.hand.window.tap.disarm()


@pytest.fixture
def shop(qtbot: QtBot, shops: list[Shop]) -> Shop:
    shops.append(Shop(qtbot))
    return shops[-1]


def test_f11_shows_the_slips_of_today_newest_first_and_enter_prints(shop: Shop) -> None:
    shop.hand.press(Qt.Key.Key_F11)
    assert [row.split(",")[0] for row in shop.rows] == ["17:42", "17:40", "09:05"]
    assert "SKLEP" in shop.preview
    shop.hand.press(Qt.Key.Key_Down)
    shop.hand.press(Qt.Key.Key_Return)
    assert shop.printing.row(SALES[1].sale).paper.printed == 1  # type: ignore[union-attr]
    assert len(shop.printer.sheets) == 1


def test_a_second_print_is_a_copy_and_so_says_the_preview(shop: Shop) -> None:
    shop.hand.press(Qt.Key.Key_F11)
    assert "KOPIA" not in shop.preview
    shop.hand.press(Qt.Key.Key_F11)
    assert "KOPIA" in shop.preview
    shop.hand.press(Qt.Key.Key_F11)
    assert ["KOPIA" in " ".join(one.lines) for one in shop.printer.sheets] == [False, True]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("479", [2]), ("48", [0, 1]), ("7,99", [1]), ("1234.5", [2]), ("999", [])],
)
def test_a_part_of_the_number_or_the_sum_finds_it(shop: Shop, typed: str, found: list[int]) -> None:
    shop.hand.press(Qt.Key.Key_F11)
    everything = shop.rows
    shop.hand.type(typed)
    assert shop.rows == [everything[at] for at in found]
    shop.hand.press(Qt.Key.Key_Return)
    assert len(shop.printer.sheets) == (1 if found else 0)
    assert shop.till.calls == []  # nothing of it was taken for a code


def test_a_whole_day_is_read_by_and_by_and_found_to_the_last(shop: Shop) -> None:
    day = tuple(
        replace(SALES[1], sale=f"{at:032x}", seq=1000 - at, due=100 * at) for at in range(100)
    )
    shop.printing._slips.sales = day  # type: ignore[attr-defined]
    shop.hand.press(Qt.Key.Key_F11)
    wait_until(lambda: len(shop.rows) == 100)
    shop.hand.type("902")
    assert len(shop.rows) == 1
    assert "PLN 98.00" in shop.rows[0].replace("\N{NO-BREAK SPACE}", " ")


def test_escape_puts_the_list_away_and_what_was_typed(shop: Shop) -> None:
    shop.hand.press(Qt.Key.Key_F11)
    shop.hand.type("4")
    shop.hand.press(Qt.Key.Key_Escape)
    assert shop.hand.window.steps.opened is not Open.SLIP
    assert shop.hand.window.counter.entry.field.text() == ""
    shop.hand.enter("ann")
    assert ("enter", "ann") in shop.till.calls


def test_goods_that_are_scanned_put_the_list_away(shop: Shop) -> None:
    shop.hand.press(Qt.Key.Key_F11)
    shop.hand.scan(BUTTER)
    assert [line.pieces for line in shop.hand.window.view.lines] == [1]
    assert shop.hand.window.steps.opened is not Open.SLIP
    shop.hand.enter("ann")
    assert ("enter", "ann") in shop.till.calls


def test_a_tap_marks_and_the_button_prints(shop: Shop) -> None:
    shop.hand.click("Slip")
    rows = shop.hand.window.counter.slips.rows
    third = rows.visualRect(rows.model().index(2, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(third))
    shop.hand.click("Print slip")
    assert shop.printing.row(SALES[2].sale).paper.printed == 1  # type: ignore[union-attr]


def test_a_scanned_slip_of_yesterday_is_shown_and_printed_as_a_copy(shop: Shop) -> None:
    window = shop.hand.window
    window.show_view(replace(window.view, slip=YESTERDAY.sale))
    assert len(shop.rows) == 1
    assert "KOPIA" in shop.preview
    shop.hand.press(Qt.Key.Key_Return)
    assert "KOPIA" in " ".join(shop.printer.sheets[0].lines)


# --- always, ask, never ----------------------------------------------------------------------


def test_where_nobody_is_asked_the_slip_prints_by_itself_once(
    qtbot: QtBot, shops: list[Shop]
) -> None:
    shops.append(shop := Shop(qtbot, When.ALWAYS))
    shop.sell()
    assert len(shop.printer.sheets) == 1
    shop.hand.window.renew()
    settled(shop.hand.window)
    assert len(shop.printer.sheets) == 1


@pytest.mark.parametrize("when", [When.ASK, When.NEVER])
def test_otherwise_only_f11_prints(qtbot: QtBot, shops: list[Shop], when: When) -> None:
    shops.append(shop := Shop(qtbot, when))
    shop.sell()
    assert shop.printer.sheets == []
    shop.hand.press(Qt.Key.Key_F11)
    assert len(shop.printer.sheets) == 1
    assert shop.hand.window.counter.done._always.isVisible() == (when is When.ASK)


def test_always_is_chosen_at_the_counter(shop: Shop) -> None:
    shop.sell()
    shop.hand.click("Always print")
    assert shop.printing.when is When.ALWAYS
    assert len(shop.printer.sheets) == 1
    assert not shop.hand.window.counter.done._always.isVisible()


def test_the_drawer_opens_with_cash_even_without_a_slip(qtbot: QtBot, shops: list[Shop]) -> None:
    shops.append(shop := Shop(qtbot, When.NEVER, drawer=True))
    shop.sell()
    assert [(one.lines, one.drawer) for one in shop.printer.sheets] == [((), True)]
    shop.hand.press(Qt.Key.Key_F11)
    assert not shop.printer.sheets[1].drawer


# --- a printer that does not -------------------------------------------------------------------


@pytest.mark.parametrize("fault", [one for one in PrinterFault if one])
def test_each_trouble_has_words_and_the_sale_goes_on(shop: Shop, fault: PrinterFault) -> None:
    shop.printer.fault = fault
    shop.sell()
    shop.hand.press(Qt.Key.Key_F11)
    assert "ale is saved" in shop.hand.sentence
    assert len(shop.hand.sentence) <= 90
    shop.hand.press(Qt.Key.Key_Return)
    shop.hand.scan(BUTTER)
    assert len(shop.hand.window.view.lines) == 1


def test_a_slip_without_paper_waits_in_the_list(shop: Shop) -> None:
    shop.printer.fault = PrinterFault.NO_PAPER
    shop.sell()
    shop.hand.press(Qt.Key.Key_F11)
    shop.hand.press(Qt.Key.Key_Return)
    shop.hand.press(Qt.Key.Key_F11)
    assert shop.rows[0].endswith("not printed")
    shop.printer.fault = PrinterFault.NONE
    shop.hand.press(Qt.Key.Key_F11)
    assert not shop.rows[0].endswith("not printed")
    assert "KOPIA" not in " ".join(shop.printer.sheets[0].lines)


def test_a_slow_printer_holds_up_nobody_and_prints_once(shop: Shop) -> None:
    shop.printer.slow = True
    shop.sell()
    shop.hand.press(Qt.Key.Key_F11)
    shop.hand.press(Qt.Key.Key_F11)
    assert "on its way" in shop.hand.sentence
    shop.hand.press(Qt.Key.Key_Return)
    shop.hand.scan(BUTTER)
    shop.printer.go_on()
    assert "printed" in shop.hand.sentence
    assert len(shop.printer.sheets) == 1
    assert shop.printing.row(DONE).paper.printed == 1  # type: ignore[union-attr]


def test_what_a_crash_left_unprinted_is_told_at_the_start(qtbot: QtBot, shops: list[Shop]) -> None:
    shops.append(before := Shop(qtbot))
    before.printer.fault = PrinterFault.NO_ANSWER
    before.sell()
    before.hand.press(Qt.Key.Key_F11)
    before.hand.window.tap.disarm()
    again = SaleWindow(
        ScriptedTill(), Words("en", Currency("PLN")), listen=Wedge(), printing=before.printing
    )
    qtbot.addWidget(again)
    assert "not printed: 1" in again.counter.notice.sentence
    again.tap.disarm()


def test_the_number_of_a_sale_is_written_as_on_its_slip_without_thousands(
    qtbot: QtBot,
) -> None:
    shop = Shop(qtbot)
    shop.sell()
    view = shop.hand.window.view
    assert view.done is not None
    shop.hand.window.show_view(replace(view, done=replace(view.done, seq=4482)))
    told = [label.text() for label in shop.hand.window.counter.done.findChildren(QLabel)]
    assert any("Sale no. 4482" in one for one in told), told
