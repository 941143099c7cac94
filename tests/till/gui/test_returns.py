"""What is kept of an odd basket is priced again while the window stays quick: real keys and engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.loyalty.money import Currency
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.refund_view import RefundUnitView
from terminal.till.checkout.view import Stage
from terminal.till.gui import better_price
from terminal.till.gui.refund_side import told_unit
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words
from tests.till.checkout.counter import Counter, told
from tests.till.checkout.test_refunds import shown, slip
from tests.till.checkout.test_returns_judged_anew import counter, sale
from tests.till.gui.conftest import Hand, make_window

__all__ = ["counter", "sale"]

Key = Qt.Key


@pytest.fixture
def hand(qtbot: QtBot, counter: Counter, sale: str) -> Iterator[Hand]:
    """The slip of the sale is scanned."""
    window = make_window(counter.checkout)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    hand = Hand(window, counter)
    hand.scan(slip(sale))
    yield hand
    window.tap.disarm()


def stage(hand: Hand) -> Stage:
    return hand.window.view.stage


def test_the_sum_comes_by_itself_and_enter_waits_for_it(
    qtbot: QtBot, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(better_price, "WAITED_MS", 600_000)  # nobody has an idle moment yet
    page, words = hand.window.counter, hand.window.steps.words
    hand.plus_or_minus("+")
    assert page.total._sum.text() == "…"
    assert words.label(ReturnLabel.RETURN_WORKED_OUT) in page.refund_side._effects.text()
    assert not page.total.button.isEnabled()
    hand.press(Key.Key_Return)
    assert stage(hand) is Stage.RETURNING
    assert told(hand.window.view) is NoticeKind.RETURN_WORKED_OUT

    monkeypatch.setattr(better_price, "WAITED_MS", 1)
    hand.press(Key.Key_Down)
    qtbot.waitUntil(lambda: shown(hand.window.view).worked_out)

    money = shown(hand.window.view).money
    assert page.total._sum.text() == words.money(money)
    assert page.total.button.isEnabled()
    hand.press(Key.Key_Return)
    assert stage(hand) is Stage.DONE
    assert hand.window.view.done is not None
    assert hand.window.view.done.due == money


def test_the_line_under_the_field_says_what_enter_does_next(hand: Hand) -> None:
    notice, words = hand.window.counter.notice, hand.window.steps.words
    assert notice._hint.text() == words.label(ReturnLabel.NOW_RETURNING)
    hand.plus_or_minus("+")
    assert notice._hint.text() == words.label(ReturnLabel.NOW_RETURN_CHOSEN)


def test_money_of_a_wallet_says_which_beside_the_money_of_the_drawer() -> None:
    """ "500.00 taken back" alone stood under "Cash: 500.00", and nobody knew of which."""
    gift = RefundUnitView(
        unit="gift-card", kind=UnitKind.MONEY, name={"en": "gift card"}, taken=50000
    )
    points = RefundUnitView(unit="points", kind=UnitKind.POINTS, name={"en": "points"}, taken=7)
    words = Words("en", Currency("EUR"))
    assert list(told_unit(gift, words)) == [f"{words.money(50000)} (gift card) taken back"]
    assert next(iter(told_unit(points, words))) == f"{words.units(7, points)} taken back"
