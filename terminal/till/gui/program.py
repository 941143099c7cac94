"""Starts Qt and shows one window until it is closed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Collection, Iterable
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from terminal.till.gui.controls import column, text
from terminal.till.gui.mailbox import Mailbox
from terminal.till.gui.style import dress, look_for_screen

if TYPE_CHECKING:
    from terminal.till.gui.first_frame import FirstFrame
    from terminal.till.gui.sale_window import SaleWindow

_LOG = logging.getLogger(__name__)


def application() -> QApplication:
    """The one QApplication, dressed; made if there is none yet."""
    running = QApplication.instance()
    made = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("Tenth")
    dress(made, look_for_screen())
    return made


def has_started() -> bool:
    """Whether Qt runs already, so that a window can open wherever that is."""
    return QApplication.instance() is not None


def run_window(window: SaleWindow, frame: FirstFrame, on_shown: Callable[[], None]) -> int:
    """Put a window into the frame that stands already; Qt's exit code once it was closed.

    A fault of ours that nobody caught is logged and told in the window, which stays, and so does
    the basket.
    """
    watch_for_faults(window.tell_fault)
    frame.hold(window, window.counter.entry.field)
    QTimer.singleShot(0, on_shown)
    return QApplication.exec()


def show_why_closed(heading: str, sentence: str, details: Iterable[str], close: str) -> None:
    """A window that says why the till cannot open, until it is closed.

    For those who start it from an icon: what stands on a shell nobody reads there. ``details``
    are for whoever is called to help: a file, what the system said of it.
    """
    running = application()
    window, layout = _with_sentence(running.applicationName(), heading)
    layout.addWidget(text(sentence, wrap=True))
    for detail in filter(None, details):
        label = text(detail, "small", wrap=True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(label)
    button = QPushButton(close)
    button.setMinimumHeight(look_for_screen().primary)
    button.clicked.connect(window.close)
    layout.addWidget(button)
    QShortcut(QKeySequence(Qt.Key.Key_Escape), window, window.close)
    button.setFocus()
    window.adjustSize()
    # Where no window manager runs nobody puts it into the middle.
    place = window.frameGeometry()
    place.moveCenter(running.primaryScreen().availableGeometry().center())
    window.move(place.topLeft())
    window.show()
    window.activateWindow()
    running.exec()


def language_of_system(known: Collection[str]) -> str:
    """The first language that the system's user reads and is known; empty if there is none."""
    wished = (name.partition("-")[0] for name in QLocale.system().uiLanguages())
    return next((language for language in wished if language in known), "")


def show_while(
    title: str, sentence: str, work: Callable[[], None], stop: Callable[[], None]
) -> None:
    """A window that says what is done beside it, until that is done.

    ``work`` runs in a thread of its own and raises nothing; whoever closes the window has it
    stopped by ``stop``.
    """
    running = application()
    window, _ = _with_sentence(title, sentence)
    mailbox = Mailbox(window)
    is_done = Event()

    def done() -> None:
        work()
        is_done.set()
        mailbox.post(running.quit)

    beside = Thread(target=done, name="at close")
    window.show()
    beside.start()
    running.exec()
    if not is_done.is_set():
        stop()
    beside.join()
    window.close()


def _with_sentence(title: str, sentence: str) -> tuple[QWidget, QVBoxLayout]:
    look = look_for_screen()
    window = QWidget()
    window.setWindowTitle(title)
    window.setMinimumWidth(look.mm(140))
    layout = column(window, look, margin=look.mm(8))
    layout.addWidget(text(sentence, "heading", wrap=True))
    return window, layout


def watch_for_faults(tell: Callable[[], None]) -> None:
    """From now on an exception that nobody caught is logged and told, and the till goes on."""

    def caught(
        kind: type[BaseException], fault: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _LOG.critical("a fault of the program", exc_info=(kind, fault, trace))
        try:
            tell()
        except Exception:  # noqa: BLE001 - the telling itself is at fault: the log has both
            _LOG.exception("a fault could not be told")

    sys.excepthook = caught
