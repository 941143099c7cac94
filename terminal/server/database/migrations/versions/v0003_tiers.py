"""Which tier members have by counting."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE tiers (
      member {text} NOT NULL,
      programme {whole} NOT NULL,
      tier {text} NOT NULL,
      below_since {text} NOT NULL,
      CONSTRAINT pk_tiers PRIMARY KEY (member, programme)
    ) {end}
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[op.get_bind().dialect.name]))
