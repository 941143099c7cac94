"""A partner's miles are miles on every part of the screen: none of them says points."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from terminal.wire.programme_json import write_programme
from tests.till.checkout.conftest import counter
from tests.till.checkout.counter import ANNA, BUTTER, Counter
from tests.till.checkout.test_gift_rewards import MILES, PARTNER, SKY, plain
from tests.till.gui.conftest import make_window

__all__ = ["counter"]


def test_what_a_reward_brings_is_told_in_its_own_unit(qtbot: QtBot, counter: Counter) -> None:
    counter.programmes.put([write_programme(SKY), write_programme(PARTNER)])
    counter.give(ANNA, 360, "sky")
    counter.scan(ANNA, BUTTER)
    counter.checkout.toggle_reward(MILES)
    window = make_window(counter.checkout)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()

    page = window.counter
    assert [plain(row.price) for row in page.basket._rows if row.name == "250 miles"] == [
        "+250 miles"
    ]
    page.why.show_view(window.view)
    written = [label.text() for label in window.findChildren(QLabel)]
    told = plain("\n".join([*written, page.why.page.toPlainText()]))
    assert told.count("+250 miles") >= 2
    assert "250 pts" not in told
