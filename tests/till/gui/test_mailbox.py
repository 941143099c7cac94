"""Other threads have things done in the window's own, in order and never at once."""

import threading
from functools import partial

from pytestqt.qtbot import QtBot

from terminal.till.gui.mailbox import Mailbox


def test_what_other_threads_post_is_called_in_the_windows_thread_in_order(qtbot: QtBot) -> None:
    mailbox, seen = Mailbox(), list[tuple[int, int]]()

    def note(n: int) -> None:
        seen.append((n, threading.get_ident()))

    def write() -> None:
        for n in range(50):
            mailbox.post(partial(note, n))

    writer = threading.Thread(target=write)
    writer.start()
    writer.join()
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert seen == [(n, threading.get_ident()) for n in range(50)]


def test_nothing_is_called_before_post_returns(qtbot: QtBot) -> None:
    mailbox, seen = Mailbox(), list[str]()
    mailbox.post(lambda: seen.append("called"))
    assert seen == []
    qtbot.waitUntil(lambda: seen == ["called"])
