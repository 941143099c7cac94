"""Slips at a real till: what is printed is what was recorded, and what is scanned is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from terminal.barcodes.slip_code import slip_code
from terminal.loyalty.standing import Confirmed
from terminal.loyalty.tender import TenderKind
from terminal.till.app import open_till
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.printing import PrintedView, Printing, When
from terminal.till.checkout.view import Stage
from terminal.till.journal_port import RecordedSale
from terminal.till.printer_port import PrinterFault
from terminal.till.settings import PrinterTable
from terminal.till.trouble import Trouble, TroubleKind
from tests.fakes.printers import FakePrinter
from tests.fakes.slip_prints import FakeSlipPrints
from tests.fakes.time_and_chance import NOON
from tests.till.checkout.counter import (
    ANNA,
    BREAD,
    BUTTER,
    CHOC,
    Counter,
    fake_counter,
    real_counter,
    settings,
    told,
)

NOON_UTC = NOON - timedelta(minutes=120)


def sell(counter: Counter, *goods: object, by: TenderKind = TenderKind.CASH) -> str:
    counter.scan(*goods)  # type: ignore[arg-type]
    due = counter.checkout.finish().payment
    assert due is not None
    done = counter.checkout.tender(by, due.cash_due).done
    assert done is not None
    counter.checkout.begin_next()
    return done.sale


@pytest.fixture
def printer() -> FakePrinter:
    return FakePrinter()


def printing(counter: Counter, printer: FakePrinter, **how: object) -> Printing:
    assert counter.till is not None
    prints = counter.till.database.slip_prints
    return Printing(counter.till.slips, prints, printer, **how)  # type: ignore[arg-type]


def test_the_slip_of_a_sale_has_its_code_and_prints_as_it_was_recorded(
    counter: Counter, printer: FakePrinter
) -> None:
    sale = sell(counter, BUTTER, BREAD)
    assert printing(counter, printer).print_slip(sale)
    (sheet,) = printer.sheets
    assert sheet.code == slip_code(UUID(sale))
    assert any(line.startswith("Butter") for line in sheet.lines)
    assert not sheet.drawer


def test_a_finished_sale_is_read_once_for_all_that_its_paper_asks(
    counter: Counter, printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = sell(counter, ANNA, BUTTER, BREAD)
    load, loads = counter.journal.load, []

    def read(one: str) -> RecordedSale | None:
        loads.append(one)
        found: RecordedSale | None = load(one)
        return found

    monkeypatch.setattr(counter.journal, "load", read)

    printing(counter, printer, when=When.ALWAYS, drawer=True).sold(sale)

    (sheet,) = printer.sheets
    assert sheet.drawer
    assert loads == [sale]


def test_the_list_is_of_today_newest_first_with_short_names(
    counter: Counter, printer: FakePrinter
) -> None:
    yesterday = sell(counter, BUTTER)
    counter.wait(days=1)
    first, second = sell(counter, ANNA, BUTTER), sell(counter, BREAD)
    rows = printing(counter, printer).rows()
    assert [row.sold.sale for row in rows] == [second, first]
    assert [row.sold.member for row in rows] == ["", "Anna K."]
    assert rows[0].sold.seq > rows[1].sold.seq
    assert yesterday not in {row.sold.sale for row in rows}


def test_a_slip_is_printed_once_and_then_copied(counter: Counter, printer: FakePrinter) -> None:
    sale = sell(counter, BUTTER)
    desk = printing(counter, printer)
    for _ in range(3):
        desk.print_slip(sale)
    copies = ["COPY" in " ".join(sheet.lines) for sheet in printer.sheets]
    assert copies == [False, True, True]


def test_a_slip_of_an_earlier_day_is_a_copy_even_if_nobody_printed_it(
    counter: Counter, printer: FakePrinter
) -> None:
    sale = sell(counter, BUTTER)
    counter.wait(days=1)
    desk = printing(counter, printer)
    assert "COPY" in " ".join(desk.preview(sale))
    desk.print_slip(sale)
    assert "COPY" in " ".join(printer.sheets[0].lines)


def test_what_was_not_printed_is_no_copy_and_waits_through_a_restart(
    counter: Counter, printer: FakePrinter
) -> None:
    sale = sell(counter, BUTTER)
    printer.fault = PrinterFault.NO_PAPER
    answers: list[PrintedView] = []
    desk = printing(counter, printer)
    desk.listen(answers.append)
    desk.print_slip(sale)
    assert [(one.going, one.fault) for one in answers] == [
        (True, PrinterFault.NONE),
        (False, PrinterFault.NO_PAPER),
    ]
    again = printing(counter, printer)
    assert again.waiting() == 1
    printer.fault = PrinterFault.NONE
    again.print_slip(sale)
    assert again.waiting() == 0
    assert "COPY" not in " ".join(printer.sheets[0].lines)


def test_asking_twice_while_it_prints_is_asking_once(
    counter: Counter, printer: FakePrinter
) -> None:
    sale = sell(counter, BUTTER)
    printer.slow = True
    desk = printing(counter, printer)
    assert desk.print_slip(sale)
    assert desk.print_slip(sale)
    assert desk.waiting() == 0  # it is under way
    printer.go_on()
    assert len(printer.sheets) == 1


def test_a_sale_that_nobody_made_is_not_printed(counter: Counter, printer: FakePrinter) -> None:
    desk = printing(counter, printer)
    assert not desk.print_slip("f" * 32)
    assert desk.row("f" * 32) is None
    assert desk.preview("f" * 32) == ()
    assert printer.sheets == []


@pytest.mark.parametrize(
    ("when", "by", "drawer", "wanted"),
    [
        (When.ALWAYS, TenderKind.CASH, True, [(True, True)]),
        (When.ALWAYS, TenderKind.CARD, True, [(True, False)]),
        (When.ALWAYS, TenderKind.CASH, False, [(True, False)]),
        (When.ASK, TenderKind.CASH, True, [(False, True)]),
        (When.NEVER, TenderKind.CARD, True, []),
        (When.NEVER, TenderKind.CASH, False, []),
    ],
)
def test_a_sale_prints_and_opens_the_drawer_as_the_shop_wants(
    counter: Counter,
    printer: FakePrinter,
    when: When,
    by: TenderKind,
    drawer: bool,
    wanted: list[tuple[bool, bool]],
) -> None:
    sale = sell(counter, BUTTER, by=by)
    printing(counter, printer, when=when, drawer=drawer).sold(sale)
    assert [(bool(one.lines), one.drawer) for one in printer.sheets] == wanted


def test_a_drawer_that_does_not_open_is_told_and_no_slip_waits(
    counter: Counter, printer: FakePrinter
) -> None:
    sale = sell(counter, BUTTER)
    printer.fault = PrinterFault.NO_ANSWER
    answers: list[PrintedView] = []
    desk = printing(counter, printer, when=When.NEVER, drawer=True)
    desk.listen(answers.append)
    desk.sold(sale)
    assert [one.drawer_only for one in answers] == [True]
    assert desk.waiting() == 0


def test_a_full_disk_keeps_no_drawer_shut(counter: Counter, printer: FakePrinter) -> None:
    sale = sell(counter, BUTTER)
    assert counter.till is not None
    prints = FakeSlipPrints()
    desk = Printing(counter.till.slips, prints, printer, when=When.ALWAYS, drawer=True)
    prints.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    with pytest.raises(Trouble):
        desk.sold(sale)
    assert [(one.lines, one.drawer) for one in printer.sheets] == [((), True)]


def test_a_slip_on_paper_is_told_though_nobody_could_write_that_down(
    counter: Counter, printer: FakePrinter
) -> None:
    """The answer comes later, in the window's thread, where nobody waits for trouble."""
    sale = sell(counter, BUTTER)
    assert counter.till is not None
    prints, answers = FakeSlipPrints(), list[PrintedView]()
    desk = Printing(counter.till.slips, prints, printer)
    desk.listen(answers.append)
    printer.slow = True
    desk.print_slip(sale)
    prints.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    printer.go_on()
    assert [(one.going, one.fault) for one in answers][1:] == [(False, PrinterFault.NONE)]


