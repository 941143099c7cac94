"""From any older file to the tables of this program, step by step, in one transaction.

Run from code and without Alembic's folder of scripts, so that a frozen program finds its steps by
import. The version stands in the file's header (``PRAGMA user_version``): Alembic and
SQLAlchemy, which take 165 ms to import, are loaded only where there is something to do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from types import ModuleType

VERSION = 13
"""The version of the tables in ``schema``: the number of steps."""


def upgrade(connect: Callable[[], sqlite3.Connection], application_id: int) -> None:
    """Take the steps that a file lacks, all of them or none.

    Raises:
        sqlite3.Error: nothing was changed.
    """
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import NullPool

    steps = _steps()
    assert len(steps) == VERSION
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            # Another process may have been first.
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version == VERSION:
                return
            connection.exec_driver_sql(f"PRAGMA application_id = {application_id}")
            # Alembic's own table of versions is not used: the header has the number.
            context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
            with Operations.context(context):
                for step in steps[version:]:
                    step.upgrade()
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
            connection.commit()
    except DBAPIError as error:
        if error.orig is None:
            raise
        raise error.orig from error  # of the driver, as all failures of this file


def _steps() -> tuple[ModuleType, ...]:
    from terminal.till.database.migrations.versions import (
        v0001_first,
        v0002_line,
        v0003_consents,
        v0004_slips,
        v0005_basket,
        v0006_earlier_rules,
        v0007_counts,
        v0008_refunds,
        v0009_told_sales,
        v0010_households,
        v0011_code_keys,
        v0012_remarks,
        v0013_store_sales,
    )

    return (
        v0001_first,
        v0002_line,
        v0003_consents,
        v0004_slips,
        v0005_basket,
        v0006_earlier_rules,
        v0007_counts,
        v0008_refunds,
        v0009_told_sales,
        v0010_households,
        v0011_code_keys,
        v0012_remarks,
        v0013_store_sales,
    )
