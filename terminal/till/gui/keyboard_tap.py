"""Sees every key before any widget does, so that a scan needs no focus and reaches no field.

Text goes to the screen's field at once, wherever the focus is. When a run of keys turns out to
be a scanner's, the field gets back what it held before the run, and the rest of the run reaches
nobody. Keys that act by themselves (+ and −) wait a moment, because an act is not taken back.
Within a burst no key acts at all: scanners press Del, Esc, Ctrl+Z or F9 for control characters.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

_LOG = logging.getLogger(__name__)
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ENDS = (*_ENTERS, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_KEYS_DOWN = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_EDITING = "\r\n\t\b\x1b\x7f"
_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock,
    }
)  # fmt: skip
_MEANT = {Qt.Key(Qt.Key.Key_F1 + n): chr(0x16 + n) for n in range(10)}
"""Control characters that scanners of the largest makers press as function keys."""
_NO_SIGN = "\x00"
_SECOND_ENTER_MS = 35
"""CR and LF are two Enters to some scanners; nobody's finger follows a scan so fast."""
_HOLD_MS = 45
"""Longer than two keys of a burst are apart, shorter than anybody notices."""
_NO_SILENCE_MS = 600_000


class Listener(Protocol):
    """Tells bursts from typing; the wedge of ``devices`` is one."""

    @property
    def length(self) -> int: ...
    @property
    def idle_ms(self) -> int: ...
    def key(self, text: str, at: int, *, repeated: bool = False) -> bool: ...
    def runs_on(self, at: int) -> bool: ...
    def rest(self, at: int) -> str | None: ...
    def stop(self) -> str | None: ...


class _Kept(NamedTuple):
    """What a field held before a run of keys."""

    field: QLineEdit
    text: str
    cursor: int
    start: int
    length: int


def steady_ms() -> int:
    """Milliseconds of a clock that never goes back."""
    return time.monotonic_ns() // 1_000_000


class KeyboardTap(QObject):
    """The application-wide filter. ``arm`` puts it in, its own failure takes it out."""

    def __init__(
        self,
        listen: Listener,
        *,
        field: Callable[[], QLineEdit],
        acts: Callable[[str], bool],
        act: Callable[[str], None],
        on_scan: Callable[[str], bool],
        on_failure: Callable[[], None],
        now: Callable[[], int] = steady_ms,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._listen = listen
        self._field = field
        self._acts = acts
        self._act = act
        self._on_scan = on_scan
        self._on_failure = on_failure
        self._now = now
        self._kept: _Kept | None = None
        self._held = ""
        self._last_at = 0
        self._ended_at = -_SECOND_ENTER_MS - 1
        self._silence = self._timer(listen.idle_ms + 1, self._fell_silent)
        self._release = self._timer(_HOLD_MS, self._let_go)

    def arm(self) -> None:
        """Begin to listen."""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def wait_for_enter(self) -> None:
        """End bursts by Enter only: keys that a program sends may pause longer than a scanner."""
        self._silence.setInterval(_NO_SILENCE_MS)

    def disarm(self) -> None:
        """Stop listening; widgets get their keys themselves again."""
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        # A hundred events come with each scan; to ask one for its kind costs more than the class.
        if not isinstance(event, QKeyEvent) or (kind := event.type()) not in _KEYS_DOWN:
            return False
        try:
            if kind == QEvent.Type.ShortcutOverride:
                return self._kept_from_shortcuts(event)
            return self._key_pressed(event)
        except Exception:  # noqa: BLE001
            # Left in, a filter that throws would throw for every key from now on.
            _LOG.exception("the keyboard tap failed and is out")
            self.disarm()
            self._on_failure()
            return False

    def _kept_from_shortcuts(self, event: QKeyEvent) -> bool:
        """Whether a key comes as text although it is a shortcut: accepted, so that Qt sends it."""
        if event.key() in _MODIFIERS or not self._listen.runs_on(self._time_of(event)):
            return False
        event.accept()
        return True

    def _time_of(self, event: QKeyEvent) -> int:
        return event.timestamp() or self._now()

    def _key_pressed(self, event: QKeyEvent) -> bool:
        at = self._time_of(event)
        if event.key() in _ENDS:
            return self._end_of_run(event, at)
        text = event.text()
        if event.key() not in _MODIFIERS and self._listen.runs_on(at):
            inside = text or _MEANT.get(Qt.Key(event.key()), _NO_SIGN)
            return self._take(event, inside, at, shown=inside.isprintable())
        if not text or text in _EDITING:
            return False
        if not text.isprintable():
            # A scanner's control characters come as Ctrl+letter; alone they are shortcuts.
            return self._listen.length > 0 and self._take(event, text, at, shown=False)
        chord = event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        # AltGr is Ctrl+Alt on Windows, and writes letters.
        if chord in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
            return False
        if text == " " and not self._listen.length and self._presses_a_button():
            return False
        return self._take(event, text, at, shown=True)

    def _take(self, event: QKeyEvent, text: str, at: int, *, shown: bool) -> bool:
        """One key of text: the listener hears it, and the field shows it unless it is a scan."""
        late = self._listen.rest(at)
        if late is not None:
            self._scanned(late)
        before = self._listen.length
        burst = self._listen.key(text, at, repeated=event.isAutoRepeat())
        self._last_at = at
        if self._listen.length <= before or before == 0:
            self._let_go()
            self._kept = self._keep()
        if burst:
            self._take_back()
            self._silence.start()
            return True
        if shown:
            self._show(text)
        return True

    def _show(self, text: str) -> None:
        if self._listen.length == 1 and self._acts(text):
            self._held = text
            self._release.start()
            return
        field = self._field()
        if self._held:
            # No act after all: more text follows at a speed that only a scanner has.
            self._release.stop()
            field.insert(self._held)
            self._held = ""
        if not field.hasFocus():
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.insert(text)

    def _end_of_run(self, event: QKeyEvent, at: int) -> bool:
        text = self._listen.stop()
        if text is None:
            self._let_go()
            return event.key() in _ENTERS and 0 <= at - self._ended_at <= _SECOND_ENTER_MS
        taken = self._scanned(text)
        if taken:
            self._ended_at = at
        return taken

    def _fell_silent(self) -> None:
        text = self._listen.rest(self._last_at + self._listen.idle_ms + 1)
        if text is not None:
            self._scanned(text)

    def _scanned(self, text: str) -> bool:
        """Hand a burst over; False if it was quick fingers, and what they typed is shown again."""
        self._silence.stop()
        self._take_back()
        if self._on_scan(text):
            return True
        self._field().insert(text)
        return False

    def _keep(self) -> _Kept:
        field = self._field()
        return _Kept(
            field,
            field.text(),
            field.cursorPosition(),
            field.selectionStart(),
            len(field.selectedText()),
        )

    def _take_back(self) -> None:
        self._held = ""
        self._release.stop()
        kept, self._kept = self._kept, None
        if kept is None or kept.field.text() == kept.text:
            return
        kept.field.setText(kept.text)
        kept.field.setCursorPosition(kept.cursor)
        if kept.start >= 0:
            kept.field.setSelection(kept.start, kept.length)

    def _let_go(self) -> None:
        """The held key was a person's after all."""
        self._release.stop()
        held, self._held = self._held, ""
        if held:
            self._act(held)

    def _presses_a_button(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and not isinstance(focus, QLineEdit)

    def _timer(self, milliseconds: int, done: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(milliseconds)
        timer.timeout.connect(done)
        return timer
