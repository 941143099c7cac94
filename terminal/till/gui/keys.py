"""Which key takes which step: the usual ones, those of one's own, and what no key may be.

A key is written as `QKeySequence` writes it in portable text, such as ``Shift+F6``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

KEYS = {
    "escape": "Esc",
    "help": "F1",
    "goods": "F2",
    "member": "F3",
    "remove": "Shift+F3",
    "park": "F4",
    "recall": "F5",
    "refund": "F8",
    "without_slip": "Shift+F8",
    "exchange": "Shift+F9",
    "reward": "F6",
    "part": "Shift+F6",
    "code": "F7",
    "code_more": "Shift+F7",
    "finish": "F9",
    "exact": "F10",
    "card": "Shift+F10",
    "voucher": "Ctrl+F10",
    "transfer": "Ctrl+Shift+F10",
    "slip": "F11",
    "slip_always": "Shift+F11",
    "why": "Alt+W",
    "movements": "Alt+M",
    "consents": "Alt+C",
    "goodwill": "Alt+G",
    "household": "Alt+H",
    "line": "Alt+I",
    "touch": "Alt+K",
    "settings": "Alt+S",
    "training": "Alt+T",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
}
"""Step to its usual key, a line each. Enter, Del, the arrows, + and − depend on where they are
pressed and are not here."""

FIXED = frozenset({"escape"})
"""Their keys stay: whoever is lost must get out by the key that everybody knows."""

_OF_SCANNERS = ("B", "C", "G", "I", "J", "M", "]")
"""With Ctrl these are control characters, which scanners send before and inside codes."""
_EDITING = frozenset(
    {
        Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape,
        Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Down,
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
    }
)  # fmt: skip
"""They move about, write and answer, with modifiers too."""
_FIELD_CHORDS = frozenset({"Ctrl+A", "Ctrl+V", "Ctrl+X"})
_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_ScrollLock, Qt.Key.Key_unknown,
    }
)  # fmt: skip
_WRITTEN = re.compile(r"(?<![\w+])((?:Ctrl\+|Alt\+|Shift\+|⇧)*(?:F\d{1,2}|[A-Z]))(?![\w+])")


class Refusal(StrEnum):
    """Why a key is not taken."""

    SCANNER = "scanner"
    """Scanners send it."""
    WRITES = "writes"
    """It writes or moves about."""
    TAKEN = "taken"
    """It is another step's."""


def chord_of(combination: QKeyCombination) -> str:
    """What was pressed, as text; empty while only Shift, Ctrl or Alt is down."""
    if combination.key() in _MODIFIERS:
        return ""
    keypad = Qt.KeyboardModifier.KeypadModifier
    plain = QKeyCombination(combination.keyboardModifiers() & ~keypad, combination.key())
    return QKeySequence(plain).toString(QKeySequence.SequenceFormat.PortableText)


class KeyMap:
    """The keys that hold now: the usual, and what the shop set instead.

    A key of the shop's own that is unknown, not allowed or somebody else's is passed over, so that
    no line in a file can leave a step without a key.
    """

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._keys = dict(KEYS)
        waiting = {step: written(key) for step, key in (own or {}).items() if step in KEYS}
        # Two steps may have changed places: the one waits until the other has gone.
        while waiting:
            fits = [step for step, key in waiting.items() if self.refusal(step, key) is None]
            if not fits:
                break
            for step in fits:
                self._keys[step] = waiting.pop(step)
        swapped = {**self._keys, **waiting}
        if len(set(swapped.values())) == len(swapped) and not any(map(_unfit, waiting.values())):
            self._keys = swapped if not FIXED & waiting.keys() else self._keys

    @property
    def own(self) -> dict[str, str]:
        """Those that differ from the usual, as the settings keep them."""
        return {step: key for step, key in self._keys.items() if key != KEYS[step]}

    def __getitem__(self, step: str) -> str:
        return self._keys[step]

    def items(self) -> list[tuple[str, str]]:
        """Step and key, in the order of the usual ones."""
        return list(self._keys.items())

    def refusal(self, step: str, key: str) -> Refusal | None:
        """Why this key cannot take this step; None if it can."""
        if (unfit := _unfit(key)) is not None:
            return unfit
        if step in FIXED or self.taker(key) not in (None, step):
            return Refusal.TAKEN
        return None

    def taker(self, key: str) -> str | None:
        """The step that has this key."""
        return next((step for step, taken in self._keys.items() if taken == key), None)

    def caption(self, usual: str) -> str:
        """What a button shows that was made for a usual key; other texts stay as they are."""
        step = _STEPS.get(written(usual))
        if step is None or self._keys[step] == KEYS[step]:
            return usual
        return self._keys[step]

    def told(self, sentence: str) -> str:
        """A sentence with the keys that hold now in the place of the usual ones."""
        if not self.own:
            return sentence
        return _WRITTEN.sub(lambda found: self.caption(found.group()), sentence)


def written(key: str) -> str:
    """A key as it is always written here, whichever way somebody wrote it; empty for no key."""
    sequence = QKeySequence(key.replace("⇧", "Shift+"))
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def _unfit(key: str) -> Refusal | None:
    """Why no step at all may have this key."""
    sequence = QKeySequence(key)
    if not key or sequence.count() != 1:
        return Refusal.WRITES
    pressed: QKeyCombination = sequence[0]  # type: ignore[index]  # the stubs forget it
    modifiers = pressed.keyboardModifiers()
    control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    if control and key.rsplit("+", 1)[-1] in _OF_SCANNERS:
        return Refusal.SCANNER
    writes = not modifiers & (
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    ) and not (Qt.Key.Key_F1 <= pressed.key() <= Qt.Key.Key_F35)
    if writes or pressed.key() in _EDITING or key in _FIELD_CHORDS:
        return Refusal.WRITES
    return None


_STEPS = {written(key): step for step, key in KEYS.items()}
