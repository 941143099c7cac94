"""The window of the till: no boxes, everything in reach of a key, a finger and a scanner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from terminal.till.checkout.view import CheckoutView, Weight
from terminal.till.gui.counter import Counter
from terminal.till.gui.keyboard_tap import KeyboardTap, Listener, steady_ms
from terminal.till.gui.keys import KEYS
from terminal.till.gui.plugs import Till
from terminal.till.gui.sale_steps import SaleSteps
from terminal.till.gui.style import Look, look_for_screen
from terminal.wording.labels import Label
from terminal.wording.words import Words

_FLASH_MS = 450
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SaleWindow(QWidget):
    """The sale screen.

    ``listen`` tells a scanner's bursts from typing (``devices.wedge.Wedge``); ``print_slip``
    answers where it printed, and without it there are no keys that print; ``local_time`` is what
    the clock on the screen shows.
    """

    def __init__(
        self,
        checkout: Till,
        words: Words,
        *,
        listen: Listener,
        till_name: str = "",
        print_slip: Callable[[Sequence[str]], str | None] | None = None,
        look: Look | None = None,
        local_time: Callable[[], datetime] = datetime.now,
        now: Callable[[], int] = steady_ms,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(words.label(Label.WINDOW_TITLE))
        self.look = look or look_for_screen()
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(_FLASH_MS)
        self.steps = SaleSteps(checkout, words, print_slip=print_slip, on_refusal=self._flash_edge)
        self._by_name = self.steps.by_name()
        self.counter = Counter(
            self, self.look, words, self._by_name, self.steps, till_name=till_name
        )
        self.counter.show_clock(local_time)
        self._flash.timeout.connect(self.counter.edge.hide)
        self._bind_keys()
        self.tap = KeyboardTap(
            listen,
            field=self.steps.field_in_use,
            acts=self.steps.acts,
            act=self.steps.act,
            on_scan=self.steps.scan,
            on_failure=lambda: self.steps.tell(Weight.REFUSED, Label.SCANNER_FAULT),
            now=now,
            parent=self,
        )
        self.tap.arm()
        self.steps.begin(self.counter)
        self.counter.entry.field.setFocus()

    @property
    def view(self) -> CheckoutView:
        """What is shown."""
        return self.steps.view

    def show_view(self, view: CheckoutView) -> None:
        """Show what somebody else asked the till for."""
        self.steps.show_view(view)

    def scan(self, code: str) -> None:
        """A scanner that is no keyboard read something."""
        self.steps.scan(code)

    def tell_fault(self) -> None:
        """Say that something of ours failed that nobody caught; the basket and the window stay."""
        self.steps.tell_fault()

    def take(self, step: str) -> None:
        """Take a step by its name, as its key and its button do."""
        self._by_name[step]()

    def _bind_keys(self) -> None:
        for name, key in KEYS.items():
            if name not in self._by_name:
                continue
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(name in {"undo", "redo"})
            shortcut.activated.connect(self._by_name[name])

    def _flash_edge(self) -> None:
        """A refusal is seen at the edge of the eye too; it appears once and does not blink."""
        self.counter.edge.show_over(self.rect())
        self._flash.start()

    # --- Qt ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = QApplication.focusWidget()
        if event.key() in _ENTERS:
            if isinstance(focus, QAbstractButton) and not self.counter.entry.field.text():
                focus.click()
            else:
                self.steps.enter()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.steps.arrow(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.take("void")
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.tap.disarm()
        super().closeEvent(event)
