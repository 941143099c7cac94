"""Which printer a shop has, by its settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from terminal.till.devices.slip_file import SlipFolder
from terminal.till.printer_port import SlipPrinter
from terminal.till.settings import PrinterTable

SLIPS = "slips"
CACHE = "cache"


def slip_printer(
    table: PrinterTable, folder: Path, *, now: Callable[[], datetime] = datetime.now
) -> SlipPrinter | None:
    """The printer of the shop whose data stands in ``folder``; None where it has none."""
    if table.kind == "none":
        return None
    if table.kind in {"folder", "pdf"}:
        columns = table.columns if table.kind == "pdf" else 0
        return SlipFolder(folder / (table.address or SLIPS), now=now, pdf_columns=columns)
    # Not for the start of a till without a printer of this kind.
    from terminal.till.devices import plugs
    from terminal.till.devices.escpos_bytes import Setting
    from terminal.till.devices.escpos_printer import EscPosPrinter

    cache = folder / CACHE
    plug: plugs.Plug
    match table.kind:
        case "network":
            plug = plugs.NetworkPlug(table.address, cache)
        case "serial":
            plug = plugs.SerialPlug(table.address, table.baud, cache)
        case _:
            plug = plugs.FilePlug(table.address, cache)
    setting = Setting(
        columns=table.columns,
        mode=table.mode,
        code_page=table.code_page,
        page_number=table.page_number,
    )
    return EscPosPrinter(plug, setting, cache)


def prints_at_once(table: PrinterTable) -> bool:
    """Whether a slip is out within a millisecond, so that no other process is needed."""
    return table.kind in {"none", "folder"}
