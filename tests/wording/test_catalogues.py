"""No sentence is missing in a language that the program speaks, and each counts properly."""

import gettext
import os
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from terminal import resources
from terminal.loyalty.money import Currency
from terminal.loyalty.units import UnitKind
from terminal.wording import catalogue, languages
from terminal.wording.words import Words

TRANSLATED = [one for one in languages.complete() if one != "en"]
COUNTS = (0, 1, 2, 5, 11, 21, 22, 101, 112)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = resources.path("translations", "pl.po")
    (tmp_path / "pl.po").write_bytes(source.read_bytes())
    return tmp_path


def test_english_and_polish_are_spoken() -> None:
    assert set(languages.complete()) >= {"en", "pl"}
    assert set(languages.OWN_NAMES) == set(languages.LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_code_is_translated_with_the_same_places(language: str) -> None:
    assert catalogue.findings(language, resources.path("translations")) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_file_is_as_the_command_writes_it(language: str, folder: Path) -> None:
    written = resources.path("translations", f"{language}.po").read_bytes()
    (folder / f"{language}.po").write_bytes(written)
    assert catalogue.update(language, folder).read_bytes() == written


def test_a_missing_a_fuzzy_and_a_differing_sentence_are_found(folder: Path) -> None:
    file = folder / "pl.po"
    text = file.read_text("utf-8")
    text = text.replace('msgstr "Pomoc"', 'msgstr ""')
    text = text.replace('msgstr "warte {amount}"', 'msgstr "warte {kwota}"')
    text = text.replace("#: Label.KEYBOARD\nmsgid", "#: Label.KEYBOARD\n#, fuzzy\nmsgid")
    file.write_text(text, "utf-8")
    found = catalogue.findings("pl", folder)
    assert "pl: 'Help' is not translated" in found
    assert any("{kwota}" in one and "other places" in one for one in found)
    assert any("is fuzzy" in one for one in found)


def test_a_further_language_begins_with_its_own_plural_rule(folder: Path) -> None:
    text = catalogue.update("lv", folder).read_text("utf-8")
    assert "nplurals=3" in text
    assert 'msgid "Finish"' in text
    assert len(catalogue.findings("lv", folder)) > 100


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            UnitKind.STAMPS,
            (
                "0 pieczątek, 1 pieczątka, 2 pieczątki, 5 pieczątek, 11 pieczątek, "
                "21 pieczątek, 22 pieczątki, 101 pieczątek, 112 pieczątek"
            ),
        ),
        (UnitKind.POINTS, ", ".join(f"{n} pkt" for n in COUNTS)),
    ],
)
def test_polish_counts(kind: UnitKind, told: str) -> None:
    words = Words("pl", Currency("PLN"))
    assert (
        ", ".join(words.units(n, kind) for n in COUNTS).replace("\N{NO-BREAK SPACE}", " ") == told
    )


def test_english_counts() -> None:
    words = Words("en", Currency("EUR"))
    told = [words.units(n, UnitKind.STAMPS).replace("\N{NO-BREAK SPACE}", " ") for n in COUNTS]
    assert told[:3] == ["0 stamps", "1 stamp", "2 stamps"]
    assert all(one.endswith("stamps") for one in told[3:])


def test_a_language_without_a_file_speaks_english_with_its_own_figures() -> None:
    words = Words("ro", Currency("RON"))
    if "ro" not in languages.complete():
        assert words.units(2, UnitKind.STAMPS).endswith("stamps")
    assert words.money(123_456).replace("\N{NO-BREAK SPACE}", " ") == "1.234,56 lei"


def test_a_stranger_of_a_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        Words("xx", Currency("EUR"))


def compiled(folder: Path, finish: str) -> None:
    with (folder / "pl.po").open("rb") as file:
        known = read_po(file, locale="pl")
    message = known["Finish"]
    assert message is not None
    message.string = finish
    with (folder / "pl.mo").open("wb") as file:
        write_mo(file, known)


@pytest.mark.parametrize(("age", "finish"), [(10, "Z pliku"), (-10, "Zapłata")])
def test_a_compiled_file_is_used_unless_its_source_is_newer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, age: int, finish: str
) -> None:
    compiled(folder, "Z pliku")
    written = (folder / "pl.po").stat().st_mtime
    os.utime(folder / "pl.mo", (written + age, written + age))
    monkeypatch.setattr(resources, "path", lambda *parts: folder / parts[-1])
    spoken = languages.translations.__wrapped__("pl")
    assert isinstance(spoken, gettext.GNUTranslations)
    assert spoken.gettext("Finish") == finish


def test_the_command_says_what_is_missing_and_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(resources, "path", lambda *parts: folder)
    assert catalogue.main(["check"]) == 0
    assert catalogue.main(["update", "lv"]) == 0
    assert catalogue.main(["check", "lv"]) == 1
    assert "'Finish' is not translated" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        catalogue.main(["update", "en"])
