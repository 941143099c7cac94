"""Alt+S: how the till looks, sounds and listens to keys. What is pressed holds at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from terminal.till.checkout.notice import Sound
from terminal.till.gui.controls import (
    WrappingButton,
    beside,
    card,
    clear,
    column,
    mark,
    plain_button,
    row,
    sheet,
    text,
)
from terminal.till.gui.even_rows import EvenRows
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.help_panel import step_labels
from terminal.till.gui.keys import FIXED, KeyMap
from terminal.till.gui.look import Look
from terminal.till.gui.scrolled import Scrolled
from terminal.till.settings import ScreenTable, SoundTable
from terminal.till.settings.screen import CUSTOMER, HANDS, TEXT_SIZES, THEMES
from terminal.wording.labels import Label
from terminal.wording.languages import OWN_NAMES, complete
from terminal.wording.marks import AnyLabel
from terminal.wording.settings_labels import SettingsLabel
from terminal.wording.words import Words

NARROW_MOST, WIDE_PIXELS = 175, 1_280
"""So large (percent) may letters be where the window is less wide: all keys stay on the screen."""

VOLUMES = (0, 25, 50, 75, 100)
PAGES = ("screen", "sound", "keys", "more")
_PAGE_NAMES = {
    "screen": SettingsLabel.SETTINGS_SCREEN,
    "sound": SettingsLabel.SETTINGS_SOUND,
    "keys": SettingsLabel.SETTINGS_KEYS,
    "more": SettingsLabel.SETTINGS_MORE,
}
_THEME_NAMES = {
    "system": SettingsLabel.THEME_SYSTEM,
    "light": SettingsLabel.THEME_LIGHT,
    "dark": SettingsLabel.THEME_DARK,
    "contrast": SettingsLabel.THEME_CONTRAST,
}
_CUSTOMER_NAMES = {
    "second": SettingsLabel.CUSTOMER_SECOND,
    "window": SettingsLabel.CUSTOMER_WINDOW,
    "off": SettingsLabel.CUSTOMER_OFF,
}
_HAND_NAMES = {"right": SettingsLabel.HAND_RIGHT, "left": SettingsLabel.HAND_LEFT}
SOUND_NAMES = {
    Sound.MEMBER: SettingsLabel.SOUND_MEMBER,
    Sound.REWARD_READY: SettingsLabel.SOUND_REWARD,
    Sound.LOOK: SettingsLabel.SOUND_LOOK,
    Sound.REFUSED: SettingsLabel.SOUND_REFUSED,
    Sound.DONE: SettingsLabel.SOUND_DONE,
}


class Wishes(Protocol):
    """What the panel shows and whom it asks."""

    page: str
    waiting: str
    """The step that waits for its new key; empty for none."""

    @property
    def screen(self) -> ScreenTable: ...
    @property
    def sound(self) -> SoundTable: ...
    @property
    def language(self) -> str: ...
    @property
    def audible(self) -> bool: ...
    @property
    def extra(self) -> Sequence[tuple[Label, Callable[[], None]]]: ...
    def open_page(self, page: str) -> None: ...
    def speak(self, language: str) -> None: ...
    def set_screen(self, setting: str, value: object) -> None: ...
    def set_volume(self, volume: int) -> None: ...
    def turn_sound(self, sound: Sound) -> None: ...
    def try_sound(self, sound: Sound) -> None: ...
    def wait_for_key(self, step: str) -> None: ...
    def reset_keys(self) -> None: ...


class SettingsPanel(QFrame):
    """Pages with a row of choices for each setting; the chosen one has a ✓."""

    def __init__(
        self, look: Look, words: Words, wishes: Wishes, on_close: Callable[[], None]
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setAccessibleName(words.label(SettingsLabel.SETTINGS))
        self._look, self._words, self._wishes = look, words, wishes
        self._keys = KeyMap(wishes.screen.keys)
        heading = Heading(look, words.label(SettingsLabel.SETTINGS))
        layout = sheet(self, look, words, heading, on_close)
        self._tabs = EvenRows(look.gap)
        for page in PAGES:
            if page == "more" and not wishes.extra:
                continue
            name = words.label(_PAGE_NAMES[page])
            tab = self._choice(f"page/{page}", name, partial(wishes.open_page, page))
            self._tabs.add(tab)
        layout.addWidget(self._tabs)
        inner = QWidget()
        self._body: QVBoxLayout = column(inner, look, margin=0)
        self.scrolled = Scrolled(look, words, inner)
        layout.addWidget(self.scrolled, 1)

    def fill(self) -> None:
        """Show the page that is open, if none was shown yet."""
        if not self._body.count():
            self.show_page()

    def show_page(self) -> None:
        """Show the page that is open, as things are set now."""
        clear(self._body)
        wishes = self._wishes
        for tab in self._tabs.findChildren(QPushButton):
            _set(tab, tab.property("choice") == f"page/{wishes.page}")
        pages = {
            "screen": self._screen,
            "sound": self._sound,
            "keys": self._key_rows,
            "more": self._more,
        }
        pages[wishes.page]()
        self._body.addStretch(1)

    def focus_on(self, choice: str) -> None:
        """Put the focus back on what was pressed, for whoever goes by keys, once it can be seen."""
        QTimer.singleShot(0, self, lambda: self._focus_on(choice))

    def _focus_on(self, choice: str) -> None:
        for button in self.findChildren(QPushButton):
            if button.property("choice") == choice and button.isVisible():
                button.setFocus()
                self.scrolled.reveal(button)

    # --- pages -------------------------------------------------------------------------------

    def _screen(self) -> None:
        words, wishes, screen = self._words, self._wishes, self._wishes.screen
        spoken = [(one, OWN_NAMES[one], one == wishes.language) for one in complete()]
        self._setting(SettingsLabel.SET_LANGUAGE, "language", spoken, wishes.speak)
        themes = [(one, words.label(_THEME_NAMES[one]), one == screen.theme) for one in THEMES]
        self._setting(SettingsLabel.SET_THEME, "theme", themes, partial(wishes.set_screen, "theme"))
        sizes = [
            (one, words.label(SettingsLabel.PERCENT, n=words.number(one)), one == screen.text_size)
            for one in TEXT_SIZES
            if self._has_room_for(one) or one == screen.text_size
        ]
        self._setting(
            SettingsLabel.SET_TEXT, "text_size", sizes, partial(wishes.set_screen, "text_size")
        )
        if not self._has_room_for(TEXT_SIZES[-1]):
            hint = words.label(SettingsLabel.LARGER_LETTERS)
            self._body.addWidget(text(hint, "small", wrap=True))
        hands = [(one, words.label(_HAND_NAMES[one]), one == screen.hand) for one in HANDS]
        self._setting(SettingsLabel.SET_HAND, "hand", hands, partial(wishes.set_screen, "hand"))
        motion = [
            (still, words.label(label), still == screen.still)
            for still, label in (
                (False, SettingsLabel.MOTION_USUAL),
                (True, SettingsLabel.MOTION_STILL),
            )
        ]
        self._setting(
            SettingsLabel.SET_MOTION, "still", motion, partial(wishes.set_screen, "still")
        )
        places = [
            (one, words.label(_CUSTOMER_NAMES[one]), one == screen.customer) for one in CUSTOMER
        ]
        self._setting(
            SettingsLabel.SET_CUSTOMER, "customer", places, partial(wishes.set_screen, "customer")
        )

    def _has_room_for(self, percent: int) -> bool:
        return percent <= NARROW_MOST or self.window().width() >= WIDE_PIXELS

    def _sound(self) -> None:
        words, wishes, sound = self._words, self._wishes, self._wishes.sound
        volumes = [(one, self._volume(one), one == sound.volume) for one in VOLUMES]
        self._setting(SettingsLabel.SET_VOLUME, "volume", volumes, wishes.set_volume)
        hint = SettingsLabel.VOLUME_OFF_HINT if wishes.audible else SettingsLabel.NO_SOUND_HERE
        self._body.addWidget(text(words.label(hint), "small", wrap=True))
        self._body.addWidget(text(words.label(SettingsLabel.SET_SOUNDS), "bold", wrap=True))
        for one, label in SOUND_NAMES.items():
            on, name = one.value not in sound.off, words.label(label)
            line = row(None, self._look, margin=0)
            line.addWidget(text(name, wrap=True), 1)
            listen = plain_button(
                "♪",
                name=words.label(SettingsLabel.SOUND_TRY, name=name),
                on_click=partial(wishes.try_sound, one),
            )
            listen.setFixedSize(self._look.target + 4, self._look.target + 4)
            turned = words.label(SettingsLabel.SOUND_ON if on else SettingsLabel.SOUND_OFF)
            turn = self._choice(f"sound/{one.value}", turned, partial(wishes.turn_sound, one))
            turn.setAccessibleName(f"{name}: {turned}")
            _set(turn, on)
            line.addWidget(listen)
            line.addWidget(turn)
            self._body.addLayout(line)

    def _volume(self, percent: int) -> str:
        words = self._words
        if not percent:
            return words.label(SettingsLabel.VOLUME_OFF)
        return words.label(SettingsLabel.PERCENT, n=words.number(percent))

    def _key_rows(self) -> None:
        words, wishes = self._words, self._wishes
        self._body.addWidget(text(words.label(SettingsLabel.SET_KEYS_HINT), "small", wrap=True))
        labels = step_labels()
        for step, key in self._keys.items():
            if step in FIXED or step not in labels:
                continue
            line = beside(self._look)
            name = words.label(labels[step])
            line.addWidget(text(name, wrap=True), 1)
            waits = step == wishes.waiting
            shown = words.label(SettingsLabel.KEY_PRESS) if waits else key
            button = self._choice(f"key/{step}", shown, partial(wishes.wait_for_key, step))
            button.setAccessibleName(f"{name}: {shown}")
            button.setMinimumWidth(self._look.primary * 2)
            mark(button, "lit", "true" if waits else "false")
            line.addWidget(button)
            self._body.addLayout(line)
        reset = WrappingButton(
            words.label(SettingsLabel.KEYS_RESET), self._look, on_click=wishes.reset_keys
        )
        reset.setProperty("choice", "keys/reset")
        reset.setEnabled(bool(self._keys.own))
        self._body.addWidget(reset)

    def _more(self) -> None:
        for label, step in self._wishes.extra:
            self._body.addWidget(
                WrappingButton(self._words.label(label), self._look, on_click=step)
            )

    # --- parts -------------------------------------------------------------------------------

    def _setting(
        self,
        label: AnyLabel,
        name: str,
        choices: Iterable[tuple[object, str, bool]],
        choose: Callable[..., None],
    ) -> None:
        """The name of a setting, and a button for each thing that it may be."""
        frame = card()
        inner = column(frame, self._look, margin=self._look.mm(1.6))
        caption = self._words.label(label)
        inner.addWidget(text(caption, "bold", wrap=True))
        rows = EvenRows(self._look.gap)
        for value, words, chosen in choices:
            button = self._choice(f"{name}/{value}", words, partial(choose, value))
            button.setAccessibleName(f"{caption}: {words}")
            _set(button, chosen)
            rows.add(button)
        inner.addWidget(rows)
        self._body.addWidget(frame)

    def _choice(self, choice: str, words: str, on_click: Callable[[], None]) -> QPushButton:
        button = plain_button(words, role="choice", on_click=on_click)
        button.setCheckable(True)
        button.setProperty("choice", choice)
        return button


def _set(button: QPushButton, chosen: bool) -> None:
    """A ✓ beside the word, because nobody can rely on a colour."""
    button.setChecked(chosen)
    plain = button.text().removeprefix("✓ ")
    button.setText(f"✓ {plain}" if chosen else plain)
