"""Two tills started on one folder: the second is refused, whatever became of the first."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from terminal.till.database.only_till import only_till
from terminal.till.opening import run
from terminal.till.settings import Settings, ShopTable, write_settings
from terminal.till.trouble import Trouble, TroubleKind


def test_a_second_till_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    with only_till(tmp_path):
        with pytest.raises(Trouble) as caught, only_till(tmp_path):
            pass
        assert caught.value.kind is TroubleKind.DATABASE_LOCKED
    with only_till(tmp_path):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write wherever a disk can be written")
def test_records_that_cannot_be_written_are_refused_before_they_are_opened(tmp_path: Path) -> None:
    records = tmp_path / "till.sqlite"
    records.touch()
    records.chmod(0o400)
    with pytest.raises(Trouble) as caught, only_till(tmp_path):
        pass
    assert caught.value.kind is TroubleKind.DATABASE_FAILED
    assert str(records) in caught.value.detail


def test_the_refusal_is_said_in_words_on_the_shell_and_in_a_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: QApplication
) -> None:
    settings = Settings(folder=tmp_path, shop=ShopTable(name="Shop"))
    write_settings(settings)
    seen: list[str] = []

    def read_and_close() -> None:
        for window in qapp.topLevelWidgets():
            if window.isVisible():
                seen.extend(label.text() for label in window.findChildren(QLabel))
                for button in window.findChildren(QPushButton):
                    button.click()

    reader = QTimer(qapp)
    reader.timeout.connect(read_and_close)
    reader.start(20)
    with only_till(tmp_path):
        assert run(settings, language="en") == 1
    reader.stop()

    why = "The shop's records are open in another window or program."
    assert why in capsys.readouterr().err
    assert seen[0] == "The till cannot open"
    assert seen[1].startswith(why)
    assert str(tmp_path) in seen
    assert "the till cannot start" in (tmp_path / "till.log").read_text(encoding="utf-8")
    assert not logging.getLogger("terminal").handlers


def test_a_till_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from terminal.till.database.only_till import only_till\n"
        f"with only_till(Path({str(tmp_path)!r})):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(Trouble), only_till(tmp_path):
            pass
        other.kill()
    with only_till(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Trouble), only_till(tmp_path / "file" / "shop"):
        pass
