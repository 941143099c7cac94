"""Two server processes that commit in another order than they took their numbers, and a reader.

The reader is as naive as can be: ``number > cursor``. With numbers from a sequence it passes over
a row for ever; with those of the feed, taken under the store's row, it cannot.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest

from terminal.server.database.connection import open_database
from tests.scenarios.processes.feed_writer import STORE
from tests.scenarios.processes.postgres import Postgres
from tests.scenarios.processes.server import PYTHON, ROOT, START_S, until

pytestmark = pytest.mark.slow

WRITER = Path(__file__).with_name("feed_writer.py")


class Writer:
    """One server process with one transaction."""

    def __init__(self, url: str, key: str, how: str) -> None:
        self.process = subprocess.Popen(
            [PYTHON, str(WRITER), url, key, how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            text=True,
        )

    def hear(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word

    def commit(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def close(self) -> None:
        self.process.communicate(timeout=START_S)


class Reader(list[str]):
    """What was seen, in order, by a cursor that only ever goes forward."""

    def __init__(self, connection: psycopg.Connection) -> None:
        super().__init__()
        self._connection = connection
        self._cursor = 0

    def read(self) -> None:
        rows = self._connection.execute(
            "SELECT number, key FROM feed WHERE store = %s AND number > %s ORDER BY number",
            (STORE, self._cursor),
        ).fetchall()
        for number, key in rows:
            self._cursor = number
            self.append(key)


def waits_for_a_lock(connection: psycopg.Connection) -> bool:
    question = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return connection.execute(question).fetchone() is not None


def seen_by_a_reader(url: str, how: str) -> list[str]:
    """The first takes its number first, and commits after the second, if it is let."""
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        reader = Reader(connection)
        slow = Writer(url, "slow", how)
        slow.hear("taken")
        quick = Writer(url, "quick", how)
        quick.commit()  # as soon as it has its number
        until(lambda: quick.has_ended() or waits_for_a_lock(connection), "it commits or waits")
        overtook = quick.has_ended()
        reader.read()
        slow.commit()
        slow.close()
        quick.close()
        reader.read()
        assert overtook is (how == "sequence")
        return list(reader)


@pytest.fixture
def url(postgres: Postgres) -> str:
    found = postgres.fresh("cursor")
    database = open_database(found)
    database.run(lambda connection: connection.exec_driver_sql("CREATE SEQUENCE naive"))
    database.close()
    return found


def test_a_cursor_over_a_sequence_misses_what_commits_late(url: str) -> None:
    assert seen_by_a_reader(url, "sequence") == ["quick"]


def test_a_cursor_over_the_feed_misses_nothing(url: str) -> None:
    assert seen_by_a_reader(url, "feed") == ["slow", "quick"]
