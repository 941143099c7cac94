"""Training on the screen: the till that waits, and the frame around the one to practise on.

The till to practise on is a process of its own. This window steps aside when that one is to be
seen, and comes back as it was, with its basket, when that one has ended, however it ended.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QProcess, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QWidget

from terminal.till.gui.controls import KeyButton, row
from terminal.till.gui.look import Look
from terminal.wording.card_labels import CardLabel
from terminal.wording.labels import Label
from terminal.wording.words import Words

OPEN = "the training window is open"
"""What the till to practise on says on stdout when it can be seen."""

_FRAME_MM, _TOP_MM, _BOTTOM_MM = 2.4, 14.0, 6.4
_WATERMARK_ALPHA = 17
_SLANT = -24
_LOG = logging.getLogger(__name__)


class Practice(QObject):
    """The other till, and the window that waits for it."""

    def __init__(
        self, window: QWidget, command: Sequence[str], over: Callable[[bool], None]
    ) -> None:
        super().__init__(window)
        self._window, self._command, self._over = window, tuple(command), over
        self._opened = self._told = False
        self._said = b""
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        self._process.readyReadStandardOutput.connect(self._heard)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._went_wrong)

    @property
    def runs(self) -> bool:
        """Whether it is there, seen or not yet."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def begin(self) -> None:
        """Start it. Until it can be seen this window goes on as it is."""
        self._process.start(self._command[0], list(self._command[1:]))

    def end(self) -> None:
        """Close it with this window."""
        if self.runs:
            self._process.terminate()
            self._process.waitForFinished(3_000)

    def _heard(self) -> None:
        self._said += bytes(self._process.readAllStandardOutput().data())
        if not self._opened and OPEN.encode() in self._said:
            self._opened = True
            # A window that steps aside is not the last one that was closed.
            QApplication.setQuitOnLastWindowClosed(False)
            self._window.hide()

    def _ended(self) -> None:
        if self._told:
            return
        self._told = True
        if self._opened:
            self._window.show()
            self._window.raise_()
            self._window.activateWindow()
            QApplication.setQuitOnLastWindowClosed(True)
        else:
            _LOG.error("the till to practise on ended before it could be seen")
        self._over(not self._opened)

    def _went_wrong(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            _LOG.error("the till to practise on cannot be started: %s", self._command[0])
            self._ended()


class Overlay(QWidget):
    """The amber frame and the watermark, over everything; keys and clicks go through it."""

    def __init__(self, window: QWidget, look: Look, mark: str) -> None:
        super().__init__(window)
        self._look, self._mark = look, mark
        for attribute in (
            Qt.WidgetAttribute.WA_TransparentForMouseEvents,
            Qt.WidgetAttribute.WA_NoSystemBackground,
        ):
            self.setAttribute(attribute)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        look, painter = self._look, QPainter(self)
        wide, amber = look.mm(_FRAME_MM), QColor(look.palette.warn)
        # The bands are its top and its bottom.
        painter.fillRect(0, 0, wide, self.height(), amber)
        painter.fillRect(self.width() - wide, 0, wide, self.height(), amber)
        ink = QColor(look.palette.text)
        ink.setAlpha(_WATERMARK_ALPHA)
        painter.setPen(ink)
        size = round(self.width() * 1.35 / max(6, len(self._mark)))
        painter.setFont(look.font(size, bold=True))
        painter.translate(self.rect().center())
        painter.rotate(_SLANT)
        flags = Qt.AlignmentFlag.AlignCenter
        reach = self.width()
        painter.drawText(QRect(-reach, -reach, 2 * reach, 2 * reach), flags, self._mark)
        painter.end()


class TrainingFrame(QObject):
    """All signs of training around a window: frame, word at top and bottom, watermark, the way out.

    It is made anew with the look and the words of the window.
    """

    def __init__(
        self, window: QWidget, look: Look, words: Words, on_leave: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._window, self._look = window, look
        mark = words.label(CardLabel.TRAINING)
        self._overlay = Overlay(window, look, mark)
        self._top = self._band(f"⚠ {mark}", words.label(Label.TRAINING_NOTHING_COUNTS))
        leave = KeyButton(
            words.label(Label.TRAINING_LEAVE),
            look,
            key=look.keys.caption("Alt+T"),
            on_click=on_leave,
        )
        layout = self._top.layout()
        assert layout is not None
        layout.addWidget(leave)
        self._bottom = self._band(f"⚠ {mark}", "")
        self._said_open = False
        window.installEventFilter(self)
        self._settle()

    def remove(self) -> None:
        """Take all of it off the window."""
        self._window.removeEventFilter(self)
        for part in (self._overlay, self._top, self._bottom):
            part.hide()
            part.deleteLater()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._settle()
        if event.type() == QEvent.Type.Show and not self._said_open:
            self._said_open = True
            _say_open()
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        """Everything in its place, over whatever came to the window meanwhile."""
        look, size = self._look, self._window.size()
        side = look.mm(_FRAME_MM)
        # What it means stands there where there is room; what it is stands there always.
        told = self._top.findChild(QLabel, "told")
        if told is not None and told.isHidden() is self._has_room(told, size.width()):
            told.setVisible(told.isHidden())
        # Letters of 200 % make a band higher than it is usually.
        top = max(look.mm(_TOP_MM), self._top.sizeHint().height())
        bottom = max(look.mm(_BOTTOM_MM), self._bottom.sizeHint().height())
        layout = self._window.layout()
        if layout is not None:
            layout.setContentsMargins(side, top, side, bottom)
        self._top.setGeometry(0, 0, size.width(), top)
        self._bottom.setGeometry(0, size.height() - bottom, size.width(), bottom)
        self._overlay.setGeometry(0, 0, size.width(), size.height())
        for part in (self._top, self._bottom, self._overlay):
            part.show()
            part.raise_()

    def _has_room(self, told: QLabel, width: int) -> bool:
        """Asked without showing it: what is shown to be measured asks for its place for ever."""
        needed, layout = self._top.sizeHint().width(), self._top.layout()
        if told.isHidden() and layout is not None:
            needed += told.sizeHint().width() + layout.spacing()
        return needed <= width

    def _band(self, word: str, told: str) -> QFrame:
        band = QFrame(self._window)
        band.setObjectName("training")
        palette, look = self._look.palette, self._look
        band.setStyleSheet(
            f"QFrame#training {{ background: {palette.warn}; border: none; }}"
            f"QLabel#training, QLabel#told {{ background: transparent; color: {palette.on_warn}; }}"
        )
        layout = row(band, look, margin=0)
        layout.setContentsMargins(look.mm(4), 0, look.mm(3), 0)
        for text, bold in ((word, True), (told, False)):
            if text:
                label = QLabel(text)
                label.setObjectName("training" if bold else "told")
                label.setFont(look.font(look.small, bold=bold))
                layout.addWidget(label)
        layout.addStretch(1)
        band.setAccessibleName(f"{word} {told}".strip())
        return band


def _say_open() -> None:
    """Tell the till that waits that this window can be seen."""
    if sys.stdout is not None:
        sys.stdout.write(OPEN + "\n")
        sys.stdout.flush()
