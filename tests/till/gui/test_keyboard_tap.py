"""Scans reach the till from any focus and no field; typing is untouched and instant."""

import logging

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from terminal.barcodes.parse import TEXT_LENGTH_MAX
from terminal.till.checkout.view import Stage
from terminal.till.devices.wedge import RUN_MOST
from tests.till.gui.conftest import Hand
from tests.till.gui.scripted import ANNA, BLANK
from tests.till.gui.trigger import Trigger, strokes

BUTTER = "5901234123457"


def test_a_scan_in_the_entry_field_is_one_scan_and_leaves_no_text(hand: Hand) -> None:
    hand.scan(BUTTER)
    assert hand.till.calls == [("scan", BUTTER)]
    assert hand.field == ""


@pytest.mark.parametrize("gap", [0, 1, 8, 20, 34])
def test_every_pace_of_a_scanner_is_a_scan(hand: Hand, gap: int) -> None:
    hand.scan(BUTTER, gap=gap)
    assert hand.till.calls == [("scan", BUTTER)]


def test_a_scanner_without_enter_is_heard_when_it_falls_silent(hand: Hand) -> None:
    hand.scan(BUTTER, end=False)
    assert hand.till.calls == [("scan", BUTTER)]
    assert hand.field == ""


def test_typed_digits_are_there_at_once_and_stay(hand: Hand) -> None:
    for count, digit in enumerate("600123456", 1):
        hand.type(digit)
        assert hand.field == "600123456"[:count]
    assert hand.till.calls == []
    hand.press(Qt.Key.Key_Return)
    assert hand.till.calls == [("enter", "600123456")]


def test_a_scan_while_a_price_is_typed_does_not_end_in_the_price(hand: Hand) -> None:
    hand.scan("4006381333931")
    hand.enter()
    hand.type("4,9")
    hand.scan(BUTTER)
    assert hand.field == "4,9"
    hand.enter("9")
    assert hand.till.calls[-1] == ("set_price", 1, 499)


def test_a_scan_with_the_focus_on_a_button_presses_nothing(hand: Hand) -> None:
    button = hand.button("Why?")
    assert isinstance(button, QAbstractButton)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    hand.scan(BUTTER)
    assert hand.till.calls == [("scan", BUTTER)]
    assert hand.window.counter.entry.field.hasFocus()


def test_typing_with_the_focus_on_a_button_goes_to_the_entry(hand: Hand) -> None:
    hand.button("Why?").setFocus(Qt.FocusReason.TabFocusReason)
    hand.type("ann")
    assert hand.field == "ann"


def test_control_characters_stand_inside_a_scan(hand: Hand) -> None:
    code = "0105901234123457\x1d3103001245"
    hand.scan(code)
    assert hand.till.calls == [("scan", code)]


def test_a_minus_in_a_scan_takes_no_piece_away(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.till.calls.clear()
    hand.scan("-+12345678")
    assert hand.till.calls == [("scan", "-+12345678")]


def test_plus_and_minus_change_pieces_when_a_person_presses_them(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.plus_or_minus("+")
    hand.plus_or_minus("-")
    assert hand.till.calls[1:] == [("add_pieces", 1, 1), ("add_pieces", 1, -1)]
    assert hand.field == ""


def test_a_plus_after_other_text_is_text(hand: Hand) -> None:
    hand.type("48+")
    assert hand.field == "48+"


def test_two_scans_in_a_row_are_two_products(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.scan(BUTTER)
    assert hand.till.calls == [("scan", BUTTER)] * 2


def test_a_scan_while_joining_keeps_what_was_typed_for_the_name(hand: Hand) -> None:
    hand.scan(BLANK)
    hand.press(Qt.Key.Key_F3)
    hand.type("Ola")
    hand.scan(ANNA)
    assert hand.till.calls[-1] == ("scan", ANNA)
    assert hand.window.counter.join.name_field.text() == "Ola"


def test_a_tap_that_throws_is_out_and_says_so(hand: Hand, caplog: pytest.LogCaptureFixture) -> None:
    def broken(text: str, at: int, *, repeated: bool = False) -> bool:
        raise RuntimeError("planted")

    hand.window.tap._listen.key = broken  # type: ignore[method-assign]
    with caplog.at_level(logging.CRITICAL):
        hand.type("1")
    assert "scanner stopped" in hand.sentence
    QTest.keyClicks(hand.window.counter.entry.field, "23")
    assert hand.field.endswith("23")


# --- keys within a scan that would act by themselves ---------------------------------------------


@pytest.mark.parametrize(
    ("inside", "heard"),
    [
        ("\x1a", "\x1a"),  # Ctrl+Z
        ("\x7f", "\x7f"),  # Del
        ("\b", "\b"),
        ("\x1b", "\x1b"),
    ],
)
@pytest.mark.parametrize("at", [3, 9])
def test_a_control_character_within_a_scan_takes_no_step(
    hand: Hand, inside: str, heard: str, at: int
) -> None:
    hand.scan(BUTTER)
    hand.till.calls.clear()
    Trigger(hand).pull(BUTTER[:at] + inside + BUTTER[at:])
    assert hand.till.calls == [("scan", BUTTER[:at] + heard + BUTTER[at:])]
    assert hand.field == ""


def test_a_scanner_that_presses_function_keys_takes_no_step(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.till.calls.clear()
    code = "0105901234123457\x1d3103\x1e001245"  # F8, and F9 which would finish the sale
    Trigger(hand).pull(code, function_keys=True)
    assert hand.till.calls == [("scan", code)]
    assert hand.window.view.stage is Stage.SELLING


def test_an_arrow_within_a_scan_moves_nothing(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.scan(BUTTER)
    hand.till.calls.clear()
    trigger, before = Trigger(hand), hand.window.view.selected
    hand.at += 500
    up = (Qt.Key.Key_Up, "", Qt.KeyboardModifier.NoModifier)
    trigger.press([*strokes("12345678"), up, *strokes("90\r")], (4,))
    assert hand.till.calls == [("scan", "12345678\x0090")]
    assert len(hand.window.view.lines) == 3
    assert before in {line.key for line in hand.window.view.lines}


def test_the_second_enter_of_a_scanner_confirms_nothing(hand: Hand) -> None:
    Trigger(hand).pull(BLANK, end="\r\r")
    assert hand.till.calls == [("scan", BLANK)]
    assert hand.window.view.joining is not None


def test_an_enter_of_a_person_confirms(hand: Hand) -> None:
    trigger = Trigger(hand)
    trigger.pull(BLANK)
    trigger.pull("")
    assert [call[0] for call in hand.till.calls] == ["scan", "join"]


def test_keys_that_act_do_so_right_after_typing(hand: Hand) -> None:
    hand.scan(BUTTER)
    trigger = Trigger(hand)
    hand.type("12")
    hand.at += 60
    trigger.press(strokes("\b"), (60,))
    assert hand.field == "1"
    trigger.press(strokes("\b"), (60,))
    trigger.press(strokes("\x1a"), (60,))
    assert not hand.window.view.lines


def test_a_burst_that_never_ends_takes_no_memory_for_ever(hand: Hand) -> None:
    trigger = Trigger(hand)
    trigger.pull("7" * 20_000, gaps=(1,), end="")
    assert hand.window.tap._listen.length <= RUN_MOST
    trigger.press(strokes("\r"), (1,))
    ((_, text),) = hand.till.calls
    assert RUN_MOST >= len(text) > TEXT_LENGTH_MAX
