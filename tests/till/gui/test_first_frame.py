"""The window stands before the till does, and nothing that is scanned meanwhile is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from terminal.till.database.till_database import open_database
from terminal.till.gui import garbage
from terminal.till.gui.first_frame import FirstFrame, first_colours, first_frame
from terminal.till.gui.palette import CONTRAST, DARK, LIGHT
from terminal.till.settings import Settings, ShopTable, write_settings
from tests.fakes import FakeClock, FakeIds

pytestmark = pytest.mark.usefixtures("qapp")


def strike(goal: QWidget, text: str) -> None:
    for sign in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = Qt.Key.Key_Return if sign == "\r" else Qt.Key(ord(sign.upper()))
            stroke = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, sign)
            QApplication.sendEvent(goal, stroke)


class Counter(QWidget):
    """A window with a field, as the till has one."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Counter")
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)
        self.closed = False

    def closeEvent(self, event: Any) -> None:
        self.closed = True
        super().closeEvent(event)


def test_the_frame_is_painted_in_the_colours_of_the_settings(qtbot: Any) -> None:
    for theme, palette in (("dark", DARK), ("contrast", CONTRAST)):
        frame = first_frame(theme, size=(640, 480))
        qtbot.addWidget(frame)
        picture = frame.grab().toImage()
        assert picture.pixelColor(2, 2) == QColor(palette.page)


def test_keys_of_before_reach_the_field_in_their_order(qtbot: Any) -> None:
    frame = first_frame("light", size=(640, 480))
    qtbot.addWidget(frame)
    strike(frame, "5901")
    counter = Counter()
    entered: list[str] = []
    counter.field.returnPressed.connect(lambda: entered.append(counter.field.text()))
    strike(frame, "234\r")
    frame.hold(counter, counter.field)
    assert entered == ["5901234"]
    assert counter.isVisible()
    assert frame.windowTitle() == "Counter"
    counter.setWindowTitle("Каса")
    assert frame.windowTitle() == "Каса"


def test_what_the_frame_holds_is_closed_with_it(qtbot: Any) -> None:
    frame = FirstFrame(DARK)
    qtbot.addWidget(frame)
    frame.appear(size=(640, 480))
    counter = Counter()
    frame.hold(counter, counter.field)
    frame.close()
    assert counter.closed


def test_nothing_slow_is_imported_before_the_first_frame() -> None:
    """What takes long to read is read behind the frame; see ``till/opening.py``."""
    program = """
import sys, terminal.cli
terminal.cli._parser(asked="till")
import terminal.till.opening, terminal.till.gui.first_frame
print(*sys.modules)"""
    seen = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    slow = {"sqlalchemy", "pydantic", "babel", "asyncio", "sqlite3", "PIL", "email", "http"}
    assert not slow & set(seen)
    ours = {one for one in seen if one.startswith("terminal.")}
    assert not {one for one in ours if one.startswith(("terminal.loyalty", "terminal.wording"))}
    assert "terminal.till.app" not in ours


LATER = {
    "sqlalchemy",
    "alembic",
    "pydantic",
    "babel",
    "asyncio",
    "PIL",
    "email",
    "http",
    "multiprocessing",
    "terminal.till.database.rebuild",
    "terminal.till.database.schema",
    "terminal.till.database.settling",
    "terminal.till.database.sync_store",
    "terminal.till.gui.settings_panel",
    "terminal.till.sync.courier",
    "terminal.wire.programme_json",
}
"""What no first scan needs. SQLAlchemy alone was a third of the time until then."""


def test_nothing_slow_comes_before_the_first_scan(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, shop=ShopTable(name="Shop"), card_key=bytes(32))
    write_settings(settings)
    # A new file is brought up to date, which needs more.
    open_database(settings.database, clock=FakeClock(), ids=FakeIds()).close()
    program = f"""
import gc, sys
sys.argv[1:] = [{str(tmp_path)!r}, "5901234123457"]
from terminal.bench import start_probe
code = start_probe.main()
print(*sys.modules)
print(gc.get_threshold()[0])
sys.exit(code)"""
    seen = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    ).stdout.splitlines()
    assert "scan" in json.loads(seen[0])
    assert int(seen[2]) == garbage.MOST, "garbage is looked for between scans"
    loaded = set(seen[1].split())
    assert "terminal.till.gui.sale_window" in loaded
    assert not LATER & loaded


def test_what_is_loaded_later_is_there() -> None:
    assert not [one for one in LATER if find_spec(one) is None]


def test_the_first_frame_needs_no_name_out_of_qt() -> None:
    """All of that namespace is loaded with the first of them, a tenth of the time until then."""
    program = """
from PySide6 import QtCore
from terminal.till.gui.first_frame import first_frame
frame = first_frame("system")
print("Qt" in vars(QtCore))"""
    seen = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert seen.stdout.split() == ["False"]


def test_a_dark_system_has_a_dark_frame(qapp: QApplication) -> None:
    usual = qapp.palette()
    try:
        for ground, palette in (("#202020", DARK), ("#efefef", LIGHT)):
            qapp.setPalette(QPalette(QColor(ground), QColor(ground)))
            assert first_colours("system") == palette
    finally:
        qapp.setPalette(usual)
