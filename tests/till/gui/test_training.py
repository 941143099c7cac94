"""Training on the screen, and what the window prints to files."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QLabel
from pytestqt.qtbot import QtBot

from terminal.loyalty.money import Currency
from terminal.till.devices.wedge import Wedge
from terminal.till.gui.extras import Extras, OnFile
from terminal.till.gui.palette import LIGHT
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.gui.style import Look
from terminal.till.gui.training import OPEN, Overlay
from terminal.till.trouble import Trouble, TroubleKind
from terminal.wording.labels import Label
from terminal.wording.words import Words
from tests.till.gui.conftest import Hand
from tests.till.gui.scripted import ANNA, ScriptedTill
from tests.till.gui.settled import settled

WORDS = Words("en", Currency("PLN"))


class FilesOfCards:
    """`gui.extras.Cards` that remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.answer = OnFile(place="cards/blank-10")
        self.trouble: Trouble | None = None

    def print_blank(self, count: int) -> OnFile:
        self.asked.append(count)
        if self.trouble is not None:
            raise self.trouble
        return self.answer

    def print_member(self, member: str) -> OnFile:
        self.asked.append(member)
        return self.answer


Make = Callable[[Extras], Hand]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    made: list[SaleWindow] = []

    def window_with(extras: Extras) -> Hand:
        till: Any = ScriptedTill()
        window = SaleWindow(till, WORDS, listen=Wedge(), look=Look(), extras=extras)
        made.append(window)
        qtbot.addWidget(window)
        window.resize(1024, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.counter.entry.field.hasFocus)
        return Hand(window, till)

    yield window_with
    for window in made:
        window.tap.disarm()


def says(*, opens: bool, code: int = 0) -> Callable[[str], Sequence[str]]:
    """A program in the place of the till to practise on; it ends when it is told to."""
    told = f"print({OPEN!r}, flush=True); " if opens else ""
    script = f"import sys; {told}sys.stdin.readline(); sys.exit({code})"
    return lambda _language: (sys.executable, "-c", script)


def press_training(hand: Hand) -> None:
    hand.press(Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)


# --- the till that waits -------------------------------------------------------------------------


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_the_first_press_only_tells_and_the_second_one_begins(make: Make, qtbot: QtBot) -> None:
    hand = make(Extras(training=says(opens=True)))
    hand.scan("5901234123457")
    lines = hand.window.view.lines
    press_training(hand)
    assert hand.sentence == WORDS.label(Label.TRAINING_AGAIN)
    assert hand.window.isVisible()
    press_training(hand)
    qtbot.waitUntil(lambda: not hand.window.isVisible())
    practice = hand.window._extras._practice
    assert practice is not None
    assert practice.runs
    practice._process.write(b"\n")
    qtbot.waitUntil(hand.window.isVisible)
    assert hand.window.view.lines == lines
    assert hand.sentence == WORDS.label(Label.TRAINING_OVER)


def test_a_step_between_the_presses_forgets_the_first_one(make: Make) -> None:
    hand = make(Extras(training=says(opens=True)))
    press_training(hand)
    hand.scan("5901234123457")
    press_training(hand)
    assert hand.sentence == WORDS.label(Label.TRAINING_AGAIN)
    assert hand.window._extras._practice is None


@pytest.mark.parametrize("command", [(sys.executable, "-c", "raise SystemExit(1)"), ("/nowhere",)])
def test_training_that_does_not_open_leaves_the_till_as_it_is(
    make: Make, qtbot: QtBot, command: tuple[str, ...]
) -> None:
    hand = make(Extras(training=lambda _language: command))
    press_training(hand)
    press_training(hand)
    failed = WORDS.label(Label.TRAINING_FAILED)
    qtbot.waitUntil(lambda: hand.sentence == failed)
    assert hand.window.isVisible()


# --- the till to practise on ---------------------------------------------------------------------


