"""A panel that may be higher than its place: it is then moved by a finger, by keys, and by taps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from terminal.till.gui.controls import plain_button
from terminal.till.gui.look import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words


class Scrolled(QWidget):
    """Holds one widget. ▲ and ▼ stand beside it as long as there is something above or below."""

    def __init__(self, look: Look, words: Words, inner: QWidget) -> None:
        super().__init__()
        self.inner = inner
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        self._area.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        QScroller.grabGesture(self._area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self._up = self._key(look, "▲", words.label(Label.SCROLL_UP), -1)
        self._down = self._key(look, "▼", words.label(Label.SCROLL_DOWN), 1)
        self._keys = QWidget()
        keys = QVBoxLayout(self._keys)
        keys.setContentsMargins(0, 0, 0, 0)
        keys.setSpacing(look.gap)
        keys.addWidget(self._up)
        keys.addStretch(1)
        keys.addWidget(self._down)
        self._keys.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.mm(1))
        layout.setDirection(look.sideways)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._keys)
        self._area.verticalScrollBar().rangeChanged.connect(self._offer)
        self._area.verticalScrollBar().valueChanged.connect(self._offer)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        inner.installEventFilter(self)
        # The area looks at what it holds before that knows its own height for its new width.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(0)
        self._settle.timeout.connect(self._look_again)

    @property
    def scrolls(self) -> bool:
        """Whether there is more than can be seen at once."""
        return self._keys.isVisible()

    def step(self, pages: float) -> None:
        """Move by so many heights of what can be seen."""
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + round(pages * self._area.viewport().height()))

    def reveal(self, widget: QWidget) -> None:
        """Bring a part of it into sight."""
        self._area.ensureWidgetVisible(widget)

    def to_top(self) -> None:
        """Begin at the beginning."""
        self._area.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.inner and event.type() == QEvent.Type.LayoutRequest:
            self._settle.start()
        return super().eventFilter(watched, event)

    def place_anew(self) -> None:
        """Give new parts their place before anybody sees them in that of the parts before them."""
        inside = self.inner.layout()
        assert inside is not None, "what is scrolled places its parts"
        for at in range(inside.count()):
            place = inside.itemAt(at)
            if place is not None and (part := place.widget()) is not None:
                part.show()  # Qt would show it later, and until then leave it no place
        self._look_again()

    def _look_again(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()
        QApplication.sendEvent(self._area, QEvent(QEvent.Type.LayoutRequest))
        inside = self.inner.layout()
        if inside is not None and inside.geometry().width() > self.inner.width():
            # Resized while it was placing its parts, it left them as wide as they were.
            inside.invalidate()
            inside.activate()
        self._offer()

    def _offer(self, *_now: int) -> None:
        """The keys come and go with what there is to move; their place is kept while it moves."""
        bar = self._area.verticalScrollBar()
        self._up.setEnabled(bar.value() > bar.minimum())
        self._down.setEnabled(bar.value() < bar.maximum())
        wanted = bar.maximum() > bar.minimum() or self._would_not_fit()
        if self._keys.isHidden() == wanted:
            self._keys.setVisible(wanted)
            # Within a resize Qt leaves the room for them free, and them without any width.
            self._settle.start()

    def _would_not_fit(self) -> bool:
        """Whether it is too high even with the room of the keys; else they would come and go."""
        wide = self.width()
        inner = self.inner
        needed = inner.minimumSizeHint().height()
        layout = inner.layout()
        if layout is not None and layout.hasHeightForWidth():
            needed = max(needed, layout.totalHeightForWidth(wide))
        return needed > self.height()

    def _key(self, look: Look, glyph: str, name: str, by: int) -> QPushButton:
        button = plain_button(glyph, name=name, on_click=lambda: self.step(by * 0.8))
        button.setFixedSize(look.target, look.target)
        button.setAutoRepeat(True)
        return button
