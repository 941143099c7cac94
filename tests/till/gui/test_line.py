"""The line to the server on the screen: real keys, the real checkout, and a line in the hand."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from terminal.loyalty.basket import Product
from terminal.till.checkout.view import Stage
from terminal.till.gui.server_steps import ServerSteps
from terminal.till.gui.state_line import Tone
from terminal.till.gui.wait_mark import WaitMark
from terminal.till.line_port import PATIENCE_MS, LineTrouble
from terminal.till.ports import Tile
from tests.till.checkout.counter import (
    ANNA,
    BOX,
    BUTTER,
    CARDS,
    CODES,
    COFFEE,
    FROM_TILL_2,
    WASH,
    Counter,
    fake_counter,
)
from tests.till.checkout.test_rights_elsewhere import arrive, move
from tests.till.gui.conftest import Hand, make_window, wait_until
from tests.till.gui.settled import at_rest, settled

ALT = Qt.KeyboardModifier.AltModifier
NOW_MS = 1_781_517_600_000
"""The fake clock's noon."""
MINUTE, HOUR = 60_000, 3_600_000


@pytest.fixture
def counter() -> Counter:
    """Anna has 246 points, 64 of them may be spent here; the server answers."""
    made = fake_counter()
    made.catalogue.put_tiles([Tile(product=COFFEE, group="Bar")])
    made.give(ANNA, 246 - 137)
    move(made, 182)
    made.line.pair(last_ms=NOW_MS)
    return made


@pytest.fixture
def hand(qtbot: QtBot, counter: Counter) -> Iterator[Hand]:
    window = make_window(counter.checkout)
    window.counter.show_clock(lambda: counter.clock.now().local)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    yield Hand(window, counter)
    window.tap.disarm()


def scan(hand: Hand, *goods: Product) -> None:
    for one in goods:
        hand.scan(CODES[one.name])


def hint(hand: Hand) -> str:
    labels = hand.window.counter.notice.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def panel(hand: Hand) -> str:
    labels = hand.window.counter.member.findChildren(QLabel)
    told = " | ".join(label.text() for label in labels if label.isVisible())
    return told.replace("\N{NO-BREAK SPACE}", " ")


def marks(hand: Hand) -> list[WaitMark]:
    return [mark for mark in hand.window.findChildren(WaitMark) if mark.isVisible()]


# --- the line at the top -------------------------------------------------------------------------


def test_all_at_the_server_is_green_and_much_waiting_is_quiet(hand: Hand) -> None:
    state = hand.window.counter.state
    assert (state.words, state.tone) == ("● Saved here and at the server", Tone.GOOD)
    hand.till.line.change(trouble=LineTrouble.NO_LINE, waiting=3, last_ms=NOW_MS - 2 * HOUR)
    assert state.words.replace("\N{NO-BREAK SPACE}", " ") == (
        "● Saved here · 3 waiting · offline · last contact 2 h ago"
    )
    assert state.tone is Tone.QUIET


def test_what_somebody_must_act_on_is_amber(hand: Hand) -> None:
    state = hand.window.counter.state
    hand.till.line.change(trouble=LineTrouble.REVOKED)
    assert (state.words, state.tone) == ("⚠ Saved here · this till is shut out", Tone.WARN)
    hand.till.line.change(trouble=LineTrouble.NONE)
    assert state.tone is Tone.GOOD


def test_a_till_without_a_server_says_what_it_always_said(qtbot: QtBot) -> None:
    window = make_window(fake_counter().checkout)
    qtbot.addWidget(window)
    assert window.counter.state.words == "● Saved here"
    assert window.counter.state.tone is Tone.GOOD
    window.tap.disarm()


def test_what_goes_up_at_once_does_not_blink(hand: Hand) -> None:
    state = hand.window.counter.state
    hand.till.line.change(waiting=1)
    assert state.words == "● Saved here and at the server"
    hand.till.line.change(waiting=0)
    assert not state._waits_long.isActive()
    hand.till.line.change(waiting=2)
    state._waits_long.timeout.emit()
    assert "2" in state.words
    assert state.tone is Tone.QUIET


def test_the_age_grows_by_the_minute(hand: Hand) -> None:
    state = hand.window.counter.state
    hand.till.line.change(trouble=LineTrouble.NO_LINE)
    assert state.words.endswith("offline")
    hand.till.clock.advance(minutes=3)
    state._tick()
    assert state.words.endswith("3 min ago")
    hand.till.clock.advance(hours=8)
    state._tick()
    assert state.tone is Tone.WARN


