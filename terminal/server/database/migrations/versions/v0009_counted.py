"""What facts count is one row for each of them, not one for each name that they count."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0009"
down_revision = "0008"

STATEMENTS = (
    """
    CREATE TABLE counted (
      wallet {text} NOT NULL,
      day {text} NOT NULL,
      counts {text} NOT NULL
    ) {end}
    """,
    "CREATE INDEX ix_counted_wallet ON counted (wallet)",
    """
    INSERT INTO counted (wallet, day, counts)
    SELECT wallet, day, CAST({object}(name, n) AS text) FROM counts
    GROUP BY wallet, day ORDER BY wallet, day
    """,
    "DROP TABLE counts",
)
_OBJECTS = {"sqlite": "json_group_object", "postgresql": "json_object_agg"}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[dialect], object=_OBJECTS[dialect]))