# --- scanning a slip ----------------------------------------------------------------------------


def test_a_slip_that_is_scanned_shows_its_sale_and_touches_no_basket(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    counter.wait(days=1)
    counter.scan(BREAD)
    view = counter.scan(slip_code(UUID(sale)))
    assert view.refund is not None
    assert view.refund.sale == sale
    assert [line.name for line in view.lines] == ["Bread"]
    assert counter.checkout.dismiss().refund is None


def test_a_slip_of_another_till_is_said_to_be_that(counter: Counter) -> None:
    view = counter.scan(slip_code(UUID("01980000-0000-7000-8000-0000000fffff")))
    assert told(view) is NoticeKind.SLIP_UNKNOWN
    assert view.slip == ""


def test_while_money_is_taken_no_slip_is_looked_at(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    counter.scan(BREAD)
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 100)
    view = counter.scan(slip_code(UUID(sale)))
    assert told(view) is NoticeKind.MONEY_TAKEN
    assert (view.stage, view.slip) == (Stage.PAYING, "")


# --- the same honesty on the screen --------------------------------------------------------------


@pytest.mark.parametrize(
    ("confirmed", "hours", "untold"),
    [
        (Confirmed(), None, False),
        (Confirmed(utc=NOON_UTC - timedelta(hours=23)), None, False),
        (Confirmed(utc=NOON_UTC - timedelta(hours=30, minutes=20)), 30, False),
        (Confirmed(untold=True), None, True),
    ],
)
def test_the_panel_says_how_old_a_balance_is_where_it_matters(
    confirmed: Confirmed, hours: int | None, untold: bool
) -> None:
    counter = fake_counter()
    counter.members.confirmed = confirmed
    member = counter.scan(ANNA).member
    assert member is not None
    told_hours = None if member.confirmed_ms is None else member.confirmed_ms // 3_600_000
    assert (told_hours, member.unconfirmed) == (hours, untold)


def test_the_slip_tells_what_was_nearly_had_and_so_does_its_copy(
    counter: Counter, printer: FakePrinter
) -> None:
    """Two of three chocolates, and butter without the card that makes it cheaper."""
    sale = sell(counter, CHOC, CHOC, BUTTER)
    assert printing(counter, printer).print_slip(sale)
    counter.wait(days=3)
    assert printing(counter, printer).print_slip(sale)

    for sheet in printer.sheets:
        at = sheet.lines.index("OTHER OFFERS")
        assert sheet.lines[at + 1 :] == (
            "Third chocolate free: 1 × chocolate more",
            "Members' price: butter: only with the card",
        )


def test_a_shop_that_wants_no_offers_on_paper_has_none(
    tmp_path: Path, printer: FakePrinter
) -> None:
    counter = real_counter(tmp_path / "shop")
    assert counter.till is not None
    counter.till.close()
    quiet = replace(settings(tmp_path / "shop"), printer=PrinterTable(other_offers=0))
    till = open_till(quiet, clock=counter.clock, ids=counter.ids)
    counter = replace(counter, checkout=till.checkout, journal=till.database.journal, till=till)

    sale = sell(counter, CHOC, CHOC)
    assert printing(counter, printer).print_slip(sale)
    till.close()

    assert "OTHER OFFERS" not in printer.sheets[0].lines
