"""The process that prints: sheets come on stdin, answers go to stdout, one line each.

It ends when stdin does, so it never outlives the till.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from terminal.till.devices.press import read_sheet, told
from terminal.till.devices.printers import slip_printer
from terminal.till.printer_port import PrinterAnswer, PrinterFault, SlipPrinter, SlipSheet
from terminal.till.settings import UnfitSettings, read_settings


def main(folder: Path) -> int:
    """Print for the shop of a folder until stdin ends."""
    # What a library prints must not come between the answers.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with out:
        printer: SlipPrinter | None = None
        for line in sys.stdin.buffer:
            try:
                printer = printer or slip_printer(read_settings(folder).printer, folder)
                answer = _print(printer, read_sheet(line))
            except (UnfitSettings, ValueError, ImportError) as error:
                answer = PrinterAnswer(fault=PrinterFault.STOPPED, detail=str(error))
            out.write(told(answer))
            out.flush()
    return 0


def _print(printer: SlipPrinter | None, sheet: SlipSheet) -> PrinterAnswer:
    if printer is None:
        return PrinterAnswer(fault=PrinterFault.NO_PRINTER)
    return printer.print_sheet(sheet)
