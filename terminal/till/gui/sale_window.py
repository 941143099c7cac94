"""The window of the till: no boxes, everything in reach of a key, a finger and a scanner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QVBoxLayout, QWidget

from terminal.till.checkout.notice import Weight
from terminal.till.checkout.printing import Printing
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.counter import Counter
from terminal.till.gui.customer_screen import CustomerScreen
from terminal.till.gui.edge import Signs, Silence, Voice
from terminal.till.gui.extra_steps import ExtraSteps
from terminal.till.gui.extras import Extras
from terminal.till.gui.garbage import Garbage
from terminal.till.gui.keyboard_tap import KeyboardTap, Listener, steady_ms
from terminal.till.gui.keys import KeyMap
from terminal.till.gui.open_panel import Open
from terminal.till.gui.palette import Palette
from terminal.till.gui.plugs import Till
from terminal.till.gui.preferences import Preferences
from terminal.till.gui.reading_order import neighbour
from terminal.till.gui.sale_steps import SaleSteps
from terminal.till.gui.settings_steps import SettingsSteps
from terminal.till.gui.style import Look, begin_to_dress, dress, look_for_screen
from terminal.till.gui.system_wishes import SystemWishes
from terminal.wording.labels import Label
from terminal.wording.words import Words

_LATER_MS = 1_000
"""So often a change of the system's colours asks whether it disturbs somebody."""
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SaleWindow(QWidget):
    """The sale screen.

    ``listen`` tells a scanner's bursts from typing (``devices.wedge.Wedge``); without ``printing``
    there are no keys that print; ``local_time`` is what the clock on the screen shows; ``voice`` lets sounds be heard.

    What is on it is made anew when the cashier, or the system, wants another language, theme, text
    size, hand or key: a widget knows one look only. The sale is the till's and does not notice.
    """

    counter: Counter
    steps: SaleSteps
    _by_name: dict[str, Callable[[], None]]
    _sheet: QWidget

    def __init__(
        self,
        checkout: Till,
        words: Words,
        *,
        listen: Listener,
        till_name: str = "",
        printing: Printing | None = None,
        look: Look | None = None,
        local_time: Callable[[], datetime] = datetime.now,
        now: Callable[[], int] = steady_ms,
        preferences: Preferences | None = None,
        voice: Voice | None = None,
        extras: Extras | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self._checkout, self._words, self._till_name = checkout, words, till_name
        self._printing, self._local_time = printing, local_time
        self.preferences = preferences or Preferences()
        self._usual = look or look_for_screen()
        self._wishes = SystemWishes(self._system_changed, self)
        self._shortcuts: list[QShortcut] = []
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)
        extras = extras or Extras()
        self._extras = ExtraSteps(extras, self)
        self.customer = CustomerScreen(self, extras.greeting)
        self.garbage = Garbage(self)
        voice = voice or Silence()
        self._signs = Signs(self.preferences, voice, lambda: self.counter.edge, self)
        self._settings = SettingsSteps(
            self,
            self.preferences,
            try_sound=self._signs.give,
            audible=lambda: voice.audible,
            parent=self,
        )
        self._later = QTimer(self)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(self._renew_if_quiet)
        self._make()
        self.tap = KeyboardTap(
            listen,
            field=self._field_in_use,
            acts=self._acts,
            act=self._act,
            on_scan=self._scanned,
            on_failure=self._scanner_failed,
            now=now,
            parent=self,
        )
        self.tap.arm()

    @property
    def view(self) -> CheckoutView:
        """What is shown."""
        return self.steps.view

    @property
    def language(self) -> str:
        """What the screens speak."""
        return self._words.language

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

    # --- what is on it -----------------------------------------------------------------------

    def speak(self, language: str) -> None:
        """Speak another language from now on; the sale goes on."""
        self._words = Words(language, self._words.currency)
        self.renew()

    def renew(self) -> None:
        """Make everything on the window anew, as the preferences are now; what was typed stays."""
        typed, opened = self.counter.entry.field.text(), self.steps.opened
        shown, old = self.counter.touch_wanted, self._sheet
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)  # two of one key would take no step at all
            shortcut.deleteLater()
        self._place.removeWidget(old)
        old.hide()
        self._make(opened)
        if shown:
            self.counter.toggle_touch_keys()
        self.counter.entry.field.setText(typed)
        old.deleteLater()

    def _make(self, opened: Open = Open.NOTHING) -> None:
        screen = self.preferences.screen
        keys = KeyMap(screen.keys)
        self.look = replace(
            self._usual,
            palette=self._palette(),
            text=screen.text_size / 100,
            left_handed=screen.hand == "left",
            still=screen.still,
            keys=keys,
        )
        words = Words(self._words.language, self._words.currency, keys=keys.told)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        begin_to_dress(application, self.look)
        self.setWindowTitle(words.label(Label.WINDOW_TITLE))
        self._sheet = QWidget(self)
        self.steps = SaleSteps(
            self._checkout, words, printing=self._printing, on_sign=self._signs.give
        )
        self.steps.opened = opened
        self.steps.more = self._extras.by_name(self.steps, keys)
        self._by_name = self.steps.by_name() | self._settings.by_name()
        self.counter = Counter(
            self._sheet,
            self.look,
            words,
            self._by_name,
            self.steps,
            till_name=self._till_name,
            settings=self._settings,
            follow=self._follow,
        )
        self.counter.show_clock(self._local_time)
        self._place.addWidget(self._sheet)
        self._bind_keys(keys)
        self._extras.frame(self.look, words)
        self.customer.renew(screen.customer, self.look.palette)
        dress(application, self.look)
        self.steps.begin(self.counter)
        self.counter.entry.field.setFocus()

    def _follow(self, view: CheckoutView) -> None:
        """What goes on beside the sale has seen the view, too."""
        self.customer.follow(view)
        self.garbage.put_off()

    def _palette(self) -> Palette:
        return self._extras.tinted(self._wishes.palette_for(self.preferences.screen.theme))

    def _bind_keys(self, keys: KeyMap) -> None:
        self._shortcuts = []
        for name, key in keys.items():
            if name not in self._by_name:
                continue  # a shop without a printer has no key that prints
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(name in {"undo", "redo"})
            shortcut.activated.connect(self._by_name[name])
            self._shortcuts.append(shortcut)

    def _system_changed(self) -> None:
        """The system is dark or light now; nobody who counts money is disturbed for that."""
        self._later.start()
        self._renew_if_quiet()

    def _renew_if_quiet(self) -> None:
        view = self.view
        if self._palette() == self.look.palette:
            self._later.stop()
        elif view.stage is not Stage.PAYING and not view.joining and view.asking is None:
            self._later.stop()
            self.renew()

    # --- what the tap asks: always the steps that are on the window now ------------------------

    def _field_in_use(self) -> QLineEdit:
        return self.steps.field_in_use()

    def _acts(self, text: str) -> bool:
        return self.steps.acts(text)

    def _act(self, text: str) -> None:
        self.steps.act(text)

    def _scanned(self, text: str) -> bool:
        return self.steps.scan(text)

    def _scanner_failed(self) -> None:
        self.steps.tell(Weight.REFUSED, Label.SCANNER_FAULT)

    # --- Qt ----------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        goal = neighbour(self, QApplication.focusWidget(), forward=forward)
        if goal is None:
            return False
        goal.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = QApplication.focusWidget()
        if event.key() in _ENTERS:
            if isinstance(focus, QAbstractButton) and not self.steps.is_typed:
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
        self._extras.end()
        self.customer.end()
        super().closeEvent(event)
