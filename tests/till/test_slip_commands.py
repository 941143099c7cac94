"""`tenth slip --to` and `tenth printer`: what people learn of their printer without the window."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from terminal import cli
from terminal.barcodes.slip_code import slip_code
from terminal.loyalty.tender import TenderKind
from terminal.paper.slip_picture import slip_picture
from terminal.till.app import open_till
from terminal.till.settings import (
    CardsTable,
    PrinterTable,
    Settings,
    ShopTable,
    shop_folder,
    write_settings,
)
from terminal.till.slip_commands import TEST_LINES
from tests.fakes.printers import NetworkMachine
from tests.paper.escpos_renderer import render
from tests.till.checkout.counter import KEY, PREFIX, programmes
from tests.till.checkout.test_gift_cards import CARD_PRODUCT

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def machine() -> Iterator[NetworkMachine]:
    machine = NetworkMachine()
    yield machine
    machine.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENTH_HOME", str(tmp_path / "home"))
    return tmp_path


def shop(printer: PrinterTable) -> Settings:
    settings = Settings(folder=shop_folder(), shop=ShopTable(name="U Ani"), printer=printer)
    write_settings(settings)
    return settings


def sold(settings: Settings) -> str:
    till = open_till(settings)
    till.checkout.scan("2009999999997")
    till.checkout.set_price(1, 450)
    till.checkout.finish()
    done = till.checkout.tender(TenderKind.CASH, 450).done
    till.close()
    assert done is not None
    return done.sale


def test_a_test_prints_the_letters_of_all_languages_and_says_that_it_answered(
    home: Path, machine: NetworkMachine, capsys: Captured
) -> None:
    shop(PrinterTable(kind="network", address=machine.address))
    assert cli.main(["printer", "test", "--drawer"]) == 0
    assert "answers and has printed" in capsys.readouterr().out
    rendered = render(bytes(machine.received))
    assert (rendered.cuts, rendered.kicks) == (1, 1)
    lines = ("*** TEST ***".center(42).rstrip(), "-" * 42, *TEST_LINES, "=" * 42)
    assert rendered.picture().tobytes() == slip_picture(lines, "", 42).tobytes()
    assert max(map(len, TEST_LINES)) <= 32


def test_a_printer_that_cannot_tell_is_told_of_so(
    home: Path, machine: NetworkMachine, capsys: Captured
) -> None:
    machine.answers = False
    shop(PrinterTable(kind="network", address=machine.address, columns=32, mode="text"))
    assert cli.main(["printer", "test"]) == 0
    assert "says nothing about itself: look at the paper" in capsys.readouterr().out
    assert "Zażółć gęślą jaźń" in " ".join(render(bytes(machine.received)).text("cp852"))


@pytest.mark.parametrize("action", ["test", "look"])
def test_no_paper_and_nobody_there_are_said(
    home: Path, machine: NetworkMachine, capsys: Captured, action: str
) -> None:
    machine.paper = False
    shop(PrinterTable(kind="network", address=machine.address))
    assert cli.main(["printer", action]) == 1
    assert "it has no paper" in capsys.readouterr().err
    shop(PrinterTable(kind="serial", address=str(home / "ttyS9")))
    assert cli.main(["printer", action]) == 1
    assert "does not answer: look at cable" in capsys.readouterr().err
    shop(PrinterTable(kind="none"))
    assert cli.main(["printer", action, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["fault"] == "no_printer"


def test_a_slip_goes_to_text_pdf_and_printer(
    home: Path, machine: NetworkMachine, capsys: Captured
) -> None:
    sale = sold(shop(PrinterTable(kind="network", address=machine.address)))
    code = slip_code(UUID(sale))
    text, pdf = home / "slip.txt", home / "slip.pdf"
    assert cli.main(["slip", "--to", str(text)]) == 0
    assert cli.main(["slip", sale, "--to", str(pdf), "--columns", "32", "--copy"]) == 0
    assert cli.main(["slip", "--to", "printer"]) == 0
    assert "4.50" in text.read_text("utf-8")
    assert text.read_text("utf-8").splitlines()[-1] == code
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=203.2 / 72).to_pil()
    assert zxingcpp.read_barcodes(page)[0].text == code
    printed = render(bytes(machine.received)).picture().convert("L")
    assert zxingcpp.read_barcodes(printed)[0].text == code


def test_a_gift_card_can_be_scanned_from_the_paper_it_is_printed_on_again(
    home: Path, machine: NetworkMachine
) -> None:
    settings = Settings(
        folder=shop_folder(),
        shop=ShopTable(name="U Ani"),
        printer=PrinterTable(kind="network", address=machine.address),
        cards=CardsTable(prefix=PREFIX),
        card_key=KEY,
    )
    write_settings(settings)
    till = open_till(settings)
    till.database.catalogue.put_products([CARD_PRODUCT])
    till.database.programmes.put(programmes(["gift-card"]))
    till.checkout.add_product(CARD_PRODUCT.sku, amount=5000)
    till.checkout.finish()
    done = till.checkout.tender(TenderKind.CASH, 5000).done
    assert done is not None
    (strip,) = till.slips.strips(done.sale)
    till.close()
    pdf = home / "slip.pdf"

    assert cli.main(["slip", done.sale, "--to", str(pdf), "--columns", "32"]) == 0
    assert cli.main(["slip", done.sale, "--to", "printer"]) == 0

    page = pypdfium2.PdfDocument(pdf)[0].render(scale=203.2 / 72).to_pil()
    printed = render(bytes(machine.received)).picture().convert("L")
    for paper in (page, printed):
        assert strip.code in {one.text for one in zxingcpp.read_barcodes(paper)}


def test_a_place_that_is_none_is_refused(home: Path, capsys: Captured) -> None:
    sold(shop(PrinterTable()))
    assert cli.main(["slip", "--to", "slip.docx"]) == 1
    assert ".txt or .pdf" in capsys.readouterr().err


def test_settings_of_a_printer_are_checked() -> None:
    from terminal.till.settings import UnfitSettings

    for table, wrong in (
        ({"kind": "network"}, "address"),
        ({"kind": "network", "address": "printer:port"}, "address"),
        ({"kind": "fax"}, "kind"),
        ({"columns": 40}, "columns"),
        ({"code_page": "CP999"}, "code_page"),
        ({"when": "maybe"}, "when"),
        ({"page_number": 300}, "page_number"),
    ):
        with pytest.raises(UnfitSettings, match=f"printer.{wrong}"):
            PrinterTable(**table)
