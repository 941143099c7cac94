"""Disks of the simulated computers: SQLite files in a folder of the RAM, and images of them.

An image is what the file holds at a commit point, made by SQLite itself, so it is whole whatever
stands in the write-ahead log. Writing one back is a restored disk, writing it elsewhere a clone.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

_RAM = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@contextmanager
def scratch_folder(keep: Path | None = None) -> Iterator[Path]:
    """A folder for one world, in RAM where there is such a place; kept only if it is told where."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    place = str(_RAM) if _RAM.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="tenth-simulate-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Disk:
    """One database file, and a connection of our own that looks on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._looking: sqlite3.Connection | None = None

    def put(self, image: bytes) -> None:
        """Make the file what an image says; nobody may have it open."""
        self.let_go()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(image)

    def image(self) -> bytes:
        """The file as of its last commit."""
        return bytes(self._connection().serialize())

    def rows(self, question: str, *arguments: object) -> list[Any]:
        """Look into the tables, past all programs, as they stand after the last commit."""
        return self._connection().execute(question, arguments).fetchall()

    def row(self, question: str, *arguments: object) -> Any:
        """The first row, or None."""
        return self._connection().execute(question, arguments).fetchone()

    def let_go(self) -> None:
        """Close our own connection."""
        if self._looking is not None:
            self._looking.close()
            self._looking = None

    def _connection(self) -> sqlite3.Connection:
        if self._looking is None:
            self._looking = sqlite3.connect(self.path, isolation_level=None)
            self._looking.execute("PRAGMA query_only = ON").close()
        return self._looking


def ask_image(image: bytes, question: str, *arguments: object) -> list[Any]:
    """Look into an image without a disk."""
    with closing(sqlite3.connect(":memory:")) as connection:
        # Bytes 18 and 19 say "write-ahead log", which memory has not: 1 is "rollback journal".
        connection.deserialize(image[:18] + b"\x01\x01" + image[20:])
        return connection.execute(question, arguments).fetchall()
