"""What the window says: faults and trouble in plain words, hints where nothing happened."""

import sys
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel

from terminal.loyalty.engine.evaluation import Applied, Reason, Share, Why
from terminal.loyalty.standing import RewardName
from terminal.till.checkout.notice import Notice, NoticeKind, Weight
from terminal.till.gui.program import watch_for_faults
from terminal.till.printer_port import PrinterFault
from tests.till.gui.conftest import Hand, wait_until
from tests.till.gui.scripted import ANNA, TENTH_FREE
from tests.till.gui.settled import settled

BUTTER = "5901234123457"


def shown(hand: Hand) -> list[str]:
    labels = hand.window.counter.notice.findChildren(QLabel)
    return [label.text() for label in labels if label.isVisible()]


def planted() -> None:
    raise RuntimeError("planted in a slot")


@pytest.fixture
def watched(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> Hand:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    watch_for_faults(hand.window.tell_fault)
    return hand


def test_a_fault_that_nobody_caught_is_told_and_stays(watched: Hand) -> None:
    watched.scan(BUTTER)
    timer = QTimer(watched.window)
    timer.timeout.connect(planted)
    timer.setSingleShot(True)
    timer.start(1)
    wait_until(lambda: not timer.isActive())
    assert "basket is kept" in watched.sentence
    assert QApplication.activeModalWidget() is None
    watched.scan(ANNA)
    assert "basket is kept" in watched.sentence
    assert watched.window.view.member is not None
    watched.press(Qt.Key.Key_Escape)
    assert "basket is kept" not in watched.sentence
    assert len(watched.window.view.lines) == 1


def test_what_must_be_acted_on_is_told_over_a_fault(watched: Hand) -> None:
    watched.window.tell_fault()
    watched.scan("4006381333931")
    assert "price" in watched.sentence


def test_a_fault_in_the_telling_goes_to_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    watch_for_faults(planted)
    fault = ValueError("first")
    sys.excepthook(ValueError, fault, None)
    assert "could not be told" in caplog.text


def test_printing_says_that_and_where(hand: Hand) -> None:
    hand.till.printer.place = "slips/slip-1.txt"
    hand.press(Qt.Key.Key_F11)
    hand.press(Qt.Key.Key_F11)
    assert "slips/slip-1.txt" in hand.sentence


def test_a_printer_in_trouble_does_not_touch_the_sale(hand: Hand) -> None:
    hand.till.printer.fault = PrinterFault.NO_PAPER
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    hand.press(Qt.Key.Key_F10)
    hand.press(Qt.Key.Key_F11)
    assert hand.sentence == "Printer: no paper. Sale is saved. F11 prints later."
    assert hand.window.counter.state.words.endswith("Saved here")


def test_records_in_trouble_turn_the_line_at_the_top_amber(hand: Hand) -> None:
    notice = Notice(kind=NoticeKind.TROUBLE, weight=Weight.REFUSED, text="disk_full")
    hand.window.show_view(replace(hand.window.view, notice=notice))
    state = hand.window.counter.state
    assert "Trouble" in state.words
    hand.press(Qt.Key.Key_Escape)
    assert "Trouble" in state.words
    hand.scan(BUTTER)
    assert "Saved here" in state.words


def test_the_panel_behind_the_line_at_the_top_tells_of_records_in_trouble(hand: Hand) -> None:
    notice = Notice(kind=NoticeKind.TROUBLE, weight=Weight.REFUSED, text="disk_full")
    hand.window.show_view(replace(hand.window.view, notice=notice))
    hand.press(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    assert "Free some space, then go on." in told_of_the_line(hand)
    assert "nothing to do" not in told_of_the_line(hand)
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    assert "Free some space" not in told_of_the_line(hand)


def told_of_the_line(hand: Hand) -> str:
    panel = hand.window.counter.line
    assert panel.isVisible()
    return " ".join(one.text() for one in panel.findChildren(QLabel) if one.isVisible())


def test_a_key_that_means_nothing_here_writes_no_letter(hand: Hand) -> None:
    field = hand.window.counter.entry.field
    pressed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Q, Qt.KeyboardModifier.AltModifier, "q")
    QApplication.sendEvent(field, pressed)
    assert field.text() == ""
    hand.press(Qt.Key.Key_Q)
    assert field.text() == "q"


def test_the_clock_stands_at_the_top(hand: Hand) -> None:
    hand.window.counter.state.show_clock(lambda: datetime(2026, 3, 14, 9, 5, 30))  # noqa: DTZ001
    texts = [label.text() for label in hand.window.counter.state.findChildren(QLabel)]
    assert "09:05" in texts
    assert "Till 1" in texts


def test_a_hint_tells_what_can_be_done_and_is_no_message(hand: Hand) -> None:
    assert "F3 member" in shown(hand)[0]
    assert hand.sentence == ""
    hand.scan(BUTTER)
    assert "F9 finish" in shown(hand)[0]
    hand.press(Qt.Key.Key_F9)
    assert "F10" in shown(hand)[0]
    hand.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert "card terminal" in shown(hand)[0]
    hand.press(Qt.Key.Key_Escape)
    assert "F10 exact" in shown(hand)[0]


def test_stamps_are_called_stamps_in_a_notice(hand: Hand) -> None:
    reason = Reason(why=Why.UNITS_MISSING, units=2)
    notice = Notice(
        kind=NoticeKind.REWARD_NOT_READY, weight=Weight.REFUSED, name=TENTH_FREE, reason=reason
    )
    hand.window.show_view(replace(hand.window.view, notice=notice))
    assert "more stamps" in hand.sentence


def test_debts_and_pending_units_stand_under_why(hand: Hand) -> None:
    hand.till.crowded = True
    hand.scan(BUTTER)
    hand.scan(ANNA)
    hand.press(Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    told = hand.window.counter.why.page.toPlainText().replace("\N{NO-BREAK SPACE}", " ")
    assert "2 stamps owed from a return" in told
    assert "40 pts until" in told


def test_the_sale_is_one_sentence_in_the_panel(hand: Hand) -> None:
    hand.scan("5900000000015")
    hand.scan(ANNA)
    hand.press(Qt.Key.Key_F6)
    texts = [label.text() for label in hand.window.counter.member.findChildren(QLabel)]
    told = next(text for text in texts if text.startswith("This sale"))
    assert told.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "This sale: +34, −100 → 171 pts, worth"
    )


def test_cash_that_is_rounded_is_the_large_figure(hand: Hand) -> None:
    hand.till.cash_step = 5
    hand.scan(BUTTER)
    hand.press(Qt.Key.Key_F9)
    texts = [label.text() for label in hand.window.counter.total.findChildren(QLabel)]
    assert any("7.95" in text for text in texts)
    assert any("by card" in text and "7.99" in text for text in texts)


def test_an_amount_is_typed_on_the_number_pad(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.click("Finish")
    for key in ("5", "0", "00"):
        hand.click(key)
    assert hand.field == "5000"
    hand.click("Erase")
    hand.click("Erase")
    hand.click("Enter")
    assert hand.window.view.done is not None
    assert hand.window.view.done.change == 5000 - 799


def test_every_reward_of_many_can_be_reached(hand: Hand) -> None:
    hand.till.crowded = True
    hand.scan(BUTTER)
    hand.scan(ANNA)
    hand.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    for _ in range(9):
        hand.press(Qt.Key.Key_Down)
    hand.plus_or_minus("+")
    assert hand.till.calls[-1][0] == "claim_part"
    assert hand.till.calls[-1][1] == RewardName(9, "8")


def test_why_counts_the_pieces_of_each_line(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.scan("5900000000015")
    view = hand.window.view
    first, second = (line.key for line in view.lines)
    off = Applied(
        name=RewardName(4, "bread"), revision=1, times=1, discount=300, units=0, unit="",
        claimed=False, shares=(Share(line=first, amount=100, pieces=1), Share(line=second, amount=200, pieces=2)),
        reason=Reason(why=Why.PERCENT_OFF, basis_points=2000, pieces=3),
    )  # fmt: skip
    evaluation = replace(view.evaluation, applied=(off,))
    hand.window.counter.why.show_view(replace(view, evaluation=evaluation))
    told = hand.window.counter.why.page.toPlainText()
    assert "(1 pc) (−1.00)" in told
    assert "(2 pcs) (−2.00)" in told


def test_nothing_is_printed_while_money_is_counted(hand: Hand) -> None:
    hand.scan(BUTTER)
    assert hand.button("Slip").isEnabled()
    hand.press(Qt.Key.Key_F9)
    assert not hand.button("Slip").isEnabled()


def test_few_hits_are_easy_to_tap_and_the_last_of_many_is_reached(hand: Hand) -> None:
    hand.enter("ann")
    look = hand.window.counter._look
    choices = hand.window.counter.choices
    settled(hand.window)
    assert [row.height() for row in choices._rows if row.height() < look.mm(15)] == []
    hand.press(Qt.Key.Key_Escape)  # else the word is gone on with
    hand.enter("many")
    settled(hand.window)
    assert [row.height() for row in choices._rows if row.height() < look.target] == []
    last = choices._rows[-1]
    assert last.visibleRegion().isEmpty(), "so many do not fit at once"
    for _ in choices._rows:
        hand.press(Qt.Key.Key_Down)
    settled(hand.window)
    assert last.visibleRegion().boundingRect().size() == last.size()


def test_a_reward_that_only_waits_for_goods_is_told_as_ready(hand: Hand) -> None:
    hand.till.scan(BUTTER)
    view = hand.till.scan(ANNA)
    assert view.member is not None
    waiting = replace(
        view.member.offers[0],
        worth=0,
        applied=False,
        cost=100,
        balance_units=137,
        reason=Reason(why=Why.NO_GOODS),
    )
    shown_member = replace(view.member, offers=(waiting,))
    hand.window.steps.show_view(replace(view, member=shown_member))
    told = [label.text() for label in hand.window.counter.member.findChildren(QLabel)]
    assert "Reward ready, once its goods are scanned: 5 zł off" in told
    poor = replace(shown_member, offers=(replace(waiting, balance_units=99),))
    hand.window.steps.show_view(replace(view, member=poor))
    told = [label.text() for label in hand.window.counter.member.findChildren(QLabel)]
    assert "5 zł off: its goods are not in the basket" in told
