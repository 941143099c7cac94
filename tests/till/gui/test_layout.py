"""No text is cut, in any language, on either screen, and every control has a name and a size."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.till.checkout.view import AskingView, Concern, ServerView
from terminal.till.gui.controls import KeyButton
from terminal.till.gui.fitted_labels import FittedLabel
from terminal.till.gui.look import MARGIN
from terminal.till.gui.preferences import Preferences
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.line_port import Contact, LineTrouble
from terminal.till.settings import ScreenTable
from terminal.wording import languages
from tests.till.gui.conftest import make_window
from tests.till.gui.scripted import ANNA, BLANK, FIVE_OFF, GOODS, ScriptedTill
from tests.till.gui.settled import at_rest, settled

SIZES = [(1024, 728), (1024, 768), (1280, 800)]
"""The first is what a title bar leaves of the second."""
PLACES = [
    *((language, size) for language in ("en", "pl") for size in SIZES),
    *((language, SIZES[0]) for language in ("uk", "ru", "ro", "lv")),
    ("ru", SIZES[-1]),
]
"""Language and size: each language where there is least room, the longest words on both counters."""


def _sale(window: SaleWindow) -> None:
    for code in GOODS:
        window.scan(code)
    window.scan(ANNA)


def _typed(window: SaleWindow, text: str) -> None:
    window.counter.entry.field.setText(text)
    window.take("enter")


def empty(_window: SaleWindow) -> None:
    """Nothing yet."""


def member(window: SaleWindow) -> None:
    _sale(window)


def crowd(window: SaleWindow) -> None:
    """More balances, offers and remarks than the screen can hold."""
    till = window.steps._checkout
    assert isinstance(till, ScriptedTill)
    till.crowded = True
    window.show()
    settled(window)
    _sale(window)
    window.take("reward")


def reward(window: SaleWindow) -> None:
    _sale(window)
    window.take("reward")


def part(window: SaleWindow) -> None:
    reward(window)
    window.take("part")


def unknown(window: SaleWindow) -> None:
    _sale(window)
    window.scan("4006381333931")
    window.take("price")


def why(window: SaleWindow) -> None:
    reward(window)
    window.take("why")


def keys(window: SaleWindow) -> None:
    window.take("help")


def members(window: SaleWindow) -> None:
    _sale(window)
    _typed(window, "ann")


def products(window: SaleWindow) -> None:
    _typed(window, "coffee")


def find(window: SaleWindow) -> None:
    window.take("member")


def join(window: SaleWindow) -> None:
    window.scan(BLANK)


def digits(window: SaleWindow) -> None:
    _sale(window)
    window.take("touch")


def letters(window: SaleWindow) -> None:
    digits(window)
    window.counter.touch.show_letters(on=True)


def paying(window: SaleWindow) -> None:
    _sale(window)
    window.take("finish")
    _typed(window, "20")


def card(window: SaleWindow) -> None:
    paying(window)
    window.take("card")


def hits(window: SaleWindow) -> None:
    """Sixteen hits with long names."""
    _typed(window, "many")


def parts(window: SaleWindow) -> None:
    """More rewards than a page holds."""
    crowd(window)
    window.take("part")


def rounded(window: SaleWindow) -> None:
    """Cash is rounded, and a part is paid."""
    till = window.steps._checkout
    assert isinstance(till, ScriptedTill)
    till.cash_step = 5
    paying(window)


def million(window: SaleWindow) -> None:
    window.scan("4006381333931")
    window.show_view(window.steps._checkout.set_price(1, 123_456_789))
    window.scan(ANNA)


def million_paying(window: SaleWindow) -> None:
    million(window)
    window.take("finish")


def million_done(window: SaleWindow) -> None:
    million_paying(window)
    _typed(window, "9999999")


def fault(window: SaleWindow) -> None:
    _sale(window)
    window.tell_fault()


def done(window: SaleWindow) -> None:
    _sale(window)
    window.take("finish")
    _typed(window, "99999")


def slip(window: SaleWindow) -> None:
    window.take("slip")


def _stands(window: SaleWindow, line: ServerView) -> None:
    till = window.steps._checkout
    assert isinstance(till, ScriptedTill)
    till.line = line
    till.on_line()
    window.counter.state._waits_long.timeout.emit()


def waiting(window: SaleWindow) -> None:
    """Much waits, and the basket is long."""
    _sale(window)
    contact = Contact(trouble=LineTrouble.NO_LINE, waiting=12_345, last_ms=1)
    _stands(window, ServerView(contact=contact, ago_ms=59 * 60_000))


def revoked(window: SaleWindow) -> None:
    _sale(window)
    contact = Contact(trouble=LineTrouble.REVOKED, waiting=12_345, last_ms=1)
    _stands(window, ServerView(contact=contact, ago_ms=1, concern=Concern.TROUBLE))


def line(window: SaleWindow) -> None:
    """Everything at once that the panel can tell."""
    _sale(window)
    contact = Contact(
        trouble=LineTrouble.NOT_OUR_SERVER,
        waiting=12_345,
        last_ms=1,
        clock_ahead_ms=-7_200_000,
        parked=1_234,
    )
    _stands(window, ServerView(contact=contact, ago_ms=40 * 86_400_000, concern=Concern.CLOCK))
    window.take("line")


def _with_member(window: SaleWindow, **changes: Any) -> None:
    view = window.view
    assert view.member is not None
    window.show_view(replace(view, member=replace(view.member, **changes)))


def elsewhere(window: SaleWindow) -> None:
    """Most of it is on other tills with long names."""
    _sale(window)
    view = window.view
    assert view.member is not None
    points, stamps = view.member.balances
    places = (("Kasa przy samych drzwiach", 100), ("Till 3", 60), ("", 22))
    offer = replace(
        view.member.offers[0],
        worth=0,
        reason=Reason(why=Why.UNITS_ELSEWHERE, units=1_182),
    )
    _with_member(
        window, balances=(replace(points, spendable=55, places=places), stamps), offers=(offer,)
    )


def asking(window: SaleWindow) -> None:
    elsewhere(window)
    name = FIVE_OFF
    window.show_view(replace(window.view, asking=AskingView(number=1, reward=name)))


def asking_for_card(window: SaleWindow) -> None:
    window.show_view(replace(window.view, asking=AskingView(number=1, card=ANNA)))


def unknown_card(window: SaleWindow) -> None:
    _sale(window)
    _with_member(window, name="", provisional=True, birthday=False)


SCREENS: list[Callable[[SaleWindow], None]] = [
    empty, member, crowd, reward, part, unknown, why, keys, members, products, find, join, digits, letters,
    paying, card, done, slip, hits, parts, rounded, million, million_paying, million_done, fault,
    waiting, revoked, line, elsewhere, asking, asking_for_card, unknown_card,
]  # fmt: skip


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]}-{place[1][0]}x{place[1][1]}")
def place(request: pytest.FixtureRequest) -> tuple[str, tuple[int, int]]:
    language, (width, height) = request.param
    return str(language), (int(width), int(height))


@pytest.fixture(params=SCREENS, ids=lambda screen: screen.__name__)
def window(
    request: pytest.FixtureRequest, qtbot: QtBot, place: tuple[str, tuple[int, int]]
) -> Iterator[SaleWindow]:
    language, size = place
    made = make_window(ScriptedTill(), language)
    qtbot.addWidget(made)
    made.resize(*size)
    made.show()
    request.param(made)
    settled(made)
    assert (made.width(), made.height()) == size, "the window does not fit the screen"
    yield made
    made.tap.disarm()


def visible(window: SaleWindow, kind: type[QWidget]) -> list[QWidget]:
    return [child for child in window.findChildren(kind) if child.isVisible()]


def cut(label: QLabel) -> str:
    """Why a label cannot be read whole, or nothing."""
    if not label.text() or label.property("elided"):
        return ""
    metrics = QFontMetrics(label.font())
    room = label.contentsRect()
    above = label.parentWidget()
    if above is not None and not above.rect().contains(label.geometry()):
        return f"{label.text()!r} does not fit into what it stands in"
    if isinstance(label, FittedLabel):
        needed = metrics.horizontalAdvance(label.text())
        return f"{label.text()!r} needs {needed}" if needed > room.width() else ""
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        longest = max(label.text().split(" "), key=len)
        if needed > label.height() + 1:
            return f"{label.text()!r} needs {needed} px down, has {label.height()}"
        if metrics.horizontalAdvance(longest) > room.width():
            return f"{longest!r} is wider than its label"
    elif (
        label.sizeHint().width() > label.width() + 1
        or label.sizeHint().height() > label.height() + 1
    ):
        return f"{label.text()!r} needs {label.sizeHint()}, has {label.size()}"
    return ""


def no_text_is_cut(window: SaleWindow) -> None:
    labels = [child for child in window.findChildren(QLabel) if child.isVisible()]
    findings = [finding for label in labels if (finding := cut(label))]
    for button in window.findChildren(QPushButton):
        if button.isVisible() and button.text():
            needed = QFontMetrics(button.font()).horizontalAdvance(button.text()) + 8
            if needed > button.width():
                findings.append(f"button {button.text()!r} needs {needed}, has {button.width()}")
    for field in window.findChildren(QLineEdit):
        if field.isVisible() and not field.text():
            needed = QFontMetrics(field.font()).horizontalAdvance(field.placeholderText()) + 20
            if needed > field.width():
                findings.append(f"field {field.placeholderText()!r} needs {needed}")
    if window.counter.entry.field.is_hint_cut:
        findings.append(f"{window.counter.entry.field.hint!r} in the field is cut")
    if window.counter.state.is_cut:
        findings.append(f"{window.counter.state.words!r} at the top is cut")
    assert not findings, "\n".join(findings)


def nothing_lies_over_its_neighbour(window: SaleWindow) -> None:
    whole = window.rect()
    placed: list[tuple[QRect, str]] = []
    for button in window.findChildren(QAbstractButton):
        if not button.isVisible() or button.visibleRegion().isEmpty():
            continue
        seen = button.visibleRegion().boundingRect()
        rect = QRect(button.mapTo(window, seen.topLeft()), seen.size())
        name = button.accessibleName()
        assert whole.contains(rect), f"{name} lies outside"
        for other, other_name in placed:
            assert not other.intersects(rect), f"{name} lies over {other_name}"
        placed.append((rect, name))


def every_control_has_a_name_and_room_for_a_finger(window: SaleWindow) -> None:
    look, hit = window.look, targets(window)
    for button, rect in hit.items():
        name = button.accessibleName()
        assert name, "a button without a name"
        assert rect.height() >= look.mm(12), (name, rect.height())
        assert rect.width() >= look.mm(12), (name, rect.width())
        if isinstance(button, KeyButton) and button.property("role") == "primary":
            assert rect.height() >= look.mm(15), (name, rect.height())
    for field in visible(window, QLineEdit):
        assert field.accessibleName()


def no_finger_hits_two(window: SaleWindow) -> None:
    placed = list(targets(window).items())
    for at, (one, rect) in enumerate(placed):
        for other, further in placed[:at]:
            across = max(rect.left() - further.right(), further.left() - rect.right()) - 1
            down = max(rect.top() - further.bottom(), further.top() - rect.bottom()) - 1
            between = one.accessibleName(), other.accessibleName()
            assert max(across, down) >= window.look.mm(2), (between, across, down)


def targets(window: SaleWindow) -> dict[QAbstractButton, QRect]:
    """Where a press hits each button that can be seen: without the margin of its ring."""
    found = {}
    for button in window.findChildren(QAbstractButton):
        # What is half scrolled away is scrolled back before anybody presses it.
        if button.isVisible() and button.visibleRegion().boundingRect() == button.rect():
            rect = QRect(button.mapTo(window, QPoint(0, 0)), button.size())
            found[button] = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    return found


def test_a_screen_can_be_read_and_touched(window: SaleWindow) -> None:
    no_text_is_cut(window)
    nothing_lies_over_its_neighbour(window)
    every_control_has_a_name_and_room_for_a_finger(window)
    no_finger_hits_two(window)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
def test_a_screen_can_be_read_in_letters_twice_as_large(
    qtbot: QtBot, screen: Callable[[SaleWindow], None]
) -> None:
    window = make_window(ScriptedTill(), "pl", Preferences(ScreenTable(text_size=200)))
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    screen(window)
    settled(window)
    assert (window.width(), window.height()) == (1280, 800), "the window does not fit the screen"
    no_text_is_cut(window)
    nothing_lies_over_its_neighbour(window)
    every_control_has_a_name_and_room_for_a_finger(window)
    no_finger_hits_two(window)
    assert window.counter.total.isVisible() or window.steps.opened == "help"
    window.tap.disarm()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", [empty, member, crowd, reward])
def test_a_window_at_rest_does_nothing(
    qtbot: QtBot, state: Callable[[SaleWindow], None], size: tuple[int, int]
) -> None:
    window = make_window(ScriptedTill())
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    state(window)
    at_rest(window)
    placed = 0
    page = window.counter._counter_page
    place = page.place

    def counted() -> None:
        nonlocal placed
        placed += 1
        place()

    page.place = counted  # type: ignore[method-assign]
    QTest.qWait(100)
    window.tap.disarm()
    assert placed == 0, f"placed {placed} times with nobody at the till"


@pytest.mark.parametrize("language", languages.complete())
@pytest.mark.parametrize("size", [100, 200])
def test_the_invitation_in_an_empty_basket_is_written_whole(
    qtbot: QtBot, language: str, size: int
) -> None:
    window = make_window(ScriptedTill(), language, Preferences(ScreenTable(text_size=size)))
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    settled(window)
    ground = window.counter.basket.viewport()
    picture = ground.grab().toImage()
    paper = picture.pixel(picture.width() // 2, 2)
    for across in (0, 1, picture.width() - 2, picture.width() - 1):
        column = {picture.pixel(across, down) for down in range(3, picture.height() - 3)}
        assert column == {paper}, "letters run over its edge"
    for down in (picture.height() - 2, picture.height() - 1):
        row = {picture.pixel(across, down) for across in range(3, picture.width() - 3)}
        assert row == {paper}, "a row is cut through"