class Painted(QObject):
    """Which widgets are painted or placed anew."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.seen: list[QWidget] = []
        self.places: list[QRect] = []
        """What was painted of whatever, in the window."""
        for widget in (window, *window.findChildren(QWidget)):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Paint, QEvent.Type.LayoutRequest, QEvent.Type.Resize)
        if event.type() in kinds and isinstance(watched, QWidget):
            self.seen.append(watched)
            if isinstance(event, QPaintEvent):
                at = watched.mapTo(watched.window(), event.rect().topLeft())
                self.places.append(QRect(at, event.rect().size()))
        return False


def test_only_the_line_itself_is_painted(hand: Hand) -> None:
    scan(hand, BOX, BUTTER)
    hand.window.counter.entry.field.clearFocus()  # its cursor blinks
    at_rest(hand.window)
    state, painted = hand.window.counter.state, Painted(hand.window)
    for waiting in range(1, 5):
        so_far = len(painted.seen)
        hand.till.line.change(trouble=LineTrouble.NO_LINE, waiting=waiting)
        wait_until(lambda so_far=so_far: state._saved in painted.seen[so_far:])  # type: ignore[misc]
        settled(hand.window)
    strangers = {one for one in painted.seen if not state.isAncestorOf(one) and one is not state}
    above = {hand.window, state.parentWidget()}
    assert strangers <= above, "what is below the line only passes the painting on"
    line = QRect(state.mapTo(hand.window, state.rect().topLeft()), state.size())
    assert all(line.contains(place) for place in painted.places)
    assert painted.seen


# --- the panel behind it -------------------------------------------------------------------------


def test_the_panel_opens_by_key_and_goes_with_escape(hand: Hand) -> None:
    hand.till.line.change(trouble=LineTrouble.NO_LINE, waiting=3, last_ms=NOW_MS - 2 * HOUR)
    line = hand.window.counter.line
    hand.press(Qt.Key.Key_I, ALT)
    assert line.isVisible()
    told = " | ".join(one.text() for one in line.findChildren(QLabel) if one.isVisible())
    assert "cannot be reached" in told
    assert "10:00 (2 h ago)" in told
    assert QApplication.activeModalWidget() is None
    assert not hand.window.findChildren(QDialog)
    hand.press(Qt.Key.Key_Escape)
    assert not line.isVisible()
    assert hand.window.counter.entry.field.hasFocus()


def test_the_panel_opens_by_a_press_and_a_scan_goes_on(hand: Hand) -> None:
    line = hand.window.counter.line
    QTest.mouseClick(hand.window.counter.state._saved, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert line.isVisible()
    scan(hand, BUTTER)
    assert not line.isVisible()
    assert len(hand.window.view.lines) == 1


def test_a_typed_code_goes_on_too(hand: Hand) -> None:
    hand.press(Qt.Key.Key_I, ALT)
    hand.enter(CODES[BUTTER.name])
    assert not hand.window.counter.line.isVisible(), "it would hide the basket"
    assert len(hand.window.view.lines) == 1


def test_the_panel_keeps_up_while_it_is_open(hand: Hand) -> None:
    hand.press(Qt.Key.Key_I, ALT)
    hand.till.line.change(parked=2)
    told = [one.text() for one in hand.window.counter.line.findChildren(QLabel) if one.isVisible()]
    assert any("could not use" in one for one in told)


# --- rewards whose units are elsewhere -----------------------------------------------------------


def test_the_panel_of_the_member_tells_where_the_rest_is(hand: Hand) -> None:
    hand.scan(CARDS[ANNA.id])
    scan(hand, BOX)
    assert "here now: 64 · Till 2: 182" in panel(hand)
    assert "36 pts elsewhere" in panel(hand)


def test_a_reward_used_twice_tells_how_often_and_how_much_in_all(hand: Hand) -> None:
    arrive(hand.till, 182)()
    hand.scan(CARDS[ANNA.id])
    scan(hand, BOX, BOX)
    hand.press(Qt.Key.Key_F6)
    assert "2 ×: PLN 10.00 for 200 pts" in panel(hand)


def test_nothing_moves_under_a_finger_when_the_rest_comes(hand: Hand) -> None:
    hand.scan(CARDS[ANNA.id])
    scan(hand, BUTTER)
    tiles = hand.window.counter.tiles
    settled(hand.window)
    before = tiles.mapTo(hand.window, QPoint(0, 0))
    hand.till.line.answer(arrive(hand.till, 182))
    settled(hand.window)
    assert "all here now" in panel(hand)
    assert tiles.mapTo(hand.window, QPoint(0, 0)) == before


def test_f6_waits_visibly_and_the_reward_goes_on(hand: Hand) -> None:
    hand.scan(CARDS[ANNA.id])
    scan(hand, BOX)
    hand.press(Qt.Key.Key_F6)
    assert "asking the server" in hint(hand)
    assert "asking the server" in panel(hand)
    assert len(marks(hand)) == 2
    scan(hand, BUTTER)
    assert "asking the server" in hint(hand)
    hand.till.line.answer(arrive(hand.till, 182))
    assert "5 zł off: used" in hand.sentence
    assert hand.window.view.evaluation.discount >= 1000
    assert "here now:" not in panel(hand)
    assert marks(hand) == []


def test_a_press_on_the_reward_asks_as_well(hand: Hand) -> None:
    hand.scan(CARDS[ANNA.id])
    scan(hand, BOX)
    hand.click("Use 5 zł off")
    assert hand.window.view.asking is not None


def test_escape_goes_on_without_and_says_where_the_rest_is(hand: Hand) -> None:
    hand.scan(CARDS[ANNA.id])
    scan(hand, BOX)
    hand.type("12")
    hand.press(Qt.Key.Key_F6)
    hand.press(Qt.Key.Key_Escape)
    assert hand.window.view.asking is None
    assert "182 are on Till 2" in hand.sentence.replace("\N{NO-BREAK SPACE}", " ")
    assert hand.field == "12"
    assert len(hand.window.view.lines) == 1


def test_patience_ends_by_itself(hand: Hand, qtbot: QtBot) -> None:
    hand.scan(CARDS[ANNA.id])
    scan(hand, BOX)
    hand.press(Qt.Key.Key_F6)
    steps: ServerSteps = hand.window.steps._server
    assert steps._patience.interval() == PATIENCE_MS
    begun = steps._patience.timerId()
    assert begun > 0
    scan(hand, BUTTER)
    assert steps._patience.timerId() == begun, "a scan does not begin the wait anew"
    qtbot.waitUntil(lambda: hand.window.view.asking is None)
    assert "can be used here now" in hand.sentence
    assert not steps._patience.isActive()


def test_an_answer_does_not_disturb_who_types(hand: Hand) -> None:
    hand.scan(CARDS[ANNA.id])
    scan(hand, BOX, BUTTER)
    hand.press(Qt.Key.Key_Up)
    hand.type("but")
    hand.till.line.answer(arrive(hand.till, 182))
    assert hand.field == "but"
    assert hand.window.counter.entry.field.hasFocus()
    assert hand.window.view.selected == hand.window.view.lines[0].key
    hand.type("ter")
    assert hand.field == "butter"


def test_what_is_painted_anew_does_not_refuse_anew(hand: Hand) -> None:
    hand.scan(CARDS[ANNA.id])
    hand.enter("nobody of that name")
    assert hand.window.counter.edge.isVisible()
    hand.window.counter.edge.hide()
    hand.till.give(ANNA, 5)
    hand.till.line.change(waiting=1)
    assert "251 pts" in panel(hand)
    assert "Nothing found" in hand.sentence
    assert not hand.window.counter.edge.isVisible()


def test_finishing_does_not_wait(hand: Hand) -> None:
    hand.scan(CARDS[ANNA.id])
    scan(hand, BOX)
    hand.press(Qt.Key.Key_F6)
    hand.press(Qt.Key.Key_F9)
    assert hand.window.view.stage is Stage.PAYING
    assert not hand.window.steps._server._patience.isActive()
    assert marks(hand) == []


# --- cards that nobody here knows ----------------------------------------------------------------


def test_a_card_of_another_till_is_asked_for_and_earns_without_an_answer(hand: Hand) -> None:
    scan(hand, BOX)
    hand.scan(FROM_TILL_2)
    assert "New here: asking the server" in hint(hand)
    scan(hand, BUTTER)
    hand.press(Qt.Key.Key_Escape)
    assert "Not known here yet" in hand.sentence
    told = panel(hand)
    assert f"Card ·· {FROM_TILL_2[-4:]}" in told
    assert "rewards need the line" in told
    assert len(hand.window.view.lines) == 2


# --- tiles ---------------------------------------------------------------------------------------


def test_new_tiles_come_between_two_customers(hand: Hand) -> None:
    scan(hand, BUTTER)
    hand.till.catalogue.put_tiles(
        [Tile(product=COFFEE, group="Bar"), Tile(product=WASH, group="Bar")]
    )
    hand.till.line.change(waiting=1)
    names = [tile.product.name for tile in hand.window.counter.tiles._tiles]
    assert names == ["Cappuccino"]
    hand.press(Qt.Key.Key_Delete)
    hand.till.line.change(waiting=0)
    names = [tile.product.name for tile in hand.window.counter.tiles._tiles]
    assert names == ["Cappuccino", "Car wash"]


def test_enter_says_that_the_date_is_right_after_a_long_pause(
    qtbot: QtBot, counter: Counter
) -> None:
    counter.wait(days=100)
    after = fake_counter(like=counter)
    window = make_window(after.checkout)
    qtbot.addWidget(window)
    window.show()
    state = window.counter.state
    assert state.tone is Tone.WARN
    assert "date" in state.words
    window.take("enter")
    assert "date" not in state.words
    window.tap.disarm()


def test_a_button_behind_the_line_says_so_later(qtbot: QtBot, counter: Counter) -> None:
    counter.wait(days=-3)
    after = fake_counter(like=counter)
    window = make_window(after.checkout)
    qtbot.addWidget(window)
    window.show()
    assert "clock is wrong" in window.counter.state.words
    window.scan(CODES[BUTTER.name])
    window.take("line")
    assert window.counter.line.date_right.isVisible()
    window.counter.line.date_right.click()
    assert "clock" not in window.counter.state.words
    assert not window.counter.is_made("line") or not window.counter.line.isVisible()
    window.tap.disarm()
