"""From any older file to the tables of this program, step by step, in one transaction.

Run from code and without Alembic's folder of scripts, so that a frozen program finds its steps by
import. The version stands in the file's header (``PRAGMA user_version``): Alembic, which takes
165 ms to import, is loaded only where there is something to do.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

VERSION = 11
"""The version of the tables in ``schema``: the number of steps."""


def upgrade(connection: Connection, version: int) -> None:
    """Take the steps after ``version``, within the caller's transaction."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    steps = _steps()
    assert len(steps) == VERSION
    # Alembic's own table of versions is not used: the header has the number.
    context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
    with Operations.context(context):
        for step in steps[version:]:
            step.upgrade()
    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


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
    )
