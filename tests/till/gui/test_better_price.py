"""While nobody does anything the till finds a better price: real keys, the real checkout and engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.bench.engine_workloads import BUSY, Asked, questions
from terminal.loyalty.basket import Line
from terminal.loyalty.engine.run import DEFAULT_EFFORT, Answer, evaluate
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import NOBODY
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import Stage
from terminal.till.gui import better_price
from terminal.till.journal_port import RecordedSale
from tests.till.checkout.counter import BUTTER, CODES, Counter, fake_counter, told
from tests.till.gui.conftest import Hand, make_window

Key = Qt.Key


@cache
def asked() -> Asked:
    """A basket of the bench's, with butter, whose first answer without a card is not the best."""
    at = fake_counter().clock.now()
    for one in questions(BUSY, 15):
        basket = replace(
            one.basket, lines=(*one.basket.lines, Line(key=99, product=BUTTER, pieces=1))
        )
        answer = Answer(basket, NOBODY, one.programmes, at)
        first = answer.evaluation().total
        answer.go(40_000, small=True)
        if answer.evaluation().proven and answer.evaluation().total < first:
            return replace(one, basket=basket)
    raise AssertionError("every first answer is the best one")


@pytest.fixture
def counter() -> Counter:
    """All of the basket but the butter is on the sale."""
    made = fake_counter()
    made.programmes.known = {(one.programme, one.revision): one for one in asked().programmes}
    made.catalogue.put_products([line.product for line in asked().basket.lines[:-1]])
    for line in asked().basket.lines[:-1]:
        view = made.checkout.add_product(line.product.sku)
        if line.pieces > 1:
            made.checkout.set_pieces(view.lines[-1].key, line.pieces)
    return made


@pytest.fixture
def hand(qtbot: QtBot, counter: Counter) -> Iterator[Hand]:
    window = make_window(counter.checkout)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    yield Hand(window, counter)
    window.tap.disarm()


def scan_butter(hand: Hand) -> int:
    """The total that the scan shows at once."""
    hand.scan(CODES[BUTTER.name])
    evaluation = hand.window.view.evaluation
    assert not evaluation.proven
    assert evaluation.effort == 0
    return hand.window.view.evaluation.total


def recorded(counter: Counter) -> SaleRecord:
    sale: RecordedSale = next(reversed(counter.journal.sales.values()))
    return sale.record


def test_a_better_price_comes_by_itself_and_is_what_is_paid(
    qtbot: QtBot, hand: Hand, counter: Counter
) -> None:
    first = scan_butter(hand)

    qtbot.waitUntil(lambda: hand.window.view.evaluation.proven)

    view = hand.window.view
    less = first - view.evaluation.total
    assert less > 0
    assert told(view) is NoticeKind.BETTER_PRICE
    assert hand.window.steps.words.amount(less) in hand.sentence

    hand.press(Key.Key_F9)
    assert hand.window.view.stage is Stage.PAYING
    assert hand.window.view.evaluation.total == view.evaluation.total
    hand.enter("999")
    record = recorded(counter)
    assert (record.total, record.bound, record.proven) == (
        view.evaluation.total,
        view.evaluation.total,
        True,
    )
    at_once = evaluate(asked().basket, NOBODY, asked().programmes, record.at, effort=record.effort)
    assert record.effort > DEFAULT_EFFORT
    assert (at_once.total, at_once.bound) == (record.total, record.bound)


def test_who_pays_at_once_pays_what_the_screen_shows(
    qtbot: QtBot, hand: Hand, counter: Counter
) -> None:
    first = scan_butter(hand)

    hand.press(Key.Key_F9)
    QTest.qWait(400)

    assert hand.window.view.stage is Stage.PAYING
    assert hand.window.view.evaluation.total == first
    hand.enter("999")
    assert recorded(counter).total == first
    assert recorded(counter).effort == 0


def test_a_better_price_that_nobody_saw_yet_is_not_what_is_paid(
    hand: Hand, counter: Counter
) -> None:
    first = scan_butter(hand)
    answer = counter.checkout._work._answer
    cost = answer.standing_of[0]
    while answer.standing_of[0] == cost:
        turn = iter((False,))
        assert counter.checkout.pursue(lambda turn=turn: next(turn, True))  # type: ignore[misc]

    hand.press(Key.Key_F9)

    assert hand.window.view.stage is Stage.PAYING
    assert hand.window.view.evaluation.total == first


def test_a_scan_in_the_middle_begins_anew(qtbot: QtBot, hand: Hand, counter: Counter) -> None:
    scan_butter(hand)
    turn = iter((False, False, False))
    assert counter.checkout.pursue(lambda: next(turn, True))  # there is more to look for

    hand.scan(CODES[BUTTER.name])

    two = hand.window.view.evaluation
    assert two.effort == 0
    qtbot.waitUntil(lambda: hand.window.view.evaluation.proven)
    best = hand.window.view.evaluation
    assert best.gross == two.gross
    assert best.total <= two.total


def test_whoever_types_puts_it_off(
    qtbot: QtBot, hand: Hand, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = 600_000
    monkeypatch.setattr(better_price, "PAUSE_MS", minutes)
    scan_butter(hand)
    timers = hand.window.counter.state.findChildren(QTimer)
    (pause,) = [one for one in timers if one.interval() == minutes]
    for _ in range(3):
        pause.start(minutes // 2)  # half of it has gone by
        hand.type("7")
        assert pause.remainingTime() > minutes // 2
    assert hand.window.view.evaluation.effort == 0

    monkeypatch.setattr(better_price, "PAUSE_MS", 1)
    hand.press(Key.Key_Escape)
    qtbot.waitUntil(lambda: hand.window.view.evaluation.proven)


def test_a_price_that_was_found_stays_when_the_basket_is_judged_anew(
    qtbot: QtBot, hand: Hand, counter: Counter
) -> None:
    scan_butter(hand)
    qtbot.waitUntil(lambda: hand.window.view.evaluation.proven)
    best = hand.window.view.evaluation

    counter.wait(minutes=1)
    hand.press(Key.Key_F9)
    hand.press(Key.Key_Escape)

    assert hand.window.view.stage is Stage.SELLING
    assert hand.window.view.evaluation.total == best.total
    assert hand.window.view.evaluation.proven


def test_only_the_window_that_is_there_is_told(qtbot: QtBot, hand: Hand, counter: Counter) -> None:
    scan_butter(hand)
    for _ in range(2):
        hand.window.renew()  # another text size, another language
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    counter.line.pair()
    qtbot.waitUntil(lambda: hand.window.view.evaluation.proven)

    assert told(hand.window.view) is NoticeKind.BETTER_PRICE


def test_after_a_crash_whoever_paid_a_part_pays_what_they_saw(
    qtbot: QtBot, hand: Hand, counter: Counter
) -> None:
    first = scan_butter(hand)
    qtbot.waitUntil(lambda: hand.window.view.evaluation.proven)
    shown = hand.window.view.evaluation
    assert shown.total < first
    hand.press(Key.Key_F9)
    hand.enter("1")

    view = fake_counter(like=counter).checkout.view()

    assert view.payment is not None
    assert (view.payment.due, view.payment.remaining) == (shown.total, shown.total - 100)
    assert (view.evaluation.total, view.evaluation.effort) == (shown.total, shown.effort)
