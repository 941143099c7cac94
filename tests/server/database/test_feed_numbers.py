"""The trap of sequences, shown; and that the numbers of our feed do not fall into it.

A sequence gives its numbers before the commit, so a later number may be seen before an earlier
one. Whoever reads ``number > cursor`` then passes over the earlier one for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event, Thread

from terminal.server.database import feeds
from terminal.server.database.connection import Connection, ServerDatabase, open_database
from tests.postgres import Postgres

STORE = "0a" * 16
Add = Callable[[Connection, str], None]


class NaiveReader:
    """Reads what is beyond its cursor and puts the cursor on the last of it."""

    def __init__(self, database: ServerDatabase, question: str) -> None:
        self._database, self._question = database, question
        self._cursor = 0
        self.seen: set[str] = set()

    def read(self) -> None:
        with self._database.reading() as connection:
            rows = connection.exec_driver_sql(self._question, (self._cursor,)).all()
        for number, key in rows:
            self.seen.add(key)
            self._cursor = max(self._cursor, number)


def _waits_for_a_lock(database: ServerDatabase) -> bool:
    question = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with database.reading() as connection:
        return connection.exec_driver_sql(question).first() is not None


def two_writers_and_a_reader(database: ServerDatabase, add: Add, reader: NaiveReader) -> set[str]:
    """The first writer takes its number first and commits last; the reader looks in between."""
    taken, go_on = Event(), Event()

    def slowly(connection: Connection) -> None:
        add(connection, "slow")
        taken.set()
        go_on.wait(60)

    def quickly(connection: Connection) -> None:
        add(connection, "quick")

    slow = Thread(target=database.run, args=(slowly,))
    quick = Thread(target=database.run, args=(quickly,))
    slow.start()
    assert taken.wait(60)
    quick.start()
    while quick.is_alive() and not _waits_for_a_lock(database):
        quick.join(0.02)
    reader.read()
    go_on.set()
    slow.join()
    quick.join()
    reader.read()
    return reader.seen


def test_a_sequence_lets_readers_miss_what_was_written(postgres: Postgres) -> None:
    url = postgres.fresh()
    database = open_database(url)

    def make(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE trap (number BIGSERIAL, key TEXT)")

    def add(connection: Connection, key: str) -> None:
        connection.exec_driver_sql("INSERT INTO trap (key) VALUES (%s)", (key,))

    database.run(make)
    reader = NaiveReader(database, "SELECT number, key FROM trap WHERE number > %s")
    assert two_writers_and_a_reader(database, add, reader) == {"quick"}
    database.close()
    postgres.give_back(url)


def test_a_number_from_a_locked_row_is_never_passed_over(postgres: Postgres) -> None:
    url = postgres.fresh()
    database = open_database(url)

    def add(connection: Connection, key: str) -> None:
        feeds.append(connection, STORE, [("wallet", key)])

    database.run(lambda connection: feeds.append(connection, STORE, [("wallet", "first")]))
    reader = NaiveReader(database, "SELECT number, key FROM feed WHERE number > %s")
    seen = two_writers_and_a_reader(database, add, reader)
    assert seen == {"first", "slow", "quick"}
    database.close()
    postgres.give_back(url)


def test_a_reader_beside_busy_writers_sees_everything(
    open_server: Callable[[], ServerDatabase],
) -> None:
    servers = (open_server(), open_server())
    done: list[int] = []

    def write(place: int) -> None:
        for number in range(60):
            rows = [("wallet", f"{place}-{number}-{part}") for part in range(3)]
            servers[place].run(partial(feeds.append, store=STORE, rows=rows))
        done.append(place)

    mark = "%s" if servers[0].is_postgresql else "?"
    reader = NaiveReader(servers[0], f"SELECT number, key FROM feed WHERE number > {mark}")
    writers = [Thread(target=write, args=(place,)) for place in range(2)]
    for one in writers:
        one.start()
    while len(done) < 2:
        reader.read()
    for one in writers:
        one.join()
    reader.read()
    assert len(reader.seen) == 2 * 60 * 3
