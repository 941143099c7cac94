"""A receipt printer: asked how it is, given its bytes in small parts, asked whether it is done.

Nothing here waits without an end. What a printer answers is told apart by the fixed bits of each
answer; one that never answers is believed to print.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path

from terminal.till.devices.escpos_bytes import Setting, sheet_bytes
from terminal.till.devices.plugs import Plug, Unplugged
from terminal.till.printer_port import PrinterAnswer, PrinterFault, SlipSheet
from terminal.values import dataclass

_PART = 1024
_PRINTER, _WHY_OFFLINE, _PAPER = 1, 2, 4
"""What ``DLE EOT`` may ask for."""
_TELL_IN_TURN = b"\x1dr\x01"
"""Answered when everything before it is on paper: the only proof that there is."""

_OPEN_NOW = b"\x10\x14\x01\x00\x01"
"""Opens the drawer of a printer that waits for paper and takes no other command."""

_FAULTS = {
    errno.ENOSPC: PrinterFault.NO_PAPER,  # how Linux says it of a printer at USB
    errno.ENODEV: PrinterFault.NO_ANSWER,
    errno.ENXIO: PrinterFault.NO_ANSWER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds to wait for a printer."""

    answer: float = 0.7
    """For an answer that needs no paper."""
    progress: float = 8.0
    """For room for the next kilobyte: it prints a strip meanwhile."""
    done: float = 15.0
    """For the end of the slip, after the last byte has left."""


class EscPosPrinter:
    """``printer_port.SlipPrinter`` on whatever it is plugged into."""

    def __init__(
        self,
        plug: Plug,
        setting: Setting,
        cache: Path,
        *,
        patience: Patience | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plug, self._setting, self._cache = plug, setting, cache
        self._patience = patience or Patience()
        self._steady = steady

    def print_sheet(self, sheet: SlipSheet) -> PrinterAnswer:
        """Print, cut, open the drawer."""
        content = sheet_bytes(sheet, self._setting, self._cache)
        try:
            self._plug.open()
        except Unplugged as error:
            return PrinterAnswer(fault=PrinterFault.NO_ANSWER, detail=str(error))
        try:
            return self._send(sheet, content)
        finally:
            self._plug.close()

    def look(self) -> PrinterAnswer:
        """How the printer is, if it can tell."""
        try:
            self._plug.open()
        except Unplugged as error:
            return PrinterAnswer(fault=PrinterFault.NO_ANSWER, detail=str(error))
        try:
            return self._ask_all()
        except OSError as error:
            return PrinterAnswer(fault=_fault_of(error), detail=str(error))
        finally:
            self._plug.close()

    def _send(self, sheet: SlipSheet, content: bytes) -> PrinterAnswer:
        try:
            before = self._ask_all()
            if before.fault:
                if not sheet.drawer:
                    return before
                # The change must be given whether there is paper or not.
                self._plug.write(_OPEN_NOW, self._patience.progress)
                return before if sheet.lines else PrinterAnswer(told=True)
            for start in range(0, len(content), _PART):
                self._plug.write(content[start : start + _PART], self._patience.progress)
            if not before.told:
                return before
            self._plug.write(_TELL_IN_TURN, self._patience.progress)
            # No bit says more here than that it came: out of paper it would not have come.
            done = self._hear(lambda byte: byte & 0x90 == 0, self._patience.done)
        except OSError as error:
            return self._after_failure(error)
        if done is None:
            return self._after_failure(TimeoutError("it does not say that it is done"))
        return before

    def _after_failure(self, error: OSError) -> PrinterAnswer:
        """Out of paper in the middle, most often: it may still say so."""
        fault, told = _fault_of(error), False
        try:
            now = self._ask_all()
            fault, told = now.fault or fault, now.told
        except OSError:
            pass
        return PrinterAnswer(fault=fault, told=told, detail=str(error))

    def _ask_all(self) -> PrinterAnswer:
        paper = self._ask(_PAPER)
        if paper is None:
            return PrinterAnswer()
        fault = PrinterFault.NONE
        if paper & 0x60:
            fault = PrinterFault.NO_PAPER
        elif (self._ask(_PRINTER) or 0) & 0x08:
            why = self._ask(_WHY_OFFLINE) or 0
            fault = PrinterFault.NO_PAPER if why & 0x20 else PrinterFault.FAILED
            fault = PrinterFault.COVER_OPEN if why & 0x04 else fault
        return PrinterAnswer(fault=fault, told=True)

    def _ask(self, what: int) -> int | None:
        if not self._plug.hears:
            return None
        self._plug.write(bytes([0x10, 0x04, what]), self._patience.progress)
        return self._hear(lambda byte: byte & 0x93 == 0x12, self._patience.answer)

    def _hear(self, fits: Callable[[int], bool], seconds: float) -> int | None:
        """The next byte that fits; what else comes is an answer to somebody else."""
        until = self._steady() + seconds
        while (left := until - self._steady()) > 0:
            for byte in self._plug.read(left):
                if fits(byte):
                    return byte
        return None


def _fault_of(error: OSError) -> PrinterFault:
    return _FAULTS.get(error.errno or 0, PrinterFault.STOPPED)
