"""Slips as files, for a till that has no printer: text or PDF, each slip one file in a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO

from terminal.paper.voucher_slip import PrintedCode, digit_lines
from terminal.till.printer_port import PrinterAnswer, PrinterFault, SlipSheet
from terminal.till.trouble import Trouble, TroubleKind


class SlipFolder:
    """``printer_port.SlipPrinter``: a folder that slips are printed into.

    With ``pdf_columns`` they are pages as a printer of so many columns would print them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime] = datetime.now,
        pdf_columns: int = 0,
    ) -> None:
        self._folder, self._now, self._pdf_columns = folder, now, pdf_columns

    def print_sheet(self, sheet: SlipSheet) -> PrinterAnswer:
        """Write one slip. A folder has no drawer."""
        if not sheet.lines:
            return PrinterAnswer()
        try:
            file = self.put(sheet.lines, self._now(), code=sheet.code, strips=sheet.strips)
        except Trouble as trouble:
            return PrinterAnswer(fault=PrinterFault.DISK, detail=trouble.detail)
        return PrinterAnswer(place=f"{file.parent.name}/{file.name}")

    def look(self) -> PrinterAnswer:
        """Whether the folder is there or can be made."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return PrinterAnswer(fault=PrinterFault.DISK, detail=str(error))
        return PrinterAnswer(place=str(self._folder))

    def put(
        self,
        lines: Sequence[str],
        at: datetime,
        *,
        code: str = "",
        strips: Sequence[PrintedCode] = (),
    ) -> Path:
        """Write one slip; returns its file. None that is there is written over.

        Two slips within a second, or within the hour that comes twice in autumn, share their
        time; the later one gets a number.

        Raises:
            Trouble: the folder cannot be written; the sale is not touched by that.
        """
        content = self._content(lines, code, strips)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file, opened = self._new(f"slip-{at:%Y%m%d-%H%M%S}")
            with opened:
                opened.write(content)
        except OSError as error:
            raise Trouble(TroubleKind.PRINTER_FAILED, str(error)) from error
        return file

    def _content(self, lines: Sequence[str], code: str, strips: Sequence[PrintedCode]) -> bytes:
        if not self._pdf_columns:
            written = [*lines, "", code] if code else list(lines)
            for strip in strips:
                written += ["", *strip.lines, *digit_lines(strip.code, len(strip.lines[0]))]
            return ("\n".join(written) + "\n").encode()
        # Pillow is not for the start of a till that prints text.
        from terminal.paper.slip_picture import slip_pdf

        return slip_pdf(lines, code, self._pdf_columns, strips)

    def _new(self, name: str) -> tuple[Path, BinaryIO]:
        ending = ".pdf" if self._pdf_columns else ".txt"
        for number in count(1):
            file = self._folder / (f"{name}{ending}" if number == 1 else f"{name}-{number}{ending}")
            try:
                return file, file.open("xb")
            except FileExistsError:
                continue
        raise AssertionError("counting never ends")
