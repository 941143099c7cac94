"""The window's end of a printer: sheets go to a process of its own, answers come back later.

A printer may be slow, a slip takes 20 ms to draw, and a file of the system may block for ever:
none of that is for the window's thread, nor for another thread of its process. The process is
started with the first slip, and ended and started again where it is stuck.
"""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from terminal.paper.voucher_slip import PrintedCode
from terminal.till.printer_port import PrinterAnswer, PrinterFault, SlipPrinter, SlipSheet
from terminal.till.settings import PrinterTable
from terminal.values import dataclass

STUCK_S = 45.0
STUCK_SERIAL_S = 180.0
"""A picture of a long slip takes minutes over a slow line."""
CLOSE_S = 2.0
DRAWER_LATE_S = 10.0
"""A drawer that has waited so long behind a stuck slip stays shut: nobody stands there any more."""

_LOG = logging.getLogger(__name__)
Post = Callable[[Callable[[], None]], None]


class DirectPress:
    """``printer_port.SlipPress`` for printers that are done within a millisecond, or none."""

    def __init__(self, printer: SlipPrinter | None) -> None:
        self._printer = printer

    def put(self, sheet: SlipSheet, told: Callable[[PrinterAnswer], None]) -> None:
        """Print it now."""
        if self._printer is None:
            told(PrinterAnswer(fault=PrinterFault.NO_PRINTER))
        else:
            told(self._printer.print_sheet(sheet))

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A sheet on its way to the printer, and since when."""

    sheet: SlipSheet
    told: Callable[[PrinterAnswer], None]
    since_s: float


class ChildPress:
    """``printer_port.SlipPress`` with the printer in another process.

    ``start`` starts it (``sync.child.start`` with its command), ``post`` calls something later
    in the window's thread, ``steady`` are seconds that never go back.
    """

    def __init__(
        self,
        start: Callable[[], subprocess.Popen[bytes]],
        *,
        post: Post,
        stuck_s: float = STUCK_S,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start, self._post, self._stuck_s = start, post, stuck_s
        self._steady = steady
        self._sheets: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._feeder: threading.Thread | None = None
        self._closed = False

    def put(self, sheet: SlipSheet, told: Callable[[PrinterAnswer], None]) -> None:
        """Hand it over."""
        if self._feeder is None:
            self._feeder = threading.Thread(target=self._feed, name="to printer", daemon=True)
            self._feeder.start()
        self._sheets.put(_Waiting(sheet, told, self._steady()))

    def close(self) -> None:
        """End the process; what it has begun it may finish within a moment."""
        self._closed = True
        if self._feeder is None:
            return
        self._sheets.put(None)
        self._feeder.join(CLOSE_S)
        process = self._process
        if self._feeder.is_alive() and process is not None:
            process.kill()
            self._feeder.join(CLOSE_S)

    def _feed(self) -> None:
        while (next_one := self._sheets.get()) is not None:
            answer = self._in_turn(next_one)
            if self._closed:
                break
            self._post(_call(next_one.told, answer))
        self._end()

    def _in_turn(self, waiting: _Waiting) -> PrinterAnswer:
        sheet = waiting.sheet
        if sheet.drawer and self._steady() - waiting.since_s > DRAWER_LATE_S:
            _LOG.warning("the drawer stays shut: the printer was not free in time")
            sheet = replace(sheet, drawer=False)
            if not sheet.lines:
                return PrinterAnswer(fault=PrinterFault.STOPPED, detail="too late for the drawer")
        return self._one(sheet)

    def _one(self, sheet: SlipSheet) -> PrinterAnswer:
        try:
            process = self._running()
        except OSError as error:
            _LOG.exception("the process that prints cannot be started")
            return PrinterAnswer(fault=PrinterFault.STOPPED, detail=str(error))
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Timer(self._stuck_s, process.kill)
        late.daemon = True
        late.start()
        try:
            process.stdin.write(written(sheet))
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError):
            line = b""
        finally:
            late.cancel()
        answer = read_answer(line)
        if answer is None:
            _LOG.warning("the process that prints stood still or ended, and was ended")
            self._end()
            return PrinterAnswer(fault=PrinterFault.STOPPED, detail="no answer from the process")
        if answer.fault:
            _LOG.warning("the printer: %s (%s)", answer.fault.value, answer.detail)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._start()
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            process.wait(CLOSE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _call(told: Callable[[PrinterAnswer], None], answer: PrinterAnswer) -> Callable[[], None]:
    return lambda: told(answer)


def stuck_s(table: PrinterTable) -> float:
    """After how long a printer of this kind is stuck, however long the slip."""
    return STUCK_SERIAL_S if table.kind == "serial" else STUCK_S


def written(sheet: SlipSheet) -> bytes:
    """A sheet as one line for the process."""
    plain = {
        "lines": sheet.lines,
        "code": sheet.code,
        "strips": [[strip.lines, strip.code] for strip in sheet.strips],
        "drawer": sheet.drawer,
    }
    return json.dumps(plain).encode() + b"\n"


def read_sheet(line: bytes) -> SlipSheet:
    """A sheet out of its line. Raises `ValueError` where it is none."""
    plain = _plain(line)
    return SlipSheet(
        lines=tuple(str(one) for one in plain.get("lines", ())),
        code=str(plain.get("code", "")),
        strips=tuple(
            PrintedCode(lines=tuple(str(one) for one in lines), code=str(code))
            for lines, code in plain.get("strips", ())
        ),
        drawer=plain.get("drawer") is True,
    )


def told(answer: PrinterAnswer) -> bytes:
    """An answer as one line for the window."""
    plain = {
        "fault": answer.fault.value,
        "place": answer.place,
        "told": answer.told,
        "detail": answer.detail,
    }
    return json.dumps(plain).encode() + b"\n"


def read_answer(line: bytes) -> PrinterAnswer | None:
    """An answer out of its line; None where the process said nothing or nonsense."""
    try:
        plain = _plain(line)
        return PrinterAnswer(
            fault=PrinterFault(plain["fault"]),
            place=str(plain["place"]),
            told=plain["told"] is True,
            detail=str(plain["detail"]),
        )
    except (ValueError, KeyError):
        return None


def _plain(line: bytes) -> Mapping[str, Any]:
    plain = json.loads(line)
    if not isinstance(plain, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what came is bad, no type of ours
    return plain
