"""The slip is the only place where a code stands: it is always printed, and its day is a warning."""

from __future__ import annotations

import pytest

from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.bodies import LotWarned, read_body
from terminal.loyalty.facts import FactKind, decode
from terminal.till.checkout.printing import Printing, When
from terminal.till.printer_port import PrinterFault
from tests.fakes.printers import FakePrinter
from tests.till.checkout.counter import BOX, KEY, Counter
from tests.till.checkout.test_gift_cards import last_record, sell_gift_card, sells_codes
from tests.till.checkout.test_vouchers import buy


@pytest.fixture
def press() -> FakePrinter:
    return FakePrinter()


@pytest.fixture
def shop(counter: Counter) -> Counter:
    return sells_codes(counter)


@pytest.fixture
def printing(shop: Counter, press: FakePrinter) -> Printing:
    assert shop.till is not None
    return Printing(shop.till.slips, shop.till.database.slip_prints, press, when=When.NEVER)


def warnings(shop: Counter) -> list[LotWarned]:
    assert shop.till is not None
    with shop.till.database.database.reading() as connection:
        rows = connection.execute(
            "SELECT stored FROM facts WHERE kind = ?", (FactKind.LOT_WARNED.value,)
        )
        return [read_body(LotWarned, decode(bytes(stored)).body) for (stored,) in rows]


def test_a_sale_that_gives_a_code_prints_its_slip_whatever_the_shop_prefers(
    shop: Counter, printing: Printing, press: FakePrinter
) -> None:
    code = sell_gift_card(shop, 5000)
    printing.sold(last_record(shop).id)
    (sheet,) = press.sheets
    assert [strip.code for strip in sheet.strips] == [code]
    buy(shop, BOX)
    printing.sold(last_record(shop).id)
    assert len(press.sheets) == 1


def test_a_reprint_prints_the_same_code_again(
    shop: Counter, printing: Printing, press: FakePrinter
) -> None:
    code = sell_gift_card(shop, 5000)
    sale = last_record(shop).id
    printing.sold(sale)
    printing.print_slip(sale)
    first, again = press.sheets
    assert first.strips == again.strips
    assert any("COPY" in line or "KOPIA" in line for line in again.lines)
    assert code in "".join(printing.preview(sale)).replace(" ", "")


def test_the_day_on_the_paper_is_a_warning_once_the_paper_is_there(
    shop: Counter, printing: Printing, press: FakePrinter
) -> None:
    buy(shop, *[BOX] * 5)
    record = last_record(shop)
    press.slow = True
    printing.sold(record.id)
    assert warnings(shop) == []
    press.fault = PrinterFault.NO_PAPER
    press.go_on()
    assert warnings(shop) == []
    press.fault = PrinterFault.NONE
    printing.print_slip(record.id)
    press.go_on()
    (told,) = warnings(shop)
    (voucher,) = record.bearers
    assert (told.wallet, told.last_day, told.how) == (voucher.wallet, voucher.next_day, "slip")
    printing.print_slip(record.id)
    press.go_on()
    assert len(warnings(shop)) == 1


def test_no_code_and_no_signature_stands_in_any_fact(shop: Counter) -> None:
    code = sell_gift_card(shop, 5000)
    assert shop.till is not None
    with shop.till.database.database.reading() as connection:
        facts = [one for (one,) in connection.execute("SELECT stored FROM facts")]
    wallet = last_record(shop).bearers[0].wallet
    assert any(wallet.encode() in bytes(one) for one in facts)
    assert code == voucher_code(wallet, key=code_key(KEY))
    assert not any(code.encode() in bytes(one) for one in facts)
