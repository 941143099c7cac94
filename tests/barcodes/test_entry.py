"""The one entry field: what a cashier types, and what the till may take it for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.barcodes.card_number import card_number
from terminal.barcodes.entry import (
    Entry,
    Name,
    Phone,
    Quantity,
    name_of,
    phone_of,
    read_entry,
)
from terminal.barcodes.reading import CardNumber, Gtin, ShortCode, Sku, Unreadable, Why
from terminal.barcodes.rules import CodeRules

KEY = bytes(range(32))
SHOP = CodeRules("25", KEY)
CARD = card_number(7, key=KEY, prefix="25")
PEN = Gtin("04006381333931")


def first(typed: str) -> Entry:
    return read_entry(typed, SHOP)[0]


def is_whole_phone(typed: str) -> bool:
    phone = phone_of(typed)
    return phone is not None and not phone.is_ending


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("600700800", Phone("600700800")),
        ("600 700 800", Phone("600700800")),
        ("600-700-800", Phone("600700800")),
        ("(22) 123-45-67", Phone("221234567")),
        ("+48 600 700 800", Phone("48600700800", international=True)),
        ("0048 600 700 800", Phone("48600700800", international=True)),
        ("8 (916) 123-45-67", Phone("89161234567")),
        ("+380 67 123 45 67", Phone("380671234567", international=True)),
    ],
)
def test_phones_are_typed_in_many_ways(typed: str, phone: Phone) -> None:
    assert phone in read_entry(typed, SHOP)
    assert is_whole_phone(typed)


def test_the_last_digits_of_a_phone_are_enough_and_may_be_a_short_code_as_well() -> None:
    assert read_entry("4812", SHOP) == (ShortCode("4812"), Phone("4812"))
    assert Phone("4812").is_ending
    assert not is_whole_phone("4812")


def test_three_digits_are_no_phone() -> None:
    assert read_entry("481", SHOP) == (ShortCode("481"),)


@pytest.mark.parametrize("typed", ["+48", "1" * 16, "6007008oo", "", "++48600700800", "1" * 500])
def test_what_is_no_phone(typed: str) -> None:
    assert phone_of(typed) is None
    assert not is_whole_phone(typed)


@pytest.mark.parametrize("name", ["Anna", "Łucja Żółć", "О'Коннор", "Ştefan-Ion", "Анна К.", "Ļ"])
def test_names_are_names_in_every_script(name: str) -> None:
    assert read_entry(name, SHOP) == (Name(name),)


def test_a_name_is_tidied() -> None:
    assert first("  Anna   Maria ") == Name("Anna Maria")
    assert first("Zo\u0065\u0308") == Name("Zoë")
    assert name_of("x" * 81) is None
    assert name_of("https://example.org") is None


def test_a_card_may_be_typed_in_the_groups_that_are_printed_on_it() -> None:
    grouped = f"{CARD[0]} {CARD[1:7]} {CARD[7:]}"
    assert first(grouped) == CardNumber(CARD, 7)
    assert first(CARD) == CardNumber(CARD, 7)


def test_goods_are_typed_by_number_or_article_code() -> None:
    assert first("4006381333931") == PEN
    assert read_entry("AB-12", SHOP) == (Sku("AB-12"), Name("AB-12"))


@pytest.mark.parametrize("typed", ["3*", "3 *", "3×", " 3* "])
def test_three_of_the_next_scan(typed: str) -> None:
    assert read_entry(typed, SHOP) == (Quantity(3),)


def test_three_of_this_code() -> None:
    assert read_entry("3*4006381333931", SHOP) == (Quantity(3, (PEN,)),)
    assert read_entry("12 * 4011", SHOP) == (Quantity(12, (ShortCode("4011"),)),)


@pytest.mark.parametrize(
    ("typed", "why"),
    [("0*", Why.NOT_A_CODE), ("10000*", Why.TOO_LONG), ("99999*4011", Why.TOO_LONG)],
)
def test_no_pieces_and_too_many_pieces_are_refused(typed: str, why: Why) -> None:
    assert read_entry(typed, SHOP) == (Unreadable(typed, why),)


def test_a_mistyped_code_is_refused_in_the_end_if_no_phone_is_found() -> None:
    assert read_entry("4006381333932", SHOP) == (
        Phone("4006381333932"),
        Unreadable("4006381333932", Why.WRONG_CHECK_DIGIT),
    )
    (quantity,) = read_entry("3*4006381333932", SHOP)
    assert quantity == Quantity(3, (Unreadable("4006381333932", Why.WRONG_CHECK_DIGIT),))


def test_a_number_with_a_sign_in_front_is_no_code() -> None:
    assert read_entry("-5", SHOP) == (Unreadable("-5", Why.NOT_A_CODE),)


def test_nothing_typed_is_nothing() -> None:
    assert read_entry("", SHOP) == read_entry("  \t ", SHOP) == ()


@given(st.text(max_size=60) | st.text("0123456789 +-*×()./", max_size=40))
def test_no_typed_text_makes_trouble(typed: str) -> None:
    found = read_entry(typed, SHOP)
    assert bool(found) == bool(typed.split())
    for reading in found:
        if isinstance(reading, Phone):
            assert reading.digits.isascii()
            assert reading.digits.isdigit()


@pytest.mark.parametrize(
    "typed", ["9" * 10_000, "a" * 10_000, "+" * 10_000, "3*" * 5_000, "\ud800"]
)
def test_a_burst_of_keys_makes_no_trouble(typed: str) -> None:
    assert read_entry(typed, SHOP)
