"""The guided sale, as somebody without a display would start it: in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from terminal import cli
from terminal.barcodes.voucher_code import LENGTH as CODE_LENGTH
from terminal.barcodes.voucher_code import wallet_of
from terminal.demo import run
from terminal.till.database.only_till import only_till
from terminal.till.gui.displays import has_display
from terminal.till.settings import DEMO_SHOP, shop_folder
from terminal.till.trouble import Trouble

SCREENS = 26


def play(tmp_path: Path, *options: str) -> dict[str, Any]:
    return play_demo(tmp_path, "--offscreen", "--small", *options)


def play_demo(tmp_path: Path, *options: str) -> dict[str, Any]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("QT_")}
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "demo", "--json", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**clean, "TENTH_HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "size"), [("en", "1280x800"), ("pl", "1024x768")], ids=["en", "pl"]
)
def test_a_guided_sale_is_recorded_and_shown(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    size: str,
) -> None:
    screens = tmp_path / "screens"

    told = play(tmp_path, "--language", language, "--size", size, "--screens", str(screens))

    assert told["ok"]
    assert len(told["sale"]) == 32
    assert any(("31,97" if language == "pl" else "31.97") in line for line in told["slip"])
    # The gift card's slip has its code as digits, for whoever cannot scan it.
    digits = "".join(filter(str.isdigit, "".join(told["gift_card"][-4:])))
    assert any(
        line.endswith("50,00" if language == "pl" else "50.00") for line in told["gift_card"]
    )
    assert wallet_of(digits[-CODE_LENGTH:])
    assert len(told["pictures"]) >= SCREENS
    # The server that was started beside it has everything, the past included.
    assert told["sent"] > 300
    assert told["waiting"] == 0
    for name in told["pictures"]:
        with Image.open(screens / name) as picture:
            assert f"{picture.width}x{picture.height}" == size
            assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20
    # The shop is kept, and its journal says the same as its tables.
    monkeypatch.setenv("TENTH_HOME", str(tmp_path / "home"))
    assert cli.main(["rebuild", "--check", "--shop", "demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["facts"] > 300


def test_a_guided_sale_leaves_a_demo_shop_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENTH_HOME", str(tmp_path / "home"))
    for folder, name in ((tmp_path / "home" / "demo", "mine"), (tmp_path / "built", "new")):
        folder.mkdir(parents=True)
        (folder / name).touch()

    run._keep(tmp_path / "built", print)

    assert [entry.name for entry in (tmp_path / "home" / "demo").iterdir()] == ["mine"]


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


def test_a_shop_that_is_open_is_not_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENTH_HOME", str(tmp_path))
    folder = shop_folder(DEMO_SHOP)
    folder.mkdir(parents=True)

    with only_till(folder), pytest.raises(Trouble):
        run.demo(run.Wishes(display=True, fresh=True))
