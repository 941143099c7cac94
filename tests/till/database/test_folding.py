"""Words are folded whatever somebody types, pastes or scans into a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.till.database.folding import alphabetic, folded_words, phone_digits, rank, spellings

NAMES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@given(NAMES)
def test_any_text_folds_and_finds_itself(name: str) -> None:
    words = folded_words(name)
    assert all(words)
    if words:
        place = rank(words, name)
        assert place is not None
        assert place[0] == 0


@given(NAMES)
def test_case_makes_no_difference(name: str) -> None:
    assert folded_words(name) == folded_words(name.casefold())


@given(st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъʼ'- ", max_size=30))
def test_cyrillic_becomes_plain_latin(name: str) -> None:
    assert all(one.isascii() for one in spellings(name))


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("3456", "3456"),
        ("+48 600-123-456", "48600123456"),
        ("0501234567", "501234567"),
        ("0456", "0456"),
        ("345", ""),
        ("3456a", ""),
        ("", ""),
        ("+-() ", ""),
    ],
)
def test_what_a_phone_is(typed: str, digits: str) -> None:
    assert phone_digits(typed) == digits


@pytest.mark.parametrize(
    "names",
    [
        # Ukrainian: ґ after г, є after е, і and ї after и, й after ї.
        [
            "Гнат",
            "Ґудзь",
            "Дарина",
            "Ева",
            "Євген",
            "Жанна",
            "Инна",
            "Ігор",
            "Їжак",
            "Йосип",
            "Яна",
        ],
        ["Елена", "Ёлкина", "Жанна", "Эмма", "Юлия", "Яна"],
        ["Adam", "Ądkowski", "Cezary", "Ćwik", "Lena", "Łucja", "Sara", "Śliwa", "Zofia", "Żaneta"],
        [
            "Anna",
            "Ārija",
            "Cilda",
            "Čakste",
            "Kaspars",
            "Ķēniņš",
            "Sandra",
            "Šmits",
            "Zane",
            "Žanis",
        ],
        ["Sanda", "Șerban", "Tudor", "Țepeș", "Vlad"],
        ["anna Kowal", "Anna Kowalska", "anna nowak"],
    ],
)
def test_names_stand_in_the_order_of_their_alphabet(names: list[str]) -> None:
    assert sorted(names, key=alphabetic) == names


@given(NAMES, NAMES)
def test_two_names_never_share_their_place(one: str, other: str) -> None:
    assert (alphabetic(one) == alphabetic(other)) == (one == other)
