"""The bell: who waits is told that something changed, and looks for itself what.

A bell carries no data and may ring for nothing. What is rung inside a transaction is heard after
its commit and never if it is rolled back. Between processes PostgreSQL carries it (NOTIFY, which
takes a lock of the whole database at commit: ring for what somebody waits for, not for each fact).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Event, Thread

from sqlalchemy.engine import Connection

CHANNEL = "tenth_bell"
EVERYBODY = "*"
"""The key that wakes everybody: after the line to the database was lost, anything may have rung."""

_RUNG = "tenth_rung"
_LISTEN_S = 0.5
"""How long the listening thread waits before it looks whether it shall end."""
_AGAIN_S = 1.0
"""How long after a lost line to the database it is tried again."""
_LISTENER_S = 5.0
"""How long the first who waits gives the listening thread to begin."""


class Bell:
    """One per process and database."""

    def __init__(self, postgres: str | None = None) -> None:
        """``postgres`` is what psycopg connects with; None where one process writes alone."""
        self._postgres = postgres
        self._changed = Condition()
        self._heard: dict[str, int] = {}
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._thread: Thread | None = None
        self._listening = Event()
        self._ended = Event()

    def ring(self, connection: Connection, key: str) -> None:
        """Wake those who wait for ``key``, once this transaction is committed."""
        rung = connection.info.setdefault(_RUNG, {})
        if key not in rung:
            rung[key] = None
            if self._postgres is not None:
                connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, key))

    def heard(self, key: str) -> int:
        """A count that grows with each ring; take it before looking, wait for it after."""
        self._listen()
        with self._changed:
            return self._count(key)

    def wait(self, key: str, seconds: float, *, since: int | None = None) -> bool:
        """Wait until ``key`` rings, or the time is over; tells whether it rang.

        With ``since`` a ring between ``heard`` and now counts too.
        """
        self._listen()
        with self._changed:
            begin = self._count(key) if since is None else since
            return self._changed.wait_for(
                lambda: self._count(key) != begin or self._ended.is_set(), seconds
            ) and (self._count(key) != begin)

    def listen(self, key: str, called: Callable[[], None]) -> Callable[[], None]:
        """Have ``called`` at each ring, from another thread; the answer ends it."""
        self._listen()
        with self._changed:
            self._listeners.setdefault(key, []).append(called)

        def stop() -> None:
            with self._changed, suppress(KeyError, ValueError):
                self._listeners[key].remove(called)
                if not self._listeners[key]:
                    del self._listeners[key]

        return stop

    def committed(self, connection: Connection) -> None:
        """What this connection rang is heard. The transaction's end calls it."""
        rung = connection.info.pop(_RUNG, None)
        if rung and self._postgres is None:
            for key in rung:
                self._sound(key)

    def rolled_back(self, connection: Connection) -> None:
        """What this connection rang is never heard."""
        connection.info.pop(_RUNG, None)

    def close(self) -> None:
        """Let everybody go who waits."""
        self._ended.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _count(self, key: str) -> int:
        return self._heard.get(key, 0) + self._heard.get(EVERYBODY, 0)

    def _sound(self, key: str) -> None:
        with self._changed:
            self._heard[key] = self._heard.get(key, 0) + 1
            called = [
                one
                for listened, some in self._listeners.items()
                if key in (listened, EVERYBODY)
                for one in some
            ]
            self._changed.notify_all()
        for one in called:
            one()

    def _listen(self) -> None:
        if self._postgres is None or self._listening.is_set() or self._ended.is_set():
            return
        with self._changed:
            if self._thread is None:
                self._thread = Thread(target=self._hear, name="bell", daemon=True)
                self._thread.start()
        # Whoever begins to wait must not miss what rings from now on.
        self._listening.wait(_LISTENER_S)

    def _hear(self) -> None:
        import psycopg

        assert self._postgres is not None
        while not self._ended.is_set():
            try:
                with psycopg.connect(self._postgres, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._listening.set()
                    self._sound(EVERYBODY)
                    while not self._ended.is_set():
                        for one in connection.notifies(timeout=_LISTEN_S):
                            self._sound(one.payload)
            except psycopg.Error:
                self._ended.wait(_AGAIN_S)
