"""One server at a time on a folder: two on one SQLite file would ring bells that nobody hears.

The lock is an empty SQLite file of its own, because SQLite locks files on every system alike, and
the system itself lets go of the lock when the program ends, however it ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


class ServerRuns(RuntimeError):
    """Another server works on the folder."""


@contextmanager
def only_server(lock_file: Path) -> Iterator[None]:
    """Hold a server's folder until the block ends.

    Raises:
        ServerRuns: another server holds it.
        OSError: the folder cannot be written.
    """
    try:
        with lock_file.open("ab"):
            pass  # says why in the system's own words, which SQLite does not
        lock = sqlite3.connect(lock_file, isolation_level=None, timeout=0)
        with closing(lock):
            lock.execute("BEGIN EXCLUSIVE").close()
            yield
    except sqlite3.OperationalError as error:
        raise ServerRuns(f"A server runs in {lock_file.parent} already.") from error
