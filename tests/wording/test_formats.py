"""Figures as each country writes them."""

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_decimal, get_currency_symbol

from terminal.loyalty.money import Currency
from terminal.loyalty.units import UnitKind
from terminal.wording.formats import MARKS, MINUS, SYMBOLS
from terminal.wording.languages import LANGUAGES
from terminal.wording.words import Words


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "currency", "written"),
    [
        ("pl", Currency("PLN"), "1 234,56 zł"),
        ("en", Currency("EUR"), "€1,234.56"),
        ("en", Currency("PLN"), "PLN 1,234.56"),
        ("uk", Currency("UAH"), "1 234,56 грн"),
        ("ro", Currency("RON"), "1.234,56 lei"),
        ("lv", Currency("EUR"), "1 234,56 €"),
        ("ru", Currency("EUR"), "1 234,56 €"),
        ("ro", Currency("EUR"), "1.234,56 EUR"),
        ("pl", Currency("EUR"), "1 234,56 €"),
        ("uk", Currency("EUR"), "1 234,56 €"),
        ("ru", Currency("UAH"), "1 234,56 грн"),
        ("en", Currency("UAH"), "UAH 1,234.56"),
        ("en", Currency("RON"), "RON 1,234.56"),
        ("uk", Currency("PLN"), "1 234,56 zł"),
        ("ru", Currency("PLN"), "1 234,56 zł"),
        ("ro", Currency("PLN"), "1.234,56 zł"),
        ("lv", Currency("PLN"), "1 234,56 zł"),
        ("en", Currency("JPY", 0), "JP¥123,456"),
    ],
)
def test_money(language: str, currency: Currency, written: str) -> None:
    assert plain(Words(language, currency).money(123_456)) == written


@pytest.mark.parametrize(
    ("language", "minor", "written"),
    [
        ("pl", -120, "−1,20 zł"),
        ("pl", 120, "+1,20 zł"),
        ("en", -120, "−PLN 1.20"),
        ("pl", 0, "0,00 zł"),
    ],
)
def test_a_gain_and_a_loss_have_their_sign(language: str, minor: int, written: str) -> None:
    assert plain(Words(language, Currency("PLN")).money(minor, sign=True)) == written


def test_columns_leave_the_currency_out() -> None:
    words = Words("pl", Currency("PLN"))
    assert words.amount(799) == "7,99"
    assert words.money(799, symbol=False) == "7,99"


def test_a_rule_leaves_out_empty_decimals() -> None:
    words = Words("pl", Currency("PLN"))
    assert plain(words.short_money(500)) == "5 zł"
    assert plain(words.short_money(450)) == "4,50 zł"


@pytest.mark.parametrize(
    ("minor", "written"),
    [(100, "1 leu"), (-100, "−1 leu"), (0, "0 lei"), (200, "2 lei"), (150, "1,50 lei")],
)
def test_one_leu_is_none_of_many_lei(minor: int, written: str) -> None:
    assert plain(Words("ro", Currency("RON")).short_money(minor)) == written


@pytest.mark.parametrize(
    ("language", "currency", "written"),
    [
        ("ro", Currency("RON"), "1,00 lei"),  # with its decimals it is a price, and those are lei
        ("ro", Currency("PLN"), "1,00 zł"),
        ("en", Currency("RON"), "RON 1.00"),
    ],
)
def test_a_price_of_one_is_written_as_all_prices(
    language: str, currency: Currency, written: str
) -> None:
    assert plain(Words(language, currency).money(100)) == written


def test_quantities() -> None:
    words = Words("pl", Currency("PLN"))
    assert plain(words.quantity(3, None, 240)) == "3 × 2,40"
    assert plain(words.quantity(1, 1245, 450)) == "1,245 kg × 4,50"


def test_gift_card_money_is_money() -> None:
    assert plain(Words("pl", Currency("PLN")).units(1250, UnitKind.MONEY)) == "12,50 zł"


def test_days_and_hours() -> None:
    at = datetime(2026, 3, 4, 9, 5)  # noqa: DTZ001
    assert Words("pl", Currency("PLN")).date(at.date()) == "04.03.2026"
    assert Words("en", Currency("PLN")).date(date(2026, 3, 4)) == "4 Mar 2026"
    assert Words("en", Currency("PLN")).time(at) == "09:05"


