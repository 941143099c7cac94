"""The slip printer of a till that has none: each slip is a text file in a folder.

Real printers come with ESC/POS; whatever they are, a sale never waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TextIO

from terminal.till.trouble import Trouble, TroubleKind


class SlipFolder:
    """A folder that slips are printed into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, lines: Sequence[str], at: datetime) -> Path:
        """Write one slip; returns its file. None that is there is written over.

        Two slips within a second, or within the hour that comes twice in autumn, share their
        time; the later one gets a number.

        Raises:
            Trouble: the folder cannot be written; the sale is not touched by that.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file, opened = self._new(f"slip-{at:%Y%m%d-%H%M%S}")
            with opened:
                opened.write("\n".join(lines) + "\n")
        except OSError as error:
            raise Trouble(TroubleKind.PRINTER_FAILED, str(error)) from error
        return file

    def _new(self, name: str) -> tuple[Path, TextIO]:
        for number in count(1):
            file = self._folder / (f"{name}.txt" if number == 1 else f"{name}-{number}.txt")
            try:
                return file, file.open("x", encoding="utf-8")
            except FileExistsError:
                continue
        raise AssertionError("counting never ends")
