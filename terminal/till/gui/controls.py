"""The small parts that all panels are made of: labels with a tone, buttons with their key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from terminal.till.gui.look import MARGIN
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

Step = Callable[[], None] | None
_NARROWEST_MM = 50


def text(words: str = "", tone: str = "", *, wrap: bool = False, right: bool = False) -> QLabel:
    """A label in one of the tones of the style sheet."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    label.setWordWrap(wrap)
    if right:
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


def say(label: QLabel, words: str) -> None:
    """Give a label its words; an empty one takes no place."""
    if label.text() != words:
        label.setText(words)
    if label.isHidden() == bool(words):
        label.setVisible(bool(words))


def mark(widget: QWidget, name: str, worth: str) -> None:
    """Set a property that the style sheet asks for, and let the sheet look again."""
    if widget.property(name) != worth:
        widget.setProperty(name, worth)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def card(kind: str = "true") -> QFrame:
    """A rounded white sheet."""
    frame = QFrame()
    frame.setProperty("card", kind)
    return frame


def rule(look: Look) -> QFrame:
    """A quiet line between two parts of a sheet."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(max(1, look.mm(0.3)))
    return line


def column(parent: QWidget | None, look: Look, *, margin: int | None = None) -> QVBoxLayout:
    """A layout downwards with the house's gaps."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    _space(layout, look, margin)
    return layout


def row(parent: QWidget | None, look: Look, *, margin: int | None = None) -> QHBoxLayout:
    """A layout sideways with the house's gaps."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    _space(layout, look, margin)
    return layout


def beside(look: Look) -> QHBoxLayout:
    """A row of buttons; below each other where the letters are so large that they would be cut."""
    layout = row(None, look, margin=0)
    if look.folds:
        layout.setDirection(QBoxLayout.Direction.TopToBottom)
    return layout


def wraps(button: QPushButton) -> None:
    """Let a button be narrower than its words in one line, and as high as they need then."""
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)


def _space(layout: QBoxLayout, look: Look, margin: int | None) -> None:
    margin = look.gap if margin is None else margin
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(look.gap)


@contextmanager
def placed_once(*widgets: QWidget) -> Iterator[None]:
    """Let the widgets place what is in them once, after the block, and not at each change.

    Qt places a whole window anew for every part that appears: ten parts are ten times the work.
    """
    layouts = [layout for widget in widgets if (layout := widget.layout()) is not None]
    for layout in layouts:
        layout.setEnabled(False)
    try:
        yield
    finally:
        for layout in layouts:
            layout.setEnabled(True)


class Stack(QStackedWidget):
    """Pages in one place, which takes what the screen has and asks for no height of its own.

    Qt's would ask for the height of the page that wraps the most, and squeeze the others.
    """

    def hasHeightForWidth(self) -> bool:
        return False


def announce(widget: QWidget, words: str) -> None:
    """Let a screen reader say it now, wherever the focus is; free where none listens."""
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and forget it."""
    while (taken := layout.takeAt(0)) is not None:
        if (widget := taken.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := taken.layout()) is not None:
            clear(inner)


def without_checked(step: Callable[[], None]) -> Callable[[bool], None]:
    """A step as a click wants it: Qt's ``checked`` must not land in a step's own argument."""

    def clicked(_checked: bool = False) -> None:
        step()

    return clicked


