"""The printable sheet of the demo shop: cards and goods to scan with a scanner of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from terminal.barcodes import gtin
from terminal.demo.shop import DemoShop, sheet_words
from terminal.loyalty.money import Currency
from terminal.paper.code_sheet import SheetCode, sheet_pdf
from terminal.paper.symbols import Symbology
from terminal.wording.words import Words


def write_sheet(shop: DemoShop, language: str, file: Path) -> int:
    """Write the sheet as a PDF of A4 pages; returns how many codes stand on it.

    Raises:
        OSError: the file cannot be written.
    """
    words = sheet_words(language)
    money = Words(language, Currency(shop.currency)).money
    codes = tuple(sheet_codes(shop, words, money))
    file.write_bytes(sheet_pdf(words["title"].format(shop=shop.name), codes))
    return len(codes)


def sheet_codes(
    shop: DemoShop, words: Mapping[str, str], money: Callable[[int], str]
) -> Iterator[SheetCode]:
    """What is worth scanning first comes first: ready members, blank cards, goods, the others."""
    for member in shop.members:
        if member.story:
            yield SheetCode(member.name, words[member.story], member.card, Symbology.EAN)
    for card in shop.blank_cards:
        yield SheetCode(words["blank"], words["blank_caption"], card, Symbology.EAN)
    unknown = shop.unknown_code
    yield SheetCode(words["unknown"], words["unknown_caption"], unknown, Symbology.EAN)
    for product in shop.products:
        code = gtin.shortest(product.gtin or "")
        yield SheetCode(product.name, money(product.price), code, Symbology.EAN)
    for member in shop.members:
        if not member.story:
            yield SheetCode(member.name, words["member"], member.card, Symbology.EAN)
