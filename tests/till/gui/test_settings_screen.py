"""Alt+S: what is pressed holds at once, is kept, and disturbs no sale."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from terminal.till.gui.controls import KeyButton
from terminal.till.gui.keys import FIXED, KEYS
from terminal.till.gui.palette import CONTRAST, DARK, LIGHT
from terminal.till.gui.preferences import Preferences
from terminal.till.gui.reading_order import in_reading_order
from terminal.till.settings import (
    ScreenTable,
    Settings,
    ShopTable,
    SoundTable,
    read_settings,
    write_one_setting,
    write_settings,
)
from tests.till.gui.conftest import Hand, make_window
from tests.till.gui.scripted import ANNA, ScriptedTill
from tests.till.gui.settled import settled

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
BUTTER = "5901234123457"


@dataclass
class Heard:
    """A voice that remembers what it was asked to play."""

    audible: bool = True
    played: list[tuple[str, int]] = field(default_factory=list)

    def play(self, name: str, volume: int) -> None:
        self.played.append((name, volume))


@dataclass
class Counter:
    hand: Hand
    heard: Heard
    folder: Path

    @property
    def kept(self) -> Settings:
        return read_settings(self.folder)

    def choose(self, choice: str) -> None:
        settled(self.hand.window)
        panel = self.hand.window.counter.settings
        for button in panel.findChildren(QAbstractButton):
            if button.property("choice") == choice and not button.isHidden():
                panel.scrolled.reveal(button)
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                return
        raise AssertionError(choice)


@pytest.fixture
def counter(qtbot: QtBot, tmp_path: Path) -> Iterator[Counter]:
    write_settings(Settings(folder=tmp_path, shop=ShopTable(name="Shop")))
    heard = Heard()

    def keep(table: str, key: str, value: object) -> Settings:
        return write_one_setting(tmp_path, table, key, value)

    till = ScriptedTill()
    window = make_window(till, "en", Preferences(keep=keep), heard)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    yield Counter(Hand(window, till), heard, tmp_path)
    window.tap.disarm()


def open_page(counter: Counter, page: str) -> None:
    counter.hand.press(Qt.Key.Key_S, ALT)
    counter.choose(f"page/{page}")


@pytest.mark.parametrize(
    ("theme", "palette"), [("light", LIGHT), ("dark", DARK), ("contrast", CONTRAST)]
)
def test_other_colours_hold_at_once_and_are_kept(
    counter: Counter, theme: str, palette: object
) -> None:
    open_page(counter, "screen")

    counter.choose(f"theme/{theme}")

    assert counter.hand.window.look.palette is palette
    assert counter.kept.screen.theme == theme


def test_the_sale_goes_on_through_every_change(counter: Counter) -> None:
    hand = counter.hand
    hand.scan(BUTTER)
    hand.scan(ANNA)
    hand.type("12")
    open_page(counter, "screen")

    for choice in ("theme/dark", "text_size/200", "hand/left", "language/pl", "still/True"):
        counter.choose(choice)

    assert hand.field == "12"
    assert len(hand.window.view.lines) == 1
    assert hand.window.view.member is not None
    screen = counter.kept.screen
    assert (screen.text_size, screen.hand, screen.still) == (200, "left", True)
    assert counter.kept.cashier_language == hand.window.language == "pl"
    assert hand.window.counter.entry.field.hint.startswith("Zeskanuj")
    hand.press(Qt.Key.Key_Escape)  # the notice
    hand.press(Qt.Key.Key_Escape)
    hand.press(Qt.Key.Key_Escape)
    hand.scan(BUTTER)
    assert len(hand.window.view.lines) == 2


def test_the_left_hand_has_the_money_on_its_side(counter: Counter) -> None:
    def middle_of(widget: QWidget) -> int:
        return widget.mapTo(counter.hand.window, widget.rect().center()).x()

    window = counter.hand.window
    assert middle_of(window.counter.total) > middle_of(window.counter.basket)
    open_page(counter, "screen")
    counter.choose("hand/left")
    settled(window)

    assert middle_of(window.counter.total) < middle_of(window.counter.basket)
    assert middle_of(window.counter.touch_button) < middle_of(window.counter.entry)


def test_a_new_key_is_pressed_and_holds(counter: Counter) -> None:
    hand = counter.hand
    open_page(counter, "keys")

    counter.choose("key/why")
    hand.press(Qt.Key.Key_W, ALT | SHIFT)

    assert counter.kept.screen.keys == {"why": "Alt+Shift+W"}
    assert "Alt+Shift+W" in hand.sentence
    for _ in range(3):  # what was told twice, and the settings
        hand.press(Qt.Key.Key_Escape)
    hand.press(Qt.Key.Key_W, ALT)
    assert hand.window.steps.opened == "nothing"
    hand.press(Qt.Key.Key_W, ALT | SHIFT)
    assert hand.window.steps.opened == "why"
    keys = [button.key.text() for button in hand.window.counter.functions.findChildren(KeyButton)]
    assert "Alt+Shift+W" in keys
    assert "Alt+W" not in keys


@pytest.mark.parametrize(("parked", "caption"), [(0, "F12"), (2, "F12 (2)")])
def test_the_key_for_baskets_on_hold_shows_the_new_one_too(
    counter: Counter, parked: int, caption: str
) -> None:
    window = counter.hand.window
    open_page(counter, "keys")
    counter.choose("key/recall")
    counter.hand.press(Qt.Key.Key_F12)

    window.show_view(replace(window.view, parked=parked))

    keys = [button.key.text() for button in window.counter.functions.findChildren(KeyButton)]
    assert caption in keys
    assert not [key for key in keys if key.startswith("F5")]


@pytest.mark.parametrize(
    ("key", "modifiers", "words"),
    [
        (Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier, "F9 is taken: Finish and pay"),
        (Qt.Key.Key_J, CONTROL, "Scanners send Ctrl+J"),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, "Up is for typing"),
    ],
)
def test_a_key_that_cannot_be_is_refused_in_words(
    counter: Counter, key: Qt.Key, modifiers: Qt.KeyboardModifier, words: str
) -> None:
    open_page(counter, "keys")

    counter.choose("key/why")
    counter.hand.press(key, modifiers)

    assert words in counter.hand.sentence
    assert counter.kept.screen.keys == {}


def test_a_scan_comes_through_while_a_key_is_waited_for(counter: Counter) -> None:
    open_page(counter, "keys")
    counter.choose("key/why")

    counter.hand.scan(BUTTER)

    assert [line.pieces for line in counter.hand.window.view.lines] == [1]


def test_all_keys_become_usual_again(counter: Counter) -> None:
    open_page(counter, "keys")
    counter.choose("key/why")
    counter.hand.press(Qt.Key.Key_W, ALT | SHIFT)

    counter.choose("keys/reset")

    assert counter.kept.screen.keys == {}
    assert dict(counter.hand.window.look.keys.items()) == KEYS


def test_every_step_with_a_key_can_be_given_another_one(counter: Counter) -> None:
    open_page(counter, "keys")

    panel = counter.hand.window.counter.settings
    rows = {button.property("choice") for button in panel.findChildren(QAbstractButton)}
    assert {f"key/{step}" for step in KEYS.keys() - FIXED} <= rows


def test_sounds_say_what_happened_at_their_volume(counter: Counter) -> None:
    open_page(counter, "sound")
    counter.choose("volume/50")
    assert counter.heard.played == [("member", 50)]
    counter.heard.played.clear()

    counter.hand.scan(ANNA)
    counter.hand.scan("0000")
    assert counter.heard.played[-1] == ("refused", 50)
    assert counter.kept.sound.volume == 50


def test_what_is_not_heard_is_seen_at_the_edge(qtbot: QtBot, counter: Counter) -> None:
    open_page(counter, "sound")
    counter.choose("volume/0")
    edge = counter.hand.window.counter.edge
    qtbot.waitUntil(lambda: not edge.isVisible())

    counter.choose("volume/75")
    assert not edge.isVisible()
    counter.choose("volume/0")

    assert edge.isVisible()
    assert counter.heard.played == [("member", 75)]


def test_where_nothing_may_move_nothing_flashes(qtbot: QtBot) -> None:
    preferences = Preferences(ScreenTable(still=True), SoundTable(volume=0))
    window = make_window(ScriptedTill(), "en", preferences, Heard())
    qtbot.addWidget(window)
    window.show()

    window.scan("0000")

    assert not window.counter.edge.isVisible()
    assert window.counter.notice.sentence
    window.tap.disarm()


def test_what_cannot_be_kept_holds_until_the_program_ends(qtbot: QtBot, tmp_path: Path) -> None:
    def full(_table: str, _key: str, _value: object) -> Settings:
        raise OSError(28, "No space left on device")

    window = make_window(ScriptedTill(), "en", Preferences(keep=full), Heard())
    qtbot.addWidget(window)
    window.show()
    window.take("settings")

    window.counter.settings._wishes.set_screen("theme", "dark")

    assert window.look.palette is DARK
    assert "could not be saved" in window.counter.notice.sentence
    window.tap.disarm()


def test_tab_goes_as_the_screen_is_read(hand: Hand) -> None:
    hand.scan(BUTTER)
    hand.scan(ANNA)
    window = hand.window
    order = in_reading_order(window)
    names = [widget.accessibleName() for widget in order]

    assert len(order) == len(set(map(id, order)))
    places = [widget.mapTo(window, widget.rect().center()) for widget in order]
    left = [at for at, place in enumerate(places) if place.x() < window.width() // 2]
    finish = names.index("Finish")
    goods = next(at for at, name in enumerate(names) if name.startswith("Espresso"))
    assert names.index("Why?") < goods < finish, "the basket's side is read before the member's"
    assert left, names
    start = order[0]
    start.setFocus()
    for expected in order[1:]:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is expected


@pytest.mark.parametrize("open_first", [lambda _window: None])
def test_everything_that_has_the_focus_has_a_name(
    hand: Hand, open_first: Callable[[QWidget], None]
) -> None:
    open_first(hand.window)
    hand.scan(BUTTER)
    hand.scan(ANNA)
    for step in ("help", "why", "line", "settings", "part"):
        hand.window.take(step)
        for widget in in_reading_order(hand.window):
            assert widget.accessibleName(), (step, widget)
        hand.window.take(step)


def test_what_happened_and_the_total_are_said_to_a_screen_reader(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def heard(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            said.append(event.message())

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", heard)

    hand.scan(BUTTER)
    hand.scan(ANNA)

    assert any("7.99" in words or "7,99" in words for words in said), said
    assert any("Anna" in words for words in said), said
