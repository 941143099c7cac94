"""The way to the file: settings that are proven on every connection, one writer, readers beside.

Nothing is believed: drivers and distributions change SQLite's defaults, so each setting is made
and read back whenever a connection is made.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from terminal.till.database import migrations
from terminal.till.database.failures import may_have_reached_the_disk, trouble_of
from terminal.till.database.flushing import Flusher
from terminal.till.database.quick import Connection, Quick
from terminal.till.settings import private_folder
from terminal.till.trouble import Trouble, TroubleKind

APPLICATION_ID = 0x54454E54
"""Stands in the file's header ("TENT"), so that another program's file is not taken for ours."""

BUSY_MS = 2_000
"""How long a statement waits for another process; the window stands still meanwhile."""

READERS_KEPT = 3
"""Open connections that wait for the next who reads; more are closed after use."""

QUICK_CHECK_LARGEST = 64 * 2**20
"""Bytes up to which a file is looked through after an unclean end: below a second."""

PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", str(BUSY_MS), BUSY_MS),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),  # NORMAL may lose the last sales in a power cut
    ("fullfsync", "ON", 1),  # macOS: fsync alone does not reach the disk
    ("foreign_keys", "ON", 1),
    ("secure_delete", "ON", 1),  # what is erased is overwritten
    ("trusted_schema", "OFF", 0),
)
_SOON = "PRAGMA synchronous = NORMAL"
_AT_ONCE = "PRAGMA synchronous = FULL"
_LONGEST_LOG = "PRAGMA wal_autocheckpoint = 8000"
"""In pages: where the log is brought over between scans, a scan does it at this length only."""


class Database:
    """An open file. ``writing`` and ``reading`` are the only ways to its tables."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._fenced = ""
        self._commits = 0
        self._closed = False
        self._idle: list[Connection] = []
        self._flusher = Flusher(_beside(path, "-wal"), lost=self._fence, tidy=self._bring_over)
        self._keeps_soon = False
        with sorted_failures():
            self._writer = connect(path)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One durable transaction on the only writing connection; all of it or nothing.

        Raises:
            Trouble: nothing was written.
        """
        with self._lock, sorted_failures():
            self._demand_sound()
            try:
                Quick(self._writer).run("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.commit()
                self._commits += 1
            except BaseException as error:
                if may_have_reached_the_disk(error):
                    self._fence(str(error))
                self._roll_back()
                raise

    @contextmanager
    def writing_soon(self) -> Iterator[Connection]:
        """As ``writing``, but the disk is not waited for: it has it a moment later.

        A crash of the program loses nothing of it; a power cut may, if it comes in that moment.

        Raises:
            Trouble: nothing was written.
        """
        with self._lock:
            with sorted_failures():
                if not self._keeps_soon:
                    Quick(self._writer).run(_LONGEST_LOG)
                    self._keeps_soon = True
                Quick(self._writer).run(_SOON)
            try:
                with self.writing() as connection:
                    yield connection
            finally:
                if not self._fenced:
                    with sorted_failures():
                        Quick(self._writer).run(_AT_ONCE)
        self._flusher.due()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the file: all that is read within belongs together."""
        with sorted_failures():
            connection = self._idle.pop() if self._idle else connect(self.path)
            try:
                Quick(connection).run("BEGIN")
                yield connection
            finally:
                self._give_back(connection)

    def stamp(self) -> tuple[int, int]:
        """A value that differs whenever anybody wrote since it was asked for, here or elsewhere.

        What was read after one stamp is still true under a lock that finds the same stamp.
        """
        with self._lock, sorted_failures():
            (elsewhere,) = Quick(self._writer).one("PRAGMA data_version")
            return self._commits, elsewhere

    def rest(self) -> None:
        """Wait until the disk has all that ``writing_soon`` wrote."""
        self._flusher.rest()

    def empty_log(self) -> None:
        """Bring the log of writes over into the file and leave nothing in it.

        Raises:
            Trouble: somebody reads it.
        """
        with self._whole_file() as quick:
            busy, *_ = quick.one("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise Trouble(TroubleKind.DATABASE_LOCKED, "the log of writes is being read")

    def sweep(self) -> None:
        """Leave no trace of deleted rows in the file or beside it: write it anew.

        Nobody can write meanwhile; it takes a second for each 50 to 100 MB.

        Raises:
            Trouble: traces may be left; the file is as it was.
        """
        self.empty_log()
        with self._whole_file() as quick:
            quick.run("VACUUM")
        self.empty_log()

    def stop_sweeping(self) -> None:
        """Let a ``sweep`` of another thread end soon, with Trouble."""
        self._writer.interrupt()

    def close(self) -> None:
        """Let go of the file; the last one out tidies the log away."""
        self._flusher.close()
        with self._lock:
            self._closed = True
            self._writer.close()
            while self._idle:
                self._idle.pop().close()

    def _bring_over(self) -> None:
        """Bring the log of writes over into the file, beside the counter's work.

        Raises:
            OSError: the disk failed; what it holds nobody knows.
        """
        try:
            with closing(connect(self.path)) as beside:
                quick = Quick(beside)
                busy, pages, brought = quick.one("PRAGMA wal_checkpoint(PASSIVE)")
                if not busy and pages == brought:
                    # Whoever writes next begins the log anew and waits for the disk once more. It
                    # is not a scan: this writes what stands there anyway.
                    quick.run("BEGIN IMMEDIATE")
                    quick.run(f"PRAGMA application_id = {APPLICATION_ID}")
                    quick.run("COMMIT")
        except Trouble:
            return  # this connection is none to work with: the log keeps everything
        except sqlite3.Error as error:
            if may_have_reached_the_disk(error):
                raise OSError(str(error)) from error
            # Somebody is at work on the file, or there is no room: the log keeps everything.

    @contextmanager
    def _whole_file(self) -> Iterator[Quick]:
        """The writing connection between transactions, for what concerns the whole file."""
        with self._lock, sorted_failures():
            self._demand_sound()
            try:
                yield Quick(self._writer)
            except sqlite3.Error as error:
                if may_have_reached_the_disk(error):
                    self._fence(str(error))
                raise

    def _give_back(self, connection: Connection) -> None:
        """Keep a reader's connection for the next one."""
        try:
            connection.rollback()
        except sqlite3.Error:
            connection.close()  # what went wrong before is told; this one is not used again
            return
        if self._closed or len(self._idle) >= READERS_KEPT:
            connection.close()
        else:
            self._idle.append(connection)

    def _roll_back(self) -> None:
        try:
            self._writer.rollback()
        except Exception as error:
            # What brought us here is the trouble to tell; this connection is not used again.
            if trouble_of(error) is None:
                raise
            self._fence(self._fenced or str(error))

    def _demand_sound(self) -> None:
        if self._fenced:
            raise Trouble(TroubleKind.DATABASE_FAILED, f"closed to writing: {self._fenced}")

    def _fence(self, why: str) -> None:
        """After a failed sync nobody knows what the file holds.

        It is never tried again: the next start reads what is really there.
        """
        self._fenced = why


@contextmanager
def sorted_failures() -> Iterator[None]:
    """Turn SQLite's failures into Trouble; bugs and refusals pass as they are."""
    try:
        yield
    except Trouble:
        raise
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise trouble from error


def open_file(path: Path) -> Database:
    """Open the till's file, make it if there is none, bring an older one up to date.

    Raises:
        Trouble: damaged, of another program, of a later version, or out of reach. Such a file is
            left as it is.
    """
    unclean = _beside(path, "-wal").exists()
    try:
        private_folder(path.parent)
        if not path.exists():
            # SQLite gives the rights of this file to those that it makes beside it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR))
    except OSError as error:
        raise Trouble(TroubleKind.DATABASE_FAILED, str(error)) from error
    with sorted_failures():
        version = _version(path)
        database = Database(path)
    try:
        if unclean and path.stat().st_size <= QUICK_CHECK_LARGEST:
            _look_through(database)
        if version < migrations.VERSION:
            with sorted_failures():
                migrations.upgrade(lambda: connect(path), APPLICATION_ID)
    except BaseException:
        database.close()
        raise
    return database


def _version(path: Path) -> int:
    """The version of the tables, 0 for a new file; read before anything is set or written."""
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        application = _one(plain, "PRAGMA application_id")
        version = int(_one(plain, "PRAGMA user_version"))
        empty = not _one(plain, "SELECT count(*) FROM sqlite_schema")
    if application != APPLICATION_ID and not (empty and application == 0):
        raise Trouble(TroubleKind.DATABASE_FAILED, f"{path} belongs to another program")
    if version > migrations.VERSION:
        raise Trouble(
            TroubleKind.DATABASE_TOO_NEW,
            f"{path} has version {version}, this program knows {migrations.VERSION}",
        )
    return version


def connect(path: Path) -> Connection:
    """A connection with all settings, each read back; whoever asked closes it.

    Raises:
        Trouble: a setting does not hold.
    """
    connection = sqlite3.connect(
        path,
        factory=Connection,
        # Transactions begin where the code says so, not where the driver guesses.
        isolation_level=None,
        # A connection serves one thread at a time; which one may change.
        check_same_thread=False,
    )
    try:
        for name, wanted, _ in PRAGMAS:
            connection.execute(f"PRAGMA {name} = {wanted}").close()
        for name, _, expected in PRAGMAS:
            found = _one(connection, f"PRAGMA {name}")
            if found != expected:
                raise Trouble(
                    TroubleKind.DATABASE_FAILED, f"{name} is {found!r} instead of {expected!r}"
                )
    except BaseException:
        connection.close()
        raise
    return connection


def _look_through(database: Database) -> None:
    with database.reading() as connection:
        (verdict,) = Quick(connection).one("PRAGMA quick_check(1)")
    if verdict != "ok":
        raise Trouble(TroubleKind.DATABASE_DAMAGED, str(verdict))


def _one(connection: sqlite3.Connection, question: str) -> Any:
    with closing(connection.execute(question)) as cursor:
        (answer,) = cursor.fetchone()
    return answer


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
