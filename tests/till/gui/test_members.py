"""Jobs about members on a real till, by keys alone and by touch alone, with their actions counted.

A scan, a key, a tap and one typed field count as one each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from terminal.loyalty.consent import Purpose
from terminal.till.checkout.notice import NoticeKind
from terminal.till.gui.entry_field import Asking
from terminal.till.ports import CardState, Member
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BOX,
    CARDS,
    CODES,
    Counter,
    card,
    real_counter,
    told,
)
from tests.till.gui.conftest import Hand, make_window

ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key


class CountingHand(Hand):
    """Counts what it does."""

    actions = 0

    def scan(self, code: str, gap: int = 4, end: bool = True) -> None:
        self.actions += 1
        super().scan(code, gap, end)

    def write(self, text: str) -> None:
        self.actions += 1
        self.type(text)

    def press(self, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        self.actions += 1
        super().press(key, modifiers)

    def click(self, name: str) -> None:
        self.actions += 1
        super().click(name)

    def tap_digits(self, digits: str) -> None:
        """Digits on the screen: one field."""
        self.actions += 1
        before = self.actions
        for digit in digits:
            super().click(digit)
        self.actions = before


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Counter]:
    made = real_counter(tmp_path / "shop")
    yield made
    assert made.till is not None
    made.till.close()


@pytest.fixture
def hand(qtbot: QtBot, shop: Counter) -> Iterator[CountingHand]:
    window = make_window(shop.checkout)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    yield CountingHand(window, shop.checkout)
    window.tap.disarm()


def kind(hand: Hand) -> NoticeKind | None:
    return told(hand.window.view)


def asked(hand: Hand) -> Asking:
    return hand.window.counter.entry.asking


def on_sale(hand: Hand) -> str:
    member = hand.window.view.member
    return member.name if member else ""


# --- who is it? ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["600123456", "123456", "kowalska", "анна ковальска"])
def test_a_phone_or_a_name_is_two(hand: CountingHand, typed: str) -> None:
    hand.write(typed)
    hand.press(Key.Key_Return)
    assert (on_sale(hand), hand.actions) == ("Anna K.", 2)


def test_of_several_one_more(hand: CountingHand) -> None:
    hand.write("anna")
    hand.press(Key.Key_Return)
    assert len(hand.window.view.member_choices) == 2
    hand.press(Key.Key_Return)
    assert (on_sale(hand).startswith("Anna"), hand.actions) == (True, 3)


# --- joining -------------------------------------------------------------------------------------


def by_key(hand: CountingHand) -> None:
    hand.press(Key.Key_Return)


def by_touch(hand: CountingHand) -> None:
    hand.click("Join")


@pytest.mark.parametrize("confirm", [by_key, by_touch])
def test_joining_with_a_blank_card_is_two(
    hand: CountingHand, shop: Counter, confirm: Callable[[CountingHand], None]
) -> None:
    hand.scan(BLANK)
    confirm(hand)
    assert (kind(hand), hand.actions) == (NoticeKind.ENROLLED, 2)
    assert shop.members.by_card(BLANK).member.consents == ()


def test_joining_with_a_phone_is_three(hand: CountingHand, shop: Counter) -> None:
    hand.write("602111222")
    hand.press(Key.Key_Return)
    assert hand.window.counter.join.phone_field.text() == "+48602111222"
    hand.press(Key.Key_Return)
    assert (kind(hand), hand.actions) == (NoticeKind.ENROLLED, 3)
    (found,) = shop.members.search("602111222", 5)
    assert (found.phone, found.card_number) == ("+48602111222", "")


def test_f3_and_f3_again_join_somebody_without_a_card(hand: CountingHand) -> None:
    hand.press(Key.Key_F3)
    hand.press(Key.Key_F3)
    assert hand.window.counter.join.phone_field.hasFocus()
    hand.type("602 111 222")
    hand.press(Key.Key_Return)
    assert kind(hand) is NoticeKind.ENROLLED


def test_three_separate_ticks_are_off_and_never_in_the_way(
    hand: CountingHand, shop: Counter
) -> None:
    hand.scan(BLANK)
    ticks = [
        hand.button(name)
        for name in (
            "The shop may send me messages",
            "The shop may look at what I buy",
            "The shop may make me offers",
        )
    ]
    assert not any(tick.isChecked() for tick in ticks)  # type: ignore[attr-defined]
    hand.click("The shop may make me offers")
    hand.press(Key.Key_Return)
    assert kind(hand) is NoticeKind.ENROLLED
    (kept,) = shop.members.by_card(BLANK).member.consents
    assert (kept.purpose, kept.given, kept.text) == (Purpose.OFFERS, True, "1 en")


def test_the_next_one_who_joins_finds_nothing_ticked_or_typed(hand: CountingHand) -> None:
    hand.scan(BLANK)
    hand.click("The shop may make me offers")
    hand.window.counter.join.name_field.setText("Celina")
    hand.press(Key.Key_Escape)
    hand.scan(BLANK)
    join = hand.window.counter.join
    assert join.told()["agreed"] == frozenset()
    assert join.name_field.text() == ""


def test_a_name_a_phone_and_a_birthday_by_keys_alone(hand: CountingHand, shop: Counter) -> None:
    hand.scan(BLANK)
    hand.press(Key.Key_F3)
    hand.type("Celina")
    hand.press(Key.Key_Tab)
    hand.type("602111222")
    hand.press(Key.Key_Tab)
    hand.type("99.99")
    hand.press(Key.Key_Return)
    assert kind(hand) is NoticeKind.BIRTHDAY_REFUSED
    assert hand.window.counter.join.birthday_field.hasFocus()
    hand.window.counter.join.birthday_field.clear()
    hand.type("14.03")
    hand.press(Key.Key_Return)
    member = shop.members.by_card(BLANK).member
    assert (member.name, member.phone, member.birthday) == ("Celina", "+48602111222", (3, 14))


# --- a lost card ---------------------------------------------------------------------------------


def test_a_lost_card_is_replaced_in_four(hand: CountingHand, shop: Counter) -> None:
    hand.write("600123456")
    hand.press(Key.Key_Return)
    hand.scan(BLANK)
    hand.press(Key.Key_Return)
    assert (kind(hand), hand.actions) == (NoticeKind.CARD_HANDED_OUT, 4)
    assert shop.members.by_card(CARDS[ANNA.id]).state is CardState.REPLACED
    assert shop.members.by_card(BLANK).member.id == ANNA.id
    assert shop.balance(ANNA) == 137


@pytest.mark.parametrize("touch", [False, True])
def test_the_blank_card_may_be_somebody_elses(
    hand: CountingHand, shop: Counter, touch: bool
) -> None:
    hand.scan(CARDS[ANNA.id])
    hand.scan(BLANK)
    if touch:
        hand.click("New member instead")
        hand.click("Join")
    else:
        hand.press(Key.Key_F3)
        hand.press(Key.Key_Return)
    assert kind(hand) is NoticeKind.ENROLLED
    assert shop.members.by_card(BLANK).member.id != ANNA.id
    assert shop.members.by_card(CARDS[ANNA.id]).state is CardState.ACTIVE


def test_a_scan_of_the_old_card_says_where_the_points_are(
    hand: CountingHand, shop: Counter
) -> None:
    hand.scan(CARDS[ANNA.id])
    hand.scan(BLANK)
    hand.press(Key.Key_Return)
    hand.press(Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    shop.wait(seconds=5)
    hand.scan(CARDS[ANNA.id])
    tail = BLANK[-4:]
    assert hand.sentence == (
        f"Replaced card. Anna K.'s points are safe on card ·· {tail}. Enter = use it."
    )
    hand.press(Key.Key_Return)
    assert on_sale(hand) == "Anna K."


# --- why 85? -------------------------------------------------------------------------------------


def test_movements_are_one_key(hand: CountingHand) -> None:
    hand.scan(CARDS[ANNA.id])
    hand.actions = 0
    hand.press(Key.Key_M, ALT)
    page = hand.window.counter.story.page.toPlainText()
    assert hand.actions == 1
    assert "Credited by the shop" in page
    assert "+137" in page
    hand.press(Key.Key_M, ALT)
    assert "Nothing has moved yet" in hand.window.counter.story.page.toPlainText()
    hand.press(Key.Key_Escape)
    assert not hand.window.counter.story.isVisible()
    assert on_sale(hand) == "Anna K."


def test_what_a_return_took_back_names_the_return(hand: CountingHand) -> None:
    hand.scan(CARDS[ANNA.id])
    hand.scan(CODES[BOX.name])
    hand.press(Key.Key_F9)
    hand.press(Key.Key_F10)
    hand.press(Key.Key_F8)
    hand.press(Key.Key_Return)
    hand.scan(CARDS[ANNA.id])
    hand.press(Key.Key_M, ALT)
    page = hand.window.counter.story.page.toPlainText()
    assert "Sale no. " in page
    assert "Return no. " in page


def test_movements_are_one_tap_on_the_balance(hand: CountingHand) -> None:
    hand.scan(CARDS[ANNA.id])
    block = hand.window.counter.member._blocks[0]
    QTest.mouseClick(block, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert hand.window.counter.story.isVisible()
    hand.scan(CODES[BOX.name])
    assert not hand.window.counter.story.isVisible()


def test_without_a_member_the_key_does_nothing(hand: CountingHand) -> None:
    hand.press(Key.Key_M, ALT)
    hand.press(Key.Key_C, ALT)
    assert not hand.window.counter.story.isVisible()
    assert not hand.window.counter.consents.isVisible()


# --- consents ------------------------------------------------------------------------------------


def test_consents_are_changed_from_the_members_panel(hand: CountingHand, shop: Counter) -> None:
    hand.scan(CARDS[ANNA.id])
    hand.press(Key.Key_C, ALT)
    hand.click("The shop may send me messages")
    assert kind(hand) is NoticeKind.CONSENT_GIVEN
    shop.wait(seconds=1)
    hand.click("The shop may send me messages")
    assert kind(hand) is NoticeKind.CONSENT_WITHDRAWN
    (kept,) = shop.members.by_id(ANNA.id).consents
    assert not kept.given


def test_consents_are_reached_by_touch_too(hand: CountingHand) -> None:
    hand.scan(CARDS[ANNA.id])
    QTest.mouseClick(hand.window.counter.member._blocks[0], Qt.MouseButton.LeftButton)
    hand.click("Consents")
    assert hand.window.counter.consents.isVisible()


# --- a typed number ------------------------------------------------------------------------------


def test_a_typed_card_asks_for_the_phones_last_digits(hand: CountingHand) -> None:
    hand.scan(CODES[BOX.name])
    hand.write(CARDS[ANNA.id])
    hand.press(Key.Key_Return)
    assert on_sale(hand) == "Anna"
    hand.press(Key.Key_F6)
    assert asked(hand) is Asking.PROOF
    hand.write("0000")
    hand.press(Key.Key_Return)
    assert kind(hand) is NoticeKind.PROOF_WRONG
    hand.write("3456")
    hand.press(Key.Key_Return)
    assert kind(hand) is NoticeKind.REWARD_ON
    assert asked(hand) is Asking.ANYTHING
    assert hand.window.view.total == 1500


def test_esc_leaves_the_proof_and_the_basket_is_safe(hand: CountingHand) -> None:
    hand.scan(CODES[BOX.name])
    hand.write(CARDS[ANNA.id])
    hand.press(Key.Key_Return)
    hand.press(Key.Key_F6)
    hand.press(Key.Key_Escape)
    assert asked(hand) is Asking.ANYTHING
    assert len(hand.window.view.lines) == 1


def test_forty_hits_are_told_and_no_name_is_needed(hand: CountingHand, shop: Counter) -> None:
    for n in range(40):
        member = Member(id=f"{n + 5000:032x}", name=f"Aleksandra Nowak {n}")
        shop.journal.enrol(member, card(100 + n), shop.clock.now())
    hand.write("aleks")
    hand.press(Key.Key_Return)
    assert "40" in hand.sentence
    nameless = Member(id=f"{9000:032x}", name="", phone="+48700123999")
    shop.journal.enrol(nameless, card(300), shop.clock.now())
    hand.press(Key.Key_Escape)
    hand.write("3999")
    hand.press(Key.Key_Return)
    assert hand.window.view.member is not None


def test_keys_on_the_screen_follow_the_field_that_is_tapped(hand: CountingHand) -> None:
    counter = hand.window.counter
    hand.scan(BLANK)
    hand.window.take("touch")
    assert counter.touch.digits.isVisible()
    QTest.mouseClick(counter.join.name_field, Qt.MouseButton.LeftButton)
    assert (counter.touch.letters.isVisible(), counter.touch.digits.isVisible()) == (True, False)
    QTest.mouseClick(counter.join.phone_field, Qt.MouseButton.LeftButton)
    assert (counter.touch.letters.isVisible(), counter.touch.digits.isVisible()) == (False, True)
    hand.window.take("touch")
    QTest.mouseClick(counter.join.name_field, Qt.MouseButton.LeftButton)
    assert not counter.touch.letters.isVisible()
