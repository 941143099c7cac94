"""The way to the server's database: opened, brought up to date, written in whole transactions.

``run`` and ``reading`` are the only ways to its tables. On SQLite one transaction writes at a
time; on PostgreSQL many do, and lock rows in the one order that ``schema`` names.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, TypeVar, cast

from sqlalchemy import make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from terminal.server.database import migrations
from terminal.server.database.bell import Bell
from terminal.server.database.bulk import Bulk
from terminal.server.database.engines import DatabaseRefused, in_memory, make_engine
from terminal.server.database.failures import CommitUncertain, is_lost, is_passing

__all__ = ["Connection", "DatabaseRefused", "ServerDatabase", "open_database", "savepoint"]

T = TypeVar("T")

TRIES = 6
"""How often a transaction is begun that met another in its locks."""
_PAUSE_S = 0.005
"""The first pause before it is begun anew; each is twice the one before."""

BEFORE_COMMIT = "before commit"
AFTER_COMMIT = "after commit"


def _unwatched(_point: str) -> None:
    """Nobody looks on."""


class ServerDatabase:
    """An open database. Its methods may be called from any thread."""

    def __init__(self, engine: Engine, *, watch: Callable[[str], None] = _unwatched) -> None:
        self._engine = engine
        self._watch = watch
        self._one_writer = RLock()
        self.is_postgresql = engine.dialect.name == "postgresql"
        self._in_memory = in_memory(engine.url)
        self.bell = Bell(_for_psycopg(engine) if self.is_postgresql else None)

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do some work as one durable transaction: all of it or nothing.

        ``work`` may be called several times, where locks or a lost connection ended it before its
        commit; so it must take everything it changes from the database and its arguments.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return self._run_once(work)
            except Exception as error:
                if attempt == TRIES or not is_passing(error):
                    raise
            time.sleep(_PAUSE_S * 2**attempt)
        raise AssertionError("unreachable")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the database: all that is read within belongs together."""
        if self._in_memory:
            # There is one connection: readers take turns with the writer.
            with self._one_writer, self._engine.connect() as connection:
                yield connection
            return
        with self._engine.connect() as connection:
            if self.is_postgresql:
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                # Said here, as in ``_run_once``.
                connection.begin()
            else:
                connection.exec_driver_sql("BEGIN")
            yield connection
            if self.is_postgresql:
                # Nothing was written, but after a rollback the driver would forget the statements
                # that it had the database prepare, and let it read all of them again.
                connection.commit()

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """For a single question: it needs no transaction, and saves beginning and ending one."""
        if not self.is_postgresql:
            with self.reading() as connection:
                yield connection
            return
        with self._engine.connect() as connection:
            driver = cast("Any", connection.connection.dbapi_connection)
            driver.autocommit = True
            try:
                yield connection
            finally:
                if not driver.closed:
                    driver.autocommit = False

    def image(self) -> bytes:
        """A SQLite database as bytes, as of its last commit; ``open_database`` takes them back."""
        with self._one_writer, self._engine.connect() as connection:
            driver = cast("Any", connection.connection.dbapi_connection)
            return bytes(driver.serialize())

    def close(self) -> None:
        """Let go of all connections."""
        self.bell.close()
        self._engine.dispose()

    def _run_once(self, work: Callable[[Connection], T]) -> T:
        if self.is_postgresql:
            with self._engine.connect() as connection:
                # Said here, since what goes straight to the driver begins nothing by itself.
                connection.begin()
                return self._transact(connection, work)
        with self._one_writer, self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return self._transact(connection, work)

    def _transact(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        try:
            result = work(connection)
            self._watch(BEFORE_COMMIT)
            _commit(connection)
        except BaseException as error:
            if is_lost(error) or isinstance(error, CommitUncertain):
                # Its neighbours in the pool are most likely lost too.
                if not connection.invalidated:
                    connection.invalidate()
                self._engine.dispose()
            else:
                self.bell.rolled_back(connection)
                _roll_back(connection)
            raise
        self.bell.committed(connection)
        self._watch(AFTER_COMMIT)
        return result


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a transaction that may fail by itself: what it wrote is taken back then.

    Over a full disk SQLite takes all of the transaction back, at once and by itself. What is
    written after that would stand alone, so whoever catches an error here lets those of the disk
    pass (``failures.is_of_the_disk``).
    """
    bulk = Bulk(connection)
    bulk.run("SAVEPOINT part")
    try:
        yield
    except BaseException as error:
        if not is_lost(error) and _goes_on(connection):
            bulk.run("ROLLBACK TO SAVEPOINT part")
            bulk.run("RELEASE SAVEPOINT part")
        raise
    bulk.run("RELEASE SAVEPOINT part")


def open_database(
    url: str, *, watch: Callable[[str], None] = _unwatched, image: bytes | None = None
) -> ServerDatabase:
    """Open a database, make its tables if there are none, bring older ones up to date.

    ``url`` is ``sqlite:///path``, ``sqlite://`` (in memory, from ``image`` if given) or
    ``postgresql+psycopg://…``. ``watch`` is told of the points around each commit.

    Raises:
        DatabaseRefused: it is of a later version or of another program; it is left as it is.
    """
    engine = make_engine(url)
    try:
        if image is not None:
            assert in_memory(engine.url), "an image is opened in memory"
            with engine.connect() as connection:
                cast("Any", connection.connection.dbapi_connection).deserialize(image)
        database = ServerDatabase(engine, watch=watch)
        if _version(database) != migrations.VERSION:
            quiet = ServerDatabase(engine)
            quiet.run(migrations.bring_up_to_date)
    except BaseException:
        engine.dispose()
        raise
    return database


def _version(database: ServerDatabase) -> int:
    with database.reading() as connection:
        return migrations.version_of(connection)


def _goes_on(connection: Connection) -> bool:
    """Whether the transaction is still open: SQLite may have ended it over an error."""
    driver = connection.connection.dbapi_connection
    return bool(getattr(driver, "in_transaction", True))


def _commit(connection: Connection) -> None:
    """Commit; a commit that may have happened is never tried again."""
    try:
        connection.commit()
    except OperationalError as error:
        if error.connection_invalidated:
            raise CommitUncertain(str(error.orig)) from error
        raise


def _roll_back(connection: Connection) -> None:
    connection.rollback()
    # After a commit that met a lock SQLAlchemy believes that nothing is left to roll back.
    driver = connection.connection.dbapi_connection
    if driver is not None:
        driver.rollback()


def _for_psycopg(engine: Engine) -> str:
    url = make_url(engine.url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)