class KeyButton(QPushButton):
    """A button that tells its key, and that Tab reaches but a touch does not move the focus to.

    The texts are labels inside, so that a main text, a smaller one and the key can stand together.
    """

    def __init__(
        self,
        words: str,
        look: Look,
        *,
        key: str = "",
        role: str = "plain",
        upright: bool = False,
        spread: bool = False,
        on_click: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        if upright and look.folds:
            self.setProperty("upright", "true")
        self.setAccessibleName(words)
        self.words = text(words, "bold" if role == "primary" else "")
        self._look = look
        self.key = text(look.keys.caption(key), "key")
        layout: QBoxLayout = QVBoxLayout(self) if upright else QHBoxLayout(self)
        layout.setContentsMargins(look.gap, look.mm(0.8), look.gap, look.mm(0.8))
        layout.setSpacing(0 if upright else look.gap)
        if not spread:
            layout.addStretch(1)
        for label in (self.key, self.words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            if not spread:
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label, 1 if spread and label is self.words else 0)
        if not spread:
            layout.addStretch(1)
        self.key.setVisible(bool(key))
        self._least = look.primary if role in {"primary", "offer"} else look.target
        self._ink()
        if on_click is not None:
            self.clicked.connect(without_checked(on_click))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._ink()

    def _ink(self) -> None:
        """The sheet knows no way from a button's condition to the labels inside it."""
        ink = "on-accent" if self.property("role") == "primary" else "plain"
        for label in (self.words, self.key):
            mark(label, "ink", ink if self.isEnabled() else "off")

    def show_key(self, key: str, beside: str = "") -> None:
        """Show another key, with a word beside it; a usual one is shown as the key it is now."""
        self.key.setText(self._look.keys.caption(key) + beside)

    def set_role(self, role: str) -> None:
        """Let it look like another kind of button."""
        mark(self, "role", role)
        self._ink()

    def say(self, words: str) -> None:
        """Change its words."""
        if self.words.text() != words:
            self.words.setText(words)
            self.setAccessibleName(words)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._needed()

    def minimumSizeHint(self) -> QSize:
        return self._needed()

    def _needed(self) -> QSize:
        layout = self.layout()
        inner = layout.sizeHint() if layout is not None else QSize()
        return QSize(max(self._least, inner.width() + 6), max(self._least, inner.height() + 6))


class WrappingButton(KeyButton):
    """A button whose words go on below where it is narrower than they are."""

    def __init__(
        self, words: str, look: Look, *, key: str = "", role: str = "plain", on_click: Step = None
    ) -> None:
        # Below its key the words have the whole width; beside it they would wrap too early.
        upright = look.folds or not key
        super().__init__(words, look, key=key, role=role, upright=upright, on_click=on_click)
        if upright:
            self.words.setWordWrap(True)
            wraps(self)
            layout = self.layout()
            assert layout is not None
            # Its frame stands in the layout's margins: who places it asks the layout, not it.
            edge = look.mm(0.8) + MARGIN + 2
            layout.setContentsMargins(look.gap, edge, look.gap, edge)

    def minimumSizeHint(self) -> QSize:
        needed = super().minimumSizeHint()
        if not self.words.wordWrap():
            return needed
        return QSize(min(needed.width(), self._look.mm(_NARROWEST_MM)), self._least)


def sheet(
    panel: QWidget,
    look: Look,
    words: Words,
    heading: QWidget,
    on_close: Callable[[], None],
    *keys: QWidget,
) -> QVBoxLayout:
    """A panel's layout. Its heading, keys for what can be done with it, and Esc stand on top.

    So a finger finds Close in the same corner of every panel, whatever else it shows.
    """
    layout = column(panel, look, margin=look.mm(2))
    top = row(None, look, margin=0)
    top.addWidget(heading, 1)
    close = KeyButton(words.label(Label.CLOSE), look, key="Esc", on_click=on_close)
    for key in (*keys, close):
        top.addWidget(key, 0, Qt.AlignmentFlag.AlignTop)
    layout.addLayout(top)
    return layout


def plain_button(
    words: str, *, role: str = "plain", name: str = "", on_click: Callable[[], None] | None = None
) -> QPushButton:
    """A button with one short text; ``name`` is what a screen reader says of a glyph."""
    button = QPushButton(words)
    button.setProperty("role", role)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoDefault(False)
    button.setAccessibleName(name or words)
    if name:
        button.setToolTip(name)
    if on_click is not None:
        button.clicked.connect(without_checked(on_click))
    return button
