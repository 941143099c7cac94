"""Scans reach the till from any focus and no field; typing is untouched and instant."""

import logging

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from tests.till.gui.conftest import Hand
from tests.till.gui.scripted import ANNA, BLANK

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
