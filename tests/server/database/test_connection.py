"""Transactions are whole, tried again where they met another, and heard of only when they hold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from terminal.server.database import logs
from terminal.server.database.connection import (
    AFTER_COMMIT,
    BEFORE_COMMIT,
    Connection,
    DatabaseRefused,
    ServerDatabase,
    open_database,
)
from terminal.server.database.failures import CommitUncertain, is_over_soon
from terminal.server.database.logs import Log
from terminal.server.database.schema import metadata
from tests.postgres import Postgres

ONE, TWO = "a" * 16, "b" * 16


def add(database: ServerDatabase, incarnation: str) -> bool:
    return database.run(lambda connection: logs.add(connection, Log(incarnation=incarnation)))


def cursor_of(database: ServerDatabase, incarnation: str) -> int:
    with database.reading() as connection:
        log = logs.find(connection, incarnation)
    assert log is not None
    return log.cursor


def test_what_was_written_is_there(server_database: ServerDatabase) -> None:
    assert add(server_database, ONE)
    assert not add(server_database, ONE)
    with server_database.reading() as connection:
        assert logs.find(connection, ONE) == Log(incarnation=ONE)


def test_a_failure_leaves_nothing(server_database: ServerDatabase) -> None:
    def work(connection: Connection) -> None:
        logs.add(connection, Log(incarnation=ONE))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        server_database.run(work)
    assert add(server_database, ONE)


def test_two_that_count_at_once_count_both(open_server: Callable[[], ServerDatabase]) -> None:
    servers = (open_server(), open_server())
    add(servers[0], ONE)

    def count(connection: Connection) -> None:
        log = logs.lock(connection, ONE)
        assert log is not None
        logs.change(connection, ONE, cursor=log.cursor + 1)

    def many(place: int) -> None:
        for _ in range(25):
            servers[place % 2].run(count)

    with ThreadPoolExecutor(4) as all_at_once:
        list(all_at_once.map(many, range(4)))
    assert cursor_of(servers[0], ONE) == 100


def test_who_met_in_a_deadlock_is_let_through(open_server: Callable[[], ServerDatabase]) -> None:
    database = open_server()
    for incarnation in (ONE, TWO):
        add(database, incarnation)
    if not database.is_postgresql:
        pytest.skip("one writes at a time there")
    both = Barrier(2, timeout=240)
    met: list[int] = []

    def crossing(first: str, second: str) -> None:
        def work(connection: Connection) -> None:
            met.append(1)
            logs.lock(connection, first)
            if len(met) <= 2:
                both.wait()
            held = logs.lock(connection, second)
            assert held is not None
            logs.change(connection, second, cursor=held.cursor + 1)

        database.run(work)

    with ThreadPoolExecutor(2) as two:
        list(two.map(crossing, (ONE, TWO), (TWO, ONE)))
    assert (cursor_of(database, ONE), cursor_of(database, TWO)) == (1, 1)
    assert len(met) >= 3, "one of them came again, and may have met the other once more"


def test_a_reader_sees_one_moment(open_server: Callable[[], ServerDatabase]) -> None:
    database = open_server()
    add(database, ONE)
    with database.reading() as connection:
        assert logs.find(connection, TWO) is None
        add(database, TWO)
        assert logs.find(connection, TWO) is None
    with database.reading() as connection:
        assert logs.find(connection, TWO) is not None


def test_the_points_around_a_commit_are_told(database_url: str) -> None:
    told: list[str] = []
    database = open_database(database_url, watch=told.append)
    assert told == []
    add(database, ONE)
    assert told == [BEFORE_COMMIT, AFTER_COMMIT]
    database.close()

    def crash(point: str) -> None:
        if point == BEFORE_COMMIT:
            raise KeyboardInterrupt

    database = open_database(database_url, watch=crash)
    with pytest.raises(KeyboardInterrupt):
        add(database, TWO)
    with database.reading() as connection:
        assert logs.find(connection, TWO) is None
    database.close()


def test_a_bell_is_heard_after_the_commit_only(open_server: Callable[[], ServerDatabase]) -> None:
    database, other = open_server(), open_server()
    bell = other.bell if database.is_postgresql else database.bell
    before = bell.heard("till")
    ringing, go_on = Event(), Event()

    def ring(connection: Connection) -> None:
        database.bell.ring(connection, "till")
        ringing.set()
        assert go_on.wait(60)

    thread = Thread(target=database.run, args=(ring,))
    thread.start()
    assert ringing.wait(60)
    assert not bell.wait("till", 0.05, since=before)
    go_on.set()
    assert bell.wait("till", 60, since=before)
    thread.join()
    assert not bell.wait("somebody else", 0.01)

    def in_vain(connection: Connection) -> None:
        database.bell.ring(connection, "till")
        raise ZeroDivisionError

    before = bell.heard("till")
    with pytest.raises(ZeroDivisionError):
        database.run(in_vain)
    add(database, ONE)
    assert not bell.wait("till", 0.05, since=before)


def test_a_bell_calls_whoever_listens(server_database: ServerDatabase) -> None:
    heard = Event()
    stop = server_database.bell.listen("till", heard.set)
    server_database.run(lambda connection: server_database.bell.ring(connection, "till"))
    assert heard.wait(60)
    stop()
    heard.clear()
    server_database.run(lambda connection: server_database.bell.ring(connection, "till"))
    assert not heard.wait(0.05)


def test_the_steps_lead_to_the_tables_of_the_code(server_database: ServerDatabase) -> None:
    with server_database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_servers_that_start_at_once_take_turns(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path / 'new.db'}", postgres.empty()):
        with ThreadPoolExecutor(4) as all_at_once:
            for database in all_at_once.map(open_database, [url] * 4):
                database.close()
        database = open_database(url)
        assert add(database, ONE)
        database.close()


def test_a_newer_database_is_refused_and_left_alone(database_url: str) -> None:
    database = open_database(database_url)
    database.run(lambda c: c.exec_driver_sql("UPDATE tables_version SET version = 99"))
    database.close()
    with pytest.raises(DatabaseRefused, match="version 99"):
        open_database(database_url)


def test_a_database_of_another_program_is_refused(database_url: str) -> None:
    database = open_database(database_url)
    database.run(lambda c: c.exec_driver_sql("DROP TABLE tables_version"))
    database.close()
    with pytest.raises(DatabaseRefused, match="another program"):
        open_database(database_url)


def test_other_databases_are_refused() -> None:
    with pytest.raises(DatabaseRefused, match="SQLite or PostgreSQL"):
        open_database("mysql://somewhere/tenth")


def test_an_image_is_the_last_commit() -> None:
    database = open_database("sqlite://")
    add(database, ONE)
    image = database.image()
    add(database, TWO)
    restored = open_database("sqlite://", image=image)
    with restored.reading() as connection:
        assert logs.find(connection, ONE) is not None
        assert logs.find(connection, TWO) is None
    for one in (database, restored):
        one.close()


def test_a_lost_connection_is_replaced(open_server: Callable[[], ServerDatabase]) -> None:
    database = open_server()
    if not database.is_postgresql:
        pytest.skip("there is no connection to lose")
    lost: list[int] = []

    def work(connection: Connection) -> bool:
        if not lost:
            lost.append(1)
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        return logs.add(connection, Log(incarnation=ONE))

    assert database.run(work)


def test_a_commit_that_the_database_did_not_answer_is_never_done_again(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("a file answers, or its process is gone")
    begun: list[int] = []

    def lose_all(point: str) -> None:
        if point == BEFORE_COMMIT:
            with psycopg.connect(database_url.replace("+psycopg", "", 1)) as owner:
                owner.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    database = open_database(database_url, watch=lose_all)

    def work(connection: Connection) -> None:
        begun.append(1)
        logs.add(connection, Log(incarnation=ONE))

    with pytest.raises(CommitUncertain) as caught:
        database.run(work)

    assert (begun, is_over_soon(caught.value)) == ([1], True)
    database.close()
