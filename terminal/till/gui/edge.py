"""What is told beside the words: a sound, or, for whoever cannot hear it, a frame around the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from terminal.till.checkout.notice import Sound
from terminal.till.gui.look import Look
from terminal.till.gui.preferences import Preferences

_FLASH_MS = 450


class Voice(Protocol):
    """What sounds are heard by."""

    @property
    def audible(self) -> bool:
        """Whether anything can be heard, as far as it is known."""

    def play(self, name: str, volume: int) -> None:
        """Play a sound soon, at 1 to 100 percent. Never waits, never fails."""


class Silence:
    """A machine without sound."""

    audible = False

    def play(self, name: str, volume: int) -> None:
        """Nothing is heard."""


class Edge(QWidget):
    """A frame around the whole screen, for the corner of the eye. It appears once, never blinks."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        super().__init__(parent)
        self._look = look
        self._colour = look.palette.error
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_over(self, rect: QRect, sound: Sound = Sound.REFUSED) -> None:
        """Lay it over the window, in the colour of what happened."""
        palette = self._look.palette
        colours = {Sound.REFUSED: palette.error, Sound.LOOK: palette.warn}
        self._colour = colours.get(sound, palette.good)
        self.setGeometry(rect)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        wide = self._look.mm(2)
        painter.setPen(QPen(QColor(self._colour), wide))
        inset = wide // 2
        painter.drawRect(self.rect().adjusted(inset, inset, -inset, -inset))
        painter.end()


class Signs:
    """Plays what the till wants heard; a refusal, and what is not heard, is seen at the edge.

    The edge follows the window, which is made anew now and then: ``edge`` answers which it is.
    """

    def __init__(
        self, preferences: Preferences, voice: Voice, edge: Callable[[], Edge], parent: QWidget
    ) -> None:
        self._preferences, self._voice, self._edge, self._window = preferences, voice, edge, parent
        self._flash = QTimer(parent)
        self._flash.setSingleShot(True)
        self._flash.setInterval(_FLASH_MS)
        self._flash.timeout.connect(lambda: self._edge().hide())

    def give(self, sound: Sound) -> None:
        """Let it be heard or seen. Never waits."""
        if sound is Sound.NONE:
            return
        wanted = self._preferences.sound
        heard = wanted.volume > 0 and sound.value not in wanted.off and self._voice.audible
        if heard:
            self._voice.play(sound.value, wanted.volume)
        if (sound is Sound.REFUSED or not heard) and not self._preferences.screen.still:
            self._edge().show_over(self._window.rect(), sound)
            self._flash.start()
