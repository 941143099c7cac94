"""A till that cannot open says why in a window: nobody reads a shell behind an icon."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from terminal.cli import main
from terminal.till.settings import Settings, ShopTable, write_settings


@pytest.fixture
def seen(qapp: QApplication) -> Iterator[list[str]]:
    """What stood in windows; each is closed by its button."""
    texts: list[str] = []

    def read_and_close() -> None:
        for window in qapp.topLevelWidgets():
            if window.isVisible():
                texts.extend(label.text() for label in window.findChildren(QLabel))
                for button in window.findChildren(QPushButton):
                    button.click()

    reader = QTimer(qapp)
    reader.timeout.connect(read_and_close)
    reader.start(20)
    yield texts
    reader.stop()


def test_settings_that_cannot_be_read_are_told_with_their_file(
    tmp_path: Path, seen: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_settings(Settings(folder=tmp_path, shop=ShopTable(name="Shop")))
    file.write_text('[shop]\nname = "torn', encoding="utf-8")
    assert main(["till", "--folder", str(tmp_path), "--language", "en"]) == 1
    heading, sentence, why = seen
    assert heading == "The till cannot open"
    assert "Mend the file, then start again." in sentence
    assert why.startswith(f"{file} is not TOML")
    assert why in capsys.readouterr().err


def test_damaged_records_are_told_with_their_folder(tmp_path: Path, seen: list[str]) -> None:
    write_settings(Settings(folder=tmp_path, shop=ShopTable(name="Shop")))
    (tmp_path / "till.sqlite").write_bytes(
        b"no records of a till at all, but some other text\n" * 9
    )
    assert main(["till", "--folder", str(tmp_path), "--language", "en", "--no-server"]) == 1
    assert seen[0] == "The till cannot open"
    assert "Delete nothing" in seen[1]
    assert str(tmp_path) in seen


def test_a_home_of_nobody_is_told(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> None:
    monkeypatch.setenv("TENTH_HOME", "~nobody-of-this-name/shop")
    assert main(["till", "--language", "en"]) == 1
    assert seen[0] == "The till cannot open"
    assert "TENTH_HOME is ~nobody-of-this-name/shop" in seen[-1]


def test_without_a_display_the_shell_is_told_and_nothing_breaks(tmp_path: Path) -> None:
    file = write_settings(Settings(folder=tmp_path, shop=ShopTable(name="Shop")))
    file.write_text('[shop]\nname = "torn', encoding="utf-8")
    bare = {
        name: worth
        for name, worth in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    command = [sys.executable, "-m", "terminal", "till", "--folder", str(tmp_path)]
    ended = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f"{file} is not TOML" in ended.stderr
