"""One till at a time on a shop's folder: two would sell the same basket in work twice.

The lock is an empty SQLite file of its own, because SQLite locks files on every system alike, and
the system itself lets go of the lock when the program ends, however it ends.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from terminal.till.database.connection import sorted_failures
from terminal.till.settings import DATABASE_FILE, private_folder
from terminal.till.trouble import Trouble, TroubleKind

LOCK_FILE = "till.lock"
COURIER_LOCK_FILE = "courier.lock"
"""The till's courier holds this one: two would use one another's request numbers."""


@contextmanager
def only_till(folder: Path, lock_file: str = LOCK_FILE, wait_s: float = 0) -> Iterator[None]:
    """Hold a shop's folder against a second till until the block ends; wait for the one before.

    Raises:
        Trouble: another till holds it (``DATABASE_LOCKED``), or the folder cannot be written.
    """
    with sorted_failures():
        try:
            private_folder(folder)
        except OSError as error:
            raise Trouble(TroubleKind.DATABASE_FAILED, str(error)) from error
        _demand_writable(folder)
        lock = sqlite3.connect(folder / lock_file, isolation_level=None, timeout=wait_s)
    with closing(lock):
        with sorted_failures():
            lock.execute("BEGIN EXCLUSIVE").close()
        yield


def _demand_writable(folder: Path) -> None:
    """Else SQLite opens the records to be read, and the first sale finds out that it is lost."""
    for path in (folder, folder / DATABASE_FILE):
        if path.exists() and not os.access(path, os.W_OK):
            raise Trouble(TroubleKind.DATABASE_FAILED, f"{path} cannot be written")
