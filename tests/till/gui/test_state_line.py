"""The line at the top can be read whole: in every language, whatever it has to tell."""

from itertools import product

import pytest
from pytestqt.qtbot import QtBot

from terminal.till.checkout.view import Concern, ServerView
from terminal.till.gui.preferences import Preferences
from terminal.till.line_port import Contact, LineTrouble
from terminal.till.settings import ScreenTable
from terminal.wording import languages
from tests.till.gui.conftest import make_window
from tests.till.gui.scripted import ScriptedTill
from tests.till.gui.settled import settled
from tests.till.gui.test_layout import crowd

COUNTERS = {
    "1024-100": (1024, 728, 100),
    "1280-150": (1280, 800, 150),
    "1280-200": (1280, 800, 200),
}
NARROWER = 0.92
"""A font of another machine is so much wider; here the room is so much narrower."""
DAY_MS, MINUTE_MS = 86_400_000, 60_000
AGES = (None, 59 * MINUTE_MS, 40 * DAY_MS)
STATES = [
    ServerView(
        contact=Contact(
            trouble=trouble, waiting=waiting, last_ms=1, clock_ahead_ms=ahead, parked=1_234
        ),
        ago_ms=ago,
        concern=concern,
    )
    for trouble, concern, waiting, ago, ahead in product(
        LineTrouble, Concern, (1, 12_345), AGES, (-90 * MINUTE_MS,)
    )
]


@pytest.mark.parametrize("language", languages.complete())
@pytest.mark.parametrize("counter", COUNTERS)
def test_whatever_it_tells_can_be_read_whole(qtbot: QtBot, counter: str, language: str) -> None:
    wide, high, size = COUNTERS[counter]
    screen = Preferences(ScreenTable(text_size=size))
    window = make_window(ScriptedTill(), language, screen)
    qtbot.addWidget(window)
    window.resize(wide, high)
    window.show()
    crowd(window)
    line = window.counter.state
    line.setFixedWidth(round(line.width() * NARROWER))
    settled(window)
    cut, high_before = set(), line.sizeHint().height()
    for state in STATES:
        line.show_server(state)
        line._waits_long.timeout.emit()
        if line.sizeHint().height() != high_before:  # else nobody's place is another one
            settled(window)
            high_before = line.sizeHint().height()
        if line.is_cut:
            cut.add(line.words)
    window.tap.disarm()
    assert not cut
    assert (window.width(), window.height()) == (wide, high), "it pushes the window out"
