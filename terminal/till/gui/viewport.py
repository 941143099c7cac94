"""What a scrolled area shows its content on, found without reading half of Qt."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractScrollArea, QWidget

_QTS_NAME = "qt_scrollarea_viewport"


def viewport_of(area: QAbstractScrollArea) -> QWidget:
    """The same as ``area.viewport()``, for areas that are there before the first scan.

    To tell of which class a widget is that Qt made by itself, PySide6 loads every class of widgets
    that it has (7 ms), unless the widget was found by its name before.
    """
    return area.findChild(QWidget, _QTS_NAME) or area.viewport()
