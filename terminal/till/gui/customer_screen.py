"""When there is a customer's display, on which screen, and what it is told.

``[screen] customer`` decides: on a second screen as soon as one is there (``second``, as usual),
in a window of its own, or not at all. It follows the till a moment later, so that no scan waits
for it, and is not made before somebody has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from terminal.till.checkout.view import CheckoutView, MemberView, Stage
from terminal.till.gui.palette import LIGHT, Palette
from terminal.values import dataclass

if TYPE_CHECKING:
    from terminal.till.gui.customer_display import CustomerDisplay
    from terminal.wording.words import Words

_BEHIND_MS = 40
"""The display follows so long after the till: a burst of scans is one change of it."""
_FIRST_MS = 2_500
"""After the start nobody is shown anything for so long: the first scan comes first."""
_THANKS_MS = 20_000
"""Then a sale that is done is nobody's any more: the next customer stands before the display."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who speaks on the display, and in which language."""

    shop: str
    words: Callable[[], Words]


class CustomerScreen:
    """The display of one till window."""

    def __init__(self, window: QWidget, greeting: Greeting | None) -> None:
        self._window, self._greeting = window, greeting
        self._wanted = "off"
        self._palette: Palette = LIGHT
        self._view: CheckoutView | None = None
        self._member: MemberView | None = None
        self._words: Words | None = None
        self.display: CustomerDisplay | None = None
        self._soon = QTimer(window)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_FIRST_MS)
        self._soon.timeout.connect(self.show_now)
        self._over = QTimer(window)
        self._over.setSingleShot(True)
        self._over.setInterval(_THANKS_MS)
        self._over.timeout.connect(self.forget)
        application = QGuiApplication.instance()
        if greeting is not None and isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._screens_changed)
            application.screenRemoved.connect(self._screens_changed)

    def renew(self, wanted: str, palette: Palette) -> None:
        """As the cashier, or the system, wants it from now on."""
        changed = wanted != self._wanted
        self._wanted, self._palette = wanted, palette
        if self.display is not None:
            self.display.dress(palette)
            if changed or self.display.closed_by_hand:
                self.end()
        if self._place() is not None and not self._soon.isActive():
            self._soon.start()

    def follow(self, view: CheckoutView) -> None:
        """The till shows this now; so will the display, in words of its own."""
        before, self._view = self._view, view
        if view.stage is not Stage.DONE:
            self._member = view.member
            self._over.stop()
        elif before is None or before.stage is not Stage.DONE:
            self._over.start()
        if self.display is not None:
            self._soon.start(_BEHIND_MS)

    def forget(self) -> None:
        """Whose sale it was is not for the next customer to read."""
        self._member = None
        if self.display is not None:
            self.show_now()

    def show_now(self) -> None:
        """Show what the till shows, without waiting the moment; nothing where there is no display."""
        place, view = self._place(), self._view
        if place is None or view is None or self._greeting is None:
            return
        # Painted by hand and seldom there: what it needs is read when somebody has it.
        from terminal.till.gui.display_text import display_text

        if self._words is None:
            self._words = self._greeting.words()
        if self.display is None:
            self.display = self._made(place)
        if not self.display.isVisible() and not self.display.closed_by_hand:
            with self._keys_kept():
                if self._wanted == "second":
                    self.display.setGeometry(place.geometry())
                    self.display.showFullScreen()
                else:
                    self.display.show()
        told = display_text(view, self._words, self._greeting.shop, self._member)
        self.display.show_text(told)

    def end(self) -> None:
        """The till closes, or nobody wants a display any more."""
        self._soon.stop()
        display, self.display = self.display, None
        if display is not None:
            with self._keys_kept():
                display.close()
                display.deleteLater()

    @contextmanager
    def _keys_kept(self) -> Iterator[None]:
        """The till's window stays the one that keys go to, if it was: a desktop may give them to
        whatever is new. Another program, such as a fiscal till, keeps its own.
        """
        had = self._window.isActiveWindow()
        yield
        if had:
            self._window.activateWindow()

    def _place(self) -> QScreen | None:
        """The screen for it; None if there is to be none."""
        if self._greeting is None or self._wanted == "off":
            return None
        own = self._window.screen()
        if self._wanted == "window":
            return own
        # One that shows the same as the till's is no second one: the till would lie beneath.
        screens = (one for one in QGuiApplication.screens() if one is not own)
        others = (one for one in screens if not one.geometry().intersects(own.geometry()))
        return next(others, None)

    def _screens_changed(self, _screen: QScreen) -> None:
        """A display was plugged in or taken away: what is on it is made anew."""
        if self._wanted == "second":
            self.end()
            if self._place() is not None:
                self._soon.start(_BEHIND_MS)

    def _made(self, place: QScreen) -> CustomerDisplay:
        from terminal.till.gui.customer_display import CustomerDisplay
        from terminal.wording.display_labels import DisplayLabel

        assert self._words is not None
        display = CustomerDisplay(self._words.label(DisplayLabel.WINDOW_TITLE), self._palette)
        display.setScreen(place)
        return display
