"""A code typed where money or a number is asked for: it stays in the field until Enter says it twice."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from terminal.till.gui.entry_field import Asking
from tests.till.checkout.counter import BREAD, CODES, UNKNOWN, fake_counter
from tests.till.gui.conftest import Hand, make_window


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Hand]:
    counter = fake_counter()
    window = make_window(counter.checkout)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    yield Hand(window, counter)
    window.tap.disarm()


def test_enter_twice_takes_a_price_that_looks_like_a_code(hand: Hand) -> None:
    hand.scan(UNKNOWN)
    hand.enter()
    hand.enter("4614460")
    entry = hand.window.counter.entry
    assert (entry.asking, hand.field) == (Asking.PRICE, "4614460")
    assert hand.window.view.total == 0
    hand.enter()
    assert hand.window.view.total == 461_446_000
    assert (entry.asking, hand.field) == (Asking.ANYTHING, "")


def test_what_is_typed_instead_takes_its_place(hand: Hand) -> None:
    hand.scan(UNKNOWN)
    hand.enter()
    hand.enter("4614460")
    hand.enter("4,99")
    assert hand.window.view.total == 499


def test_so_is_a_number_of_pieces(hand: Hand) -> None:
    hand.scan(CODES[BREAD.name])
    hand.window.take("pieces")
    hand.enter("46144")
    assert hand.window.view.lines[0].pieces == 1
    hand.enter()
    assert hand.window.view.lines[0].pieces == 46_144
