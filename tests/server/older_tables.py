"""The server's tables as earlier versions had them, for tests of the update."""

from __future__ import annotations

from terminal.server.database import counts
from terminal.server.database.connection import Connection
from terminal.server.database.migrations.versions.v0001_first import KINDS
from terminal.server.database.migrations.versions.v0002_counts import STATEMENTS


def counted_name_by_name(connection: Connection) -> None:
    """What stood there before version 9: one row for each name and day of a wallet."""
    kept = counts.all_counts(connection)
    for later in ("counted", "nths", "tier_looks", "retellings", "given_tiers"):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {later}")
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement.format(**KINDS[connection.dialect.name]))
    for (wallet, name, day), n in kept.items():
        connection.exec_driver_sql(
            f"INSERT INTO counts VALUES ('{wallet}', '{name}', '{day}', {n})"
        )
