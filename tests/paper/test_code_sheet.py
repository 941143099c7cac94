"""The sheet of codes: every code on it is what a scanner reads, on the screen and on paper."""

from collections.abc import Iterable

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image

from terminal.barcodes.card_number import card_numbers
from terminal.paper.code_sheet import (
    COLUMNS,
    PAGE_SIZE,
    ROWS,
    SheetCode,
    sheet_pages,
    sheet_pdf,
)
from terminal.paper.symbols import Symbology, Unprintable

CARDS = [
    SheetCode(
        "Łucja Żółć", "Картка постійної клієнтки, ґанок, 137 балів — і ще трохи", number, kind
    )
    for number in card_numbers(range(13), key=bytes(range(32)), prefix="25")
    for kind in Symbology
]
GOODS = [
    SheetCode("Șervețele", "Piață ță", "4006381333931", Symbology.EAN),
    SheetCode("Масло 82%", "200 г", "96385074", Symbology.EAN),
    SheetCode("Ķirši", "ļoti", "AB-1234", Symbology.CODE_128),
    SheetCode("", "", "9912345678", Symbology.CODE_128),
    SheetCode("", "", "TEA/Green-250g", Symbology.CODE_128),
    SheetCode("slip", "", "9700332431441630864821744347401418050397", Symbology.QR),
    SheetCode("web", "", "https://anna.example/c/2599069609197?s=Zm9vYmFyYmF6", Symbology.QR),
    SheetCode("sign", "", "Купа слів", Symbology.QR),
]
EVERYTHING = [*GOODS, *CARDS]


def scanned(pages: Iterable[Image.Image]) -> list[str]:
    """What a scanner reads from the pages, in no order."""
    return sorted(
        found.text for page in pages for found in zxingcpp.read_barcodes(page.convert("L"))
    )


def expected(codes: Iterable[SheetCode]) -> list[str]:
    return sorted(code.text for code in codes)


def test_a_scanner_reads_every_code_from_the_images() -> None:
    pages = list(sheet_pages("Kody próbne", EVERYTHING))
    assert len(pages) == 3
    for page in pages:
        assert page.size == PAGE_SIZE
        assert page.mode == "1"
    assert scanned(pages) == expected(EVERYTHING)


@pytest.mark.parametrize("dots_per_inch", [300, 200])
def test_a_scanner_reads_every_code_from_the_pdf(dots_per_inch: int) -> None:
    document = pypdfium2.PdfDocument(sheet_pdf("Тестові коди", EVERYTHING))
    try:
        width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842)
        pages = [page.render(scale=dots_per_inch / 72).to_pil() for page in document]
        assert document.get_metadata_value("Title") == "Тестові коди"
    finally:
        document.close()
    assert scanned(pages) == expected(EVERYTHING)


def test_a_pdf_is_small_and_the_same_each_time() -> None:
    pdf = sheet_pdf("Codes", EVERYTHING)
    assert pdf == sheet_pdf("Codes", EVERYTHING)
    assert len(pdf) < 3 * 80_000


def test_the_bars_stand_on_whole_dots_with_their_quiet_zones() -> None:
    """An EAN-13 is 95 modules of four dots between 11 and 7 modules of white."""
    (page,) = sheet_pages("", [GOODS[0]])
    row = [page.getpixel((x, 430)) for x in range(130, 130 + 720)]
    black = [x for x, dot in enumerate(row) if not dot]
    assert black[-1] - black[0] + 1 == 95 * 4
    assert black[0] >= 11 * 4
    assert len(row) - black[-1] > 7 * 4
    assert all(not row[x] for x in range(black[0], black[0] + 4))
    runs = [x for x in range(1, len(row)) if row[x] != row[x - 1]]
    assert all((x - black[0]) % 4 == 0 for x in runs)


def test_an_empty_sheet_is_one_page_and_a_full_page_does_not_begin_another() -> None:
    assert len(list(sheet_pages("Nothing", []))) == 1
    assert len(list(sheet_pages("Full", CARDS[: COLUMNS * ROWS]))) == 1
    assert len(list(sheet_pages("More", CARDS[: COLUMNS * ROWS + 1]))) == 2


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("4006381333932", Symbology.EAN, "check digit"),
        ("036000291452", Symbology.EAN, "13 or 8"),
        ("", Symbology.CODE_128, "characters"),
        ("масло", Symbology.CODE_128, "use QR"),
        ("9700332431441630864821744347401418050397", Symbology.CODE_128, "too long"),
        ("", Symbology.QR, "empty"),
        ("A" * 1_000, Symbology.QR, "too long"),
        ("A" * 10_000, Symbology.QR, "no QR code"),
    ],
)
def test_what_no_scanner_could_read_is_refused_before_it_is_printed(
    text: str, kind: Symbology, why: str
) -> None:
    with pytest.raises(Unprintable, match=why):
        sheet_pdf("Codes", [SheetCode("", "", text, kind)])
