"""Phones are typed as people say them at home, and kept as the world writes them."""

from __future__ import annotations

import pytest

from terminal.till.membership.phones import whole_numbers


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("600 123 456", "PL", "+48600123456"),
        ("48600123456", "PL", "+48600123456"),
        ("+44 7700 900123", "PL", "+447700900123"),
        ("0048 600 123 456", "PL", "+48600123456"),
        ("0671234567", "PL", "+380671234567"),
        ("050 123 45 67", "UA", "+380501234567"),
        ("501234567", "UA", "+380501234567"),
        ("380501234567", "UA", "+380501234567"),
        ("0722 123 456", "RO", "+40722123456"),
        ("722123456", "RO", "+40722123456"),
        ("2612 3456", "LV", "+37126123456"),
        ("8 (916) 123-45-67", "LV", "+79161234567"),
        ("89161234567", "UA", "+79161234567"),
        ("8 612 34567", "LT", "+37061234567"),
        ("5123 4567", "EE", "+37251234567"),
        ("600123456", "CZ", "+420600123456"),
    ],
)
def test_a_whole_number_is_known_by_the_habit_of_the_country(
    typed: str, country: str, kept: str
) -> None:
    assert whole_numbers(typed, country)[0] == kept


@pytest.mark.parametrize("typed", ["", "123456", "3456", "call me", "1" * 16, "12x", "0000000"])
def test_an_ending_or_no_number_is_no_whole_one(typed: str) -> None:
    assert whole_numbers(typed, "PL") == ()
