"""The customer's display: what the queue may read, in the shop's language, a moment after the till."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.till.gui import customer_screen
from terminal.till.gui.customer_display import CustomerDisplay
from terminal.till.gui.display_text import DisplayText
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.settings import ScreenTable
from tests.till.gui.gallery.putting_up import put_up, tidy_up
from tests.till.gui.settled import settled

IN_A_WINDOW = ScreenTable(customer="window")
SIZE = (1280, 800)


@pytest.fixture(scope="module", autouse=True)
def shops() -> Iterator[None]:
    yield
    tidy_up()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's first scan is waited for here."""
    monkeypatch.setattr(customer_screen, "_FIRST_MS", 40)


def display_of(qtbot: QtBot, window: SaleWindow) -> CustomerDisplay:
    """The display, once it has followed."""
    screen = window.customer
    qtbot.waitUntil(lambda: screen.display is not None and not screen._soon.isActive())
    display = screen.display
    assert display is not None
    return display


def words_on(told: DisplayText) -> str:
    rows = [f"{row.words} {row.value}" for row in (*told.rows, *told.lines)]
    parts = [told.head, told.beside, *told.notes, told.caption, told.figure, told.who, told.card]
    return " | ".join([*parts, *rows]).replace("\N{NO-BREAK SPACE}", " ")


def shown(qtbot: QtBot, scene: str, language: str = "en") -> DisplayText:
    with put_up(scene, SIZE, IN_A_WINDOW, language) as window:
        return display_of(qtbot, window).shown


def test_the_last_goods_and_the_sum_are_read_from_afar(qtbot: QtBot) -> None:
    with put_up("sale_of_a_member", SIZE, IN_A_WINDOW, "en") as window:
        told, view = display_of(qtbot, window).shown, window.view

    assert told.head == view.lines[-1].name
    assert [row.words for row in told.lines] == [line.name for line in reversed(view.lines[:-1])]
    assert told.figure.endswith(f"{view.total / 100:.2f}")


def test_a_member_reads_what_they_have_and_what_it_brings(qtbot: QtBot) -> None:
    with put_up("sale_of_a_member", SIZE, IN_A_WINDOW, "en") as window:
        told, member = display_of(qtbot, window).shown, window.view.member

    assert member is not None
    points = next(one for one in member.balances if one.unit == "points")
    assert f"Points {points.balance} pts" in words_on(told)
    assert f"+{points.earns} pts for this purchase" in words_on(told)


def test_strangers_read_no_more_than_a_first_name_and_the_end_of_a_card(qtbot: QtBot) -> None:
    with put_up("sale_of_a_member", SIZE, IN_A_WINDOW, "en") as window:
        told, member = display_of(qtbot, window).shown, window.view.member

    assert member is not None
    first, surname = member.name.split(" ", maxsplit=1)
    assert told.who == f"Hello, {first}!"
    assert surname not in words_on(told)
    assert told.card == f"Card **** {member.card_tail}"


def test_of_a_card_that_was_typed_nothing_is_told_before_its_owner_has_proven(
    qtbot: QtBot,
) -> None:
    with put_up("proof_wanted", SIZE, IN_A_WINDOW, "en") as window:
        told, member = display_of(qtbot, window).shown, window.view.member

    assert member is not None
    assert member.typed
    assert member.balances
    assert told.rows == ()


def test_it_speaks_the_language_of_the_shop(qtbot: QtBot) -> None:
    with put_up("sale_of_nobody", SIZE, IN_A_WINDOW, "en") as window:
        window.speak("uk")
        assert display_of(qtbot, window).shown.caption == "Total"


@pytest.mark.parametrize(
    ("scene", "caption"),
    [("paying", "To pay"), ("done_with_change", "Change"), ("done_for_nobody", "Paid")],
)
def test_the_largest_figure_is_what_matters_now(qtbot: QtBot, scene: str, caption: str) -> None:
    assert shown(qtbot, scene).caption == caption


def test_whoever_waits_is_welcome(qtbot: QtBot) -> None:
    told = shown(qtbot, "empty")
    assert (told.head, told.figure, told.rows) == ("Welcome!", "", ())


def test_a_done_sale_tells_the_new_balance(qtbot: QtBot) -> None:
    with put_up("reward_used", SIZE, IN_A_WINDOW, "en") as window:
        member = window.view.member
        window.take("finish")
        window.take("exact")
        display = display_of(qtbot, window)
        qtbot.waitUntil(lambda: display.shown.head == "Thank you!")
        told = display.shown

    assert member is not None
    after = next(one.after for one in member.balances if one.unit == "points")
    assert f"Points {after} pts" in words_on(told)


def test_a_gift_card_that_was_shown_tells_what_is_in_it(qtbot: QtBot) -> None:
    with put_up("gift_card_shown", SIZE, IN_A_WINDOW, "en") as window:
        told, codes = display_of(qtbot, window).shown, window.view.bearers

    assert f"{codes[0].balance / 100:.2f}" in words_on(told)


def two_chocolates(window: SaleWindow) -> None:
    for _ in range(2):
        window.scan("2000000019628")


def test_what_is_nearly_had_is_read_before_it_is_too_late(qtbot: QtBot) -> None:
    with put_up("empty", SIZE, IN_A_WINDOW, "en") as window:
        two_chocolates(window)
        display = display_of(qtbot, window)
        qtbot.waitUntil(
            lambda: "Third chocolate free: 1 × chocolate more" in words_on(display.shown)
        )
        rows = [row.words for row in display.shown.rows]
        assert rows[0] == "Show your card. None yet? Just ask for one."

        window.scan("2000000019628")
        qtbot.waitUntil(lambda: "chocolate more" not in words_on(display.shown))


