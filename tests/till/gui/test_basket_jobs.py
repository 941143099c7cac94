"""The jobs with the basket on the real till: by keys alone and by touch alone, with their counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.barcodes.gtin import check_digit
from terminal.loyalty.basket import Product
from terminal.till.app import open_till
from terminal.till.checkout.view import LineState, Stage
from terminal.till.gui.entry_field import Asking
from terminal.till.ports import Tile
from terminal.till.settings import LaneTable, ScalesTable
from tests.fakes import FakeClock, FakeIds
from tests.till.checkout.counter import (
    ANNA,
    APPLES,
    BORYS,
    BOX,
    BUTTER,
    CARDS,
    CODES,
    COFFEE,
    UNKNOWN,
    real_counter,
    settings,
)
from tests.till.gui.conftest import Hand, make_window

FLOWERS = Product(sku="902", name="Flowers", price=0, vat=800, open_price=True)
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def open_hand(qtbot: QtBot, folder: Path, mode: str = "goods") -> Hand:
    filled = real_counter(folder)
    assert filled.till is not None
    filled.till.database.catalogue.put_products([FLOWERS])
    filled.till.database.catalogue.put_tiles(
        [Tile(product=one, group="Bar") for one in (COFFEE, APPLES, FLOWERS)]
    )
    filled.till.close()
    ids = FakeIds()
    ids._last = 5_000
    wanted = replace(
        settings(folder), lane=LaneTable(mode=mode), scales=ScalesTable(labels=("lv",))
    )
    till = open_till(wanted, clock=FakeClock(), ids=ids)
    window = make_window(till.checkout)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    return Hand(window, till)


@pytest.fixture
def shop(qtbot: QtBot, tmp_path: Path) -> Iterator[Hand]:
    hand = open_hand(qtbot, tmp_path / "shop")
    yield hand
    hand.window.tap.disarm()
    hand.till.close()


@pytest.fixture
def beside(qtbot: QtBot, tmp_path: Path) -> Iterator[Hand]:
    hand = open_hand(qtbot, tmp_path / "beside", "amount")
    yield hand
    hand.window.tap.disarm()
    hand.till.close()


def lines(hand: Hand) -> list[tuple[str, int]]:
    return [(line.name, line.gross) for line in hand.window.view.lines]


def digits(hand: Hand, text: str) -> None:
    for sign in text:
        hand.click("." if sign == "." else sign)


# --- on hold -------------------------------------------------------------------------------------


def test_one_of_several_is_chosen_with_arrows_or_a_tap(shop: Hand) -> None:
    for goods in (BUTTER, BOX):
        shop.scan(CODES[goods.name])
        shop.press(Qt.Key.Key_F4)
    shop.press(Qt.Key.Key_F5)
    shop.press(Qt.Key.Key_Down)
    shop.enter()
    assert lines(shop) == [("Butter", 799)]
    shop.press(Qt.Key.Key_Z, CONTROL)
    shop.click("On hold (2)")
    shop.click("12:00, 1 piece, PLN\xa020.00")
    assert lines(shop) == [("Large box", 2000)]


def test_a_long_list_is_read_in_pages(shop: Hand) -> None:
    for _ in range(12):
        shop.scan(CODES["Butter"])
        shop.press(Qt.Key.Key_F4)
    shop.press(Qt.Key.Key_F5)
    panel = shop.window.counter.recall
    assert len(panel._rows) < 12
    for _ in range(11):
        shop.press(Qt.Key.Key_Down)
    assert panel._marked == 11
    shop.click("Later ones")
    assert panel._marked < 11
    shop.press(Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert shop.window.view.parked == 12


# --- unknown codes -------------------------------------------------------------------------------


def test_an_unknown_code_is_linked_by_keys(shop: Hand) -> None:
    shop.scan(UNKNOWN)
    shop.press(Qt.Key.Key_F2)
    shop.enter("butt")
    assert lines(shop) == [("Butter", 799)]
    shop.scan(UNKNOWN)
    assert lines(shop) == [("Butter", 1598)]
    shop.press(Qt.Key.Key_Z, CONTROL)
    shop.press(Qt.Key.Key_Z, CONTROL)
    assert shop.window.view.lines[0].state is LineState.UNKNOWN_CODE


def test_a_second_piece_of_an_unknown_code_wants_no_price_of_its_own(shop: Hand) -> None:
    shop.scan(UNKNOWN)
    shop.scan(UNKNOWN)
    row = shop.window.counter.basket._rows[0]
    assert (len(shop.window.view.lines), row.quantity) == (1, "2\u00a0pcs")
    shop.enter("4,50")
    assert shop.window.view.total == 900
    shop.press(Qt.Key.Key_Z, CONTROL)
    shop.press(Qt.Key.Key_Z, CONTROL)
    assert shop.window.view.lines[0].pieces == 1
    assert shop.window.counter.basket._rows[0].quantity == ""


def test_a_piece_of_an_unknown_code_too_many_is_taken_off(shop: Hand) -> None:
    shop.scan(UNKNOWN)
    shop.scan(UNKNOWN)
    shop.click("One piece less")
    assert shop.window.view.lines[0].pieces == 1


def test_an_unknown_code_is_linked_by_touch(shop: Hand) -> None:
    shop.scan(UNKNOWN)
    shop.click("Link")
    shop.click("Cappuccino")
    assert lines(shop) == [("Cappuccino", 1000)]
    assert shop.window.counter.entry.asking is Asking.ANYTHING


def test_a_scan_goes_on_while_a_code_is_being_linked(shop: Hand) -> None:
    shop.scan(UNKNOWN)
    shop.press(Qt.Key.Key_F2)
    shop.scan(CODES["Butter"])
    assert shop.window.counter.entry.asking is Asking.ANYTHING
    assert len(shop.window.view.lines) == 2
    assert shop.window.view.blocked == (1,)


def test_esc_leaves_the_code_as_it_is(shop: Hand) -> None:
    shop.scan(UNKNOWN)
    shop.press(Qt.Key.Key_F2)
    shop.press(Qt.Key.Key_Escape)
    assert shop.window.counter.entry.asking is Asking.ANYTHING
    assert shop.window.view.blocked == (1,)


# --- without a price of their own ----------------------------------------------------------------


def test_a_plu_and_its_weight_are_typed(shop: Hand) -> None:
    shop.enter("4011")
    assert shop.window.counter.entry.asking is Asking.WEIGHT
    shop.enter("1,245")
    assert lines(shop) == [("Apples", 560)]
    assert shop.window.counter.basket.spoken() == ["Apples, 1.245\xa0kg\xa0×\xa04.50, 5.60"]


def test_a_tile_and_its_weight_by_touch(shop: Hand) -> None:
    shop.click("Apples")
    digits(shop, "1.245")
    shop.click("Enter")
    assert lines(shop) == [("Apples", 560)]


def test_a_weight_typed_before_the_tile(shop: Hand) -> None:
    shop.type("0.5")
    shop.click("Apples")
    assert lines(shop) == [("Apples", 225)]
    assert shop.field == ""


def test_enter_takes_the_strange_amount_that_a_tile_was_tapped_with(shop: Hand) -> None:
    shop.type("4614460")
    shop.click("Flowers")
    assert lines(shop) == []
    assert "Enter takes it" in shop.sentence
    shop.enter()
    assert lines(shop) == [("Flowers", 461_446_000)]
    assert shop.field == ""


def test_another_text_behind_a_strange_amount_is_no_price(shop: Hand) -> None:
    shop.type("4614460")
    shop.click("Flowers")
    shop.enter("9")
    assert lines(shop) == [("9", 0)]


def test_goods_of_a_kind_by_keys_and_by_touch(shop: Hand) -> None:
    shop.enter("902")
    assert shop.window.counter.entry.asking is Asking.PRICE
    shop.enter("12.50")
    shop.type("8.00")
    shop.click("Flowers")
    shop.click("Flowers")
    digits(shop, "3.00")
    shop.click("Enter")
    assert lines(shop) == [("Flowers", 1250), ("Flowers", 800), ("Flowers", 300)]


def test_what_was_left_open_is_asked_again_with_enter(shop: Hand) -> None:
    shop.enter("4011")
    shop.press(Qt.Key.Key_Escape)
    shop.press(Qt.Key.Key_F9)
    assert shop.window.view.stage is Stage.SELLING
    shop.enter()
    assert shop.window.counter.entry.asking is Asking.WEIGHT
    shop.enter("abc")
    assert "no weight" in shop.sentence
    shop.enter("1")
    assert lines(shop) == [("Apples", 450)]


def test_the_weight_of_a_line_is_changed_by_touch(shop: Hand) -> None:
    shop.scan("2304011" + "00500" + check_digit("230401100500"))
    assert lines(shop) == [("Apples", 225)]
    shop.click("Weight")
    digits(shop, "1")
    shop.click("Enter")
    assert lines(shop) == [("Apples", 450)]


def test_goods_are_found_by_name_after_f2(shop: Hand) -> None:
    shop.press(Qt.Key.Key_F2)
    shop.enter("butt")
    assert lines(shop) == [("Butter", 799)]


def test_f2_twice_walks_over_the_tiles(shop: Hand) -> None:
    shop.press(Qt.Key.Key_F2)
    shop.press(Qt.Key.Key_Return)
    assert lines(shop) == [("Cappuccino", 1000)]


def test_the_hint_says_what_f2_does_on_the_tiles_and_off_them(shop: Hand) -> None:
    bar, board = shop.window.counter.notice, shop.window.counter.tiles
    shop.press(Qt.Key.Key_F2)
    assert board.has_focus
    assert "F2" not in bar.hint
    tiles = shop.till.checkout.tiles()
    board.show_tiles([*tiles, *(replace(tile, group="Bakery") for tile in tiles)])
    shop.press(Qt.Key.Key_F2)
    assert "F2 next group" in bar.hint
    shop.press(Qt.Key.Key_F2)
    assert board.has_focus
    assert board._group == "Bakery"
    shop.type("b")
    assert "F2 tiles" in bar.hint
    shop.press(Qt.Key.Key_F2)
    assert "F2 next group" in bar.hint
    board.show_tiles([])
    shop.type("u")
    assert bar.hint.startswith("Type it, then Enter")


def test_a_tile_after_f2_answers_what_was_asked(shop: Hand) -> None:
    shop.press(Qt.Key.Key_F2)
    shop.press(Qt.Key.Key_Space)
    assert lines(shop) == [("Cappuccino", 1000)]
    assert shop.window.counter.entry.asking is Asking.ANYTHING


def test_a_card_after_f2_puts_the_question_away(shop: Hand) -> None:
    shop.press(Qt.Key.Key_F2)
    shop.scan(CARDS[ANNA.id])
    assert shop.window.view.member is not None
    assert shop.window.counter.entry.asking is Asking.ANYTHING


# --- paying --------------------------------------------------------------------------------------


def test_a_voucher_a_card_and_cash_by_keys(shop: Hand) -> None:
    shop.scan(CODES["Large box"])
    shop.press(Qt.Key.Key_F9)
    shop.type("5")
    shop.press(Qt.Key.Key_F10, CONTROL)
    shop.type("3")
    shop.press(Qt.Key.Key_F10, SHIFT)
    shop.enter()
    shop.enter("2")
    shop.press(Qt.Key.Key_Z, CONTROL)
    shop.press(Qt.Key.Key_F10, CONTROL | SHIFT)
    assert shop.window.view.stage is Stage.DONE
    record = shop.till.database.journal.load(shop.window.view.done.sale).record  # type: ignore[union-attr]
    assert [(one.kind.value, one.amount) for one in record.tenders] == [
        ("voucher", 500),
        ("card", 300),
        ("transfer", 1200),
    ]


def test_while_the_card_terminal_is_asked_no_amount_is_cash(shop: Hand) -> None:
    shop.scan(CODES["Large box"])
    shop.press(Qt.Key.Key_F9)
    shop.press(Qt.Key.Key_F10, SHIFT)
    assert shop.window.counter.entry.asking is Asking.CARD
    shop.enter("12.50")
    payment = shop.window.view.payment
    assert payment is not None
    assert payment.tenders == ()
    shop.enter("abc")
    assert shop.sentence.startswith("That is no amount")
    shop.press(Qt.Key.Key_F10)
    assert shop.sentence.startswith("The card terminal is asked")
    shop.press(Qt.Key.Key_Z, CONTROL)
    assert shop.sentence.startswith("The card terminal is asked")
    shop.enter()
    assert not shop.window.counter.asks_for_card
    payment = shop.window.view.payment
    assert payment is not None
    assert [(one.kind.value, one.amount) for one in payment.tenders] == [("card", 1250)]


def test_the_ways_to_pay_say_how_much_of_what_was_typed_they_take(shop: Hand) -> None:
    shop.scan(CODES["Large box"])
    shop.press(Qt.Key.Key_F9)
    shop.type("7.5")
    assert shop.button("Card: 7.50").isVisible()
    shop.type("0")
    shop.click("Transfer: 7.50")
    shop.type("100")
    assert shop.button("Card: 12.50").isVisible()
    assert shop.button("Voucher: 12.50").isVisible()
    shop.press(Qt.Key.Key_Escape)
    assert shop.button("Card").accessibleName() == "Card"


def test_what_a_way_would_take_goes_with_what_is_left_to_pay(shop: Hand) -> None:
    shop.scan(CODES["Large box"])
    shop.press(Qt.Key.Key_F9)
    shop.enter("3")
    shop.type("100")
    assert shop.button("Card: 17.00").isVisible()
    shop.click("Hand back")
    assert shop.button("Card: 20.00").isVisible()
    assert shop.button("Voucher: 20.00").isVisible()


def test_no_amount_is_no_answer_to_what_the_card_terminal_shall_take(shop: Hand) -> None:
    shop.scan(CODES["Large box"])
    shop.press(Qt.Key.Key_F9)
    shop.press(Qt.Key.Key_F10, SHIFT)
    shop.enter("0")
    assert shop.sentence.startswith("That is no amount")
    assert shop.window.counter.asks_for_card


def test_what_is_no_amount_is_paid_in_no_way(shop: Hand) -> None:
    shop.scan(CODES["Large box"])
    shop.press(Qt.Key.Key_F9)
    for way in ("Card", "Voucher", "Transfer"):
        shop.type("abc")
        shop.click(way)
        assert shop.sentence.startswith("That is no amount")
        assert not shop.window.counter.asks_for_card
        shop.press(Qt.Key.Key_Escape)
    assert shop.window.view.stage is Stage.PAYING


def test_an_earlier_payment_stays_while_the_card_terminal_is_asked(shop: Hand) -> None:
    shop.scan(CODES["Large box"])
    shop.press(Qt.Key.Key_F9)
    shop.enter("3")
    shop.press(Qt.Key.Key_F10, SHIFT)
    shop.click("Hand back")
    assert shop.sentence.startswith("The card terminal is asked")
    assert shop.window.counter.asks_for_card


def test_a_tender_is_handed_back_by_touch_and_by_del(shop: Hand) -> None:
    shop.scan(CODES["Large box"])
    shop.press(Qt.Key.Key_F9)
    shop.type("5")
    shop.click("Voucher")
    shop.enter("3")
    shop.click("Hand back")
    payment = shop.window.view.payment
    assert payment is not None
    assert payment.remaining == 1700
    shop.press(Qt.Key.Key_Delete)
    assert shop.window.view.payment is not None
    assert shop.window.view.payment.remaining == 2000


# --- totals only ---------------------------------------------------------------------------------


def test_a_card_and_a_total_are_two_actions(beside: Hand) -> None:
    beside.scan(CARDS[ANNA.id])
    beside.enter("53,49")
    assert beside.window.view.stage is Stage.DONE
    assert "Nothing to take off" in beside.window.counter.amount._answer.text()
    assert not beside.window.counter.tiles.isVisible()


def test_the_reward_is_used_before_enter(beside: Hand) -> None:
    beside.scan(CARDS[ANNA.id])
    beside.press(Qt.Key.Key_F6)
    beside.enter("53")
    assert "5.00" in beside.window.counter.amount._answer.text()
    beside.press(Qt.Key.Key_Z, CONTROL)
    assert "recorded" in beside.sentence


def test_the_reward_of_a_typed_total_is_seen_before_it_counts(beside: Hand) -> None:
    beside.scan(CARDS[ANNA.id])
    beside.type("53.49")
    beside.press(Qt.Key.Key_F6)
    assert beside.window.view.total == 4849
    beside.press(Qt.Key.Key_F9)
    assert beside.window.view.stage is Stage.DONE


def test_a_total_by_touch(beside: Hand) -> None:
    beside.scan(CARDS[ANNA.id])
    digits(beside, "53.49")
    beside.click("Count it")
    assert beside.window.view.done is not None
    beside.scan(CARDS[ANNA.id])
    assert beside.window.view.stage is Stage.SELLING


def test_a_total_typed_before_the_card_waits_in_the_field(beside: Hand) -> None:
    beside.type("53.49")
    beside.scan(CARDS[ANNA.id])
    assert beside.field == "53.49"
    beside.enter()
    assert beside.window.view.stage is Stage.DONE


def test_nothing_ever_opens_a_box(beside: Hand) -> None:
    beside.scan(CODES["Butter"])
    assert "other till" in beside.sentence
    assert QApplication.activeModalWidget() is None


# --- what lacks for a reward ---------------------------------------------------------------------


def test_what_lacks_for_a_reward_counts_what_this_sale_brings(shop: Hand) -> None:
    def lacking() -> str:
        return shop.window.counter.member._missing.text().replace("\N{NO-BREAK SPACE}", " ")

    shop.scan(CARDS[BORYS.id])
    assert "100 more pts needed – spend PLN" in lacking()
    shop.scan(CODES[BUTTER.name])
    assert lacking().endswith("94 more pts needed")
    for _ in range(5):
        shop.scan(CODES[BOX.name])
    assert lacking().endswith("with this purchase it is ready for the next one")
