"""The files that ship with the program are found wherever the program stands."""

import sys
from pathlib import Path

import pytest

from terminal import resources


def test_a_checkout_finds_the_fonts_and_their_licence() -> None:
    assert resources.path("fonts", "DejaVuSans.ttf").is_file()
    assert "Bitstream" in resources.path("fonts", "LICENCE-DejaVu.txt").read_text("utf-8")
    assert resources.path().name in {"resources", "_resources"}


def test_a_frozen_program_looks_beside_its_unpacked_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    font = tmp_path / "resources" / "fonts" / "Shop.ttf"
    font.parent.mkdir(parents=True)
    font.touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources.path("fonts", "Shop.ttf") == font


def test_an_installed_wheel_looks_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "terminal" / "_resources" / "sounds").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "terminal" / "resources.py"))
    assert resources.path("sounds") == tmp_path / "terminal" / "_resources" / "sounds"


def test_a_missing_file_is_named_in_words() -> None:
    with pytest.raises(
        resources.MissingResource, match=r"resources/sounds/trumpet\.wav is missing"
    ):
        resources.path("sounds", "trumpet.wav")


def test_a_missing_folder_is_named_with_the_places_looked_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "terminal" / "resources.py"))
    with pytest.raises(resources.MissingResource, match="_resources"):
        resources.path("fonts")


@pytest.mark.parametrize("part", ["..", "/etc", "fonts/../../secret"])
def test_no_part_leads_out_of_the_folder(part: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        resources.path(part)
