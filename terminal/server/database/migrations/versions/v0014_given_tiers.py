"""The tier that the office gave to a member, which stays below the one that they earned."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0014"
down_revision = "0013"

STATEMENTS = (
    """
    CREATE TABLE given_tiers (
      member {text} NOT NULL,
      programme {whole} NOT NULL,
      tier {text} NOT NULL,
      CONSTRAINT pk_given_tiers PRIMARY KEY (member, programme)
    ) {end}
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[op.get_bind().dialect.name]))