def test_the_largest_amounts_keep_every_grosz() -> None:
    written = Words("pl", Currency("PLN")).amount(10**20 + 1)
    assert "".join(filter(str.isdigit, written)) == str(10**20 + 1)


def test_names_fall_back_to_english_and_then_to_any() -> None:
    words = Words("pl", Currency("PLN"))
    assert words.name({"en": "Points", "pl": "Punkty"}) == "Punkty"
    assert words.name({"en": "Points", "lv": "Punkti"}) == "Points"
    assert words.name({"lv": "Punkti"}) == "Punkti"
    assert words.name({}) == ""


FIGURES = {
    "pl": ("12 345", "−1 234,50", "4,50 €", "5 €", "12,5%", "1,5", "12,345 kg × 4,50"),
    "uk": ("12 345", "−1 234,50", "4,50 €", "5 €", "12,5%", "1,5", "12,345 кг × 4,50"),
    "ro": ("12.345", "−1.234,50", "4,50 EUR", "5 EUR", "12,5 %", "1,5", "12,345 kg × 4,50"),
    "lv": ("12 345", "−1 234,50", "4,50 €", "5 €", "12,5%", "1,5", "12,345 kg × 4,50"),
    "ru": ("12 345", "−1 234,50", "4,50 €", "5 €", "12,5 %", "1,5", "12,345 кг × 4,50"),
    "en": ("12,345", "−1,234.50", "€4.50", "€5", "12.5%", "1.5", "12.345 kg × 4.50"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_of_each_language(language: str) -> None:
    words = Words(language, Currency("EUR"))
    written = (
        words.number(12_345),
        words.amount(-123_450),
        words.short_money(450),
        words.short_money(500),
        words.percent(1250),
        words.factor(150),
        words.quantity(1, 12_345, 450),
    )
    assert tuple(map(plain, written)) == FIGURES[language]


@pytest.mark.parametrize(
    ("language", "day"),
    [(one, "4 Mar 2026" if one == "en" else "04.03.2026") for one in LANGUAGES],
)
def test_days_begin_with_the_day_and_hours_count_to_24(language: str, day: str) -> None:
    words = Words(language, Currency("EUR"))
    at = datetime(2026, 3, 4, 17, 5)  # noqa: DTZ001
    assert words.date(at.date()) == day
    assert words.time(at) == "17:05"


def locale_of(language: str) -> Locale:
    return Locale.parse({"en": "en_GB"}.get(language, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("digits", [0, 2, 3])
def test_figures_are_written_as_in_babels_tables(language: str, digits: int) -> None:
    words = Words(language, Currency("EUR", digits))
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    for minor in (0, 1, -1, 9, 10, 99, 100, 101, 999, 1_000, 12_345, -999_999, 1_000_000_007):
        major = Decimal(minor).scaleb(-digits)
        expected = format_decimal(major, pattern, locale=locale_of(language))
        assert words.amount(minor) == expected.replace("-", MINUS)
        percent = format_decimal(Decimal(minor).scaleb(-2), "#,##0.##", locale=locale_of(language))
        assert words.factor(minor) == percent.replace("-", MINUS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_are_those_of_babels_tables(language: str) -> None:
    locale = locale_of(language)

    assert locale.percent_formats[None].pattern.rpartition("0")[2] == MARKS[language].percent
    standard = locale.currency_formats["standard"].pattern
    assert standard.startswith("¤") is MARKS[language].symbol_first


@pytest.mark.parametrize(("language", "currency"), SYMBOLS)
def test_symbols_are_those_of_babels_tables(language: str, currency: str) -> None:
    assert SYMBOLS[language, currency] == get_currency_symbol(currency, locale_of(language))


@pytest.mark.parametrize(
    ("language", "currency"),
    [("pl", "PLN"), ("uk", "UAH"), ("ro", "RON"), ("lv", "EUR"), ("ru", "EUR"), ("en", "EUR")],
)
def test_a_till_writes_its_prices_without_reading_babels_tables(
    language: str, currency: str
) -> None:
    program = f"""
import sys
from terminal.loyalty.money import Currency
from terminal.wording.formats import formats
figures = formats({language!r}, Currency({currency!r}))
figures.money(123_456), figures.short_money(500), figures.percent(1250), figures.number(1)
print("babel" in sys.modules)"""
    seen = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert seen.stdout.split() == ["False"]
