"""No scan looks for garbage; the moment after it does."""

import gc
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from terminal.till.gui import garbage
from tests.till.gui.gallery.putting_up import put_up, tidy_up

pytestmark = pytest.mark.usefixtures("frozen_again")


@pytest.fixture(scope="module", autouse=True)
def shops() -> Iterator[None]:
    yield
    tidy_up()


@pytest.fixture
def looked() -> Iterator[list[int]]:
    """The generations that were looked through, in order."""
    found: list[int] = []

    def note(phase: str, told: dict[str, int]) -> None:
        if phase == "stop":
            found.append(told["generation"])

    gc.callbacks.append(note)
    garbage.begin()
    yield found
    garbage.end()
    gc.callbacks.remove(note)


def test_scans_look_for_no_garbage_and_the_quiet_moment_after_them_does(
    qtbot: QtBot, looked: list[int]
) -> None:
    with put_up("sale_of_a_member", (1280, 800), language="en") as window:
        looked.clear()
        for _ in range(20):
            window.take("more")
        assert looked == []

        qtbot.waitUntil(lambda: 2 in looked)


def test_afterwards_all_is_as_it_was() -> None:
    before = gc.get_threshold()
    garbage.begin()
    assert gc.get_threshold() != before
    assert gc.get_freeze_count() > 0

    garbage.end()

    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
