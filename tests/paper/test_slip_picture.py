"""The slip as dots: every letter of ours is there, in its column, and the code can be scanned."""

from __future__ import annotations

from itertools import combinations
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image

from terminal.barcodes.slip_code import slip_code
from terminal.loyalty.money import Currency
from terminal.paper.code_pages import PAGE_NUMBERS, encoded
from terminal.paper.slip import compose_slip
from terminal.paper.slip_picture import PAPERS, slip_pdf, slip_picture
from terminal.wording.words import Words
from tests.paper.sample_sales import grocer

LETTERS = {
    "pl": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяҐЄІЇ",
    "ro": "ăâîșțĂÂÎȘȚ",
    "lv": "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяЁЪЫЭ",
    "en": "abcdefghijklmnopqrstuvwxyz£",
}
SIGNS = "€₴₽№×…„”–"
CODE = slip_code(UUID("01980000-0000-7000-8000-00000000002a"))


def cell(sign: str, columns: int) -> bytes:
    """The dots of one letter in the first column."""
    paper = PAPERS[columns]
    left = (paper.printable - columns * paper.cell) // 2
    picture = slip_picture((sign,), "", columns)
    return picture.crop((left, 0, left + paper.cell, paper.high)).tobytes()


@pytest.mark.parametrize("columns", [42, 32])
@pytest.mark.parametrize("language", LETTERS)
def test_every_letter_has_a_shape_of_its_own(language: str, columns: int) -> None:
    nothing = cell("\uffff", columns)
    shapes = {sign: cell(sign, columns) for sign in LETTERS[language] + SIGNS}
    assert nothing not in shapes.values()
    same = [pair for pair in combinations(shapes, 2) if shapes[pair[0]] == shapes[pair[1]]]
    assert same == []


@pytest.mark.parametrize("columns", [42, 32])
def test_nothing_of_a_letter_leaves_its_line_or_its_column(columns: int) -> None:
    paper = PAPERS[columns]
    for sign in "".join(LETTERS.values()) + SIGNS:
        alone = slip_picture((sign,), "", columns)
        between = slip_picture(("", sign, ""), "", columns)
        band = between.crop((0, paper.high, paper.printable, 2 * paper.high))
        assert band.tobytes() == alone.tobytes(), sign
        assert _black(between) == _black(alone), sign


def _black(picture: Image.Image) -> int:
    return picture.histogram()[0]


@pytest.mark.parametrize("columns", [42, 32])
def test_a_letter_of_another_width_moves_no_price(columns: int) -> None:
    paper = PAPERS[columns]
    figure = "5,60".rjust(columns - 3)
    usual = slip_picture(("kaw" + figure,), "", columns)
    odd = slip_picture(("日本語" + figure,), "", columns)
    right = (paper.printable // 2, 0, paper.printable, paper.high)
    assert usual.crop(right).tobytes() == odd.crop(right).tobytes()


@pytest.mark.parametrize("columns", [42, 32])
@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_code_of_a_whole_slip_scans_and_stands_in_white(language: str, columns: int) -> None:
    lines = compose_slip(grocer(language), Words(language, Currency("PLN")), columns)
    picture = slip_picture(lines, CODE, columns).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == CODE
    # A printer that smears: half the contrast, a little turned.
    worn = picture.point(lambda dot: 90 + dot // 4).rotate(1.5, expand=True, fillcolor=153)
    assert [one.text for one in zxingcpp.read_barcodes(worn)] == [CODE]


def test_a_slip_without_a_code_ends_with_its_lines() -> None:
    assert slip_picture(("a", "b"), "", 42).height == 2 * PAPERS[42].high
    assert slip_picture((), "", 42).height == 1


def test_other_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="42 and 32"):
        slip_picture(("a",), "", 40)


def test_the_same_slip_is_the_same_pdf() -> None:
    assert slip_pdf(("a",), CODE, 42) == slip_pdf(("a",), CODE, 42)


# --- letters by code page ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "languages"),
    [
        ("CP775", ["pl", "lv"]),
        ("CP1257", ["pl", "lv"]),
        ("CP852", ["pl"]),
        ("CP1250", ["pl"]),
        ("CP1251", ["uk", "ru"]),
        ("CP1125", ["uk", "ru"]),
    ],
)
def test_a_page_of_the_language_has_its_letters(page: str, languages: list[str]) -> None:
    for language in languages:
        line = LETTERS[language]
        assert encoded(line, page).decode(page) == line


def test_what_a_page_has_not_is_written_by_the_nearest_letters() -> None:
    assert encoded("Știință și țară", "CP852").decode("cp852") == "Ştiinţă şi ţară"
    assert encoded("Zażółć", "CP437").decode("cp437") == "Zazólc"
    assert encoded("12,50 ₴", "CP1251").decode("cp1251") == "12,50 грн"
    assert encoded("12,50 ₴", "CP852").decode("cp852") == "12,50 UAH"
    assert encoded("ґанок", "CP866").decode("cp866") == "ганок"
    assert encoded("5,00 €", "CP852").decode("cp852") == "5,00 EUR"
    assert encoded("日", "CP852") == b"?"


def test_figures_keep_their_column_where_a_sign_becomes_a_word() -> None:
    assert len(encoded("Razem" + "12,50 ₴".rjust(30), "CP852")) == 35
    assert encoded("12 ₴", "CP852") == b"12 UAH"


@pytest.mark.parametrize("page", PAGE_NUMBERS)
def test_every_page_is_known(page: str) -> None:
    assert encoded("A 1", page) == b"A 1"
