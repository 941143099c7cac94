"""What somebody is given by hand stands on a paper of theirs, with what they have now."""

from __future__ import annotations

import json

import pytest

from terminal.till.app import statements_of
from terminal.till.checkout.printing import Printing
from terminal.till.printer_port import PrinterFault
from tests.fakes.printers import FakePrinter
from tests.till.checkout.counter import ANNA, BREAD, Counter, programmes


@pytest.fixture
def printer() -> FakePrinter:
    return FakePrinter()


@pytest.fixture
def printing(counter: Counter, printer: FakePrinter) -> Printing:
    till = counter.till
    assert till is not None
    content = json.loads(programmes(["goodwill"])[0])
    content["unit"]["expiry"] = {"kind": "after", "months": 2}
    counter.programmes.put([json.dumps(content)])
    prints = till.database.slip_prints
    return Printing(till.slips, prints, printer, statements=lambda: statements_of(till, printer))


def give(counter: Counter, why: str) -> tuple[str, str]:
    """Give units, and tell the fact and the unit that there is paper for."""
    counter.scan(ANNA)
    counter.checkout.with_care(lambda care: care.begin_goodwill())
    shown = counter.checkout.enter(why).goodwill
    assert shown is not None
    return shown.deed, shown.unit


def test_a_gift_alone_has_a_paper_that_says_what_for_and_until_when(
    counter: Counter, printing: Printing, printer: FakePrinter
) -> None:
    counter.scan(BREAD)
    deed, unit = give(counter, "3")
    assert deed
    printing.print_statement(ANNA.id, unit)

    (sheet,) = printer.sheets
    paper = "\n".join(sheet.lines)
    assert "As goodwill: Our mistake" in paper
    assert "+30" in paper
    assert "30 pts until" in paper
    assert "187" not in paper, "nothing of her other units"
    assert printing.waiting() == 0


def test_only_what_stands_on_the_paper_is_told_in_good_time(
    counter: Counter, printing: Printing, printer: FakePrinter
) -> None:
    till = counter.till
    assert till is not None
    _, unit = give(counter, "1")
    before = {one.unit for one in till.database.slip_prints.endings(ANNA.id)}
    assert unit in before
    printer.fault = PrinterFault.NO_PAPER
    printing.print_statement(ANNA.id, unit)
    assert {one.unit for one in till.database.slip_prints.endings(ANNA.id)} == before

    printer.fault = PrinterFault.NONE
    printing.print_statement(ANNA.id, unit)

    assert {one.unit for one in till.database.slip_prints.endings(ANNA.id)} == before - {unit}


def test_the_paper_of_what_was_taken_back_says_so(
    counter: Counter, printing: Printing, printer: FakePrinter
) -> None:
    given, _ = give(counter, "2")
    counter.clock.advance(seconds=1)
    shown = counter.checkout.undo().goodwill
    assert shown is not None
    assert shown.deed not in ("", given)
    printing.print_statement(ANNA.id, shown.unit)

    paper = "\n".join(printer.sheets[-1].lines)
    assert "Given by mistake, taken back" in paper
    assert "-30" in paper
    assert "As goodwill" not in paper


def test_opened_again_there_is_no_paper_for_what_was_given_before(
    counter: Counter, printing: Printing
) -> None:
    give(counter, "1")
    counter.checkout.with_care(lambda care: care.begin_goodwill())  # closed
    shown = counter.checkout.with_care(lambda care: care.begin_goodwill()).goodwill
    assert shown is not None
    assert (shown.deed, shown.unit) == ("", "")