def test_a_shop_that_wants_no_offers_on_its_display_has_none(qtbot: QtBot) -> None:
    screen = ScreenTable(customer="window", other_offers=0)
    with put_up("empty", SIZE, screen, "en") as window:
        two_chocolates(window)
        display = display_of(qtbot, window)
        qtbot.waitUntil(lambda: display.shown.figure != "")
        assert "chocolate more" not in words_on(display.shown)


def test_it_takes_no_key_and_ends_with_the_till(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_screen, "_FIRST_MS", 600_000)  # not before the till is active
    with put_up("empty", SIZE, IN_A_WINDOW, "en") as window:
        qtbot.waitUntil(window.isActiveWindow)
        window.customer.show_now()
        display = window.customer.display
        assert display is not None
        assert display.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
        qtbot.waitUntil(window.isActiveWindow)
        window.close()
        assert window.customer.display is None


def test_without_a_second_screen_there_is_none(qtbot: QtBot) -> None:
    with put_up("sale_of_nobody", SIZE, ScreenTable(), "en") as window:
        assert window.customer.display is None
        qtbot.waitUntil(window.isActiveWindow)
        window.preferences.change_screen("customer", "window")
        window.renew()
        display_of(qtbot, window)
        window.preferences.change_screen("customer", "off")
        window.renew()
        assert window.customer.display is None
        qtbot.waitUntil(window.isActiveWindow)


@pytest.mark.parametrize("size", [(800, 480), (1920, 1080), (480, 800)])
def test_the_sum_is_whole_on_every_glass(qtbot: QtBot, size: tuple[int, int]) -> None:
    with put_up("long_basket", SIZE, IN_A_WINDOW, "en") as window:
        display = display_of(qtbot, window)
        display.resize(*size)
        settled(display)
        picture = display.grab().toImage()
        edge = picture.pixelColor(0, 0)
        wide = picture.width() // 100

    assert all(
        picture.pixelColor(x, y) == edge for x in range(wide) for y in range(picture.height())
    )
    assert any(
        picture.pixelColor(x, y) != edge
        for x in range(picture.width() // 3)
        for y in range(picture.height() * 3 // 4, picture.height())
    )


def test_the_name_behind_a_typed_number_is_told_to_nobody(qtbot: QtBot) -> None:
    with put_up("proof_wanted", SIZE, IN_A_WINDOW, "en") as window:
        told, member = display_of(qtbot, window).shown, window.view.member

    assert member is not None
    assert member.name not in words_on(told)
    assert member.card_tail not in words_on(told)


def test_who_returns_goods_reads_nothing_of_the_basket_that_waits(qtbot: QtBot) -> None:
    with put_up("sale_of_a_member", SIZE, IN_A_WINDOW, "en") as window:
        window.take("refund")
        display = display_of(qtbot, window)
        qtbot.waitUntil(lambda: display.shown.caption == "You get back")
        told, member = display.shown, window.view.member

    assert member is not None
    assert (told.who, told.card, told.rows, told.notes) == ("", "", (), ())


def test_a_sale_that_is_done_does_not_stay_before_the_next_customer(qtbot: QtBot) -> None:
    with put_up("reward_used", SIZE, IN_A_WINDOW, "en") as window:
        window.take("finish")
        window.take("exact")
        display = display_of(qtbot, window)
        qtbot.waitUntil(lambda: display.shown.head == "Thank you!")
        assert display.shown.who
        assert window.customer._over.isActive()
        window.customer._over.timeout.emit()
        told = display.shown

    assert told.head == "Thank you!"
    assert (told.who, told.card, told.rows) == ("", "", ())


_ON_TWO_SCREENS = """
from PySide6.QtWidgets import QApplication
from terminal.till.settings import ScreenTable
from tests.till.gui.gallery.putting_up import put_up, tidy_up
from tests.till.gui.settled import settled

application = QApplication([])
with put_up("sale_of_nobody", (1280, 800), ScreenTable(), "en") as window:
    window.customer.show_now()
    display = window.customer.display
    if display is None:
        print("none")
    else:
        print(display.geometry().getRect(), display.isFullScreen(), window.isActiveWindow())
tidy_up()
"""


def told_on_screens(tmp_path: Path, *screens: dict[str, object]) -> str:
    """What becomes of the display on these screens, the till's first."""
    (tmp_path / "screens.json").write_text(json.dumps({"screens": screens}), "utf-8")
    told = subprocess.run(
        [sys.executable, "-c", _ON_TWO_SCREENS],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}",
        },
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )

    return told.stdout.strip()


TILLS = {"name": "till", "x": 0, "y": 0, "width": 1280, "height": 800}


def test_a_second_screen_is_the_customers(tmp_path: Path) -> None:
    beside = {"name": "customer", "x": 1280, "y": 0, "width": 800, "height": 480}
    assert told_on_screens(tmp_path, TILLS, beside) == "(1280, 0, 800, 480) True True"


def test_a_screen_that_shows_the_same_is_no_second_one(tmp_path: Path) -> None:
    assert told_on_screens(tmp_path, TILLS, TILLS | {"name": "mirror"}) == "none"
