"""How much of each overshoot of a limit was told already."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """
    CREATE TABLE overshoots (
      wallet {text} NOT NULL,
      name {text} NOT NULL,
      period {text} NOT NULL,
      n {whole} NOT NULL,
      CONSTRAINT pk_overshoots PRIMARY KEY (wallet, name, period)
    ) {end}
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[op.get_bind().dialect.name]))
