"""The slip printer of a till that has none: each slip is a text file in a folder.

Real printers come with ESC/POS; whatever they are, a sale never waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from terminal.till.trouble import Trouble, TroubleKind


class SlipFolder:
    """A folder that slips are printed into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, lines: Sequence[str], at: datetime) -> Path:
        """Write one slip; returns its file.

        Raises:
            Trouble: the folder cannot be written; the sale is not touched by that.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._folder / f"slip-{at:%Y%m%d-%H%M%S}.txt"
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        except OSError as error:
            raise Trouble(TroubleKind.PRINTER_FAILED, str(error)) from error
        return file
