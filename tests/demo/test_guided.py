"""The guided sale, as somebody without a display would start it: in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from terminal import cli
from terminal.demo.screen import has_display

SCREENS = 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "size"), [("en", "1280x800"), ("pl", "1024x768")], ids=["en", "pl"]
)
def test_a_guided_sale_is_recorded_and_shown(tmp_path: Path, language: str, size: str) -> None:
    screens = tmp_path / "screens"
    command = [sys.executable, "-m", "terminal", "demo", "--offscreen", "--json"]
    command += ["--language", language, "--size", size, "--screens", str(screens)]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("QT_")}

    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**clean, "TENTH_HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "utf-8"},
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"]
    assert len(told["sale"]) == 32
    assert any(("31,97" if language == "pl" else "31.97") in line for line in told["slip"])
    assert len(told["pictures"]) >= SCREENS
    for name in told["pictures"]:
        with Image.open(screens / name) as picture:
            assert f"{picture.width}x{picture.height}" == size
            assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20
    assert not (tmp_path / "home").exists(), "a guided sale leaves the demo shop alone"


@pytest.mark.slow
def test_the_demo_shop_that_was_built_refolds_to_the_same_balances(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from terminal.demo.build import open_demo_shop

    monkeypatch.setenv("TENTH_HOME", str(tmp_path))
    open_demo_shop(tmp_path / "demo", "en")

    assert cli.main(["rebuild", "--check", "--shop", "demo", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    assert told["facts"] > 300


def test_offscreen_is_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")

    assert not has_display()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux may have no display")
def test_a_display_is_known_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not has_display()

    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert has_display()
