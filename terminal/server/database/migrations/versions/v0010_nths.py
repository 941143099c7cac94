"""Which sales gave what is for a member's first or n-th purchase."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    """
    CREATE TABLE nths (
      wallet {text} NOT NULL,
      name {text} NOT NULL,
      turn {text} NOT NULL,
      sale {text} NOT NULL,
      day {text} NOT NULL,
      pieces {whole} NOT NULL,
      CONSTRAINT pk_nths PRIMARY KEY (wallet, name, turn, sale)
    ) {end}
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[op.get_bind().dialect.name]))
