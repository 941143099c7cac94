"""Texts on paper: nobody's name runs over the edge, and no letter is a box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.paper.lettering import ELLIPSIS, Face, fitted, font

ALPHABETS = (
    "ĄĆĘŁŃÓŚŹŻąćęłńóśźż"
    "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
    "ЁЪЫЭёъыэ"
    "ĂÂÎȘȚăâîșț"
    "ĀČĒĢĪĶĻŅŠŪŽāčēģīķļņšūž"
    "€₴₽№«»„”–—×✓"
)


@pytest.mark.parametrize("face", list(Face))
def test_every_face_has_every_letter_of_the_six_languages(face: Face) -> None:
    letters = font(face, 40)
    missing = bytes(letters.getmask("\uffff"))
    assert [sign for sign in ALPHABETS if bytes(letters.getmask(sign)) == missing] == []


def test_a_text_that_fits_is_left_alone() -> None:
    assert fitted("Anna Kowalska", font(Face.PLAIN, 30), 400) == "Anna Kowalska"


def test_a_long_text_ends_in_an_ellipsis() -> None:
    letters = font(Face.PLAIN, 30)
    line = fitted("Картка постійної клієнтки крамниці", letters, 300)
    assert line.startswith("Картка")
    assert line.endswith(ELLIPSIS)
    assert letters.getlength(line) <= 300


def test_accents_are_composed_and_line_ends_are_blanks() -> None:
    assert fitted("Zo\u0065\u0308\nAnna", font(Face.PLAIN, 30), 900) == "Zoë Anna"


@given(st.text(max_size=200), st.integers(60, 600))
def test_no_text_is_wider_than_its_place(text: str, width: int) -> None:
    letters = font(Face.BOLD, 30)
    assert letters.getlength(fitted(text, letters, width)) <= width
