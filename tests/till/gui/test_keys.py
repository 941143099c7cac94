"""Keys may be changed, but never so that a step has none, or that a scanner presses it."""

import pytest
from PySide6.QtCore import QKeyCombination, Qt

from terminal.till.gui.keys import FIXED, KEYS, KeyMap, Refusal, chord_of


def test_every_usual_key_is_one_of_its_own_and_may_be_one() -> None:
    keys = KeyMap()

    assert len(set(KEYS.values())) == len(KEYS)
    assert dict(keys.items()) == KEYS
    for step, key in KEYS.items():
        if step not in FIXED:
            assert keys.refusal(step, key) is None, (step, key)


@pytest.mark.parametrize("letter", ["B", "C", "G", "I", "J", "M", "]"])
@pytest.mark.parametrize("shift", ["", "Shift+"])
def test_what_scanners_send_takes_no_step(letter: str, shift: str) -> None:
    assert KeyMap().refusal("goods", f"Ctrl+{shift}{letter}") is Refusal.SCANNER
    assert KeyMap({"goods": f"Ctrl+{shift}{letter}"})["goods"] == "F2"


@pytest.mark.parametrize(
    "key", ["A", "7", "Shift+A", "Return", "Alt+Return", "Tab", "Del", "Up", "+", "Ctrl+V", ""]
)
def test_what_writes_or_moves_takes_no_step(key: str) -> None:
    assert KeyMap().refusal("goods", key) is Refusal.WRITES


def test_a_key_of_another_step_is_refused() -> None:
    keys = KeyMap()

    assert keys.refusal("goods", "F9") is Refusal.TAKEN
    assert keys.taker("F9") == "finish"
    assert keys.refusal("escape", "F12") is Refusal.TAKEN


def test_own_keys_hold_and_the_caption_and_the_sentence_say_them() -> None:
    keys = KeyMap({"goods": "f12", "part": "Alt+6", "redo": "Ctrl+Y"})

    assert keys["goods"] == "F12"
    assert keys.own == {"goods": "F12", "part": "Alt+6", "redo": "Ctrl+Y"}
    assert keys.caption("F2") == "F12"
    assert keys.caption("Shift+F6") == "Alt+6"
    assert keys.caption("⇧Ctrl+Z") == "Ctrl+Y"
    assert keys.caption("Enter") == "Enter"
    said = keys.told("Scan on · F2 goods · F22 · Shift+F6 part · F6 reward · Ctrl+Shift+Z")
    assert said == "Scan on · F12 goods · F22 · Alt+6 part · F6 reward · Ctrl+Y"


def test_two_steps_may_change_places() -> None:
    keys = KeyMap({"goods": "F3", "member": "F2"})

    assert (keys["goods"], keys["member"]) == ("F3", "F2")
    assert keys.told("F2 F3") == "F3 F2"


@pytest.mark.parametrize(
    "own",
    [{"goods": "F9"}, {"hat": "F12"}, {"goods": "no key at all"}, {"escape": "F12"}],
)
def test_what_a_file_says_wrongly_is_passed_over(own: dict[str, str]) -> None:
    assert dict(KeyMap(own).items()) == KEYS


def test_what_was_pressed_is_written_down() -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

    assert chord_of(QKeyCombination(shift, Qt.Key.Key_F12)) == "Shift+F12"
    assert chord_of(QKeyCombination(control | shift, Qt.Key.Key_Z)) == "Ctrl+Shift+Z"
    assert chord_of(QKeyCombination(shift, Qt.Key.Key_Shift)) == ""
    keypad = Qt.KeyboardModifier.KeypadModifier
    assert chord_of(QKeyCombination(keypad | control, Qt.Key.Key_5)) == "Ctrl+5"
