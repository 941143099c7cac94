"""The name where strangers may read it: the first, and one letter of the last."""

import unicodedata

import pytest

from terminal.till.ports import Member


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Anna Kowalska", "Anna K."),
        ("Олена Коваль", "Олена К."),
        ("Олена Петрівна Їжак", "Олена Ї."),
        ("олена шевченко", "олена Ш."),
        ("Марія-Софія Ґудзь", "Марія-Софія Ґ."),
        ("Наталья О’Коннор", "Наталья О."),
        ("Анна (Соловьёва)", "Анна С."),
        ("Jānis Šmits", "Jānis Š."),
        ("Ștefan Țepeș", "Ștefan Ț."),
        ("Олена", "Олена"),
        ("Олена –", "Олена"),
        ("", ""),
    ],
)
def test_a_short_name_shows_one_letter_of_the_surname(name: str, short: str) -> None:
    assert Member(id="m", name=name).short_name == short
    decomposed = unicodedata.normalize("NFD", name)
    shown = Member(id="m", name=decomposed).short_name
    assert unicodedata.normalize("NFC", shown) == short
