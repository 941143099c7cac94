"""GS1's richer codes: what a fresh-food label and a phone's web code tell about the goods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.barcodes.gs1 import read_digital_link, read_elements
from terminal.barcodes.reading import Gtin

CHEESE = "09506000134352"


def test_fields_may_stand_before_the_goods_number() -> None:
    text = "10LOT5\x1d17280229" + "01" + CHEESE
    assert read_elements(text, sure=True) == Gtin(CHEESE, batch="LOT5", expires="280229")
    assert read_elements(text, sure=False) is None


@pytest.mark.parametrize("sent", ["<GS>", "{GS}", "|", "~"])
def test_a_substituted_separator_is_understood(sent: str) -> None:
    text = f"01{CHEESE}10LOT5{sent}21S9"
    assert read_elements(text, sure=False, separators=(sent,)) == Gtin(
        CHEESE, batch="LOT5", serial="S9"
    )


def test_a_lost_separator_never_loses_the_goods() -> None:
    reading = read_elements(f"01{CHEESE}10LOT521S9", sure=False)
    assert reading == Gtin(CHEESE, batch="LOT521S9")


def test_unknown_fields_are_stepped_over() -> None:
    text = f"01{CHEESE}3922599\x1d4101234567890128" + "37" + "5\x1d10B1"
    assert read_elements(text, sure=False) == Gtin(CHEESE, batch="B1")


@pytest.mark.parametrize(
    ("field", "milligrams"),
    [
        ("3100000002", 2_000_000),
        ("3103001245", 1_245_000),
        ("3105000001", 10),
        ("3106000001", None),
    ],
)
def test_the_net_weight_has_its_decimals_in_the_identifier(
    field: str, milligrams: int | None
) -> None:
    reading = read_elements(f"01{CHEESE}{field}", sure=False)
    assert reading is not None
    assert reading.net_weight_mg == milligrams


def test_the_spelling_for_people_is_understood() -> None:
    assert read_elements(f"(01){CHEESE}(17)271130(10)A(21)7", sure=False) == Gtin(
        CHEESE, batch="A", expires="271130", serial="7"
    )


def test_a_digital_link_tells_the_same() -> None:
    link = f"https://id.gs1.org/01/{CHEESE}/10/A%2F1/21/7?17=271130&3103=001250&linkType=x#y"
    assert read_digital_link(link) == Gtin(
        CHEESE, batch="A/1", serial="7", expires="271130", net_weight_mg=1_250_000
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://",
        "https://shop.example/01",
        "https://shop.example/01/123",
        f"https://shop.example/?01={CHEESE}",
        f"ftp://shop.example/01/{CHEESE}",
        "https://shop.example/%ff%00/01/%",
    ],
)
def test_other_addresses_name_no_goods(address: str) -> None:
    assert read_digital_link(address) is None


@given(st.text(alphabet="0123456789\x1d()AZ", max_size=80), st.booleans())
def test_no_element_string_makes_trouble(text: str, sure: bool) -> None:
    read_elements(text, sure=sure)


@given(st.text(alphabet="0123456789/?&=%#;aF", max_size=80))
def test_no_address_makes_trouble(rest: str) -> None:
    read_digital_link("https://" + rest)
