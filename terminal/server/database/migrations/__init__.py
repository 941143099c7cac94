"""From any older database to the tables of this program, step by step, in one transaction.

Run from code and without Alembic's folder of scripts. The version stands in a table of one row.
Servers that start at once take turns: whoever comes second finds nothing to do.
"""

from __future__ import annotations

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from terminal.server.database.engines import DatabaseRefused
from terminal.server.database.schema import tables_version

VERSION = 14
"""The version of the tables in ``schema``: the number of steps."""

_TURN = 0x54454E5448
"""The advisory lock under which servers that start at once take turns ("TENTH")."""


def version_of(connection: Connection) -> int:
    """The version of the tables, 0 for an empty database.

    Raises:
        DatabaseRefused: it is newer than this program, or another program's.
    """
    names = set(inspect(connection).get_table_names())
    if tables_version.name not in names:
        if names:
            raise DatabaseRefused("this database belongs to another program")
        return 0
    version = int(connection.execute(tables_version.select()).one().version)
    if version > VERSION:
        raise DatabaseRefused(
            f"this database has version {version}, this program knows {VERSION}: update the server"
        )
    return version


def bring_up_to_date(connection: Connection) -> None:
    """Take the steps that are missing, within the caller's transaction."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    from terminal.server.database.migrations.versions import (
        v0001_first,
        v0002_counts,
        v0003_tiers,
        v0004_refunds,
        v0005_code_keys,
        v0006_households,
        v0007_overshoots,
        v0008_without_slip,
        v0009_counted,
        v0010_nths,
        v0011_left_over,
        v0012_tier_looks,
        v0013_retellings,
        v0014_given_tiers,
    )

    steps = (
        v0001_first,
        v0002_counts,
        v0003_tiers,
        v0004_refunds,
        v0005_code_keys,
        v0006_households,
        v0007_overshoots,
        v0008_without_slip,
        v0009_counted,
        v0010_nths,
        v0011_left_over,
        v0012_tier_looks,
        v0013_retellings,
        v0014_given_tiers,
    )
    assert len(steps) == VERSION
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
    version = version_of(connection)
    context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
    with Operations.context(context):
        for step in steps[version:]:
            step.upgrade()
    connection.execute(tables_version.delete())
    connection.execute(tables_version.insert().values(id=1, version=VERSION))
