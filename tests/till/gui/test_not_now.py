"""No key is silent: what cannot be done at this moment of the sale is said, and what can be."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from terminal.till.checkout.view import Stage
from terminal.till.gui.entry_field import Asking
from terminal.wording.marks import AnyLabel
from terminal.wording.not_now_labels import NotNowLabel
from tests.till.gui.conftest import Hand

BUTTER = "5901234123457"
Key, Chord = Qt.Key, Qt.KeyboardModifier
PLAIN, SHIFT, CONTROL, ALT = (
    Chord.NoModifier,
    Chord.ShiftModifier,
    Chord.ControlModifier,
    Chord.AltModifier,
)


def shown(hand: Hand) -> str:
    return hand.window.counter.notice.sentence


def pay(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.press(Key.Key_F9)


def finish(hand: Hand) -> None:
    pay(hand)
    hand.press(Key.Key_F10)
    assert hand.window.view.stage is Stage.DONE


@pytest.mark.parametrize(
    ("key", "chord"),
    [
        (Key.Key_F2, PLAIN), (Key.Key_F3, PLAIN), (Key.Key_F4, PLAIN), (Key.Key_F5, PLAIN),
        (Key.Key_F6, PLAIN), (Key.Key_F6, SHIFT), (Key.Key_F8, PLAIN), (Key.Key_F11, PLAIN),
        (Key.Key_M, ALT), (Key.Key_C, ALT), (Key.Key_G, ALT), (Key.Key_H, ALT),
    ],
)  # fmt: skip
def test_while_money_is_taken_a_key_says_how_to_go_back(
    hand: Hand, key: Qt.Key, chord: Qt.KeyboardModifier
) -> None:
    pay(hand)
    hand.press(key, chord)
    assert shown(hand) == NotNowLabel.PAYING
    assert hand.window.view.stage is Stage.PAYING


@pytest.mark.parametrize(
    ("key", "chord", "told"),
    [
        (Key.Key_F4, PLAIN, NotNowLabel.DONE), (Key.Key_F6, PLAIN, NotNowLabel.DONE),
        (Key.Key_F7, PLAIN, NotNowLabel.DONE), (Key.Key_F10, PLAIN, NotNowLabel.DONE),
        (Key.Key_M, ALT, NotNowLabel.DONE), (Key.Key_Z, CONTROL, NotNowLabel.RECORDED),
        (Key.Key_Z, CONTROL | SHIFT, NotNowLabel.RECORDED),
    ],
)  # fmt: skip
def test_over_a_finished_sale_a_key_says_that_it_is_done(
    hand: Hand, key: Qt.Key, chord: Qt.KeyboardModifier, told: AnyLabel
) -> None:
    finish(hand)
    hand.press(key, chord)
    assert shown(hand) == told
    assert hand.window.view.stage is Stage.DONE


@pytest.mark.parametrize(
    ("key", "chord", "told"),
    [
        (Key.Key_F10, PLAIN, NotNowLabel.NOT_YET_PAYING),
        (Key.Key_F10, SHIFT, NotNowLabel.NOT_YET_PAYING),
        (Key.Key_F9, SHIFT, NotNowLabel.NOT_RETURNING),
        (Key.Key_M, ALT, NotNowLabel.NO_MEMBER),
        (Key.Key_C, ALT, NotNowLabel.NO_MEMBER),
        (Key.Key_F3, SHIFT, NotNowLabel.NO_MEMBER),
    ],
)  # fmt: skip
def test_while_goods_are_scanned_a_key_that_has_to_wait_says_for_what(
    hand: Hand, key: Qt.Key, chord: Qt.KeyboardModifier, told: AnyLabel
) -> None:
    hand.scan(BUTTER)
    hand.press(key, chord)
    assert shown(hand) == told
    assert len(hand.window.view.lines) == 1


def test_f2_over_a_finished_sale_begins_the_next_one_with_its_tiles(hand: Hand) -> None:
    finish(hand)
    hand.press(Key.Key_F2)
    assert hand.window.view.stage is Stage.SELLING
    assert hand.window.counter.entry.asking is Asking.GOODS


def test_the_goods_button_over_a_finished_sale_does_so_too(hand: Hand) -> None:
    finish(hand)
    hand.click("Goods")
    assert hand.window.counter.entry.asking is Asking.GOODS


def test_f3_over_a_finished_sale_looks_for_the_next_member(hand: Hand) -> None:
    finish(hand)
    hand.press(Key.Key_F3)
    assert hand.window.view.stage is Stage.SELLING
    assert hand.window.counter.entry.asking is Asking.MEMBER


def test_the_word_is_gone_with_the_next_step(hand: Hand) -> None:
    finish(hand)
    hand.press(Key.Key_F4)
    hand.scan(BUTTER)
    assert shown(hand) != NotNowLabel.DONE
