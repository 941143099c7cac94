"""The same scans as key events at the real window, whatever is open on it.

The whole count is ``pytest tests/till/hostile --window-scans 2000``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from terminal.till.checkout.view import CheckoutView, Stage
from tests.till.checkout.counter import Counter, real_counter
from tests.till.gui.conftest import Hand, make_window
from tests.till.gui.trigger import Trigger, strokes
from tests.till.hostile.memory import resident_kib
from tests.till.hostile.scans import Burst, Ending, bursts

UNSURE_MS = 35
"""After a pause this long the next key may be a person's."""
WORDS_MOST = 400
"""Characters of one label: a panel that tells a story has some hundred."""
LINES_MOST = 25
STEPS = (
    "help", "goods", "member", "park", "recall", "reward", "part", "finish", "slip", "why",
    "movements", "consents", "line", "touch", "settings", "undo", "redo", "escape", "escape",
    "escape", "enter", "void", "remove", "exact", "card", "new_member",
)  # fmt: skip
"""Everything that may be open when somebody scans. Steps that a till without them has not are
passed over."""


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = real_counter(tmp_path / "shop")
    yield made
    assert made.till is not None
    made.till.close()


@pytest.fixture
def hand(qtbot: QtBot, counter: Counter) -> Iterator[Hand]:
    window = make_window(counter.checkout, "pl")
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    yield Hand(window, counter.till)
    window.tap.disarm()


def pull(hand: Hand, trigger: Trigger, burst: Burst, chance: random.Random) -> None:
    end = {Ending.ENTER: "\r", Ending.TAB: "\t", Ending.NOTHING: ""}[burst.ending]
    # Parts that were a pause apart are two bursts, or a burst and something typed.
    hand.at += 500
    keys = strokes(burst.text + end, function_keys=chance.random() < 0.3)
    trigger.press(keys, burst.gaps)
    trigger.silence()


def acts_alone(burst: Burst) -> bool:
    """Whether a control character comes first, when nobody can know yet that a scanner sent it.

    It may be Del or Ctrl+Z, as a person presses them, and is undone as theirs is.
    """
    ends, run = "\r\n\t", 0
    for at, sign in enumerate(burst.text):
        run = 0 if at and burst.gap(at) > UNSURE_MS else run
        if (run == 0 and ord(sign) < 0x20 and sign not in ends) or (run == 0 and sign == "\x7f"):
            return True
        run = 0 if sign in ends else run + 1
    return False


def pieces(hand: Hand) -> dict[int, int]:
    return {line.key: line.pieces for line in hand.window.view.lines}


def check(hand: Hand, burst: Burst, before: dict[int, int], view: CheckoutView) -> None:
    window = hand.window
    assert QApplication.activeModalWidget() is None
    assert QApplication.activePopupWidget() is None
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [window]
    assert any(label.text().strip() for label in window.counter.notice.findChildren(QLabel))
    for label in window.findChildren(QLabel):
        assert len(label.text()) <= WORDS_MOST, label.text()
    for field in window.findChildren(QLineEdit):
        assert len(field.text()) <= WORDS_MOST, field.text()
    assert "Błąd" not in window.counter.notice.sentence, window.counter.notice.sentence
    if Stage.DONE not in (view.stage, window.view.stage) and not acts_alone(burst):
        after = pieces(hand)
        lost = {key for key, count in before.items() if after.get(key, 0) < count}
        assert not lost, f"{lost} of {before}"


def next_customer(hand: Hand) -> None:
    """Out of whatever is open, and the basket away."""
    for _ in range(4):
        hand.window.take("escape")
    while hand.window.view.lines:
        hand.window.take("void")


def test_no_scan_opens_a_box_or_loses_a_line(
    hand: Hand, counter: Counter, pytestconfig: pytest.Config, caplog: pytest.LogCaptureFixture
) -> None:
    seed, count = pytestconfig.getoption("--scan-seed"), pytestconfig.getoption("--window-scans")
    trigger, chance = Trigger(hand), random.Random(seed)
    size, warm = hand.window.size(), 0
    for number, burst in enumerate(bursts(seed, count)):
        try:
            if chance.random() < 0.5:
                step = chance.choice(STEPS)
                if step in hand.window._by_name:
                    hand.window.take(step)
            if len(hand.window.view.lines) >= LINES_MOST:
                next_customer(hand)
            for _ in range(burst.again):
                before, view = pieces(hand), hand.window.view
                pull(hand, trigger, burst, chance)
                check(hand, burst, before, view)
            counter.wait(seconds=chance.choice((0, 1, 5)))
            if number % 10 == 0:
                QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
                QApplication.processEvents()
                assert hand.window.size() == size
        except BaseException as wrong:
            wrong.add_note(f"seed {seed}, scan {number}: {burst}")
            raise
        if number == count // 4:
            warm = resident_kib()
    assert not [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")]
    widgets = len(hand.window.findChildren(QWidget))
    assert widgets < WIDGETS_MOST, f"{widgets} widgets after {count} scans"
    assert resident_kib() - warm < MEMORY_KIB, f"seed {seed}"


WIDGETS_MOST = 1_500
MEMORY_KIB = 48 * 1024
"""What three quarters of the scans may leave behind: fonts, pictures and layouts are kept once."""
