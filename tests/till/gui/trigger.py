"""A scanner as the window meets it: key by key through Qt's shortcuts, as a real keyboard goes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.till.gui.conftest import Hand

Key, Chord = Qt.Key, Qt.KeyboardModifier
Stroke = tuple[Qt.Key, str, Qt.KeyboardModifier]

_OWN_KEYS = {
    "\r": Key.Key_Return, "\n": Key.Key_Return, "\t": Key.Key_Tab, "\b": Key.Key_Backspace,
    "\x1b": Key.Key_Escape, "\x7f": Key.Key_Delete,
}  # fmt: skip
_AS_FUNCTION_KEYS = {chr(0x16 + n): Qt.Key(Key.Key_F1 + n) for n in range(10)}
"""What scanners of some makes press for control characters, if they were set up for it."""


def strokes(text: str, *, function_keys: bool = False) -> list[Stroke]:
    """The keys that a scanner presses for a text."""
    return [_stroke(sign, function_keys=function_keys) for sign in text]


def _stroke(sign: str, *, function_keys: bool) -> Stroke:
    if sign in _OWN_KEYS:
        return (_OWN_KEYS[sign], sign, Chord.NoModifier)
    if function_keys and sign in _AS_FUNCTION_KEYS:
        return (_AS_FUNCTION_KEYS[sign], "", Chord.NoModifier)
    if ord(sign) < 0x20:
        return (Qt.Key(ord(sign) + 0x40), sign, Chord.ControlModifier)
    if not sign.isascii():
        return (Key.Key_unknown, sign, Chord.NoModifier)
    shift = Chord.ShiftModifier if sign.isupper() else Chord.NoModifier
    return (Qt.Key(ord(sign.upper())), sign, shift)


class Trigger:
    """Pulls the trigger; time is the hand's own."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        hand.window.tap._now = lambda: hand.at

    def pull(
        self,
        text: str,
        gaps: Sequence[int] = (4,),
        end: str = "\r",
        *,
        function_keys: bool = False,
    ) -> None:
        """One scan, after a pause."""
        self._hand.at += 500
        self.press(strokes(text + end, function_keys=function_keys), gaps)

    def press(self, keys: Sequence[Stroke], gaps: Sequence[int]) -> None:
        for at, (key, text, chord) in enumerate(keys):
            self._hand.at += gaps[at % len(gaps)]
            goal = QApplication.focusWidget() or self._hand.window
            QTest.sendKeyEvent(QTest.KeyAction.Press, goal, key, text, chord)

    def silence(self) -> None:
        """Nothing comes for so long that a burst is over."""
        tap = self._hand.window.tap
        if tap._silence.isActive():
            tap._silence.stop()
            self._hand.at += tap._listen.idle_ms + 1
            tap._fell_silent()
