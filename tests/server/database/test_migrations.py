"""The frozen steps lead to the tables that the code believes in, to the last detail."""

from __future__ import annotations

from pathlib import Path

from terminal.server.database.connection import Connection, ServerDatabase, open_database
from terminal.server.database.engines import make_engine
from terminal.server.database.schema import metadata
from tests.postgres import Postgres

_COLUMNS = """SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"""
_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
_OPTIONS = """SELECT relname, reloptions::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"""
_SQLITE = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"


def described(connection: Connection) -> list[tuple[object, ...]]:
    """Everything about the tables that could differ."""
    if connection.dialect.name == "postgresql":
        asked = [connection.exec_driver_sql(one).all() for one in (_COLUMNS, _INDEXES, _OPTIONS)]
        return [tuple(row) for rows in asked for row in rows]
    rows = connection.exec_driver_sql(_SQLITE).all()
    return sorted((row.name, _plain(row.sql)) for row in rows)


def _plain(sql: str) -> str:
    return " ".join(sql.split()).replace("( ", "(").replace(" ,", ",")


def test_the_steps_write_what_the_code_would_write(
    server_database: ServerDatabase, tmp_path: Path, postgres: Postgres
) -> None:
    with server_database.reading() as connection:
        migrated = described(connection)
    is_postgresql = server_database.is_postgresql
    url = postgres.empty() if is_postgresql else f"sqlite:///{tmp_path / 'fresh.db'}"
    engine = make_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        # Steps that are released stay as they are: a change of `schema` is a step of its own.
        assert migrated == described(connection)
    engine.dispose()
    if is_postgresql:
        postgres.drop(url)


def test_every_table_is_strict(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    with database.reading() as connection:
        rows = connection.exec_driver_sql("PRAGMA table_list").mappings().all()
    database.close()
    ours = {row["name"]: row["strict"] for row in rows if not row["name"].startswith("sqlite_")}
    assert set(ours) == set(metadata.tables)
    assert set(ours.values()) == {1}
