"""Vouchers and gift cards on paper: what they are worth in plain words, and a code that scans."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import zxingcpp

from terminal import resources
from terminal.barcodes.parse import parse
from terminal.barcodes.reading import BearerCode
from terminal.barcodes.rules import CodeRules
from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.money import Currency
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.sold_units import SoldBearer
from terminal.loyalty.wallet import WalletId
from terminal.paper.slip import SlipContent, compose_slip
from terminal.paper.slip_picture import slip_picture
from terminal.paper.voucher_slip import PrintedCode, as_text, printed_codes
from terminal.till.devices.escpos_bytes import Setting, sheet_bytes
from terminal.till.devices.press import read_sheet, written
from terminal.till.devices.slip_file import SlipFolder
from terminal.till.printer_port import PrinterFault, SlipSheet
from terminal.wire.programme_json import read_programme
from terminal.wording.languages import LANGUAGES
from terminal.wording.words import Words
from tests.paper.escpos_renderer import render
from tests.paper.sample_sales import grocer

KEY = b"the key of Anna's shop, 32 bytes"
GIFT, VOUCHER, USED = (WalletId(digit * 32) for digit in "123")
PROGRAMMES = tuple(
    read_programme((resources.path("programmes") / f"{name}.json").read_text("utf-8"))
    for name in ("gift-card", "voucher-next-visit", "store-credit")
)
CODES: dict[str, str] = {
    wallet: voucher_code(wallet, key=code_key(KEY)) for wallet in (GIFT, VOUCHER, USED)
}
SOLD = (
    SoldBearer(wallet=GIFT, unit="gift-card", earned=5000, after=5000, fresh=True),
    SoldBearer(
        wallet=VOUCHER,
        unit="voucher:next-visit",
        earned=1,
        after=1,
        next_day=date(2026, 8, 15),
        next_n=1,
        fresh=True,
    ),
    SoldBearer(wallet=USED, unit="gift-card", before=5000, paid=2799, after=2201),
)


def content() -> SlipContent:
    plain = grocer("en")
    return replace(plain, record=replace(plain.record, bearers=SOLD), programmes=PROGRAMMES)


def record() -> SaleRecord:
    return content().record


def strips(language: str = "en", columns: int = 42) -> tuple[PrintedCode, ...]:
    return printed_codes(record(), PROGRAMMES, CODES, Words(language, Currency("PLN")), columns)


def test_a_strip_says_what_it_is_worth_from_when_and_until_when() -> None:
    gift, voucher = strips()
    assert [line.strip() for line in gift.lines[1:]] == ["GIFT CARD", "PLN 50.00", "No last day"]
    assert [line.strip() for line in voucher.lines[1:]] == [
        "VOUCHER: 10 ZŁ OFF",
        "on purchases from PLN 50",
        "Valid to 15 Aug 2026",
    ]


def test_a_card_that_was_used_is_not_printed_again_but_what_is_left_is_told() -> None:
    lines = compose_slip(content(), Words("en", Currency("PLN")))
    assert any("Gift card: left" in line and "22.01" in line for line in lines)
    assert CODES[USED] not in "".join(as_text(strips(), 42)).replace(" ", "")


@pytest.mark.parametrize("columns", [42, 32])
@pytest.mark.parametrize("language", LANGUAGES)
def test_strips_fit_the_paper_in_every_language(language: str, columns: int) -> None:
    for line in as_text(strips(language, columns), columns):
        assert len(line) <= columns, line


@pytest.mark.parametrize("columns", [42, 32])
def test_every_code_on_the_slip_is_read_by_somebody_elses_reader(columns: int) -> None:
    lines = compose_slip(content(), Words("pl", Currency("PLN")), columns)
    picture = slip_picture(lines, "", columns, strips("pl", columns)).convert("L")
    found = {one.text for one in zxingcpp.read_barcodes(picture)}
    assert found == {CODES[GIFT], CODES[VOUCHER]}
    rules = CodeRules(card_prefix="29", card_key=KEY)
    assert {parse(text, rules) for text in found} == {
        (BearerCode(GIFT),),
        (BearerCode(VOUCHER),),
    }


@pytest.mark.parametrize("columns", [42, 32])
def test_the_digits_in_their_groups_are_the_code(columns: int) -> None:
    for one in strips("lv", columns):
        typed = "".join(as_text((one,), columns)[len(one.lines) :]).replace(" ", "")
        assert typed == one.code


def test_a_strip_goes_to_the_printing_process_and_into_files_as_it_is(tmp_path: Path) -> None:
    sheet = SlipSheet(lines=("slip",), strips=strips())
    assert read_sheet(written(sheet)) == sheet
    folder = SlipFolder(tmp_path)
    assert folder.print_sheet(sheet).fault is PrinterFault.NONE
    (file,) = tmp_path.glob("*.txt")
    assert CODES[GIFT] in file.read_text("utf-8").replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("mode", ["raster", "text"])
def test_a_receipt_printer_burns_the_codes(mode: str, tmp_path: Path) -> None:
    sheet = SlipSheet(lines=("slip",), strips=strips())
    setting = Setting(columns=42, mode=mode, code_page="CP852")
    printed = render(sheet_bytes(sheet, setting, tmp_path))
    found = {one.text for one in zxingcpp.read_barcodes(printed.picture().convert("L"))}
    assert found == {CODES[GIFT], CODES[VOUCHER]}
