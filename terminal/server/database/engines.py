"""The two databases that a server may stand on, and what is set and proven on each connection.

SQLite for one computer (or in memory, for the simulator), PostgreSQL for a chain with as many
server processes as it needs.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool, StaticPool

BUSY_MS = 10_000
"""How long SQLite waits for another process that writes."""

PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", str(BUSY_MS), BUSY_MS),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),  # what was acknowledged outlives a power cut
    ("fullfsync", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("secure_delete", "ON", 1),  # what is erased is overwritten
    ("trusted_schema", "OFF", 0),
)

POOLED = 10
POOLED_MORE = 20
WAIT_FOR_CONNECTION_S = 10
SESSION = (
    # A process that hangs within a transaction must not hold its locks for ever.
    "-c idle_in_transaction_session_timeout=30s",
    # Far above what any of our transactions waits; who waits longer begins anew.
    "-c lock_timeout=10s",
    # A plan made for tables that are empty would be kept when they have grown.
    "-c plan_cache_mode=force_custom_plan",
    # Fewer and larger steps of the planner are of no use to statements of one line.
    "-c jit=off",
)


class DatabaseRefused(RuntimeError):
    """No database that the server may work on; the words say why."""


def make_engine(url: str) -> Engine:
    """The connections to a database.

    Raises:
        DatabaseRefused: it is neither SQLite nor PostgreSQL.
    """
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        return _sqlite(where)
    if where.get_backend_name() == "postgresql":
        return _postgresql(where)
    raise DatabaseRefused(f"the server works on SQLite or PostgreSQL, not {where.drivername}")


def _sqlite(url: URL) -> Engine:
    if in_memory(url):
        engine = create_engine(
            url, poolclass=StaticPool, hide_parameters=True, connect_args=_ANY_THREAD
        )
        event.listen(engine, "connect", _prepare_memory)
        return engine
    assert url.database is not None
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=POOLED,
        max_overflow=POOLED_MORE,
        # The arguments of a statement that failed may be names and phones, and errors are logged.
        hide_parameters=True,
        connect_args=_ANY_THREAD,
    )
    event.listen(engine, "connect", _prepare_file)
    return engine


_ANY_THREAD = {"check_same_thread": False}


def in_memory(url: URL) -> bool:
    """Whether the database lives and dies with its process."""
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POOLED,
        max_overflow=POOLED_MORE,
        pool_timeout=WAIT_FOR_CONNECTION_S,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        connect_args={"options": " ".join(SESSION), "application_name": "tenth"},
    )


def _prepare_memory(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None


def _prepare_file(dbapi_connection: Any, _record: object) -> None:
    # Transactions begin where the code says so, not where the driver guesses.
    dbapi_connection.isolation_level = None
    for name, wanted, _ in PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {name} = {wanted}").close()
    for name, _, expected in PRAGMAS:
        with closing(dbapi_connection.execute(f"PRAGMA {name}")) as cursor:
            (found,) = cursor.fetchone()
        if found != expected:
            raise DatabaseRefused(f"{name} is {found!r} instead of {expected!r}")
