"""What people type as money and pieces."""

import pytest

from terminal.till.gui.amounts import read_amount, read_pieces


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("5", 500),
        ("4,99", 499),
        ("4.9", 490),
        ("4.", 400),
        (" 1 234,50 ", 123450),
        ("0,01", 1),
        ("", None),
        ("4,999", None),
        ("-5", None),
        ("4,9,9", None),
        ("abc", None),
        ("1e3", None),
        ("٣", None),
    ],
)
def test_amounts(typed: str, amount: int | None) -> None:
    assert read_amount(typed, "PLN") == amount


def test_a_currency_without_decimals() -> None:
    assert read_amount("500", "JPY") == 500
    assert read_amount("500.5", "JPY") is None


@pytest.mark.parametrize(
    ("typed", "pieces"), [("3", 3), ("3*", 3), ("0", None), ("-1", None), ("", None), ("x", None)]
)
def test_pieces(typed: str, pieces: int | None) -> None:
    assert read_pieces(typed) == pieces
