"""Vouchers and gift cards by a scanner and real keys, on the window of a real till."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from terminal.barcodes.voucher_code import in_groups, voucher_code
from terminal.loyalty.tender import TenderKind
from terminal.till.app import open_window
from terminal.till.checkout.view import CheckoutView, Stage
from tests.till.checkout.counter import ANNA, BOX, CODES, Counter, real_counter
from tests.till.checkout.test_gift_cards import last_record, sell_gift_card, sells_codes
from tests.till.checkout.test_vouchers import voucher_for
from tests.till.gui.conftest import Hand

SHIFT = Qt.KeyboardModifier.ShiftModifier
GOODS = CODES[BOX.name]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = sells_codes(real_counter(tmp_path / "shop"))
    assert made.till is not None
    yield made
    made.till.close()


@pytest.fixture
def gift_card(counter: Counter) -> str:
    """50.00 on it."""
    return sell_gift_card(counter, 5000)


@pytest.fixture
def voucher(counter: Counter) -> str:
    return voucher_for(counter)


@pytest.fixture
def hand(qtbot: QtBot, counter: Counter, gift_card: str, voucher: str) -> Iterator[Hand]:
    assert counter.till is not None
    window = open_window(counter.till)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    yield Hand(window, counter.till)
    window.close()


def view(hand: Hand) -> CheckoutView:
    return hand.window.view


def test_a_scanned_gift_card_pays_with_two_keys(
    hand: Hand, counter: Counter, gift_card: str
) -> None:
    hand.scan(GOODS)
    hand.scan(gift_card)
    assert [one.balance for one in view(hand).bearers] == [5000]
    hand.press(Qt.Key.Key_F9)
    hand.press(Qt.Key.Key_F7)
    assert view(hand).stage is Stage.DONE
    assert last_record(counter).bearers[0].after == 3000


def test_a_typed_amount_comes_off_the_card_and_cash_pays_the_rest(
    hand: Hand, counter: Counter, gift_card: str
) -> None:
    hand.scan(GOODS)
    hand.scan(gift_card)
    hand.press(Qt.Key.Key_F9)
    hand.type("5")
    hand.press(Qt.Key.Key_F7)
    assert view(hand).stage is Stage.PAYING
    hand.press(Qt.Key.Key_F10)
    assert view(hand).stage is Stage.DONE
    assert [(one.kind, one.amount) for one in last_record(counter).tenders] == [
        (TenderKind.GIFT_CARD, 500),
        (TenderKind.CASH, 1500),
    ]


def test_a_card_scanned_on_the_payment_screen_pays_at_once(
    hand: Hand, counter: Counter, gift_card: str
) -> None:
    hand.scan(GOODS)
    hand.press(Qt.Key.Key_F9)
    hand.scan(gift_card)
    assert view(hand).stage is Stage.DONE
    assert last_record(counter).bearers[0].paid == 2000


def test_store_credit_has_the_other_key_and_its_button(hand: Hand, counter: Counter) -> None:
    counter.give(ANNA, 1200, "store-credit")
    hand.scan(GOODS)
    hand.scan(counter.members.by_id(ANNA.id).card_number)
    hand.press(Qt.Key.Key_F9)
    assert view(hand).payment is not None
    hand.press(Qt.Key.Key_F7, SHIFT)
    assert view(hand).stage is Stage.PAYING
    payment = view(hand).payment
    assert payment is not None
    assert payment.tenders == ()
    QTest.mouseClick(hand.window.counter.payment._purses[0], Qt.MouseButton.LeftButton)
    payment = view(hand).payment
    assert payment is not None
    assert [(one.kind, one.amount) for one in payment.tenders] == [(TenderKind.STORE_CREDIT, 1200)]
    hand.press(Qt.Key.Key_F10)
    assert view(hand).stage is Stage.DONE


def test_f7_takes_a_voucher_off_and_undo_brings_it_back(hand: Hand, voucher: str) -> None:
    for _ in range(3):
        hand.scan(GOODS)
    hand.scan(voucher)
    assert view(hand).total == 5000
    hand.press(Qt.Key.Key_F7)
    assert (view(hand).total, view(hand).bearers) == (6000, ())
    hand.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert view(hand).total == 5000


def test_the_cross_beside_a_code_takes_that_one_off(
    hand: Hand, gift_card: str, voucher: str
) -> None:
    hand.scan(GOODS)
    hand.scan(gift_card)
    hand.scan(voucher)
    row = hand.window.counter.member._codes._rows[1]
    assert row._wallet == view(hand).bearers[0].wallet
    (cross,) = [one for one in row.children() if getattr(one, "text", str)() == "✕"]
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]
    assert [one.kind for one in view(hand).bearers] == ["vouchers"]


def test_a_code_is_typed_in_its_groups(hand: Hand, gift_card: str) -> None:
    hand.scan(GOODS)
    hand.enter(" ".join(in_groups(gift_card)))
    assert [one.balance for one in view(hand).bearers] == [5000]


def test_a_code_scanned_while_the_settings_are_open_counts_all_the_same(
    hand: Hand, gift_card: str
) -> None:
    hand.scan(GOODS)
    hand.press(Qt.Key.Key_F1)
    hand.scan(gift_card)
    assert len(view(hand).bearers) == 1


def test_a_made_up_code_is_refused_in_words_and_the_basket_stays(hand: Hand) -> None:
    hand.scan(GOODS)
    hand.scan(voucher_code("9" * 32, key=b"a key that somebody made up"))
    assert (len(view(hand).lines), view(hand).bearers) == (1, ())
    assert hand.sentence