def test_every_sign_of_training_is_there_in_words_and_in_colour(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = make(Extras(in_training=True))
    window = hand.window
    settled(window)
    bands = [band for band in window.findChildren(QFrame, "training") if type(band) is QFrame]
    words = [[label.text() for label in band.findChildren(QLabel, "training")] for band in bands]
    assert [one[0] for one in words] == ["⚠ TRAINING", "⚠ TRAINING"]
    tops = sorted(band.y() for band in bands)
    assert tops[0] == 0
    assert tops[1] + min(band.height() for band in bands) == window.height()
    picture = window.grab().toImage()
    amber = QColor(LIGHT.warn).name()
    for x in (0, 3, window.width() - 4, window.width() - 1):
        assert QColor(picture.pixel(x, window.height() // 2)).name() == amber
    assert window.look.palette.page != LIGHT.page
    assert capsys.readouterr().out.count(OPEN) == 1


def test_the_frame_is_made_anew_with_the_look_and_once_only(make: Make) -> None:
    hand = make(Extras(in_training=True))
    hand.window.preferences.change_screen("theme", "dark")
    hand.window.renew()
    settled(hand.window)
    overlays = [one for one in hand.window.findChildren(Overlay) if one.isVisible()]
    assert len(overlays) == 1
    assert overlays[0].size() == hand.window.size()


def test_clicks_go_through_the_watermark(make: Make) -> None:
    hand = make(Extras(in_training=True))
    button = hand.button(WORDS.label(Label.HELP))
    middle = button.mapTo(hand.window, button.rect().center())
    under = hand.window.childAt(middle)
    assert under is not None
    assert not isinstance(under, Overlay)
    assert button is under or button.isAncestorOf(under)
    assert hand.window.childAt(QPoint(1, 1)) is not None


@pytest.mark.parametrize("way", ["key", "button"])
def test_it_stays_until_it_is_left_and_one_press_leaves(make: Make, way: str) -> None:
    hand = make(Extras(in_training=True))
    hand.scan("5901234123457")
    assert hand.window.isVisible()
    if way == "key":
        press_training(hand)
    else:
        hand.click(WORDS.label(Label.TRAINING_LEAVE))
    assert not hand.window.isVisible()


# --- files ---------------------------------------------------------------------------------------


def test_blank_cards_are_one_page_and_the_notice_says_where(make: Make) -> None:
    cards = FilesOfCards()
    hand = make(Extras(cards=cards))
    hand.press(Qt.Key.Key_F3)
    hand.click(WORDS.label(Label.BLANK_CARDS))
    assert cards.asked == [10]
    assert hand.sentence == WORDS.label(Label.CARDS_ON_FILE, place="cards/blank-10")


def test_why_no_card_was_printed_is_told(make: Make) -> None:
    cards = FilesOfCards()
    cards.answer = OnFile(why_not=Label.NO_CARD_NUMBERS)
    hand = make(Extras(cards=cards))
    hand.window.take("blank_cards")
    assert hand.sentence == WORDS.label(Label.NO_CARD_NUMBERS)
    cards.trouble = Trouble(TroubleKind.DISK_FULL, "no room")
    hand.window.take("blank_cards")
    assert hand.sentence == WORDS.notice("trouble", text=TroubleKind.DISK_FULL.value)
    hand.window.take("print_card")
    assert hand.sentence == WORDS.label(Label.CARD_OF_NOBODY)


def test_a_members_card_is_printed_from_where_members_are_found(make: Make) -> None:
    cards = FilesOfCards()
    hand = make(Extras(cards=cards))
    hand.scan(ANNA)
    hand.press(Qt.Key.Key_F3)
    hand.click(WORDS.label(Label.PRINT_CARD))
    member = hand.window.view.member
    assert member is not None
    assert cards.asked == [member.id]


def test_the_sheet_is_printed_from_help_with_the_keys_that_hold(make: Make) -> None:
    pages: list[tuple[str, Sequence[tuple[str, str]]]] = []

    def print_keys(title: str, rows: Sequence[tuple[str, str]]) -> OnFile:
        pages.append((title, rows))
        return OnFile(place="keys.pdf")

    hand = make(Extras(print_keys=print_keys))
    hand.window.preferences.change_screen("keys", {"finish": "F12"})
    hand.window.renew()
    hand.window.take("help")
    hand.click(WORDS.label(Label.PRINT_KEYS))
    (title, rows), *more = pages
    assert not more
    assert title == WORDS.label(Label.HELP_HEADING)
    assert "F12" in dict(rows)
    assert "F9" not in dict(rows)


def test_what_a_till_has_not_has_no_button(hand: Hand) -> None:
    hand.press(Qt.Key.Key_F3)
    for label in (Label.BLANK_CARDS, Label.PRINT_CARD):
        with pytest.raises(AssertionError):
            hand.button(WORDS.label(label))
    press_training(hand)
    assert hand.sentence != WORDS.label(Label.TRAINING_AGAIN)
