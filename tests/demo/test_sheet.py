"""The sheet of codes: everything on it is worth a scan, and what is ready comes first."""

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from terminal.barcodes import gtin
from terminal.demo.sheet import write_sheet
from terminal.demo.shop import DemoShop, read_demo_shop


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return read_demo_shop("pl", small=True)


@pytest.mark.slow
def test_a_scanner_reads_every_card_and_product_off_the_sheet(
    tmp_path: Path, shop: DemoShop
) -> None:
    count = write_sheet(shop, "pl", tmp_path / "sheet.pdf")

    document = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")
    pages = [page.render(scale=200 / 72).to_pil() for page in document]
    document.close()
    read = {found.text for page in pages for found in zxingcpp.read_barcodes(page)}
    printed = {gtin.shortest(product.gtin or "") for product in shop.products}
    printed |= {member.card for member in shop.members} | {*shop.blank_cards, shop.unknown_code}
    assert read == printed
    assert count == len(printed)


def test_ready_members_and_blank_cards_are_on_the_first_page(
    tmp_path: Path, shop: DemoShop
) -> None:
    write_sheet(shop, "pl", tmp_path / "sheet.pdf")

    document = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")
    first = document[0].render(scale=200 / 72).to_pil()
    document.close()
    read = {found.text for found in zxingcpp.read_barcodes(first)}
    ready = {member.card for member in shop.members if member.story}
    assert ready | set(shop.blank_cards) <= read
