"""Migrated files have the tables that the code believes in."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from terminal.till.database import migrations
from terminal.till.database.migrations.versions import v0001_first
from terminal.till.database.schema import metadata
from terminal.till.trouble import Trouble
from tests.fakes.paid_sale import paid_sale

Files = Any


def test_the_steps_lead_to_the_tables_of_the_code(files: Files) -> None:
    till = files.open()
    with till.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_steps_write_what_the_code_would_write(files: Files, tmp_path: Any) -> None:
    """Finer than Alembic: checks, collations, STRICT, rows in the order of their keys."""
    from sqlalchemy import create_engine

    question = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"

    def plain(rows: Any) -> dict[str, str]:
        return {name: " ".join(sql.split()).replace("( ", "(") for name, sql in rows}

    till = files.open()
    with till.database.reading() as connection:
        migrated = plain(connection.exec_driver_sql(question).all())
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    metadata.create_all(engine)
    with engine.connect() as connection:
        assert migrated == plain(connection.exec_driver_sql(question).all())
    engine.dispose()


def test_every_table_is_strict(files: Files) -> None:
    till = files.open()
    with till.database.reading() as connection:
        rows = connection.exec_driver_sql("PRAGMA table_list").mappings().all()
    ours = {row["name"]: row["strict"] for row in rows if not row["name"].startswith("sqlite_")}
    assert set(ours) == set(metadata.tables)
    assert set(ours.values()) == {1}


def test_a_step_that_fails_leaves_the_file_as_it_was(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = v0001_first.STATEMENTS
    monkeypatch.setattr(
        v0001_first, "STATEMENTS", (*whole[:-1], "CREATE TABLE broken (", whole[-1])
    )
    with pytest.raises(Exception, match="incomplete input") as caught:
        files.open()
    assert not isinstance(caught.value, Trouble)
    monkeypatch.setattr(v0001_first, "STATEMENTS", whole)
    till = files.open()
    assert till.journal.identity().next_seq == 1


def test_what_was_recorded_outlives_a_restart(files: Files) -> None:
    till = files.open()
    before = till.journal.identity()
    till.settings.put("language", "uk")
    sale = paid_sale(files.ids.sale_id(), files.clock.now())
    till.journal.record_sale(sale)
    files.close()
    again = files.open()
    assert again.journal.identity().incarnation == before.incarnation
    assert again.journal.identity().next_seq == 2
    assert again.journal.load(sale.id) is not None
    assert again.settings.all() == {"language": "uk"}
    assert migrations.VERSION == 2
