"""Every screen of the gallery can be read and touched, on both counters and in letters twice as large."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from terminal.till.gui.controls import KeyButton
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.gui.scrolled import Scrolled
from terminal.till.settings import ScreenTable
from terminal.wording import languages
from terminal.wording.labels import Label
from tests.till.gui.gallery.putting_up import put_up, tidy_up
from tests.till.gui.gallery.stand import SCENES
from tests.till.gui.settled import settled
from tests.till.gui.test_layout import (
    every_control_has_a_name_and_room_for_a_finger,
    no_finger_hits_two,
    no_text_is_cut,
    nothing_lies_over_its_neighbour,
)

SMALL, LARGE = (1024, 728), (1280, 800)
SCREENS = {"1024": (SMALL, 100), "200": (LARGE, 200)}

NOT_YET: dict[tuple[str, str], str] = {}
"""What is known to be cut: scene and screen, and why. Here it must still be so."""


FULLEST = (
    "forty_rewards", "unknown_code", "next_counts_twelve", "join_with_a_card", "find",
    "join_brought_by_a_member", "training",
    "replace_card", "movements_of_points", "line_untrusted", "settings_keys", "slips_of_today",
    "many_on_hold", "many_tenders", "done_for_nobody", "amount_member",
)  # fmt: skip
"""Where the room is least: looked at in every language."""
LARGE_ON_SMALL = (
    "touch_digits", "touch_letters", "join_by_touch", "unknown_price", "pieces_asked",
    "several_found", "join_brought_by_a_member", "consents", "settings_sound",
)  # fmt: skip
"""Where letters of 175 % were too much for 1024 pixels."""
IN_A_HURRY = (
    "paying", "three_tenders", "many_tenders", "training_paying", "amount_member",
    "join_with_a_card", "join_with_a_phone", "find", "replace_card", "consents",
)  # fmt: skip


def _every_one() -> Iterator[object]:
    for screen in SCREENS:
        for name in SCENES:
            why = NOT_YET.get((name, screen))
            known = (
                [pytest.mark.xfail(reason=why, raises=AssertionError, strict=True)] if why else []
            )
            yield pytest.param(name, screen, id=f"{name}-{screen}", marks=known)


@pytest.fixture(scope="module", autouse=True)
def shops() -> Iterator[None]:
    yield
    tidy_up()


@pytest.mark.parametrize(("name", "screen"), list(_every_one()))
def test_every_screen_can_be_read_and_touched(qtbot: QtBot, name: str, screen: str) -> None:
    _look_at(name, screen)


@pytest.mark.parametrize("language", [one for one in languages.complete() if one != "pl"])
@pytest.mark.parametrize("screen", ["1024", "200"])
def test_the_fullest_screens_can_be_read_in_every_language(
    qtbot: QtBot, screen: str, language: str
) -> None:
    for name in FULLEST:
        _look_at(name, screen, language)


@pytest.mark.parametrize("language", languages.complete())
def test_letters_of_175_percent_leave_all_keys_on_the_small_counter(
    qtbot: QtBot, language: str
) -> None:
    for name in LARGE_ON_SMALL:
        with put_up(name, SMALL, ScreenTable(text_size=175), language) as window:
            assert (window.width(), window.height()) == SMALL, name
            no_text_is_cut(window)
            every_control_has_a_name_and_room_for_a_finger(window)
            no_finger_hits_two(window)


def test_letters_that_do_not_fit_the_small_counter_are_not_offered(qtbot: QtBot) -> None:
    for size, most in ((SMALL, 175), (LARGE, 200)):
        with put_up("settings_screen", size, language="en") as window:
            choices = {
                str(one.property("choice")): one.isVisible()
                for one in window.findChildren(QPushButton)
            }
            sizes = [name for name in choices if name.startswith("text_size/")]
            assert max(int(name.rsplit("/", 1)[1]) for name in sizes) == most


@pytest.mark.parametrize("language", languages.complete())
def test_the_small_counter_shows_whole_what_is_done_in_a_hurry(qtbot: QtBot, language: str) -> None:
    size, _ = SCREENS["1024"]
    for name in IN_A_HURRY:
        with put_up(name, size, language=language) as window:
            keys = [one for one in window.findChildren(Scrolled) if one.isVisible()]
            assert not any(one.scrolls for one in keys), f"{name} is scrolled"


def _look_at(name: str, screen: str, language: str = "pl") -> None:
    size, text = SCREENS[screen]
    with put_up(name, size, ScreenTable(text_size=text), language) as window:
        _all_is_well(window, size)
        if size == SMALL and language == "pl":
            # Put up once for both counters: what was there before the screen grew is placed anew.
            window.resize(*LARGE)
            settled(window)
            _all_is_well(window, LARGE)


def _all_is_well(window: SaleWindow, size: tuple[int, int]) -> None:
    assert (window.width(), window.height()) == size, "the window does not fit the screen"
    no_text_is_cut(window)
    nothing_lies_over_its_neighbour(window)
    every_control_has_a_name_and_room_for_a_finger(window)
    no_finger_hits_two(window)
    nothing_is_squeezed_out_of_its_place(window)
    everything_with_the_focus_has_a_name(window)
    every_panel_is_closed_in_the_same_corner(window)


def every_panel_is_closed_in_the_same_corner(window: SaleWindow) -> None:
    close = window.counter._words.label(Label.CLOSE)
    for button in window.findChildren(KeyButton):
        if button.isVisible() and button.words.text() == close:
            panel = button.parentWidget()
            assert panel is not None
            right = panel.width() - button.geometry().right()
            assert max(right, button.y()) <= window.look.mm(2) + 5, type(panel).__name__


def nothing_is_squeezed_out_of_its_place(window: SaleWindow) -> None:
    """What cannot be seen whole can be scrolled there."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() is Qt.FocusPolicy.NoFocus:
            continue
        seen = widget.visibleRegion().boundingRect()
        if seen == widget.rect() or (seen.isEmpty() and is_scrolled(widget)):
            continue
        name = widget.accessibleName()
        assert is_scrolled(widget), f"{name} is cut"
        assert seen.width() == widget.width(), f"{name} goes on at the side, where nothing scrolls"


def is_scrolled(widget: QWidget) -> bool:
    """Whether it stands in something that is moved up and down."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QAbstractScrollArea):
        above = above.parentWidget()
    return above is not None


def everything_with_the_focus_has_a_name(window: SaleWindow) -> None:
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), widget


@pytest.mark.parametrize("language", languages.complete())
def test_the_sheet_of_keys_is_no_wider_than_the_smallest_counter(
    qtbot: QtBot, language: str
) -> None:
    with put_up("keys", SMALL, ScreenTable(text_size=200), language) as window:
        held = [one for one in window.counter.help.findChildren(Scrolled) if one.isVisible()]
        assert held
        for one in held:
            seen = one.inner.visibleRegion().boundingRect()
            assert seen.width() == one.inner.width(), "words are cut off"
