"""A slip as the bytes that a receipt printer takes: ESC/POS, by python-escpos.

The library is imported with the first slip, in the process that prints: it takes 140 ms, sets up
Python's logging, talks on stdout and leaves a folder in /tmp each time; all that is kept off.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from terminal.paper.code_pages import PAGE_NUMBERS, encoded
from terminal.paper.slip_picture import code_picture, slip_picture
from terminal.till.printer_port import SlipSheet
from terminal.values import dataclass

_BEGIN = b"\x1b@\x1c."
"""Forget what was, and no Chinese: cheap printers begin with it."""
_STRIP_HIGH = 240
"""Dots of a picture sent at once: small printers have room for 20 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How the printer is spoken to."""

    columns: int = 42
    mode: str = "raster"
    code_page: str = "CP852"
    page_number: int = -1
    """What this printer calls the page; below zero: as Epson does."""


def escpos_library(cache: Path) -> Any:
    """The module ``escpos.printer``; what it wants to keep on disk goes into ``cache``."""
    loaded = sys.modules.get("escpos.printer")
    if loaded is not None:
        return loaded
    cache.mkdir(parents=True, exist_ok=True)
    os.environ["ESCPOS_CAPABILITIES_PICKLE_DIR"] = str(cache)
    try:
        return _load()
    except Exception:  # noqa: BLE001 - a cache that was cut off while written fails in many ways
        for file in cache.glob("*.pickle"):
            file.unlink()
        for name in [one for one in sys.modules if one.split(".")[0] == "escpos"]:
            del sys.modules[name]
        return _load()


def _load() -> Any:
    before = tempfile.tempdir
    # It makes a folder for its cache even where it is told another one.
    with tempfile.TemporaryDirectory() as place:
        tempfile.tempdir = place
        try:
            import escpos.printer
        finally:
            tempfile.tempdir = before
    return escpos.printer


def sheet_bytes(sheet: SlipSheet, setting: Setting, cache: Path) -> bytes:
    """All that the printer shall do for a sheet: drawer, slip, code, cut."""
    dummy = escpos_library(cache).Dummy()
    with redirect_stdout(io.StringIO()):
        dummy._raw(_BEGIN)  # noqa: SLF001 - the library's door for raw bytes
        if sheet.drawer:
            # Before the paper: the cashier waits for the drawer and not for the slip.
            dummy.cashdraw(2)
        if sheet.lines:
            _put_slip(dummy, sheet, setting)
            dummy.cut()
    return bytes(dummy.output)


def _put_slip(dummy: Any, sheet: SlipSheet, setting: Setting) -> None:
    if setting.mode == "text":
        number = setting.page_number
        number = PAGE_NUMBERS[setting.code_page] if number < 0 else number
        dummy._raw(b"\x1bt" + bytes([number]))  # noqa: SLF001
        _put_lines(dummy, sheet.lines, sheet.code, setting)
        for strip in sheet.strips:
            dummy._raw(b"\n\n")  # noqa: SLF001
            _put_lines(dummy, strip.lines, strip.code, setting)
    else:
        _put_picture(dummy, slip_picture(sheet.lines, sheet.code, setting.columns, sheet.strips))


def _put_lines(dummy: Any, lines: Sequence[str], code: str, setting: Setting) -> None:
    for line in lines:
        dummy._raw(encoded(line, setting.code_page) + b"\n")  # noqa: SLF001
    if code:
        _put_picture(dummy, code_picture(code, setting.columns))


def _put_picture(dummy: Any, picture: Any) -> None:
    dummy.image(picture, impl="bitImageRaster", fragment_height=_STRIP_HIGH)
