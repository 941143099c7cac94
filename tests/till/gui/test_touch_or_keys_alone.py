"""A whole morning at the counter with nothing but a finger, and again with nothing but keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.till.checkout.view import Stage
from tests.till.checkout.counter import UNKNOWN
from tests.till.gui.settled import settled
from tests.till.gui.test_action_table import ALT, CONTROL, SHIFT, Counting, at_work, joined, slips

Key = Qt.Key


def tab_to(hand: Counting, name: str) -> None:
    """Walk with Tab until the part of this name has the focus."""
    seen: list[str] = []
    for _ in range(80):
        focus = QApplication.focusWidget()
        if focus is not None and focus.accessibleName().startswith(name):
            return
        seen.append(focus.accessibleName() if focus else "nothing")
        hand.key(Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {name!r}, but to {seen}")


def paid(hand: Counting) -> list[tuple[str, int]]:
    done = hand.view.done
    assert done is not None, hand.sentence
    record = hand.shop.database.journal.load(done.sale).record  # type: ignore[union-attr]
    return [(one.kind.value, one.amount) for one in record.tenders]


def test_a_finger_does_everything(qtbot: QtBot, tmp_path: Path) -> None:
    with at_work(qtbot, tmp_path / "shop") as hand:
        hand.taps("Keyboard")
        hand.tap_amount("602111222")
        hand.taps("Join")
        assert joined(hand)
        hand.taps("Remove member")
        hand.tap_amount("600123456")
        hand.taps("Apples")
        hand.tap_amount("1.245")
        hand.tap_amount(UNKNOWN)
        assert hand.view.blocked
        hand.tap_amount("14.40")
        assert hand.view.total == 560 + 1440
        hand.taps("How much of the reward?")
        hand.taps("Use it once more")
        hand.taps("Close")
        hand.taps("Finish")
        hand.tap_text("5")
        hand.taps("Voucher")
        hand.taps("Exact cash")
        assert hand.view.stage is Stage.DONE
        assert paid(hand) == [("voucher", 500), ("cash", 1000)]
        hand.taps("Print slip")
        hand.taps("Next sale")
        hand.taps("Keyboard")
        hand.taps("Slip")
        hand.taps("Print slip")
        assert slips(2)(hand)
        hand.taps("Close")
        hand.taps("Help")
        hand.taps("Settings")
        hand.taps("Member, money and keys on the: Left")
        assert hand.window.look.left_handed


def test_keys_do_everything(qtbot: QtBot, tmp_path: Path) -> None:
    with at_work(qtbot, tmp_path / "shop") as hand:
        hand.amount("602111222")
        hand.key(Key.Key_Return)
        assert joined(hand)
        hand.key(Key.Key_F3, SHIFT)
        hand.amount("600123456")
        hand.amount("4011")
        hand.amount("1,245")
        hand.amount(UNKNOWN)
        hand.amount("14,40")
        assert hand.view.total == 560 + 1440
        hand.key(Key.Key_F6, SHIFT)
        hand.plus_or_minus("+")
        hand.key(Key.Key_Escape)
        hand.key(Key.Key_F9)
        hand.writes("5")
        hand.key(Key.Key_F10, CONTROL)
        hand.key(Key.Key_F10)
        assert paid(hand) == [("voucher", 500), ("cash", 1000)]
        hand.key(Key.Key_F11)
        hand.key(Key.Key_Return)
        hand.key(Key.Key_F11)
        hand.key(Key.Key_Return)
        assert slips(2)(hand)
        hand.key(Key.Key_Escape)
        hand.key(Key.Key_S, ALT)
        settled(hand.window)
        tab_to(hand, "Member, money and keys on the: Left")
        hand.key(Key.Key_Space)
        assert hand.window.look.left_handed
