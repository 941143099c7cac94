"""Slips as files: each is kept."""

from datetime import datetime
from pathlib import Path

import pytest

from terminal.till.devices.slip_file import SlipFolder
from terminal.till.trouble import Trouble, TroubleKind

AT = datetime(2026, 10, 25, 2, 30, 15)  # noqa: DTZ001 - local, and it comes twice that night


def test_slips_of_one_second_are_all_kept(tmp_path: Path) -> None:
    slips = SlipFolder(tmp_path / "slips")

    files = [slips.put([text], AT) for text in ("one", "zwei", "trzy łyki")]

    assert [one.name for one in files] == [
        "slip-20261025-023015.txt",
        "slip-20261025-023015-2.txt",
        "slip-20261025-023015-3.txt",
    ]
    assert [one.read_text(encoding="utf-8") for one in files] == ["one\n", "zwei\n", "trzy łyki\n"]


def test_a_folder_that_cannot_be_made_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "slips").touch()

    with pytest.raises(Trouble) as caught:
        SlipFolder(tmp_path / "slips").put(["one"], AT)

    assert caught.value.kind is TroubleKind.PRINTER_FAILED
