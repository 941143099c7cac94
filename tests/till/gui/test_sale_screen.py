"""The jobs of the counter, by real keys and real clicks, with their number of actions."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.view import JoiningView, ProductChoice, Stage
from terminal.till.gui.choice_list import ChoiceList, HitButton
from terminal.till.gui.controls import KeyButton
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.part_panel import PartRow
from tests.till.gui.conftest import Hand
from tests.till.gui.scripted import ANNA, BLANK, FIVE_OFF
from tests.till.gui.settled import settled

BUTTER, COFFEE = "5901234123457", "5900000000015"
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_a_member_is_identified_by_one_scan_and_greeted(hand: Hand) -> None:
    hand.scan(ANNA)
    assert hand.window.view.member is not None
    assert hand.sentence


def test_a_phone_takes_two_actions(hand: Hand) -> None:
    hand.enter("600123456")
    assert hand.window.view.member is not None


def test_several_members_are_picked_with_arrows_and_enter(hand: Hand) -> None:
    hand.enter("ann")
    hand.press(Qt.Key.Key_Down)
    hand.press(Qt.Key.Key_Return)
    assert hand.till.calls[-1] == ("pick_member", "m2")


def test_the_word_that_brought_up_a_list_is_gone_on_with(hand: Hand) -> None:
    hand.enter("ann")
    assert hand.field == "ann"
    hand.enter("a")
    assert hand.till.calls[-1] == ("enter", "anna")


def test_enter_on_a_button_that_tab_reached_presses_it_beside_the_word_of_a_list(
    hand: Hand,
) -> None:
    hand.enter("ann")
    hand.window.counter.choices.findChild(KeyButton).setFocus()  # type: ignore[union-attr]
    hand.press(Qt.Key.Key_Return)
    assert hand.window.view.member_choices == ()
    assert ("pick_member", "m1") not in hand.till.calls


class _Painted(QObject):
    """Where the rows of the list stood whenever one of them was painted."""

    def __init__(self, choices: ChoiceList) -> None:
        super().__init__()
        self._choices = choices
        self.times = 0
        self.over: list[list[int]] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, HitButton):
            self.times += 1
            places = [row.geometry() for row in self._choices._rows]
            if any(above.intersects(below) for above, below in pairwise(places)):
                self.over.append([place.y() for place in places])
        return False


def test_no_frame_shows_rows_of_a_long_list_over_each_other(hand: Hand) -> None:
    application = QApplication.instance()
    assert application is not None
    painted = _Painted(hand.window.counter.choices)
    one = ProductChoice(sku="1", name="Tea", price=100, by_weight=False)
    application.installEventFilter(painted)
    for many in (2, 30, 3, 20):
        hits = tuple(replace(one, sku=str(at)) for at in range(many))
        hand.window.steps.show_view(replace(hand.window.view, product_choices=hits))
        settled(hand.window)
    application.removeEventFilter(painted)
    assert painted.times > 0
    assert painted.over == []


def test_esc_puts_the_list_and_its_word_away(hand: Hand) -> None:
    hand.enter("ann")
    hand.press(Qt.Key.Key_Escape)
    assert hand.field == ""
    assert hand.window.view.member_choices == ()


def test_a_scan_puts_the_list_and_its_word_away(hand: Hand) -> None:
    hand.enter("ann")
    hand.type("a")
    hand.scan(BUTTER)
    assert hand.field == ""


def test_several_members_are_picked_by_touch(hand: Hand) -> None:
    hand.enter("ann")
    hand.click("Joanna")
    assert hand.till.calls[-1] == ("pick_member", "m3")
    assert hand.field == ""


def test_joining_takes_a_blank_card_and_enter(hand: Hand) -> None:
    hand.scan(BLANK)
    hand.enter()
    assert hand.till.calls == [("scan", BLANK), ("join", "", "")]


def test_enter_does_what_the_notice_says_while_somebody_joins(hand: Hand) -> None:
    hand.scan("4006381333931")
    hand.window.steps.show_view(replace(hand.window.view, joining=JoiningView(card=BLANK)))
    hand.enter()
    assert hand.window.counter.entry.asking is Asking.PRICE
    assert ("join", "", "") not in hand.till.calls
    hand.press(Qt.Key.Key_Escape)
    hand.window.steps.show_view(
        replace(hand.window.view, joining=JoiningView(card=BLANK), notice=None)
    )
    hand.enter()
    assert ("join", "", "") in hand.till.calls


def test_joining_takes_name_and_phone_if_they_are_offered(hand: Hand) -> None:
    hand.scan(BLANK)
    hand.press(Qt.Key.Key_F3)
    hand.type("Ola")
    hand.press(Qt.Key.Key_Tab)
    hand.enter("600100200")
    assert hand.till.calls[-1] == ("join", "Ola", "600100200")


def test_an_unknown_code_waits_as_a_line_and_opens_no_box(hand: Hand) -> None:
    hand.scan("4006381333931")
    hand.scan(BUTTER)
    assert len(hand.window.view.lines) == 2
    assert QApplication.activeModalWidget() is None
    assert not hand.window.findChildren(QDialog)
    assert not hand.window.findChildren(QMessageBox)
    hand.press(Qt.Key.Key_F9)
    assert hand.window.view.stage is Stage.SELLING
    assert hand.window.counter.edge.isVisible()


def test_an_unknown_code_gets_its_price_with_enter(hand: Hand) -> None:
    hand.scan("4006381333931")
    hand.enter()
    hand.enter("4.99")
    assert hand.till.calls[-1] == ("set_price", 1, 499)


@pytest.mark.parametrize("price", ["4,99", "4.99"])
def test_a_price_typed_at_once_is_the_price_of_the_line_that_waits(hand: Hand, price: str) -> None:
    hand.scan("4006381333931")
    hand.enter(price)
    assert hand.till.calls[-1] == ("set_price", 1, 499)
    hand.enter("7.50")
    assert list(hand.till.calls[-1]) == ["enter", "7.50"], "nothing waits any more"


def test_digits_without_cents_are_a_code_even_while_a_line_waits(hand: Hand) -> None:
    hand.scan("4006381333931")
    hand.enter("499")
    assert hand.till.calls[-1] == ("enter", "499")


def test_an_unknown_code_is_skipped_with_del(hand: Hand) -> None:
    hand.scan("4006381333931")
    hand.press(Qt.Key.Key_Delete)
    assert hand.till.calls[-1] == ("void", 1)


def test_a_price_that_is_none_is_refused_with_words_and_asked_again(hand: Hand) -> None:
    hand.scan("4006381333931")
    hand.enter()
    hand.enter("abc")
    assert "no amount" in hand.sentence
    hand.enter("5")
    assert hand.till.calls[-1] == ("set_price", 1, 500)


def test_the_reward_goes_on_and_off_with_one_key(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.scan(ANNA)
    hand.press(Qt.Key.Key_F6)
    assert hand.window.view.evaluation.discount == 500
    rows = hand.window.counter.basket.spoken()
    assert rows == ["Butter 82% 200 g, 7.99", "5 zł off, −5.00"]
    hand.press(Qt.Key.Key_F6)
    assert hand.window.view.evaluation.discount == 0


def test_the_reward_goes_on_by_touch(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.scan(ANNA)
    hand.click("Use 5 zł off")
    assert hand.till.calls[-1] == ("toggle_reward", FIVE_OFF)


def part_told(hand: Hand) -> str:
    row = hand.window.counter.part.findChildren(PartRow)[0]
    return row._worth.text().replace("\u00a0", " ")


def test_a_part_of_the_reward_is_chosen_with_plus(hand: Hand) -> None:
    hand.scan(COFFEE)
    hand.scan(ANNA)
    hand.press(Qt.Key.Key_F6, SHIFT)
    assert part_told(hand) == "Not used · PLN 5.00 for 100 pts"
    hand.plus_or_minus("+")
    assert part_told(hand) == "1 ×: PLN 5.00 for 100 pts"
    hand.plus_or_minus("+")
    assert part_told(hand) == "2 ×: PLN 10.00 for 200 pts"
    hand.plus_or_minus("+")
    assert hand.till.calls[2:] == [("claim_part", FIVE_OFF, 1), ("claim_part", FIVE_OFF, 2)]
    hand.press(Qt.Key.Key_Escape)
    assert not hand.window.counter.part.isVisible()


def test_undo_and_redo_have_their_keys(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_Z, CONTROL)
    assert hand.window.view.lines == ()
    hand.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert len(hand.window.view.lines) == 1


def test_undo_beside_the_word_of_a_list_is_for_the_basket(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.enter("ann")
    hand.press(Qt.Key.Key_Z, CONTROL)
    assert hand.window.view.lines == ()
    hand.scan(BUTTER)
    hand.type("bre")
    hand.press(Qt.Key.Key_Z, CONTROL)
    assert hand.field == ""
    assert len(hand.window.view.lines) == 1


def test_escape_never_clears_the_basket(hand: Hand) -> None:
    hand.scan(BUTTER)
    for key in (Qt.Key.Key_F1, Qt.Key.Key_F3, Qt.Key.Key_F9):
        hand.press(key)
        for _ in range(4):
            hand.press(Qt.Key.Key_Escape)
        assert len(hand.window.view.lines) == 1
        assert hand.window.view.stage is Stage.SELLING


def test_pieces_are_typed_before_the_scan_or_set_after_it(hand: Hand) -> None:
    hand.enter("3*")
    assert hand.window.view.next_pieces == 3
    hand.scan(BUTTER)
    hand.click("Pieces")
    hand.enter("12")
    assert hand.till.calls[-1] == ("set_pieces", 1, 12)


def test_pieces_typed_before_a_scan_need_no_enter(hand: Hand) -> None:
    hand.type("3*")
    hand.scan(BUTTER)
    assert hand.till.calls[-2:] == [("enter", "3*"), ("scan", BUTTER)]
    assert hand.window.counter.entry.field.text() == ""


def test_pieces_typed_before_a_tile_need_no_enter(hand: Hand) -> None:
    hand.type("3*")
    hand.window.steps.add_product("CUP-01")
    assert hand.till.calls[-2][:2] == ("enter", "3*")


def test_what_is_no_number_of_pieces_stays_in_the_field_on_a_scan(hand: Hand) -> None:
    hand.type("anna")
    hand.scan(BUTTER)
    assert hand.window.counter.entry.field.text() == "anna"


def test_arrows_choose_the_line_that_del_voids(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.scan(COFFEE)
    hand.press(Qt.Key.Key_Up)
    hand.press(Qt.Key.Key_Delete)
    assert hand.till.calls[-1] == ("void", 1)


def test_exact_cash_is_two_keys_from_the_basket(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.press(Qt.Key.Key_F10)
    assert hand.till.calls[-1] == ("tender", TenderKind.CASH, 799)
    assert hand.window.view.stage is Stage.DONE


def test_cash_is_typed_and_the_change_is_large(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.enter("20")
    assert hand.till.calls[-1] == ("tender", TenderKind.CASH, 2000)
    assert "12.01" in hand.window.counter.done.change.text()


@pytest.mark.parametrize("pauses", [False, True])
def test_cash_typed_as_fast_as_a_scanner_is_cash(hand: Hand, pauses: bool) -> None:
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.scan("100.00", end=not pauses)
    if pauses:
        assert hand.window.counter.entry.field.text() == "100.00"
        hand.press(Qt.Key.Key_Return)
    assert hand.till.calls[-1] == ("tender", TenderKind.CASH, 10_000)


def test_goods_scanned_while_paying_are_no_cash(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.scan(BUTTER)
    assert hand.till.calls[-1] == ("scan", BUTTER)


def test_while_the_sale_is_recorded_nothing_says_done(hand: Hand) -> None:
    seen: list[bool] = []
    payment = hand.window.counter.payment
    hand.till.watch = lambda: seen.append(payment.recording.isVisible() and payment.isVisible())
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.press(Qt.Key.Key_F10)
    assert seen == [True]


def test_the_card_terminal_needs_a_yes(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.press(Qt.Key.Key_F10, SHIFT)
    assert hand.window.view.stage is Stage.PAYING
    hand.press(Qt.Key.Key_Escape)
    assert ("tender", TenderKind.CARD, 799) not in hand.till.calls
    hand.press(Qt.Key.Key_F10, SHIFT)
    hand.press(Qt.Key.Key_Return)
    assert hand.till.calls[-1] == ("tender", TenderKind.CARD, 799)


def test_a_sale_by_touch_alone(hand: Hand) -> None:
    hand.click("Espresso")
    hand.click("Cappuccino")
    hand.click("Keyboard")
    for key in "600123456":
        hand.click(key)
    hand.click("Enter")
    assert hand.window.view.member is not None
    hand.click("Keyboard")
    hand.click("Finish")
    hand.click("20.00")
    hand.click("Next sale")
    assert hand.till.calls[-2:] == [("tender", TenderKind.CASH, 2000), ("begin_next",)]


def _has_keys(hand: Hand) -> bool:
    return hand.window.counter.touch.shown


def test_a_tapped_question_brings_the_keys_to_answer_it(hand: Hand) -> None:
    hand.click("Espresso")
    hand.click("Pieces")
    hand.click("3")
    hand.click("Enter")
    assert hand.till.calls[-1] == ("set_pieces", 1, 3)
    assert not _has_keys(hand)
    hand.click("Price")
    assert _has_keys(hand)
    hand.press(Qt.Key.Key_Escape)
    assert not _has_keys(hand)


def test_keys_that_were_there_before_the_question_stay(hand: Hand) -> None:
    hand.click("Espresso")
    hand.window.take("touch")
    hand.window.take("pieces")
    hand.enter("2")
    assert hand.window.counter.touch.shown


def test_a_tap_on_a_row_chooses_its_line(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.scan(COFFEE)
    basket = hand.window.counter.basket
    QTest.mouseClick(
        basket.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(60, 20)
    )
    assert hand.window.view.selected == 1


def test_a_right_click_opens_no_menu_that_would_take_the_next_scan(hand: Hand) -> None:
    QTest.mouseClick(hand.window.counter.entry.field, Qt.MouseButton.RightButton)
    assert QApplication.activePopupWidget() is None
    hand.scan(BUTTER)
    assert hand.till.calls == [("scan", BUTTER)]


def test_tiles_by_keys(hand: Hand) -> None:
    hand.press(Qt.Key.Key_F2)
    hand.press(Qt.Key.Key_Right)
    hand.press(Qt.Key.Key_Return)
    assert hand.till.calls == [("add_product", "T1")]


def test_a_scan_after_a_sale_begins_the_next(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.press(Qt.Key.Key_F10)
    hand.scan(COFFEE)
    assert [line.name for line in hand.window.view.lines] == ["Coffee beans 500 g"]


def test_f11_prints_and_reprints(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.press(Qt.Key.Key_F10)
    hand.press(Qt.Key.Key_F11)
    assert len(hand.till.printer.sheets) == 1
    hand.press(Qt.Key.Key_Return)
    hand.press(Qt.Key.Key_F11)
    assert "SKLEP" in hand.window.counter.done.paper.toPlainText()
    hand.press(Qt.Key.Key_F11)
    assert len(hand.till.printer.sheets) == 2


def test_why_tells_the_reason_of_every_discount(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.plus_or_minus("+")
    hand.press(Qt.Key.Key_W, ALT)
    told = hand.window.counter.why.page.toPlainText()
    assert "Second butter half price" in told
    assert "Tenth coffee free" in told
    hand.press(Qt.Key.Key_Escape)
    assert not hand.window.counter.why.isVisible()


def test_a_bug_in_a_step_shows_a_sentence_and_keeps_the_basket(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.till.fails = True
    hand.scan(COFFEE)
    assert "basket is kept" in hand.sentence
    assert len(hand.window.view.lines) == 1
    hand.till.fails = False
    hand.scan(COFFEE)
    assert len(hand.window.view.lines) == 2


@pytest.mark.parametrize("count", [40, 200])
def test_the_chosen_line_is_visible_in_a_long_basket(hand: Hand, count: int) -> None:
    for _ in range(count):
        hand.till.add_product("B1")
    hand.scan(BUTTER)
    basket = hand.window.counter.basket
    chosen = basket.visualRect(basket.model().index(count, 0))
    assert basket.viewport().rect().contains(chosen.center())


def test_only_rows_that_changed_are_written(hand: Hand) -> None:
    for _ in range(20):
        hand.scan(BUTTER)
    written: list[int] = []
    model = hand.window.counter.basket.model()
    model.dataChanged.connect(lambda top, _bottom: written.append(top.row()))
    hand.scan(COFFEE)
    assert set(written) <= {19, 20}
