"""`tenth pin`: the shop's PIN is set from the shell, and nobody reads it in the settings."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from terminal import cli
from terminal.till.settings import Settings, ShopTable, read_settings, shop_folder, write_settings
from terminal.till.settings.pin import is_hashed, matches

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENTH_HOME", str(tmp_path / "home"))
    write_settings(Settings(folder=shop_folder(), shop=ShopTable(name="U Ani")))
    return shop_folder()


def types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_pin_is_set_and_taken_away(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    types(monkeypatch, "2468\n")
    assert cli.main(["pin"]) == 0
    kept = read_settings(folder).refunds.pin
    assert is_hashed(kept)
    assert matches(kept, "2468")
    assert "by this PIN" in capsys.readouterr().out
    assert cli.main(["pin", "--none", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"pin": False}
    assert read_settings(folder).refunds.pin == ""


def test_what_is_no_pin_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    types(monkeypatch, "12\n")
    assert cli.main(["pin"]) != 0
    assert "4 to 12 digits" in capsys.readouterr().err
    assert read_settings(folder).refunds.pin == ""
