"""Alt+G and Alt+H before a real till: what is typed goes where the field says, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.loyalty.money import Currency
from terminal.till.app import statements_of
from terminal.till.checkout.checkout import Checkout
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.printing import Printing, When
from terminal.till.devices.wedge import Wedge
from terminal.till.gui.controls import KeyButton
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.gui.style import Look
from terminal.wording.words import Words
from tests.fakes.printers import FakePrinter
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BORYS,
    BUTTER,
    CARDS,
    CODES,
    Counter,
    fake_counter,
    programmes,
    real_counter,
    rows,
    told,
)
from tests.till.gui.conftest import Hand, make_window
from tests.till.gui.settled import settled

ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key
PIN = "4711"

Open = Callable[[Counter], Hand]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    hands: list[Hand] = []

    def open_(counter: Counter) -> Hand:
        counter.programmes.put(programmes(["goodwill"]))
        window = make_window(counter.checkout)
        qtbot.addWidget(window)
        window.resize(1024, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.counter.entry.field.hasFocus)
        hands.append(Hand(window, counter))
        return hands[-1]

    yield open_
    for hand in hands:
        hand.window.tap.disarm()


def beside_another_till(pin: str = "") -> Counter:
    """A till that counts totals only."""
    counter = fake_counter()
    desk = counter.checkout._desk
    shop = replace(desk.shop, amounts_only=True, amount_name="Zakupy", refund_pin=pin)
    return replace(counter, checkout=Checkout(shop, desk.lookup, desk.plugs))


def test_beside_another_till_the_number_of_a_reason_is_no_purchase(opened: Open) -> None:
    counter = beside_another_till()
    hand = opened(counter)
    hand.scan(CARDS[ANNA.id])

    hand.press(Key.Key_G, ALT)
    hand.enter("1")

    assert told(hand.window.view) is NoticeKind.GOODWILL_GIVEN
    assert counter.balance(ANNA, "sorry") == 30
    assert not counter.journal.sales


def test_beside_another_till_the_pin_of_the_shop_is_no_purchase(opened: Open) -> None:
    counter = beside_another_till(PIN)
    hand = opened(counter)
    hand.scan(CARDS[ANNA.id])
    hand.press(Key.Key_G, ALT)
    hand.enter("2")
    assert hand.window.counter.entry.asking is Asking.PIN

    hand.enter(PIN)

    assert told(hand.window.view) is NoticeKind.GOODWILL_GIVEN
    assert not counter.journal.sales


def test_a_number_of_pieces_that_is_asked_for_is_no_reason(opened: Open) -> None:
    counter = fake_counter()
    hand = opened(counter)
    hand.scan(CODES[BUTTER.name])
    hand.scan(CARDS[ANNA.id])
    hand.press(Key.Key_G, ALT)

    hand.window.take("pieces")
    counter.checkout._tell_changed()  # a better price was found, or the server answered
    hand.enter("3")

    assert rows(hand.window.view) == [("Butter", 3)]
    assert counter.balance(ANNA, "sorry") == 0


def test_a_name_that_is_looked_for_is_no_reason(opened: Open) -> None:
    counter = fake_counter()
    hand = opened(counter)
    hand.scan(CARDS[ANNA.id])
    hand.press(Key.Key_G, ALT)

    hand.press(Key.Key_F3)
    hand.enter("Borys")

    member = hand.window.view.member
    assert member is not None
    assert member.name == "Borys"
    assert counter.balance(ANNA, "sorry") == 0
    assert hand.window.view.goodwill is None


@pytest.mark.parametrize("key", [Key.Key_G, Key.Key_H])
def test_enter_hands_out_no_card_behind_another_panel(opened: Open, key: Qt.Key) -> None:
    counter = fake_counter()
    hand = opened(counter)
    hand.scan(CARDS[ANNA.id])
    hand.scan(BLANK)
    assert hand.window.view.replacing is not None

    hand.press(key, ALT)
    hand.press(Key.Key_Return)

    assert counter.members.by_card(BLANK) is None
    assert hand.window.view.replacing is None


def test_a_question_before_it_is_over(opened: Open) -> None:
    counter = fake_counter()
    hand = opened(counter)
    hand.scan(CODES[BUTTER.name])
    hand.scan(CARDS[ANNA.id])
    hand.window.take("pieces")

    hand.press(Key.Key_G, ALT)
    hand.enter("1")

    assert told(hand.window.view) is NoticeKind.GOODWILL_GIVEN
    assert rows(hand.window.view) == [("Butter", 1)]


def test_whoever_goes_on_to_pay_is_done_with_it(opened: Open) -> None:
    counter = fake_counter()
    hand = opened(counter)
    hand.scan(CODES[BUTTER.name])
    hand.scan(CARDS[ANNA.id])
    hand.press(Key.Key_G, ALT)

    hand.press(Key.Key_F9)
    hand.press(Key.Key_Escape)

    assert hand.window.view.goodwill is None
    assert hand.window.counter.entry.asking is Asking.ANYTHING
    hand.scan(CARDS[BORYS.id])
    assert told(hand.window.view) is NoticeKind.MEMBER_ATTACHED


# --- on paper -------------------------------------------------------------------------------------


@pytest.fixture
def printed(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[When], tuple[Hand, FakePrinter]]]:
    counter = real_counter(tmp_path / "shop")
    till = counter.till
    assert till is not None
    hands: list[Hand] = []

    def open_(when: When) -> tuple[Hand, FakePrinter]:
        printer = FakePrinter()
        counter.programmes.put(programmes(["goodwill"]))
        printing = Printing(
            till.slips,
            till.database.slip_prints,
            printer,
            when=when,
            statements=lambda: statements_of(till, printer),
        )
        words = Words("en", Currency("PLN"))
        window = SaleWindow(counter.checkout, words, listen=Wedge(), printing=printing, look=Look())
        qtbot.addWidget(window)
        window.resize(1024, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.counter.entry.field.hasFocus)
        hands.append(Hand(window, counter))
        return hands[-1], printer

    yield open_
    for hand in hands:
        hand.window.tap.disarm()
    till.close()


def test_f11_prints_what_was_given_a_moment_ago(
    printed: Callable[[When], tuple[Hand, FakePrinter]],
) -> None:
    hand, printer = printed(When.ASK)
    hand.scan(CARDS[ANNA.id])
    hand.press(Key.Key_G, ALT)
    panel = hand.window.counter.goodwill
    assert "Print it" not in [
        one.text() for one in panel.findChildren(KeyButton) if one.isVisible()
    ]
    hand.enter("1")
    settled(hand.window)
    assert not printer.sheets, "nobody asked for paper"

    hand.press(Key.Key_F11)

    (sheet,) = printer.sheets
    assert "As goodwill: Waited too long" in "\n".join(sheet.lines)
    assert not hand.window.counter.entry.field.text()
    assert hand.window.view.goodwill is not None, "the panel is open, and no list of slips"


def test_where_every_sale_prints_its_slip_a_gift_does_too_and_once(
    printed: Callable[[When], tuple[Hand, FakePrinter]], qtbot: QtBot
) -> None:
    hand, printer = printed(When.ALWAYS)
    hand.scan(CODES[BUTTER.name])
    hand.scan(CARDS[ANNA.id])
    hand.press(Key.Key_G, ALT)
    hand.enter("2")
    qtbot.waitUntil(lambda: len(printer.sheets) == 1)
    hand.window.renew()
    settled(hand.window)
    assert len(printer.sheets) == 1
