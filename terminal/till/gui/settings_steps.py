"""What the settings screen does: each choice holds at once, is kept, and shows itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from terminal.till.checkout.notice import Sound, Weight
from terminal.till.checkout.view import Stage
from terminal.till.gui.counter import Counter
from terminal.till.gui.help_panel import step_labels
from terminal.till.gui.keys import KeyMap, Refusal, chord_of
from terminal.till.gui.open_panel import Open
from terminal.till.gui.preferences import Preferences
from terminal.till.gui.sale_steps import SaleSteps
from terminal.till.settings import ScreenTable, SoundTable
from terminal.wording.labels import Label
from terminal.wording.marks import AnyLabel
from terminal.wording.settings_labels import SettingsLabel

_REFUSED = {
    Refusal.SCANNER: SettingsLabel.KEY_OF_SCANNERS,
    Refusal.WRITES: SettingsLabel.KEY_WRITES,
    Refusal.TAKEN: SettingsLabel.KEY_TAKEN,
}
_EXTRA = {"training": Label.TRAINING, "blank_cards": Label.BLANK_CARDS}
"""Steps of other rooms that are reached from here, where they are there."""


class Window(Protocol):
    """The window, which makes itself anew when its look changes."""

    counter: Counter
    steps: SaleSteps

    @property
    def language(self) -> str: ...
    def renew(self) -> None: ...
    def speak(self, language: str) -> None: ...


class KeyCatcher(QObject):
    """Sees the next key before shortcuts and fields do, once; a scan goes its usual way."""

    def __init__(self, caught: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._caught = caught
        self._on = False

    def begin(self) -> None:
        """Wait for one key."""
        if not self._on:
            self._on = True
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def end(self) -> None:
        """Wait no more."""
        if self._on:
            self._on = False
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        chord = chord_of(event.keyCombination())
        if not chord:
            return True  # only Shift, Ctrl or Alt so far
        self.end()
        self._caught(chord)
        chords = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        # Text is perhaps the first sign of a scan.
        return (
            not event.text().isprintable() or not event.text() or bool(event.modifiers() & chords)
        )


class SettingsSteps:
    """The steps of the settings screen, and what it remembers while it is open."""

    def __init__(
        self,
        window: Window,
        preferences: Preferences,
        *,
        try_sound: Callable[[Sound], None],
        audible: Callable[[], bool],
        parent: QObject,
    ) -> None:
        self._window, self._preferences = window, preferences
        self._try_sound, self._audible = try_sound, audible
        self._catcher = KeyCatcher(self._caught, parent)
        self.page = "screen"
        self.waiting = ""

    def by_name(self) -> dict[str, Callable[[], None]]:
        """Every step that has a key or a button."""
        return {"settings": self._toggle}

    @property
    def screen(self) -> ScreenTable:
        """What is set of the screen."""
        return self._preferences.screen

    @property
    def sound(self) -> SoundTable:
        """What is set of the sounds."""
        return self._preferences.sound

    @property
    def language(self) -> str:
        """What the screens speak."""
        return self._window.language

    @property
    def audible(self) -> bool:
        """Whether sounds can be heard on this computer, as far as it is known."""
        return self._audible()

    @property
    def extra(self) -> Sequence[tuple[Label, Callable[[], None]]]:
        """What else is reached from here."""
        steps = self._window.steps.by_name()
        return [(label, steps[name]) for name, label in _EXTRA.items() if name in steps]

    # --- pages -------------------------------------------------------------------------------

    def _toggle(self) -> None:
        steps = self._window.steps
        if steps.view.stage is Stage.PAYING:
            steps.tell(Weight.QUIET, SettingsLabel.SETTINGS_LATER)
            return
        self.forget_key()
        steps.toggle(Open.SETTINGS)
        if steps.opened is Open.SETTINGS:
            self._window.counter.settings.show_page()

    def open_page(self, page: str) -> None:
        """Another page of it."""
        self.forget_key()
        self.page = page
        self._show(f"page/{page}")
        self._window.counter.settings.scrolled.to_top()

    def _show(self, pressed: str) -> None:
        panel, focus = self._window.counter.settings, QApplication.focusWidget()
        by_keys = focus is not None and panel.isAncestorOf(focus)
        panel.show_page()
        if by_keys:
            panel.focus_on(pressed)

    def _renew(self, pressed: str) -> None:
        """The whole window in the new look; the focus goes back to where it was."""
        focus = QApplication.focusWidget()
        by_keys = focus is not None and self._window.counter.settings.isAncestorOf(focus)
        self._window.renew()
        if by_keys:
            self._window.counter.settings.focus_on(pressed)

    def _kept(self, kept: bool) -> None:
        if not kept:
            self._window.steps.tell(Weight.QUIET, SettingsLabel.SETTING_NOT_KEPT)

    # --- the screen --------------------------------------------------------------------------

    def speak(self, language: str) -> None:
        """Another language, at once."""
        kept = self._preferences.keep_language(language)
        focus = QApplication.focusWidget()
        by_keys = focus is not None and self._window.counter.settings.isAncestorOf(focus)
        self._window.speak(language)
        if by_keys:
            self._window.counter.settings.focus_on(f"language/{language}")
        self._kept(kept)

    def set_screen(self, setting: str, value: object) -> None:
        """Theme, text size, hand, movement."""
        kept = self._preferences.change_screen(setting, value)
        self._renew(f"{setting}/{value}")
        self._kept(kept)

    # --- sounds ------------------------------------------------------------------------------

    def set_volume(self, volume: int) -> None:
        """How loud; it is heard at once."""
        kept = self._preferences.change_sound("volume", volume)
        self._show(f"volume/{volume}")
        self._try_sound(Sound.MEMBER)
        self._kept(kept)

    def turn_sound(self, sound: Sound) -> None:
        """One sound on or off."""
        off = set(self.sound.off) ^ {sound.value}
        kept = self._preferences.change_sound("off", tuple(sorted(off)))
        self._show(f"sound/{sound.value}")
        self._kept(kept)

    def try_sound(self, sound: Sound) -> None:
        """Let it be heard, or seen where it cannot be."""
        self._try_sound(sound)

    # --- keys --------------------------------------------------------------------------------

    def wait_for_key(self, step: str) -> None:
        """The next key is for this step; pressed again it is left as it was."""
        if self.waiting == step:
            self.forget_key()
        else:
            self.waiting = step
            self._catcher.begin()
        self._show(f"key/{step}")

    def forget_key(self) -> None:
        """No step waits for a key any more."""
        self._catcher.end()
        self.waiting = ""

    def reset_keys(self) -> None:
        """All keys as usual."""
        self.forget_key()
        kept = self._preferences.change_screen("keys", {})
        self._renew("keys/reset")
        self._window.steps.tell(Weight.GOOD, SettingsLabel.KEYS_ARE_USUAL)
        self._kept(kept)

    def _caught(self, key: str) -> None:
        step, self.waiting = self.waiting, ""
        keys = KeyMap(self.screen.keys)
        refusal = None if key == "Esc" else keys.refusal(step, key)
        if key == "Esc" or refusal is not None:
            self._show(f"key/{step}")
            if refusal is not None:
                taker = keys.taker(key) or ""
                self._say(Weight.REFUSED, _REFUSED[refusal], key, taker)
            return
        kept = self._preferences.change_screen("keys", {**keys.own, step: key})
        self._renew(f"key/{step}")
        self._say(Weight.GOOD, SettingsLabel.KEY_IS_NOW, key, step)
        self._kept(kept)

    def _say(self, weight: Weight, label: AnyLabel, key: str, step: str) -> None:
        steps = self._window.steps
        name = step_labels().get(step)
        told = steps.words.label(name) if name is not None else step
        steps.notices.tell(weight, steps.words.label(label, key=key, step=told))
