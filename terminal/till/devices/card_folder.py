"""Where printed cards go: a folder of files for a card printer, a printing house or a copy shop."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path

from terminal.till.trouble import Trouble, TroubleKind


class CardFolder:
    """A folder that cards are printed into, each time into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, files: Mapping[str, bytes], at: datetime) -> Path:
        """Write the files of one printing, all of them or none; returns their folder.

        Only its owner may look into it: a card stands for its member.

        Raises:
            Trouble: the folder cannot be written.
        """
        try:
            self._folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
            building = self._folder / f".{name}-{os.getpid()}"
            shutil.rmtree(building, ignore_errors=True)
            building.mkdir(mode=stat.S_IRWXU)
            try:
                for file, content in files.items():
                    (building / file).write_bytes(content)
                return self._named(building, f"{name}-{at:%Y%m%d-%H%M%S}")
            finally:
                shutil.rmtree(building, ignore_errors=True)
        except OSError as error:
            raise Trouble(TroubleKind.PRINTER_FAILED, str(error)) from error

    def _named(self, building: Path, name: str) -> Path:
        for number in count(1):
            place = self._folder / (name if number == 1 else f"{name}-{number}")
            if not place.exists():
                building.rename(place)
                return place
        raise AssertionError("counting never ends")
