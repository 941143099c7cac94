"""Tab goes from control to control as the screen is read: by the layouts, not by when they were made."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout, QWidget

_BACKWARDS = (QBoxLayout.Direction.RightToLeft, QBoxLayout.Direction.BottomToTop)


def in_reading_order(whole: QWidget) -> list[QWidget]:
    """All that Tab reaches in a widget, as they are read."""
    return [
        widget
        for widget in _parts(whole)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def neighbour(whole: QWidget, focus: QWidget | None, *, forward: bool) -> QWidget | None:
    """The one that Tab goes to; none where there is nothing to go to."""
    order = in_reading_order(whole)
    if not order:
        return None
    if focus not in order:
        return order[0 if forward else -1]
    return order[(order.index(focus) + (1 if forward else -1)) % len(order)]


def _parts(widget: QWidget) -> Iterator[QWidget]:
    if widget.isHidden():
        return
    yield widget
    layout = widget.layout()
    placed = list(_placed(layout)) if layout is not None else []
    for one in placed:
        yield from _parts(one)
    # What places its parts itself is read by rows.
    others = [
        child
        for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if child not in placed and not child.isWindow()
    ]
    for one in sorted(others, key=lambda child: (child.y(), child.x())):
        yield from _parts(one)


def _placed(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QBoxLayout) and layout.direction() in _BACKWARDS:
        places.reverse()
    elif isinstance(layout, QGridLayout):
        places.sort(key=lambda at: layout.getItemPosition(at)[:2])  # type: ignore[index]
    for at in places:
        entry = layout.itemAt(at)
        if entry is None:
            continue
        if (inner := entry.layout()) is not None:
            yield from _placed(inner)
        elif (widget := entry.widget()) is not None:
            yield widget
